"""The feeds that a page names."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from standfirst.collect.discover import find_feeds, is_feed
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
        ("<urlset>", False),
        ("{}", False),
        ("", False),
    ],
)
def test_what_begins_as_a_feed_does(body: str | bytes, answer: bool) -> None:
    assert is_feed(page(body)) is answer
