"""Who may import whom: reads the import statements, and so documents the architecture."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parent.parent / "src" / "standfirst"
NOUNS = {"errors", "model", "text", "urls", "dates"}
# room -> what it may import besides itself; `store.protocol` is the store's front door
MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "model": {"errors"},
    "text": {"errors"},
    "urls": {"errors"},
    "dates": {"errors"},
    "config": {"errors"},
    "collect": NOUNS | {"config"},
    "extract": NOUNS,
    "store": {"errors", "model", "text"},
    "serve": {"errors", "model", "text", "config", "store.protocol"},
    "newsstand": {"errors", "model", "text"},
    "workers": NOUNS | {"config", "collect", "extract"},
    "decide": NOUNS,
    "commits": {"model", "store.protocol"},
    "pipeline": NOUNS | {"config", "collect", "extract", "store.protocol", "workers", "commits", "decide"},
    "schedule": NOUNS | {"config", "store.protocol", "pipeline", "decide"},
    "evaluate": NOUNS | {"collect", "extract"},
}
FREE = {"cli", "commands", "__main__", "__init__"}
ASYNC_ROOMS = {"collect/fetch", "commits", "pipeline", "schedule", "workers", "serve", "commands"}


def modules() -> list[Path]:
    return sorted(SOURCE.rglob("*.py"))


def room_of(path: Path) -> str:
    return path.relative_to(SOURCE).with_suffix("").parts[0]


def imported(path: Path) -> set[str]:
    """The parts of Standfirst that a module imports, without the leading package name."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name.removeprefix("standfirst.") for name in names if name.startswith("standfirst.")}


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_module_imports_only_what_its_room_may(path: Path) -> None:
    room = room_of(path)
    if room in FREE:
        return
    assert room in MAY_IMPORT, f"{room} is a new room: say in this table what it may import"
    allowed = MAY_IMPORT[room] | {room, "__version__"}
    strangers = {
        name for name in imported(path) if not any(name == door or name.startswith(f"{door}.") for door in allowed)
    }
    assert not strangers, f"{path.relative_to(SOURCE)} imports {strangers}"


def test_every_import_is_absolute() -> None:
    relative = [
        path.name
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert not relative


def test_only_the_network_and_the_loops_are_asynchronous() -> None:
    for path in modules():
        place = str(path.relative_to(SOURCE).with_suffix(""))
        if any(place.startswith(room) for room in ASYNC_ROOMS):
            continue
        tree = ast.walk(ast.parse(path.read_text("utf-8")))
        assert not any(isinstance(node, ast.AsyncFunctionDef) for node in tree), place


@pytest.mark.parametrize("room", ["collect", "extract", "decide", "pipeline"])
def test_stages_have_no_clock_and_no_chance(room: str) -> None:
    banned = ("datetime.now(", "time.time(", "random.", "os.environ", "getenv(", "logging.")
    for path in modules():
        if room_of(path) == room and path.stem != "fetch":
            text = path.read_text("utf-8")
            assert not [word for word in banned if word in text], path


def test_only_the_store_speaks_sql() -> None:
    for path in modules():
        if room_of(path) not in ("store", "commands"):
            names = imported_anything(path)
            assert not names & {"sqlite3", "psycopg"}, path


def imported_anything(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def test_peers_are_never_imported_by_the_program() -> None:
    peers = {"trafilatura", "feedparser", "resiliparse", "newspaper", "readability", "fastfeedparser"}
    for path in modules():
        assert not imported_anything(path) & peers, path


def test_no_module_is_longer_than_a_sitting() -> None:
    long = {str(p.relative_to(SOURCE)): n for p in modules() if (n := len(p.read_text("utf-8").splitlines())) > 350}
    assert not long


def test_the_error_tree_stays_small() -> None:
    tree = ast.parse((SOURCE / "errors.py").read_text("utf-8"))
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    errors = [c for c in classes if c.name.endswith("Error") or c.name == "_CarriesProblem"]
    assert len(errors) <= 12


def test_every_package_says_its_contract() -> None:
    for path in SOURCE.rglob("__init__.py"):
        doc = ast.get_docstring(ast.parse(path.read_text("utf-8")))
        assert doc, path
        assert len(doc.splitlines()) <= 12, path
