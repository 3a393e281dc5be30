"""The documentation is under test: what exists is described, and what is linked exists."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from standfirst.cli import cli
from standfirst.config import KEYS, wanted_of
from standfirst.errors import Code

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"


def commands(group: click.Group, prefix: str = "standfirst") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{prefix} {name}")
        else:
            yield f"{prefix} {name}", command


def rows(page: str, start: str) -> list[str]:
    """The lines of a document's tables that begin so."""
    return [line for line in (DOCS / page).read_text("utf-8").splitlines() if line.startswith(start)]


@pytest.mark.parametrize("key", KEYS)
def test_every_setting_is_documented(key: str) -> None:
    (row,) = rows("settings.md", f"| `{key}` |")
    assert row.count("|") == 5


@pytest.mark.parametrize("key", [key for key in KEYS if "number from" in wanted_of(key)])
def test_every_range_is_documented(key: str) -> None:
    (row,) = rows("settings.md", f"| `{key}` |")
    assert f"| {wanted_of(key).partition('number from ')[2]} |" in row


def test_no_setting_is_documented_that_does_not_exist() -> None:
    named = re.findall(r"^\| `([a-z]+\.[a-z_]+)` \|", (DOCS / "settings.md").read_text("utf-8"), re.MULTILINE)
    assert set(named) == set(KEYS)


def options_of(command: click.Command) -> Iterator[str]:
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            yield from (*parameter.opts, *parameter.secondary_opts)


@pytest.mark.parametrize("name", [name for name, _ in commands(cli)])
def test_every_command_is_documented_with_its_options_and_no_others(name: str) -> None:
    (row,) = (row for row in rows("cli.md", f"| `{name}") if re.match(rf"\| `{name}[` ]", row))
    common = set() if " evaluate " in name else {"--settings", "--data"}  # the paragraph above the table has these
    named = set(re.findall(r"`(--[a-z][a-z-]*)", row)) - {"--help"}
    assert named | common == set(options_of(dict(commands(cli))[name]))


def test_the_options_of_nearly_every_command_stand_above_the_table() -> None:
    above = (DOCS / "cli.md").read_text("utf-8").partition("| command |")[0]
    assert "Every command but `evaluate` takes `--settings FILE`" in above
    assert "`--data FOLDER`" in above


@pytest.mark.parametrize("code", list(Code), ids=str)
def test_every_problem_code_is_documented(code: Code) -> None:
    assert f"| `{code}` |" in (DOCS / "problems.md").read_text("utf-8")
    assert code.advice


def test_no_problem_code_is_documented_that_does_not_exist() -> None:
    named = re.findall(r"^\| `([a-z-]+)` \|", (DOCS / "problems.md").read_text("utf-8"), re.MULTILINE)
    assert set(named) == {str(code) for code in Code}


def tracked() -> list[Path]:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False).stdout
    return [ROOT / name for name in names.decode().split("\0") if name]


def test_links_between_documents_lead_somewhere() -> None:
    for page in [ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.relative_to(ROOT)} links to {target}"


def test_nothing_in_the_tree_names_a_machine() -> None:
    files = tracked()
    if not files:
        pytest.skip("not a git checkout: the list of tracked files is skipped")
    for file in files:
        if file.suffix in {".woff2", ".png", ".lock", ".ico"} or not file.is_file():
            continue
        text = file.read_text("utf-8", "replace")
        found = re.search(r"/(?:work|root|home/\w+|opt/\w+/wheels)/", text)
        assert found is None, f"{file.relative_to(ROOT)}: {found and found[0]}"
