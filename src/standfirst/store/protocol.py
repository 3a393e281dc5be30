"""What is asked of the store, by who asks: Intake (the pipeline), Library (the pages and commands).

One contract suite (tests/store/test_contract.py) holds every implementation to these words.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from standfirst.model import Article, Changes, Entry, Feed, FeedState, Page, PageJob, Subscription


class Audience(enum.StrEnum):
    """For whom an answer is; decided once, here. Until accounts exist everybody who reaches the server is the owner."""

    OWNER = "owner"
    MEMBER = "member"
    PUBLIC = "public"


class Key(NamedTuple):
    """A place in the river: the time shown in microseconds since 1970 UTC, then the article's serial. Newest first."""

    at: int
    serial: int


@dataclass(frozen=True, slots=True)
class RiverItem:
    """One line of the river. at: the time shown: published, or first seen where that is absent or lies ahead of it."""

    id: str
    headline: str
    standfirst: str | None
    outlet: str
    feed: str
    feed_title: str
    at: datetime
    published: datetime | None
    state: str
    revisions: int
    also_in: tuple[str, ...]
    """Titles of the other feeds that carried the same article."""
    url: str
    language: str = ""
    source: str = "page"
    """Whose text is shown: "page", or "feed" for the feed's own."""
    changes: int = 0
    """How often its publisher changed it: texts of one source beyond the first (a page's after a feed's is none)."""
    snippet: str = ""
    """Search only: words around the match, as plain text, the matches between \\x02 and \\x03."""


@dataclass(frozen=True, slots=True)
class River:
    """One keyset page. `older` is the key to ask the next page with, None at the end; `newer` the way back."""

    items: tuple[RiverItem, ...]
    older: Key | None
    newer: Key | None


@dataclass(frozen=True, slots=True)
class RevisionView:
    """One text an article had. source: "page" or "feed" (the feed's own text). seen: first seen with this text."""

    revision: str
    seen: datetime
    source: str
    headline: str


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article with what the store knows of it. revisions: oldest first, the current one last."""

    article: Article
    first_seen: datetime
    opened: int
    feed: str
    feed_title: str
    also_in: tuple[str, ...]
    revisions: tuple[RevisionView, ...]
    page_fetched: datetime | None
    """When the page or feed document of the current revision was fetched."""
    full_text_wanted: bool
    """The full text is still to be fetched."""


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """One feed, its state, its place in the reader's list, and counts. latest: time shown of its newest article."""

    feed: Feed
    state: FeedState
    subscription: Subscription
    articles: int
    latest: datetime | None
    pages_waiting: int


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """A stored problem: the same one met again is one row with a count."""

    stage: str
    code: str
    source: str
    where: str
    found: str
    wanted: str
    first: datetime
    last: datetime
    times: int


@dataclass(frozen=True, slots=True)
class Counts:
    """What is held, from cached counts."""

    feeds: int
    articles: int
    full: int
    jobs: int
    problems: int


@dataclass(frozen=True, slots=True)
class Applied:
    """What one `apply` changed: new articles, articles with a new text, and entries new to their feed."""

    articles: int = 0
    revisions: int = 0
    entries: int = 0


class Intake(Protocol):
    """Asked by the pipeline. Every call is synchronous, short, and safe from any thread."""

    def apply(self, changes: Changes) -> Applied:
        """Do all of it or nothing; twice is once. Raises DiskFullError or StoreError with nothing changed.

        A feed that exists keeps its state and what was chosen for it; choices alter that. A subscription given again
        moves folder and title. Sightings are keyed by feed and entry key. An article's first `Taken` makes it; a
        later one with another text makes a new revision and makes it current, except that a feed's text (made_by
        starts "extract/feed") never replaces a page's. With the same text the fields are renewed in place. Aliases
        are recorded; an alias is never taken from another article. Jobs: one an article. jobs_done: article ids whose
        page is no longer wanted. Order: feeds, subscriptions, states, articles, sightings, jobs, jobs_done, problems.
        """

    def keep_page(self, page: Page) -> None:
        """Keep the bytes of a page, once per digest (an unchanged one stores only its digest and time)."""

    def feeds(self) -> tuple[tuple[Feed, FeedState], ...]:
        """Every feed with its state, by URL."""

    def due_feeds(self, now: datetime, limit: int) -> tuple[tuple[Feed, FeedState], ...]:
        """Feeds whose due time has come (or was never set), the longest due first."""

    def next_due(self) -> datetime | None:
        """When the next feed or page job is due: None where nothing is known."""

    def known_entries(self, feed: str, keys: Iterable[str]) -> Mapping[str, tuple[str, str]]:
        """entry key -> (article id, entry digest) for those of the keys that this feed has carried."""

    def resolve_alias(self, urls: Iterable[str]) -> Mapping[str, str]:
        """url -> article id, for those of the cleaned URLs that are known as an article's."""

    def jobs(self, now: datetime, limit: int, besides: Iterable[str] = ()) -> tuple[PageJob, ...]:
        """Page jobs that are due, newest article first, leaving out these article ids."""

    def sighting(self, article: str) -> tuple[Feed, Entry] | None:
        """The feed that carried the article first, and the entry as that feed last gave it."""


class Library(Protocol):
    """Asked by pages and commands; every question carries its audience."""

    def river(
        self,
        audience: Audience,
        *,
        feed: str | None = None,
        folder: str | None = None,
        before: Key | None = None,
        after: Key | None = None,
        limit: int = 50,
    ) -> River:
        """Articles by time shown, newest first; `before` goes to older ones, `after` to newer ones."""

    def search(self, audience: Audience, words: str, *, before: Key | None = None, limit: int = 50) -> River:
        """Newest first. All words must occur; "a phrase" in quotes; -word excludes. Odd input never raises."""

    def article(self, audience: Audience, id: str) -> ArticleView | None:
        """One article by its id."""

    def revision(self, audience: Audience, id: str, revision: str) -> Article | None:
        """The article as it was in one of its revisions."""

    def find(self, audience: Audience, url: str) -> str | None:
        """The id of the article known under this cleaned URL."""

    def count_opening(self, id: str) -> int:
        """Add one opening of the article's page and answer the new number; 0 where there is no such article."""

    def health(self, audience: Audience) -> tuple[FeedHealth, ...]:
        """Every feed with its health, by folder and title."""

    def problems(self, audience: Audience, limit: int = 200) -> tuple[ProblemRow, ...]:
        """The latest problems, newest first; a feed's or page's next success removes those it made."""

    def counts(self, audience: Audience) -> Counts:
        """How much is held."""

    def page(self, digest: str) -> bytes | None:
        """The kept bytes of a page, or None where they have expired."""

    def remove_feed(self, url: str) -> bool:
        """Unsubscribe: the feed is polled no more; the articles it brought stay. False where there was none."""


class Store(Intake, Library, Protocol):
    """Both, on one database."""

    def close(self) -> None:
        """Let go of files and connections; further calls raise StoreError."""
