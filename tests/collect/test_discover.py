"""The feeds that a page names."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from standfirst.collect.discover import find_feeds, is_feed
from standfirst.collect.known import known_feed
from standfirst.model import FeedLink, Page

URL = "https://gazette.example/section/"


def page(body: str | bytes) -> Page:
    data = body.encode() if isinstance(body, str) else body
    return Page(URL, URL, 200, "text/html", {}, data, datetime(2026, 3, 2, tzinfo=UTC), "")


def test_the_main_feed_comes_first_and_comments_last() -> None:
    found = find_feeds(
        page(
            """<html><head><link rel="alternate" type="application/rss+xml" title="Gazette &raquo; Comments Feed"
            href="/comments/feed/"><link rel="stylesheet" href="x.css"><link rel="alternate" hreflang="de" href="/de">
            <link REL="Alternate" TYPE="application/rss+xml; charset=utf-8" title=" The
            Gazette " href="../feed?a=1&amp;b=2#top">
            <link rel="alternate feed" type="application/atom+xml" href="//feeds.gazette.example/atom">
            <link rel="alternate" type="application/rss+xml" href="../feed?a=1&amp;b=2">
            <link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">
            </head><body><a href="/rss">RSS</a></body></html>"""
        )
    )
    assert found == (
        FeedLink("https://gazette.example/feed?a=1&b=2", "The Gazette", "application/rss+xml"),
        FeedLink("https://feeds.gazette.example/atom", "", "application/atom+xml"),
        FeedLink("https://gazette.example/comments/feed/", "Gazette » Comments Feed", "application/rss+xml"),
    )


def test_links_in_the_text_are_the_second_choice() -> None:
    found = find_feeds(
        page(
            """<base href="https://www.gazette.example/"><a href="feedback">Write</a>
            <a href="rss.xml">All <b>news</b></a>
            <a href="/blog/feed/">Blog</a><a href="/feeds/42">No</a><a>None</a><a href="http://[">Bad</a>"""
        )
    )
    assert [(link.url, link.title) for link in found] == [
        ("https://www.gazette.example/rss.xml", "All news"),
        ("https://www.gazette.example/blog/feed/", "Blog"),
    ]


@pytest.mark.parametrize("body", ["", "no markup", b"\x00\xff\xfe", "<html></html>"])
def test_a_page_without_feeds(body: str | bytes) -> None:
    assert find_feeds(page(body)) == ()


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ("<?xml version='1.0'?><!-- c --><rss version='2.0'>", True),
        ("\n<a:feed xmlns:a='http://www.w3.org/2005/Atom'>", True),
        ("<rdf:RDF>", True),
        ("<?xml version='1.0'?><feed>".encode("utf-16"), True),
        ("<!doctype html><html><rss>", False),
        ("<urlset>", True),
        ("<sitemapindex>", False),
        ("{}", False),
        ('{"items": [' + " " * 9000 + '], "version": "https:\\/\\/jsonfeed.org\\/version\\/1"}', True),
        ("", False),
    ],
)
def test_what_begins_as_a_feed_does(body: str | bytes, answer: bool) -> None:
    assert is_feed(page(body)) is answer


def test_plain_json_counts_only_where_nothing_else_is_named() -> None:
    """JSON Feed 1.1, "Suggestions for Publishers"; WordPress names its API of every page as plain JSON."""
    plain = '<link rel="alternate" type="application/json" href="/wp-json/1">'
    feed = '<link rel="alternate" type="application/feed+json" href="/feed.json">'
    assert [link.url for link in find_feeds(page(plain + feed))] == ["https://gazette.example/feed.json"]
    assert [link.url for link in find_feeds(page(plain))] == ["https://gazette.example/wp-json/1"]


CHANNEL = "UC" + "x" * 22
KNOWN = {
    f"https://www.youtube.com/channel/{CHANNEL}": f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}",
    f"https://m.youtube.com/channel/{CHANNEL}/videos?a=1#b": f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}",
    "http://youtube.com/playlist?si=1&list=PL-a_1&x": "https://www.youtube.com/feeds/videos.xml?playlist_id=PL-a_1",
    "https://www.youtube.com/user/gazette": "https://www.youtube.com/feeds/videos.xml?user=gazette",
    "https://www.youtube.com/@gazette": None,
    "https://www.youtube.com/watch?v=1": None,
    "https://social.example/@ada": "https://social.example/@ada.rss",
    "https://social.example:8443/@ada/": "https://social.example:8443/@ada.rss",
    "https://social.example/@ada/1234": None,
    "https://medium.com/@ada": None,
    "https://www.reddit.com/r/news/": "https://www.reddit.com/r/news/.rss",
    "https://old.reddit.com/r/news/new?t=all": "https://www.reddit.com/r/news/new/.rss",
    "https://reddit.com/user/a-b": "https://www.reddit.com/user/a-b/.rss",
    "https://reddit.com/": None,
    "https://notreddit.com/r/news": None,
    "ftp://reddit.com/r/news": None,
    "https://reddit.com/r/" + "x" * 5000: None,
}


@pytest.mark.parametrize("address", KNOWN)
def test_feeds_that_services_document(address: str) -> None:
    assert known_feed(address) == KNOWN[address]
