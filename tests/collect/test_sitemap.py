"""News sitemaps, plain sitemaps and their indexes, clause by clause (sitemaps.org/protocol.html; Google's schemas)."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from standfirst.collect.discover import find_feeds, is_feed
from standfirst.collect.feed import read_feed
from standfirst.collect.sitemap import sitemap_children
from standfirst.errors import Code, FeedError
from standfirst.model import Enclosure, Page, Reading

URL = "https://www.gazette.example/news.xml"
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">"""
NEWS = """<url><loc> https://www.gazette.example/a?x=1&amp;y=2 </loc><lastmod>2026-03-02T10:00+01:00</lastmod>
<n:news><n:publication><n:name>The Gazette</n:name><n:language>en</n:language></n:publication>
<n:publication_date>2026-03-01T08:30:00Z</n:publication_date><n:title><![CDATA[Tides &amp; <b>bells</b>]]></n:title>
<n:keywords>sea, bells,</n:keywords></n:news>
<image:image><image:loc>https://www.gazette.example/a.jpg</image:loc><image:title>T</image:title></image:image></url>"""


def page(body: str | bytes, url: str = URL) -> Page:
    data = body.encode() if isinstance(body, str) else body
    return Page(url, url, 200, "application/xml", {}, data, datetime(2026, 3, 2, tzinfo=UTC), "")


def read(urls: str) -> Reading:
    return read_feed(page(f"{HEAD}{urls}</urlset>"))


def test_a_news_entry_has_title_times_picture_and_keywords() -> None:
    reading = read(NEWS)
    (entry,) = reading.entries
    assert (reading.title, reading.site, reading.problems) == ("The Gazette", "", ())
    assert (entry.link, entry.title) == ("https://www.gazette.example/a?x=1&y=2", "Tides & bells")
    assert entry.published == datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
    assert entry.updated == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert entry.categories == ("sea", "bells")
    assert entry.enclosures == (Enclosure("https://www.gazette.example/a.jpg"),)
    assert entry.path == "/urlset/url[1]"


def test_without_news_only_dated_addresses_are_entries() -> None:
    """Protocol, "XML tag definitions": lastmod is optional, in W3C Datetime, which may leave out the time."""
    reading = read(
        "<url><loc>https://www.gazette.example/1</loc></url>"
        "<url><loc>https://www.gazette.example/2</loc><lastmod>2026-02-03</lastmod><priority>0.5</priority></url>"
    )
    assert [(entry.link, entry.title) for entry in reading.entries] == [("https://www.gazette.example/2", "")]
    assert reading.entries[0].updated == datetime(2026, 2, 3, tzinfo=UTC)
    assert read("<url><loc>https://www.gazette.example/1</loc></url>").problems[0].code is Code.FEED_EMPTY


def test_an_address_of_2048_characters_is_the_longest() -> None:
    """Protocol, "XML tag definitions": loc is less than 2,048 characters."""
    start = "https://www.gazette.example/"
    long = [start + "a" * (length - len(start)) for length in (2048, 2049)]
    urls = "".join(f"<url><loc>{loc}</loc><lastmod>2026-01-01</lastmod></url>" for loc in long)
    assert [entry.link for entry in read(urls).entries] == long[:1]


def test_of_a_long_list_the_newest_are_kept() -> None:
    url = "<url><loc>https://www.gazette.example/{0}</loc><lastmod>{1}</lastmod></url>"
    old = "".join(url.format(number, "2020-01-01") for number in range(10_001))
    reading = read(old + url.format("new", "2026-01-01"))
    assert (len(reading.entries), reading.entries[0].link) == (10_000, "https://www.gazette.example/new")
    assert [problem.code for problem in reading.problems] == [Code.TOO_MANY_ENTRIES]


def test_a_damaged_sitemap_loses_what_was_cut() -> None:
    reading = read_feed(page(f"{HEAD}{NEWS}{NEWS.replace('/a?', '/b?')[:180]}"))
    assert [entry.link for entry in reading.entries] == ["https://www.gazette.example/a?x=1&y=2"]
    assert [problem.code for problem in reading.problems] == [Code.FEED_DAMAGED]


def test_undeclared_prefixes_are_known() -> None:
    urls = NEWS.replace("<n:", "<news:").replace("</n:", "</news:")
    assert read(urls).entries[0].title == "Tides & bells"


# --- indexes ----------------------------------------------------------------------------------------------------------

INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://www.gazette.example/old.xml</loc><lastmod>2024-01-01</lastmod></sitemap>
<sitemap><loc>https://www.gazette.example/undated.xml.gz</loc></sitemap>
<sitemap><loc><![CDATA[https://gazette.example/new.xml]]></loc><lastmod>2026-03-01T00:00:00+00:00</lastmod></sitemap>
<sitemap><loc>https://www.gazette.example/old.xml</loc></sitemap>
<sitemap><loc>https://other.example/far.xml</loc><lastmod>2026-03-01</lastmod></sitemap></sitemapindex>"""
CHILDREN = (
    "https://gazette.example/new.xml",
    "https://www.gazette.example/old.xml",
    "https://www.gazette.example/undated.xml.gz",
)


def test_an_index_names_the_sitemaps_of_its_site_newest_first() -> None:
    """Protocol, "Sitemap index files": only sitemaps on the same site."""
    assert sitemap_children(page(INDEX)) == CHILDREN
    reading = read_feed(page(INDEX))
    assert reading.entries == ()
    assert [(p.code, p.found) for p in reading.problems] == [(Code.FEED_EMPTY, "an index of 5 sitemaps")]
    assert [link.url for link in find_feeds(page(INDEX))] == [*CHILDREN]


@pytest.mark.parametrize(
    "body", ["", "text", "<rss/>", "<urlset/>", "<!DOCTYPE a [<!ENTITY b 'c'>]>" + INDEX, b"\x1f\x8b"]
)
def test_what_is_no_index_names_none(body: str | bytes) -> None:
    assert sitemap_children(page(body)) == ()


# --- gzip -------------------------------------------------------------------------------------------------------------


def test_a_gzip_file_is_inflated() -> None:
    """Protocol, "Sitemap index files": sitemaps may be compressed with gzip; RFC 1952: in several members."""
    whole = f"{HEAD}{NEWS}</urlset>".encode()
    packed = page(gzip.compress(whole[:300]) + gzip.compress(whole[300:]), URL + ".gz")
    assert is_feed(packed)
    assert read_feed(packed).entries[0].title == "Tides & bells"
    assert sitemap_children(page(gzip.compress(INDEX.encode()))) == CHILDREN


def test_gzip_has_a_limit() -> None:
    small = gzip.compress(b"<urlset>" + b" " * 1_000_000)
    assert read_feed(page(small)).entries == ()
    for body, words in (
        (gzip.compress(b" " * 2_000_000), "gzip of more than"),
        (gzip.compress(b"<urlset>")[:-9], "gzip that breaks off"),
        (b"\x1f\x8b\x08\x00broken broken", "damaged gzip"),
    ):
        assert not is_feed(page(body))
        with pytest.raises(FeedError) as caught:
            read_feed(page(body))
        assert caught.value.problem.code is Code.NOT_A_FEED
        assert caught.value.problem.found.startswith(words)
