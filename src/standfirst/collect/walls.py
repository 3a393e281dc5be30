"""Which service stands between a reader and a site, when it answers instead of the site: signs are dated data."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import NamedTuple

BODY_READ = 16 * 1024
"""Bytes of the body that are looked at; the pages of walls name themselves near their beginning."""
_REFUSING = (401, 403, 405, 406, 429, 503)


class Sign(NamedTuple):
    """One way by which a wall is known: everything given must hold.

    statuses: at which it counts, () for any. header, value: a header that holds this (value "": is there at all).
    body: what the body holds. All in lower case.
    """

    wall: str
    statuses: tuple[int, ...]
    header: str
    value: str
    body: bytes


def wall_of(status: int, headers: Mapping[str, str], body_prefix: bytes) -> str | None:
    """The name of the wall that gave this answer ("Cloudflare"), or None: pure, in one pass a sign.

    headers: lower-case names, `set-cookie` among them where it was kept. body_prefix: the first bytes of the body,
    inflated; may be empty.
    """
    body = body_prefix[:BODY_READ].lower()
    return next((sign.wall for sign in _signs() if _shows(sign, status, headers, body)), None)


def wall_in_words(name: str) -> str:
    """A wall as it stands in a sentence: "a Cloudflare wall", "an Akamai wall"."""
    return f"{'an' if re.match('[AEIO]|F5', name) else 'a'} {name} wall"


def _shows(sign: Sign, status: int, headers: Mapping[str, str], body: bytes) -> bool:
    if sign.statuses and status not in sign.statuses:
        return False
    if sign.header:
        found = headers.get(sign.header)
        if found is None or sign.value not in found.lower():
            return False
    return sign.body in body


@functools.cache
def _signs() -> tuple[Sign, ...]:
    data = tomllib.loads(resources.files("standfirst.collect").joinpath("walls.toml").read_text("utf-8"))
    return tuple(_sign(wall["name"], each) for wall in data["wall"] for each in wall["signs"])


def _sign(wall: str, given: Mapping[str, str]) -> Sign:
    statuses = () if given.get("status") == "any" else _REFUSING
    return Sign(wall, statuses, given.get("header", ""), given.get("value", ""), given.get("body", "").encode())
