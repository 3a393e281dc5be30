"""What every format's reader shares: limits, problems, and putting a Reading together.

An entry with neither guid nor link is read and reported (entry-without-id): it has no key to be kept by. A date ahead
of time stays as printed: the store decides what to show.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from standfirst.errors import Code, FeedError, Problem, Stage
from standfirst.model import Entry, Page, Reading

MOST_ENTRIES = 10_000

Found = tuple[Entry, str]
"""An entry, and the date as printed where one stands that cannot be read ("" otherwise)."""


def source_of(page: Page) -> str:
    """The address that problems of a page name, and that its relative links begin at."""
    return page.final_url or page.url


class Head(NamedTuple):
    """What a document says of the feed itself; the fields are those of Reading."""

    title: str = ""
    site: str = ""
    hub: str = ""
    ttl: int = 0
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[str, ...] = ()


def reading(source: str, head: Head, found: Sequence[Found], problems: Iterable[Problem]) -> Reading:
    """The first 10,000 entries as a Reading, the problems of each behind those of the whole."""
    kept = found[:MOST_ENTRIES]
    told = [*problems]
    if len(found) > MOST_ENTRIES:
        told.append(problem(Code.TOO_MANY_ENTRIES, source, "", f"more than {MOST_ENTRIES}", "fewer"))
    for entry, unreadable in kept:
        if unreadable or not entry.key:
            told += _troubles(source, entry, unreadable)
    return Reading(entries=tuple(entry for entry, _ in kept), problems=tuple(told), **head._asdict())


def _troubles(source: str, entry: Entry, unreadable: str) -> Iterable[Problem]:
    if not entry.key:
        yield problem(Code.ENTRY_WITHOUT_ID, source, entry.path, "neither guid nor link", "one of them")
    if unreadable:
        where = f"{entry.path} {entry.key}".strip()
        yield problem(Code.ENTRY_DATE_UNREADABLE, source, where, repr(unreadable), "a date and time")


def empty(source: str, found: str = "no entry") -> Problem:
    """What is said of a feed without entries."""
    return problem(Code.FEED_EMPTY, source, "", found, "at least one")


def problem(code: Code, source: str, where: str, found: str, wanted: str) -> Problem:
    """A problem of a feed document, its words cut to what a Problem holds."""
    return Problem(Stage.COLLECT, code, source, where[:300], found[:300], wanted)


def refused(source: str, code: Code, found: str, wanted: str) -> FeedError:
    """The error to raise for a document of which nothing can be read."""
    return FeedError(problem(code, source, "", found, wanted))
