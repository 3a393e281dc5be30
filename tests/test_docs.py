"""The documentation is under test: what exists is described, and what is linked exists."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from standfirst.cli import cli
from standfirst.config import KEYS
from standfirst.errors import Code

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"


def commands(group: click.Group, prefix: str = "standfirst") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{prefix} {name}")
        else:
            yield f"{prefix} {name}", command


@pytest.mark.parametrize("key", KEYS)
def test_every_setting_is_documented(key: str) -> None:
    assert f"| `{key}` |" in (DOCS / "settings.md").read_text("utf-8")


def test_no_setting_is_documented_that_does_not_exist() -> None:
    named = re.findall(r"^\| `([a-z]+\.[a-z_]+)` \|", (DOCS / "settings.md").read_text("utf-8"), re.MULTILINE)
    assert set(named) == set(KEYS)


@pytest.mark.parametrize("name", [name for name, _ in commands(cli)])
def test_every_command_is_documented_with_its_options(name: str) -> None:
    text = (DOCS / "cli.md").read_text("utf-8")
    assert f"`{name}" in text
    for parameter in dict(commands(cli))[name].params:
        if isinstance(parameter, click.Option):
            assert any(option in text for option in parameter.opts), f"{name} {parameter.opts}"


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
        found = re.search(r"(/work/|/root/|/home/\w+/|/opt/\w+/wheels)", text)
        assert found is None or file.name == "test_docs.py", f"{file.relative_to(ROOT)}: {found and found[0]}"
