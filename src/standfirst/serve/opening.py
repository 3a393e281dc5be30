"""When a request for an article's page is a person opening it, so that it counts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

_ROBOTS = Path(__file__).parent / "data" / "robots.txt"


def is_opening(method: str, headers: Mapping[str, str]) -> bool:
    """Whether this request opens the page: a GET that navigates to the document, made for a person.

    Not: HEAD; prefetching (Sec-Purpose, Purpose, X-Moz); requests that a page makes for something other than a
    document (Sec-Fetch-Dest, W3C Fetch Metadata); programs that name themselves robots. A client that sends none of
    those headers counts. headers: looked up by lower-case name.
    """
    purpose = headers.get("sec-purpose", "") + headers.get("purpose", "") + headers.get("x-moz", "")
    fetched_for = headers.get("sec-fetch-dest", "document")
    return (
        method == "GET"
        and "prefetch" not in purpose.lower()
        and "preview" not in purpose.lower()
        and fetched_for == "document"
        and not is_robot(headers.get("user-agent", ""))
    )


def is_robot(user_agent: str) -> bool:
    """Whether a User-Agent names a program that reads pages unattended (data/robots.txt)."""
    name = user_agent.lower()
    return any(word in name for word in _robot_words())


@cache
def _robot_words() -> tuple[str, ...]:
    lines = (line.strip() for line in _ROBOTS.read_text("utf-8").splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))
