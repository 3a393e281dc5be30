"""Find the feeds that a page names: what is behind the address of a site."""

from __future__ import annotations

import re

from lxml import etree, html

from standfirst.collect.decode import decode, text_of
from standfirst.collect.document import read_prolog
from standfirst.collect.jsonfeed import is_json, is_json_feed
from standfirst.collect.sitemap import sitemap_children
from standfirst.model import FeedLink, Page
from standfirst.text import clean_line
from standfirst.urls import clean, parse

_TYPES = frozenset(
    ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "text/rss+xml", "application/feed+json")
)
_JSON = "application/json"
_MAYBE = frozenset(("application/xml", "text/xml", ""))
_ROOTS = frozenset(("rss", "rdf", "feed", "channel", "urlset"))
# the last part of a path where sites keep a feed ("/feed/", "/rss.xml", "/atom", "/index.rdf")
_FEED_PATH = re.compile(
    r"/(?:(?:feed|rss|atom|index)\.(?:xml|rss|atom|rdf)|feed\.json|feeds?|rss2?|atom)/?$", re.IGNORECASE
)
_COMMENTS = re.compile(r"comment|kommentar|commentaire|comentario", re.IGNORECASE)
_MOST_SITEMAPS = 20
_READ_AT_MOST = 2 * 1024 * 1024  # bytes: a page names its feeds in its head, at worst in its foot


def is_feed(page: Page) -> bool:
    """Whether the body begins as a feed does; cheap, and no promise that it can be read.

    JSON is one where it says so anywhere: its keys stand in any order.
    """
    try:
        text = text_of(page) if page.body.startswith(b"\x1f\x8b") else decode(page.body[:8192], page.media_type)
    except ValueError:
        return False
    if is_json(text):
        return is_json_feed(decode(page.body, page.media_type))
    return read_prolog(text[:8192]).root.rpartition(":")[2].lower() in _ROOTS


def find_feeds(page: Page) -> tuple[FeedLink, ...]:
    """The feeds that an HTML page names, absolute, each once: main feeds in document order, comment feeds last.

    Plain JSON counts only where no other type is named (JSON Feed 1.1, "Suggestions for Publishers"). Where the head
    names none, the links in the text that look like one are taken, in the same order. An index of sitemaps names the
    20 that changed last.
    """
    if sitemaps := sitemap_children(page)[:_MOST_SITEMAPS]:
        return tuple(FeedLink(url, "", "application/xml") for url in sitemaps)
    root = _root(page)
    if root is None:
        return ()
    bases = (element.get("href") for element in root.iter("base"))
    url = page.final_url or page.url
    base = next((joined for href in bases if href and (joined := parse(href.strip(), url or None))), url)
    named = [link for element in root.iter("link") if (link := _named(element, base))]
    sure = [link for link in named if link.type != _JSON]
    links = sure or named or [link for element in root.iter("a") if (link := _hinted(element, base))]
    once: dict[str, FeedLink] = {}
    for link in links:
        once.setdefault(link.url, link)
    return tuple(sorted(once.values(), key=_is_for_comments))


def _root(page: Page) -> etree._Element | None:
    text = decode(page.body[:_READ_AT_MOST], page.media_type)
    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    try:
        return etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _named(element: etree._Element, base: str) -> FeedLink | None:
    """A link element with rel=alternate and the type of a feed (RSS Advisory Board, RSS autodiscovery)."""
    relations = (element.get("rel") or "").lower().split()
    kind = (element.get("type") or "").partition(";")[0].strip().lower()
    if "alternate" not in relations and "feed" not in relations:
        return None
    if kind not in _TYPES | {_JSON} and not (kind in _MAYBE and "feed" in relations):
        return None
    return _link(element, base, element.get("title") or "", kind)


def _hinted(element: etree._Element, base: str) -> FeedLink | None:
    kind = (element.get("type") or "").partition(";")[0].strip().lower()
    address = parse(element.get("href") or "", base or None)
    path = address.partition("#")[0].partition("?")[0] if address else ""
    if kind not in _TYPES and not _FEED_PATH.search(path):
        return None
    words = "".join(str(part) for part in element.itertext())
    return _link(element, base, element.get("title") or words, kind if kind in _TYPES else "")


def _link(element: etree._Element, base: str, title: str, kind: str) -> FeedLink | None:
    address = parse((element.get("href") or "").strip(), base or None) if element.get("href") else None
    if address is None or clean(address) is None:
        return None
    return FeedLink(address.partition("#")[0], clean_line(title, 200), kind)


def _is_for_comments(link: FeedLink) -> bool:
    return bool(_COMMENTS.search(link.title) or _COMMENTS.search(link.url))
