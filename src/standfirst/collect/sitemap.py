"""Sitemaps as feeds (sitemaps.org/protocol.html): Google's news sitemaps, dated plain ones, and indexes of them.

A news sitemap names each article's title, time and publication (Google Search Central, "News sitemaps"). A plain one
names addresses and when each changed last; an address without that date is no news and is left out. Without news the
newest 10,000 are kept, because such lists go back to the first page of a site.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from lxml import etree

from standfirst.collect.decode import text_of
from standfirst.collect.document import Tree, parse, read_prolog
from standfirst.collect.draft import Context, Draft, absolute, finish
from standfirst.collect.names import local_name, short_name
from standfirst.collect.reading import MOST_ENTRIES, Found, Head, empty, problem, reading, source_of
from standfirst.collect.values import plain
from standfirst.dates import parse_instant
from standfirst.errors import Code
from standfirst.model import Enclosure, Page, Reading
from standfirst.urls import outlet_of

ROOTS = frozenset(("urlset", "sitemapindex"))
MOST_ADDRESSES = 50_000
_LONGEST_ADDRESS = 2048
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


def read_sitemap(tree: Tree, page: Page) -> Reading:
    """The articles that a sitemap names; an index names none (see `sitemap_children`). Never raises."""
    source = source_of(page)
    if tree.root is not None:
        tree.words(tree.root)  # puts back in the whole tree what was set aside
    problems = [problem(Code.FEED_DAMAGED, source, "", tree.damage, "well-formed XML")] if tree.damage else []
    if tree.root is None or local_name(tree.root.tag) == "sitemapindex":
        count = len([*_each(tree.root, "sitemap")]) if tree.root is not None else 0
        return reading(source, Head(), [], [*problems, empty(source, f"an index of {count} sitemaps")])
    context = Context(page.url, source, False, False)
    elements = [*_each(tree.root, "url")]
    if tree.cut and elements:
        del elements[-1]  # its words end in the middle
    found = [_entry(element, context, number) for number, element in _newest(elements)]
    kept = [each for each in found if each[0].link and (each[0].title or each[0].published or each[0].updated)]
    if not kept:
        problems.append(empty(source, "a sitemap without news and dates"))
    elif len(elements) > MOST_ENTRIES:
        problems.append(problem(Code.TOO_MANY_ENTRIES, source, "", f"{len(elements)} addresses", f"{MOST_ENTRIES}"))
    return reading(source, Head(_publication(tree.root)), kept, problems)


def sitemap_children(page: Page) -> tuple[str, ...]:
    """The sitemaps that an index names, absolute, the newest `lastmod` first; () for what is no index. Never raises.

    As the protocol asks: on the same site, 50,000 at most, none longer than 2,048 characters.
    """
    try:
        text = text_of(page)
    except ValueError:
        return ()
    prolog = read_prolog(text)
    if prolog.declares or local_name(prolog.root.replace(":", "}")) != "sitemapindex":
        return ()
    tree = parse(text, prolog)
    if tree.root is None:
        return ()
    tree.words(tree.root)
    return _children(tree.root, source_of(page))


def _children(root: etree._Element, source: str) -> tuple[str, ...]:
    dated: dict[str, datetime] = {}
    outlet = outlet_of(source)
    for element in _each(root, "sitemap"):
        said = {short_name(child.tag): child.text or "" for child in element if isinstance(child.tag, str)}
        address = _address(said.get("loc", ""), source)
        if address and address not in dated and outlet_of(address) == outlet:
            dated[address] = parse_instant(said.get("lastmod", "").strip()) or _LONG_AGO
    return tuple(sorted(dated, key=dated.__getitem__, reverse=True))


def _each(root: etree._Element, name: str) -> Iterator[etree._Element]:
    found = (child for child in root if isinstance(child.tag, str) and local_name(child.tag) == name)
    return (child for _, child in zip(range(MOST_ADDRESSES), found, strict=False))


def _address(loc: str, base: str) -> str:
    found = absolute(loc, base)
    return found if len(found) <= _LONGEST_ADDRESS else ""


def _entry(element: etree._Element, context: Context, number: int) -> Found:
    draft = Draft(context, context.base)
    for child in element.iterdescendants():
        words = (child.text or "").strip() if isinstance(child.tag, str) else ""
        name = short_name(child.tag) if words else ""
        if name == "loc":
            draft.say("link", _address(words, context.base))
        elif name == "lastmod":
            draft.say("updated", words)
        elif name == "news:publication_date":
            draft.say("published", words)
        elif name == "news:title":
            draft.say("title", plain(words))
        elif name == "news:keywords":
            draft.categories.extend(word for part in words.split(",") if (word := plain(part)))
        elif name == "image:loc" and (url := _address(words, context.base)):
            draft.enclosures.append(Enclosure(url))
    return finish(draft, f"/urlset/url[{number}]")


def _publication(root: etree._Element) -> str:
    """The name of the first publication: each article of a news sitemap says it again."""
    for element in root.iter("{*}publication"):
        for child in element:
            if short_name(child.tag) == "news:name" and child.text:
                return plain(child.text)
    return ""


def _newest(elements: list[etree._Element]) -> list[tuple[int, etree._Element]]:
    """The elements with their numbers, as they stand; where there are more than are kept, the newest first."""
    numbered = [*enumerate(elements, 1)]
    if len(elements) <= MOST_ENTRIES:
        return numbered
    return sorted(numbered, key=lambda each: _date_of(each[1]), reverse=True)[:MOST_ENTRIES]


def _date_of(element: etree._Element) -> datetime:
    printed = element.findtext(".//{*}publication_date") or element.findtext("{*}lastmod") or ""
    return parse_instant(printed.strip()) or _LONG_AGO
