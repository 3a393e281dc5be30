"""Feeds that a service documents for its addresses: an address to try before a site is looked through."""

from __future__ import annotations

import functools
import re
import tomllib
from importlib import resources
from typing import Any

from standfirst.urls import outlet_of, parse

_LONGEST_ADDRESS = 2048


def known_feed(url: str) -> str | None:
    """The feed that a service documents for such an address (known.toml), None where none is known.

    A YouTube handle ("/@name") has none: its page names the feed itself.
    """
    address = parse(url)
    if address is None or len(address) > _LONGEST_ADDRESS:
        return None
    whole = address.replace("http://", "https://", 1).partition("#")[0]
    for known in _known():
        found = known["pattern"].fullmatch(whole if known.get("query") else whole.partition("?")[0])
        if found and outlet_of(whole) not in known.get("not_hosts", ()):
            return str(known["feed"].format(*found.groups()))
    return None


@functools.cache
def _known() -> tuple[dict[str, Any], ...]:
    data = tomllib.loads(resources.files("standfirst.collect").joinpath("known.toml").read_text("utf-8"))
    return tuple(known | {"pattern": re.compile(known["pattern"], re.ASCII)} for known in data["known"])
