"""The feeds offered to a new reader: a dated list with the rule of its choice, kept in starter.toml."""

from __future__ import annotations

import functools
import tomllib
from importlib import resources
from typing import Any, NamedTuple

# the folder of each language, in the language itself
_FOLDERS = {"de": "Deutsch", "en": "English", "es": "Español", "fr": "Français"}


class StarterFeed(NamedTuple):
    """One offered feed. language: BCP 47; country: ISO 3166-1 alpha-2, where the outlet is; folder: where it is put."""

    url: str
    title: str
    language: str
    country: str
    folder: str


def starter() -> tuple[StarterFeed, ...]:
    """The offered feeds, by folder, in the order of the list."""
    return tuple(
        StarterFeed(f["url"], f["title"], f["language"], f["country"], _FOLDERS[f["language"]]) for f in _list()["feed"]
    )


def note() -> str:
    """By which rule the list was chosen, when, and what was not checked, as plain text."""
    found = _list()
    return f"{found['rule']} {found['checked']}"


@functools.cache
def _list() -> dict[str, Any]:
    return tomllib.loads(resources.files("standfirst.collect").joinpath("starter.toml").read_text("utf-8"))
