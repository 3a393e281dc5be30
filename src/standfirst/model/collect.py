"""What collecting makes: feeds, what they said, and the bytes that later facts point back to."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from standfirst.errors import Problem


@dataclass(frozen=True, slots=True)
class FeedOptions:
    """What the reader chose for one feed; a new switch is one field.

    full_text: fetch each entry's page, otherwise only the feed's own text is shown. user_agent: sent instead of the
    usual one. headers: further ones, name and value. cookies, username, password: sent to the feed's own origin alone.
    proxy: an http:// address to go through. Headers, cookies, password and proxy are secrets: never exported or logged.
    """

    full_text: bool = True
    user_agent: str = ""
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    cookies: str = field(default="", repr=False)
    username: str = ""
    password: str = field(default="", repr=False)
    proxy: str = field(default="", repr=False)


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

    media_type: of the last document that was read. cause: the problem in two or three words, and since: when the
    failures in a row began. remark: what was odd about a document that was read all the same, or "". empty_since: when
    it was first seen without entries. newest: the time of its newest entry; newest_key: a digest of that entry's key.
    habit: smoothed seconds between new entries, 0 while unknown. ttl: seconds the feed itself asks to wait, asked: the
    feed or its server, 0 for nothing. skip_hours, skip_days: as in Reading.
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
    media_type: str = ""
    cause: str = ""
    since: datetime | None = None
    remark: str = ""
    empty_since: datetime | None = None
    newest: datetime | None = None
    newest_key: str = ""
    habit: int = 0
    ttl: int = 0
    asked: int = 0
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[str, ...] = ()


class Enclosure(NamedTuple):
    """An attached medium: its address, media type or "", and size in bytes or 0."""

    url: str
    type: str = ""
    length: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """What a feed said of one article. title is plain text; summary and content are the feed's HTML as it stood.

    guid: the feed's own identifier, or "". link: absolute, or "". digest: of everything the feed said here, so that a
    changed entry is noticed. path: where in the feed document it stands ("/rss/channel/item[3]"). document: the digest
    of that document, once it is kept.
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
    document: str = ""

    @property
    def key(self) -> str:
        """The identity of the entry within its feed: its guid, else its link."""
        return self.guid or self.link


@dataclass(frozen=True, slots=True)
class Reading:
    """What one feed document said: its title and site (each "" where it said nothing), its entries in its own order.

    problems: what cost itself. hub: the WebSub hub named, or "". ttl: seconds the feed asks to wait, or 0.
    skip_hours: hours of the day (UTC, 0 to 23) and skip_days: English names of days ("Saturday") at which it asks not
    to be polled (RSS 2.0).
    """

    title: str
    site: str
    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...] = ()
    hub: str = ""
    ttl: int = 0
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[str, ...] = ()


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
