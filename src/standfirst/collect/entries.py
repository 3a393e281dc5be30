"""One entry element, of whatever format, to an Entry: each element name has one short reader."""

from __future__ import annotations

import functools
from collections.abc import Callable
from itertools import islice

from lxml import etree

from standfirst.collect.draft import Context, Draft, absolute, base_of, base_within, finish
from standfirst.collect.names import short_name
from standfirst.collect.values import line, markup, name_of
from standfirst.model import Enclosure, Entry
from standfirst.text import clean_line

_MOST_CHILDREN = 1000  # of an entry, that are looked at
_PAGE_TYPES = frozenset(("", "text/html", "html", "application/xhtml+xml", "xhtml"))


Reader = Callable[[Draft, etree._Element, str], None]


def read_entry(element: etree._Element, context: Context, path: str) -> tuple[Entry, str]:
    """The entry, and the date as printed where one stands that cannot be read ("" otherwise)."""
    draft = Draft(context, base_of(element, context))
    _read_attributes(draft, element)
    _read_children(draft, element)
    return finish(draft, path)


def person(element: etree._Element, words: str, atom: bool) -> str:
    """A person's name: Atom's name child (else its mail), or the words of an RSS author element."""
    if not len(element):
        return name_of(line(element, words, atom))
    parts = {short_name(child.tag): child.text or "" for child in element if isinstance(child.tag, str)}
    name = parts.get("name") or parts.get("email")
    return name_of(clean_line(name) if name else line(element, words, atom))


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
    base = base_within(draft, element)
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
    found = absolute(value, base_within(draft, element))
    draft.say("permalink", found)
    draft.say("guid", found or value)


def _origin(draft: Draft, element: etree._Element, words: str) -> None:
    draft.say("origlink", absolute(words, base_within(draft, element)))


def _category(draft: Draft, element: etree._Element, words: str) -> None:
    given = element.get("label") or element.get("term")
    if found := (given and clean_line(given)) or line(element, words, draft.context.atom):
        draft.categories.append(found)


def _medium(draft: Draft, element: etree._Element, words: str) -> None:
    if url := absolute(element.get("url") or "", base_within(draft, element)):
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
