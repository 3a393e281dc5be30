"""One entry in the making, of whatever format, and what it becomes: an Entry with its digest.

Precedence, where a feed says a thing twice: the plain name before the module's (title before dc:title), the
publisher's own address before a feed service's (feedburner:origLink), the first before the later.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import TypeVar

from lxml import etree

from standfirst.dates import parse_instant
from standfirst.model import Enclosure, Entry
from standfirst.urls import parse

_BASES = ("{http://www.w3.org/XML/1998/namespace}base", "base", "BASE")  # CDF writes it without the namespace
# an address that the URL parser certainly takes: most are such, and the parser costs 20 times as much
_PLAIN_ADDRESS = re.compile(r"https?://(?!.*xn--)(?:[a-z0-9-]+\.)+[a-z]+(?:/[!-~]*)?", re.ASCII)
_WHOLE = re.compile(r"https?://", re.IGNORECASE)
_MOST_OF_A_KIND = 100  # authors, categories, enclosures of an entry
_MOST_ABOVE, _MOST_BASES = 8, 4  # elements above one that are asked for a base, and bases that are joined

Thing = TypeVar("Thing", str, Enclosure)


@dataclass(frozen=True, slots=True)
class Context:
    """What a document says for all its entries. base: of relative links, or "". based: xml:base occurs in it.

    words: how the text of its elements is read.
    """

    feed: str
    base: str
    based: bool
    atom: bool
    authors: tuple[str, ...] = ()
    words: Callable[[etree._Element], str] = lambda element: element.text or ""


@dataclass(slots=True)
class Draft:
    """What has been read of one entry so far; each list in the order of the document."""

    context: Context
    base: str
    said: dict[str, str] = field(default_factory=dict)
    authors: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    enclosures: list[Enclosure] = field(default_factory=list)

    def say(self, key: str, value: str) -> None:
        """Keep the first value that says anything."""
        if value and not self.said.get(key):
            self.said[key] = value

    def first(self, *keys: str) -> str:
        for key in keys:
            if value := self.said.get(key):
                return value
        return ""


def finish(draft: Draft, path: str) -> tuple[Entry, str]:
    """A draft as an entry, with the date that could not be read or ""."""
    published, unreadable = _date(draft, "published", "dc:date", "created")
    updated, unreadable_update = _date(draft, "updated")
    authors = draft.authors or [name for name in (draft.first("itunes:author"),) if name]
    entry = Entry(
        feed=draft.context.feed,
        guid=draft.first("guid", "about"),
        link=_link(draft),
        title=draft.first("title", "dc:title", "media:title"),
        summary=draft.first("summary", "dc:description", "media:description", "itunes:summary"),
        authors=_each_once(authors) or draft.context.authors,
        published=published,
        updated=updated,
        content=draft.first("content"),
        categories=_each_once(draft.categories),
        enclosures=_each_once(draft.enclosures),
        path=path,
    )
    return _with_digest(entry), unreadable or unreadable_update


def _each_once(found: list[Thing]) -> tuple[Thing, ...]:
    return tuple(dict.fromkeys(found[:_MOST_OF_A_KIND])) if found else ()


def absolute(address: str, base: str) -> str:
    """The http(s) address as printed where it is whole, else joined to base; "" where that makes none.

    Without a base nothing can be resolved, so the address stays as printed, whatever it is.
    """
    address = address.strip()
    if not base or _PLAIN_ADDRESS.fullmatch(address):
        return address
    if _WHOLE.match(address) and parse(address):
        return address
    return (parse(address, base) or "") if address else ""


def base_of(element: etree._Element, context: Context) -> str:
    """The base of relative addresses at this element (XML Base, section 4)."""
    if not context.based:
        return context.base
    nodes = (element, *islice(element.iterancestors(), _MOST_ABOVE))
    return _joined(context.base, tuple(value for node in nodes for key in _BASES if (value := node.get(key))))


@functools.lru_cache(maxsize=256)
def _joined(base: str, given: tuple[str, ...]) -> str:
    """The base that attributes name, the innermost first."""
    for value in reversed(given[:_MOST_BASES]):
        base = parse(value, base or None) or base
    return base


def base_within(draft: Draft, child: etree._Element) -> str:
    """The base of relative addresses at an element within an entry."""
    if not draft.context.based:
        return draft.base
    return _joined(draft.base, tuple(value for key in _BASES if (value := child.get(key))))


def _with_digest(entry: Entry) -> Entry:
    said = (
        entry.guid,
        entry.link,
        entry.title,
        entry.summary,
        "\x1f".join(entry.authors),
        _seconds(entry.published),
        _seconds(entry.updated),
        entry.content,
        "\x1f".join(entry.categories),
        "\x1f".join(enclosure.url for enclosure in entry.enclosures),
    )
    digest = hashlib.sha256("\x1e".join(said).encode("utf-8", "surrogatepass")).hexdigest()[:20]
    object.__setattr__(entry, "digest", digest)  # the entry is still nobody else's
    return entry


def _seconds(moment: datetime | None) -> str:
    return str(moment.timestamp()) if moment else ""


def _date(draft: Draft, *keys: str) -> tuple[datetime | None, str]:
    unreadable = ""
    for key in keys:
        if printed := draft.said.get(key):
            if found := parse_instant(printed):
                return found, ""
            unreadable = unreadable or printed
    return None, unreadable


def _link(draft: Draft) -> str:
    if found := draft.first("origlink", "link"):
        return found
    if draft.links:
        return draft.links[0]
    return draft.first("permalink")
