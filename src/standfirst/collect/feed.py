"""A feed document to its entries: RSS 0.9 to 2.0, RSS 1.0 (RDF), Atom 0.3 and 1.0, CDF, JSON Feed, news sitemaps.

XML is parsed with lxml, what is not well-formed is repaired first. Where the root is no feed's, or a damaged document
gave no entries, it is read again from the first tag within it that begins a feed or an entry.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice

from lxml import etree

from standfirst.collect.decode import text_of
from standfirst.collect.document import Prolog, Tree, parse, read_prolog
from standfirst.collect.draft import Context, absolute, base_of
from standfirst.collect.entries import person, read_entry
from standfirst.collect.jsonfeed import is_json, read_json_feed
from standfirst.collect.names import local_name, short_name
from standfirst.collect.reading import MOST_ENTRIES, Head, empty, problem, reading, refused, source_of
from standfirst.collect.sitemap import ROOTS as SITEMAP_ROOTS
from standfirst.collect.sitemap import read_sitemap
from standfirst.collect.values import line
from standfirst.errors import Code, FeedError, Problem
from standfirst.model import Page, Reading
from standfirst.urls import parse as parse_url

_MOST_ABOVE = 8  # elements in the path of an entry
_MOST_IN_HEAD = MOST_ENTRIES + 1000  # children of a feed that are looked at for its title, site and authors
_MOST_SKIPPED = 24  # hours and days of skipHours and skipDays
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_ROOTS = frozenset(("rss", "rdf", "feed", "channel", "entry"))
_ENTRY_TAGS = ("{*}item", "{*}entry", "{*}ITEM", "{*}Item", "{*}Entry")
_FEED_START = re.compile(r"<((?:[\w.-]+:)?(?:rss|rdf|feed|channel))[\s>]", re.IGNORECASE)
_ENTRY_START = re.compile(r"<((?:[\w.-]+:)?(?:item|entry))[\s>]", re.IGNORECASE)
_OTHER_ROOTS = {"html": "an HTML page", "opml": "an OPML list of subscriptions", "svg": "an SVG image"}
_BINARY = re.compile("[\x00-\x08\x0e-\x1f\ufffd]")
_HTML_ELEMENTS = frozenset(("html", "head", "body", "div", "p", "script", "meta", "title", "center", "span", "a"))


def read_feed(page: Page) -> Reading:
    """The entries of a feed document, in its own order, with what cost itself as problems.

    Raises FeedError: NOT_A_FEED (with what it is, in words), FEED_DAMAGED, ENTITY_DECLARED, TOO_LARGE.
    """
    source = source_of(page)
    try:
        text = text_of(page)
    except ValueError as error:
        raise refused(source, Code.NOT_A_FEED, str(error), "a feed") from error
    if is_json(text):
        return read_json_feed(text, page)
    prolog = read_prolog(text)
    if prolog.declares:
        raise refused(source, Code.ENTITY_DECLARED, "a DOCTYPE with declarations", "a feed without them")
    if not prolog.root or prolog.doctype == "html" or prolog.root.lower() == "html":
        raise _not_a_feed(source, text, "html" if prolog.doctype == "html" else prolog.root)
    return _read_xml(text, prolog, page)


def _read_xml(text: str, prolog: Prolog, page: Page) -> Reading:
    root = prolog.root.rpartition(":")[2].lower()
    if root in SITEMAP_ROOTS:
        return read_sitemap(parse(text, prolog), page)
    found = _read_tree(parse(text, prolog), page) if root in _ROOTS else None
    if found is None or (not found.entries and any(told.code is Code.FEED_DAMAGED for told in found.problems)):
        inner = _from_within(text, prolog, found is None)
        again = _read_tree(inner, page) if inner else None
        if again and again.entries:
            return again
    if found is None:
        raise _not_a_feed(source_of(page), text, prolog.root)
    return found


def _from_within(text: str, prolog: Prolog, strange: bool) -> Tree | None:
    """The tree from the first start tag of an entry; where the root is strange, from a feed's if there is one."""
    if strange and (start := _FEED_START.search(text, prolog.at + 1)):
        tree = parse(text, Prolog(start[1], start.start()))
    elif start := _ENTRY_START.search(text, prolog.at):
        tree = parse("<channel>" + text[start.start() :], Prolog("channel", 0))
    else:
        return None
    damage = f"<{prolog.root[:60]}> around a feed" if strange else tree.damage or "entries outside the feed"
    return replace(tree, damage=damage)


def _read_tree(tree: Tree, page: Page) -> Reading:
    root = tree.root
    if root is None:
        return reading(source_of(page), Head(), [], _problems(source_of(page), tree, False))
    head = _head(root)
    context = _context(tree, head, page)
    elements = list(islice(root.iter(*_ENTRY_TAGS), MOST_ENTRIES + 1))
    if tree.cut and elements:
        del elements[-1]  # its words end in the middle
    found = [read_entry(element, context, path) for element, path in zip(elements, _paths(elements), strict=True)]
    source = source_of(page)
    return reading(source, _read_head(head, context), found, _problems(source, tree, bool(found)))


def _problems(source: str, tree: Tree, entries: bool) -> Iterator[Problem]:
    if tree.damage:
        yield problem(Code.FEED_DAMAGED, source, "", tree.damage, "well-formed XML")
    if not entries:
        yield empty(source)


def _head(root: etree._Element) -> etree._Element:
    """The element that speaks for the feed: RSS's channel, Atom's feed."""
    if local_name(root.tag) in ("rss", "rdf"):
        for child in root:
            if isinstance(child.tag, str) and local_name(child.tag) == "channel":
                return child
    return root


def _context(tree: Tree, head: etree._Element, page: Page) -> Context:
    atom = tree.root is not None and local_name(tree.root.tag) in ("feed", "entry")
    url = source_of(page)
    location = page.headers.get("content-location", "")
    base = (parse_url(location, url or None) if location else None) or url
    context = Context(page.url, base, tree.based, atom, words=tree.words)
    if not atom:
        return context
    # RFC 4287 section 4.2.1: the feed's authors are those of an entry that names none
    children = (child for child in islice(head, _MOST_IN_HEAD) if isinstance(child.tag, str))
    named = (child for child in children if short_name(child.tag) == "author")
    names = (person(child, tree.words(child), atom) for child in named)
    return replace(context, authors=tuple(dict.fromkeys(name for name in names if name)))


def _read_head(head: etree._Element, context: Context) -> Head:
    """What the feed says of itself: its title, site and hub, and when it asks not to be polled."""
    if local_name(head.tag) == "entry":
        return Head()
    said: dict[str, str] = {}
    skipped: dict[str, list[str]] = {"skiphours": [], "skipdays": []}
    for child in islice(head, _MOST_IN_HEAD):
        name = short_name(child.tag) if isinstance(child.tag, str) else ""
        if name == "link":
            name = f"rel:{(child.get('rel') or 'alternate').strip().lower()}"
        if name in skipped:
            skipped[name] += [context.words(each) for each in islice(child, _MOST_SKIPPED)]
        elif name in _HEAD and not said.get(_HEAD[name]):
            said[_HEAD[name]] = _HEAD_READERS[_HEAD[name]](child, context)
    # CDF's channel is named by HREF; an Atom feed without a link has its id for an address where it is one
    site = said.get("site") or absolute(head.get("HREF") or "", context.base) or said.get("id", "")
    ttl = 60 * _figure(said.get("ttl", ""))
    return Head(said.get("title", ""), site, said.get("hub", ""), ttl, _hours(skipped), _days(skipped))


def _hours(skipped: dict[str, list[str]]) -> tuple[int, ...]:
    """RSS 2.0: 0 to 23 in GMT; RSS 0.91 counts from 1 to 24."""
    figures = [_figure(words) for words in skipped["skiphours"] if words.strip().isdigit()]
    return tuple(sorted({figure % 24 for figure in figures if figure <= 24}))


def _days(skipped: dict[str, list[str]]) -> tuple[str, ...]:
    said = {words.strip().capitalize() for words in skipped["skipdays"]}
    return tuple(day for day in _DAYS if day in said)


def _address(link: etree._Element, context: Context) -> str:
    return absolute(link.get("href") or context.words(link), base_of(link, context))


def _figure(text: str) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0


# what is read of a feed's head: the name of an element, or the relation of a link, and how it is read
_HEAD = {"title": "title", "dc:title": "title", "ttl": "ttl", "id": "id", "rel:alternate": "site", "rel:hub": "hub"}
_HEAD_READERS: dict[str, Callable[[etree._Element, Context], str]] = {
    "title": lambda child, context: line(child, context.words(child), context.atom),
    "ttl": lambda child, context: context.words(child),
    "id": lambda child, context: absolute(context.words(child), base_of(child, context)),
    "site": _address,
    "hub": _address,
}


def _paths(elements: list[etree._Element]) -> Iterator[str]:
    """Where each entry stands: "/rss/channel/item[3]", counted among the entries that follow each other there."""
    parent, above, count = None, "", 0
    for element in elements:
        if element.getparent() is not parent or not count:
            parent, count = element.getparent(), 0
            nodes = [*islice(element.iterancestors(), _MOST_ABOVE)]
            above = "".join(f"/{local_name(node.tag)}" for node in reversed(nodes))
        count += 1
        yield f"{above}/{local_name(element.tag)}[{count}]"


def _not_a_feed(source: str, text: str, root: str) -> FeedError:
    return refused(source, Code.NOT_A_FEED, _what_it_is(text, root), "RSS, Atom or JSON Feed")


def _what_it_is(text: str, root: str) -> str:
    """The document in words, for the person who gave its address."""
    start = text[:2000].lstrip()
    if not start:
        return "an empty answer"
    name = root.rpartition(":")[2].lower()
    if name in _HTML_ELEMENTS:
        return "an HTML page"
    if name in _OTHER_ROOTS:
        return _OTHER_ROOTS[name]
    if start[0] == "[":
        return "a JSON document"
    if len(_BINARY.findall(start)) > 8:
        return "binary data"
    return f"an XML document of another kind (<{root[:60]}>)" if root else "plain text"
