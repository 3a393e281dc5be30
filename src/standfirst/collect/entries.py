"""One entry element, of whatever format, to an Entry: each element name has one short reader.

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

from standfirst.collect.names import short_name
from standfirst.collect.values import line, markup, name_of
from standfirst.dates import parse_instant
from standfirst.model import Enclosure, Entry
from standfirst.text import clean_line
from standfirst.urls import parse

_BASES = ("{http://www.w3.org/XML/1998/namespace}base", "base", "BASE")  # CDF writes it without the namespace
# an address that the URL parser certainly takes: most are such, and the parser costs 20 times as much
_PLAIN_ADDRESS = re.compile(r"https?://(?!.*xn--)(?:[a-z0-9-]+\.)+[a-z]+(?:/[!-~]*)?", re.ASCII)
_WHOLE = re.compile(r"https?://", re.IGNORECASE)
_MOST_CHILDREN = 1000  # of an entry, that are looked at
_MOST_OF_A_KIND = 100  # authors, categories, enclosures of an entry
_MOST_ABOVE, _MOST_BASES = 8, 4  # elements above one that are asked for a base, and bases that are joined
_PAGE_TYPES = frozenset(("", "text/html", "html", "application/xhtml+xml", "xhtml"))


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
    texts: list[str] = field(default_factory=list)
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


Thing = TypeVar("Thing", str, Enclosure)
Reader = Callable[[Draft, etree._Element, str], None]


def read_entry(element: etree._Element, context: Context, path: str) -> tuple[Entry, str]:
    """The entry, and the date as printed where one stands that cannot be read ("" otherwise)."""
    draft = Draft(context, base_of(element, context))
    _read_attributes(draft, element)
    _read_children(draft, element)
    return finish(draft, path)


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


def _base(draft: Draft, child: etree._Element) -> str:
    """The base of relative addresses at an element within an entry."""
    if not draft.context.based:
        return draft.base
    return _joined(draft.base, tuple(value for key in _BASES if (value := child.get(key))))


def person(element: etree._Element, words: str, atom: bool) -> str:
    """A person's name: Atom's name child (else its mail), or the words of an RSS author element."""
    if not len(element):
        return name_of(line(element, words, atom))
    parts = {short_name(child.tag): child.text or "" for child in element if isinstance(child.tag, str)}
    name = parts.get("name") or parts.get("email")
    return name_of(clean_line(name) if name else line(element, words, atom))


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


# --- one reader for each element -------------------------------------------------------------------------------------


def _read_attributes(draft: Draft, element: etree._Element) -> None:
    """RDF names its items in rdf:about; CDF keeps address and date in attributes."""
    for key, given in element.items():
        name, value = short_name(str(key)), str(given)
        if name == "rdf:about":
            draft.say("about", value.strip())
        elif name == "href":
            draft.say("link", absolute(value, draft.base))
        elif name == "lastmod":
            draft.say("updated", value.strip())


def _read_children(draft: Draft, element: etree._Element) -> None:
    words = draft.context.words
    for child in islice(element, _MOST_CHILDREN):
        if reader := _reader_of(child.tag):
            reader(draft, child, words(child))


@functools.lru_cache(maxsize=2048)
def _reader_of(tag: object) -> Reader | None:
    return _READERS.get(short_name(tag)) if isinstance(tag, str) else None


def _line_as(key: str) -> Reader:
    return lambda draft, element, words: draft.say(key, line(element, words, draft.context.atom))


def _markup_as(key: str) -> Reader:
    return lambda draft, element, words: draft.say(key, markup(element, words, draft.context.atom))


def _html_as(key: str) -> Reader:
    return lambda draft, element, words: draft.say(key, markup(element, words, False))


def _words_as(key: str) -> Reader:
    return lambda draft, element, words: draft.say(key, words.strip())


def _summary(draft: Draft, element: etree._Element, words: str) -> None:
    """A second description is the longer text: so some feeds print it."""
    value = markup(element, words, draft.context.atom)
    draft.say("content" if draft.said.get("summary") else "summary", value)


def _content(draft: Draft, element: etree._Element, words: str) -> None:
    if not element.get("src"):
        draft.say("content", markup(element, words, draft.context.atom))


def _author(draft: Draft, element: etree._Element, words: str) -> None:
    if name := person(element, words, draft.context.atom):
        draft.authors.append(name)


def _link_element(draft: Draft, element: etree._Element, words: str) -> None:
    base = _base(draft, element)
    if not element.attrib:
        draft.say("link", absolute(words, base))
        return
    relation = (element.get("rel") or "alternate").strip().lower()
    kind = (element.get("type") or "").strip().lower()
    found = absolute(element.get("href") or element.get("url") or words, base)
    if relation == "alternate" and kind in _PAGE_TYPES and found:
        draft.links.append(found)
    elif relation == "enclosure" and found:
        draft.enclosures.append(Enclosure(found, kind, _size(element.get("length"))))


def _guid(draft: Draft, element: etree._Element, words: str) -> None:
    value = words.strip()
    if (element.get("isPermaLink") or element.get("ispermalink") or "true").strip().lower() != "true":
        draft.say("guid", value)
        return
    found = absolute(value, _base(draft, element))
    draft.say("permalink", found)
    draft.say("guid", found or value)


def _origin(draft: Draft, element: etree._Element, words: str) -> None:
    draft.say("origlink", absolute(words, _base(draft, element)))


def _category(draft: Draft, element: etree._Element, words: str) -> None:
    given = element.get("label") or element.get("term")
    if found := (given and clean_line(given)) or line(element, words, draft.context.atom):
        draft.categories.append(found)


def _medium(draft: Draft, element: etree._Element, words: str) -> None:
    if url := absolute(element.get("url") or "", _base(draft, element)):
        size = _size(element.get("length") or element.get("fileSize"))
        draft.enclosures.append(Enclosure(url, (element.get("type") or "").strip().lower(), size))
    _read_children(draft, element)


def _group(draft: Draft, element: etree._Element, words: str) -> None:
    _read_children(draft, element)


def _size(text: str | None) -> int:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


_READERS: dict[str, Reader] = {
    "title": _line_as("title"),
    "dc:title": _line_as("dc:title"),
    "media:title": _line_as("media:title"),
    "link": _link_element,
    "feedburner:origlink": _origin,
    "guid": _guid,
    "id": _guid,
    "description": _summary,
    "summary": _summary,
    "abstract": _summary,
    "dc:description": _markup_as("dc:description"),
    "media:description": _markup_as("media:description"),
    "itunes:summary": _markup_as("itunes:summary"),
    "content": _content,
    "content:encoded": _html_as("content"),
    "fullitem": _html_as("content"),
    "xhtml:body": _html_as("content"),
    "body": _html_as("content"),
    "author": _author,
    "dc:creator": _author,
    "dc:author": _author,
    "itunes:author": _line_as("itunes:author"),
    "pubdate": _words_as("published"),
    "published": _words_as("published"),
    "issued": _words_as("published"),
    "dcterms:issued": _words_as("published"),
    "dc:date": _words_as("dc:date"),
    "created": _words_as("created"),
    "dcterms:created": _words_as("created"),
    "updated": _words_as("updated"),
    "modified": _words_as("updated"),
    "lastbuilddate": _words_as("updated"),
    "dcterms:modified": _words_as("updated"),
    "category": _category,
    "keywords": _category,
    "dc:subject": _category,
    "enclosure": _medium,
    "media:content": _medium,
    "media:thumbnail": _medium,
    "media:group": _group,
}
