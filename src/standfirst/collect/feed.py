"""A feed document to its entries: RSS 0.9 to 2.0, RSS 1.0 (RDF), Atom 0.3 and 1.0, CDF, healthy or damaged.

The quick path parses with lxml, repairing what is not well-formed; what it finds no entries in is read again with a
tolerant parser. An entry with neither guid nor link is read and reported (entry-without-id): it has no key to be
kept by. A date ahead of time stays as printed: the store decides what to show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from lxml import etree

from standfirst.collect.decode import decode
from standfirst.collect.document import Tree, parse, read_prolog
from standfirst.collect.entries import Context, absolute, base_of, person, read_entry
from standfirst.collect.fallback import read_tolerantly
from standfirst.collect.names import local_name, short_name
from standfirst.collect.values import line
from standfirst.errors import Code, FeedError, Problem, Stage
from standfirst.model import Entry, Page, Reading
from standfirst.urls import parse as parse_url

MOST_ENTRIES = 10_000
_MOST_ABOVE = 16  # elements in the path of an entry

_ROOTS = frozenset(("rss", "rdf", "feed", "channel", "entry"))
_ENTRY_TAGS = ("{*}item", "{*}entry", "{*}ITEM", "{*}Item", "{*}Entry")
_ENTRY_START = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)[\s>]", re.IGNORECASE)
_OTHER_ROOTS = {
    "html": "an HTML page",
    "opml": "an OPML list of subscriptions",
    "urlset": "a sitemap",
    "sitemapindex": "a list of sitemaps",
    "svg": "an SVG image",
}
_BINARY = re.compile("[\x00-\x08\x0e-\x1f\ufffd]")
_HTML_ELEMENTS = frozenset(("html", "head", "body", "div", "p", "script", "meta", "title", "center", "span", "a"))

Found = tuple[Entry, str]


def read_feed(page: Page) -> Reading:
    """The entries of a feed document, in its own order, with what cost itself as problems.

    Raises FeedError: NOT_A_FEED (with what it is, in words), ENTITY_DECLARED.
    """
    text = decode(page.body, page.media_type or page.headers.get("content-type", ""))
    prolog = read_prolog(text)
    source = page.final_url or page.url
    if prolog.declares:
        raise _refused(source, Code.ENTITY_DECLARED, "a DOCTYPE with declarations", "a feed without them")
    if not prolog.root or prolog.doctype == "html" or prolog.root.lower() == "html":
        raise _not_a_feed(source, text, "html" if prolog.doctype == "html" else prolog.root)
    tree = parse(text, prolog)
    if tree.root is None or local_name(tree.root.tag) not in _ROOTS:
        if not _ENTRY_START.search(text):
            raise _not_a_feed(source, text, prolog.root)
        return _read_again(text, page, tree)
    reading = _read_tree(tree, page)
    if not reading.entries and tree.damage and _ENTRY_START.search(text):
        return _read_again(text, page, tree)
    return reading


# --- the quick path ---------------------------------------------------------------------------------------------------


def _read_tree(tree: Tree, page: Page) -> Reading:
    assert tree.root is not None
    root = tree.root
    head = _head(root)
    context = _context(root, head, page, tree.based)
    elements = list(islice(root.iter(*_ENTRY_TAGS), MOST_ENTRIES + 1))
    if tree.cut and elements:
        del elements[-1]  # its words end in the middle
    paths = _paths(elements)
    found = [read_entry(element, context, next(paths)) for element in elements[:MOST_ENTRIES]]
    title, site, hub, ttl = _read_head(head, context)
    entries = tuple(entry for entry, _ in found)
    problems = _problems(page.final_url or page.url, tree, found, len(elements))
    return Reading(title, site, entries, problems, hub, ttl)


def _head(root: etree._Element) -> etree._Element:
    """The element that speaks for the feed: RSS's channel, Atom's feed."""
    if local_name(root.tag) in ("rss", "rdf"):
        for child in root:
            if isinstance(child.tag, str) and local_name(child.tag) == "channel":
                return child
    return root


def _context(root: etree._Element, head: etree._Element, page: Page, based: bool) -> Context:
    atom = local_name(root.tag) in ("feed", "entry")
    url = page.final_url or page.url
    location = page.headers.get("content-location", "")
    base = (parse_url(location, url or None) if location else None) or url
    context = Context(page.url, base, based, atom)
    if not atom:
        return context
    # RFC 4287 section 4.2.1: the feed's authors are those of an entry that names none
    names = (person(c, atom) for c in head if isinstance(c.tag, str) and short_name(c.tag) == "author")
    return Context(page.url, base, based, atom, tuple(dict.fromkeys(name for name in names if name)))


def _read_head(head: etree._Element, context: Context) -> tuple[str, str, str, int]:
    """Title, site, hub and the seconds to wait that a feed names."""
    title = site = hub = identity = ""
    ttl = 0
    if local_name(head.tag) == "entry":
        return title, site, hub, ttl
    for child in head:
        name = short_name(child.tag) if isinstance(child.tag, str) else ""
        if name in ("title", "dc:title"):
            title = title or line(child, context.atom)
        elif name == "link":
            relation = (child.get("rel") or "alternate").strip().lower()
            address = absolute(child.get("href") or child.text or "", base_of(child, context))
            site = site or (address if relation == "alternate" else "")
            hub = hub or (address if relation == "hub" else "")
        elif name == "id":
            identity = absolute(child.text or "", base_of(child, context))
        elif name == "ttl":
            ttl = ttl or _minutes(child.text)
    # CDF's channel is named by HREF; an Atom feed without a link has its id for an address where it is one
    return title, site or absolute(head.get("HREF") or "", context.base) or identity, hub, ttl


def _minutes(text: str | None) -> int:
    text = (text or "").strip()
    return int(text) * 60 if text.isascii() and text.isdigit() and len(text) < 8 else 0


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


# --- the tolerant path, and what is said of both ----------------------------------------------------------------------


def _read_again(text: str, page: Page, tree: Tree) -> Reading:
    url = page.final_url or page.url
    context = Context(page.url, url, False, False)
    title, site, found = read_tolerantly(text, context, MOST_ENTRIES)
    if not title and not found:
        raise _not_a_feed(url, text, "")
    return Reading(title, site, tuple(entry for entry, _ in found), _problems(url, tree, found, len(found)))


def _problems(source: str, tree: Tree, found: list[Found], count: int) -> tuple[Problem, ...]:
    problems = []
    if tree.damage:
        problems.append(_problem(Code.FEED_DAMAGED, source, "", tree.damage, "well-formed XML"))
    if not found:
        problems.append(_problem(Code.FEED_EMPTY, source, "", "no entry", "at least one"))
    if count > MOST_ENTRIES:
        problems.append(_problem(Code.TOO_MANY_ENTRIES, source, "", f"more than {MOST_ENTRIES}", "fewer"))
    for entry, unreadable in found:
        if not entry.key:
            problems.append(_problem(Code.ENTRY_WITHOUT_ID, source, entry.path, "neither guid nor link", "one of them"))
        if unreadable:
            where = f"{entry.path} {entry.key}".strip()
            problems.append(_problem(Code.ENTRY_DATE_UNREADABLE, source, where, repr(unreadable), "a date and time"))
    return tuple(problems)


def _not_a_feed(source: str, text: str, root: str) -> FeedError:
    return _refused(source, Code.NOT_A_FEED, _what_it_is(text, root), "RSS or Atom")


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
    if start[0] in "{[":
        return "a JSON Feed" if "jsonfeed.org/version" in start else "a JSON document"
    if len(_BINARY.findall(start)) > 8:
        return "binary data"
    return f"an XML document of another kind (<{root[:60]}>)" if root else "plain text"


def _refused(source: str, code: Code, found: str, wanted: str) -> FeedError:
    return FeedError(_problem(code, source, "", found, wanted))


def _problem(code: Code, source: str, where: str, found: str, wanted: str) -> Problem:
    return Problem(Stage.COLLECT, code, source, where[:300], found[:300], wanted)
