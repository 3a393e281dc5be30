"""The nouns, in the order in which they flow: Feed, Entry, Page, Evidence, Article, then what the store is given.

Each is made by the one package in its heading. Times are aware and in UTC; spans are code points of `Article.text`.
"""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass, fields
from datetime import datetime
from typing import NamedTuple

from standfirst.errors import Problem

# --- owner: collect ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FeedOptions:
    """What the reader chose for one feed; a new switch is one field."""

    full_text: bool = True
    """Fetch each entry's page for its full text; otherwise only the feed's own text is shown."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A source that is polled. `url` is its identity, `outlet` the registrable domain whose words it carries."""

    url: str
    outlet: str
    title: str = ""
    site: str = ""
    is_news: bool = True
    options: FeedOptions = FeedOptions()


@dataclass(frozen=True, slots=True)
class FeedState:
    """What polling has learnt of one feed.

    etag, modified: validators to send back. due: when it is polled next. interval: seconds between polls when all is
    well. failures: polls failed in a row. last_polled, last_success: times of answers. last_status: the last
    HTTP status, or 0. problem: the last poll's problem in one line, or "". moved_to: a permanent new address that was
    seen to work, or "". gone: the publisher answered 410.
    """

    url: str
    etag: str = ""
    modified: str = ""
    due: datetime | None = None
    interval: int = 1800
    failures: int = 0
    last_polled: datetime | None = None
    last_success: datetime | None = None
    last_status: int = 0
    problem: str = ""
    moved_to: str = ""
    gone: bool = False


class Enclosure(NamedTuple):
    """An attached medium: its address, media type or "", and size in bytes or 0."""

    url: str
    type: str = ""
    length: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """What a feed said of one article. title is plain text; summary and content are the feed's HTML as it stood.

    guid: the feed's own identifier, or "". link: absolute, or "". digest: of everything the feed said here, so that a
    changed entry is noticed. path: where in the feed document it stands ("/rss/channel/item[3]").
    """

    feed: str
    guid: str
    link: str
    title: str
    summary: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None
    content: str = ""
    categories: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    digest: str = ""
    path: str = ""

    @property
    def key(self) -> str:
        """The identity of the entry within its feed: its guid, else its link."""
        return self.guid or self.link


@dataclass(frozen=True, slots=True)
class Reading:
    """What one feed document said: its title and site (each "" where it said nothing), its entries in its own order.

    problems: what cost itself. hub: the WebSub hub named, or "". ttl: seconds the feed asks to wait, or 0.
    """

    title: str
    site: str
    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...] = ()
    hub: str = ""
    ttl: int = 0


class FeedLink(NamedTuple):
    """A feed that a page names: its absolute address, its title or "", its media type or ""."""

    url: str
    title: str
    type: str


class Outline(NamedTuple):
    """One subscription of an OPML file: feed address, title, site, and folder (nested ones joined by " / ")."""

    url: str
    title: str
    site: str
    folder: str


@dataclass(frozen=True, slots=True)
class Page:
    """The bytes that later facts point back to, as one request brought them.

    url: as asked for; final_url: after redirects. headers: lower-case names. body: decoded from its transfer encoding
    (gzip and the like), never from its charset. digest: SHA-256 of body, hex. moved_to: the last address of an
    unbroken chain of permanent redirects (301, 308) from url, or "".
    """

    url: str
    final_url: str
    status: int
    media_type: str
    headers: dict[str, str]
    body: bytes
    fetched: datetime
    digest: str
    moved_to: str = ""


def digest_of(data: bytes) -> str:
    """The digest by which a page is known: SHA-256 in lower-case hex."""
    return hashlib.sha256(data).hexdigest()


# --- owner: extract ---------------------------------------------------------------------------------------------


class Method(enum.StrEnum):
    """Where a field was found."""

    FEED = "feed"
    JSON_LD = "json-ld"
    OPEN_GRAPH = "open-graph"
    MICRODATA = "microdata"
    DOM = "dom"
    RULE = "rule"


class Evidence(NamedTuple):
    """Where one field stands in a kept page, so that it can be proven without the extractor.

    path: a node path or JSON pointer in the syntax of extract/evidence.py. form: the normal form applied before
    comparing. digest: of the value in that form.
    """

    field: str
    method: Method
    page: str
    path: str
    form: str
    digest: str


class BlockKind(enum.StrEnum):
    """What a block of an article's text is."""

    HEADLINE = "headline"
    STANDFIRST = "standfirst"
    PARAGRAPH = "paragraph"
    HEADING = "heading"
    QUOTE = "quote"
    LIST_ITEM = "list-item"
    PREFORMATTED = "preformatted"


class Block(NamedTuple):
    """One block of an article: text[start:end]. time: of the post, in a live blog."""

    kind: BlockKind
    start: int
    end: int
    time: datetime | None = None


class State(enum.StrEnum):
    """How much of the article is held."""

    FULL = "full"
    PARTIAL = "partial"
    PAYWALL = "paywall"
    CONSENT_WALL = "consent-wall"
    NOT_ARTICLE = "not-article"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Site:
    """What is known of a host before its page is read: handed to `extract`, learnt elsewhere."""

    host: str
    outlet: str
    feed_title: str = ""
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """One article as extracted: a source's words, verbatim, and where each was found.

    id: fixed at first sight (`article_id`). url: canonical. outlet: registrable domain. text: headline, standfirst and
    body blocks, joined by blank lines; `blocks` are its spans, in order. state_reason: why, in words, where the
    state is not full. page: digest of the page or feed document it was taken from. revision: digest of its text.
    aliases: other URLs of it that were believed. made_by: stage and version.
    """

    id: str
    url: str
    outlet: str
    headline: str
    standfirst: str | None
    bylines: tuple[str, ...]
    published: datetime | None
    modified: datetime | None
    language: str
    sections: tuple[str, ...]
    text: str
    blocks: tuple[Block, ...]
    state: State
    state_reason: str
    evidence: tuple[Evidence, ...]
    page: str
    revision: str
    made_by: str
    aliases: tuple[str, ...] = ()

    def body(self) -> str:
        """The body's words alone: every block but headline and standfirst, joined by blank lines."""
        outside = (BlockKind.HEADLINE, BlockKind.STANDFIRST)
        return "\n\n".join(self.text[b.start : b.end] for b in self.blocks if b.kind not in outside)


def article_id(cleaned_link: str) -> str:
    """The permanent id of an article first seen under this cleaned link: 80 bits of SHA-256 as 20 hex digits."""
    return hashlib.sha256(cleaned_link.encode("utf-8", "surrogatepass")).hexdigest()[:20]


def revision_of(text: str) -> str:
    """The digest by which a revision of an article's text is known: 80 bits of SHA-256 as 20 hex digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:20]


def lay_out(parts: list[tuple[BlockKind, str, datetime | None]]) -> tuple[str, tuple[Block, ...]]:
    """Join parts into an article's text and the blocks that are its spans; empty parts are left out."""
    texts: list[str] = []
    blocks: list[Block] = []
    at = 0
    for kind, words, time in parts:
        if not words:
            continue
        blocks.append(Block(kind, at, at + len(words), time))
        texts.append(words)
        at += len(words) + 2
    return "\n\n".join(texts), tuple(blocks)


# --- owner: store -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Subscription:
    """A feed in a reader's list, with the folder it lies in ("" = none) and the reader's own title for it or ""."""

    feed: str
    folder: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Sighting:
    """An entry that a feed carried, the article it is, and when it was first seen there."""

    article: str
    entry: Entry
    seen: datetime


@dataclass(frozen=True, slots=True)
class PageJob:
    """A page that is wanted for an article's full text. due: not before. tries: made so far. wanted: first asked."""

    article: str
    url: str
    feed: str
    due: datetime
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Taken:
    """An article as taken at one moment; the store makes a revision of it where its text is new."""

    article: Article
    seen: datetime


@dataclass(frozen=True, slots=True)
class Noted:
    """A problem and when it was met."""

    problem: Problem
    at: datetime


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that one step wants changed. `Store.apply` does all of it or nothing; applying it twice is once."""

    feeds: tuple[Feed, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()
    states: tuple[FeedState, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    articles: tuple[Taken, ...] = ()
    jobs: tuple[PageJob, ...] = ()
    jobs_done: tuple[str, ...] = ()
    problems: tuple[Noted, ...] = ()

    def __add__(self, other: Changes) -> Changes:
        """Both, one after the other."""
        return Changes(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))
