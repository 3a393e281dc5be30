"""What the pages ask of the rest of the program: whatever needs the network, or another stage.

The pages know this protocol alone; whoever starts the server hands its implementation in. Nothing here raises for bad
input: what went wrong comes back as a `Problem`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from standfirst.errors import Problem
from standfirst.model import FeedLink, FeedOptions


class PreviewEntry(NamedTuple):
    """One entry of a feed that is only looked at: its title as plain text, and its time or None."""

    title: str
    published: datetime | None


@dataclass(frozen=True, slots=True)
class FeedPreview:
    """What a feed holds, shown before it is added. site: the address of its site, or ""."""

    title: str
    site: str
    entries: tuple[PreviewEntry, ...]


@dataclass(frozen=True, slots=True)
class Discovery:
    """What stands at an address that a reader gave.

    address: the one looked at. feeds: those it names, the best first; for a feed's own address that feed alone, or
    none. preview: of the only feed, or of the first. problem: why nothing was found, or None.
    """

    address: str
    feeds: tuple[FeedLink, ...]
    preview: FeedPreview | None
    problem: Problem | None


@dataclass(frozen=True, slots=True)
class Added:
    """The feed that was added, and how many articles came with it; `problem` says why none was added."""

    feed_url: str
    title: str
    articles: int
    problem: Problem | None


@dataclass(frozen=True, slots=True)
class Imported:
    """How many subscriptions were added, how many were there already, and what cost itself."""

    added: int
    known: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Starter:
    """A feed that is offered to a new reader. language: BCP 47; country: ISO 3166-1 alpha-2, or ""."""

    url: str
    title: str
    language: str
    country: str
    folder: str


class Actions(Protocol):
    """Everything that the pages cannot do alone. The asynchronous ones wait for the network."""

    async def discover(self, address: str) -> Discovery:
        """Look at an address that a reader gave: a feed, or a site that names some. Nothing is stored."""

    async def add(self, address: str, folder: str) -> Added:
        """Subscribe to the feed at its own address and take its first articles in, with one request."""

    async def import_opml(self, data: bytes, source: str) -> Imported:
        """Subscribe to every feed of an OPML file. source: its name, for problems."""

    async def take_starters(self, urls: tuple[str, ...]) -> Imported:
        """Subscribe to those starters; an address that is none is left out."""

    def starters(self) -> tuple[Starter, ...]:
        """The feeds offered to a new reader, by folder."""

    def starters_note(self) -> str:
        """By which rule the starters were chosen, and when: one or two sentences of plain text."""

    def export_opml(self) -> bytes:
        """Every subscription as an OPML 2.0 file."""

    async def remove(self, feed_url: str) -> bool:
        """Poll this feed no more; its articles stay. False where it was not in the list."""

    async def poll(self, feed_url: str) -> Problem | None:
        """Poll this feed now; what went wrong, or None."""

    async def choose(self, feed_url: str, options: FeedOptions, is_news: bool) -> Problem | None:
        """Fetch this feed in this way from now on; what cannot be sent, or None. No problem quotes a secret."""

    async def arrange(self, feed_url: str, folder: str, title: str) -> bool:
        """Move this feed to a folder and call it by this title ("" for its own). False where it is not in the list."""
