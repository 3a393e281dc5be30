"""The outlets of the newsstand, read from outlets.toml."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import timedelta, timezone
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Outlet:
    """A fictional outlet and the habits of its site.

    key: its folder under articles/. host: without port. zone: in which it prints times. encoding: of its pages and
    feed. feed: the feed's path; format: "rss" or "atom"; full_text: whether the feed carries whole articles. path: of
    an article's page, with {slug}, {section}, {year}, {month}, {day}. accent: a CSS colour.
    """

    key: str
    name: str
    tagline: str
    host: str
    language: str
    zone: timezone
    encoding: str
    feed: str
    format: str
    full_text: bool
    path: str
    accent: str
    address: str


def outlets() -> tuple[Outlet, ...]:
    """Every outlet, in the order of outlets.toml."""
    table = tomllib.loads(files("standfirst.newsstand").joinpath("outlets.toml").read_text("utf-8"))
    return tuple(Outlet(key=key, **{**values, "zone": _zone(values["zone"])}) for key, values in table.items())


def path_word(words: str) -> str:
    """Words as they stand in a path: lower case, letters and digits of ASCII, hyphens between."""
    for letter, plain in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        words = words.lower().replace(letter, plain)
    return re.sub(r"[^a-z0-9]+", "-", words).strip("-")


def _zone(words: str) -> timezone:
    hours, minutes = words[1:].split(":")
    distance = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-distance if words[0] == "-" else distance)
