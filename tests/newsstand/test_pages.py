"""Pages: every paragraph is printed, in each outlet's own structure, and nothing is asked of another host."""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

import pytest
from lxml import html

from standfirst.newsstand.feeds import Printed
from standfirst.newsstand.manifest import Manifest, Truth, Version, manifest
from standfirst.newsstand.outlets import Outlet, outlets
from standfirst.newsstand.pages import article_page, home_page, not_found_page, picture, style_sheet

PORT = 8802
STAND = manifest()
OUTLETS = {outlet.key: outlet for outlet in outlets()}
CASES = [(article, version) for article in STAND.articles for version in article.versions]


def page_of(stand: Manifest, article: Truth, version: Version) -> html.HtmlElement:
    outlet = article.outlet
    earlier = [
        Printed(other, other.versions[0], other.url(PORT))
        for other in reversed(stand.articles)
        if other.outlet == outlet and other.published < article.published
    ]
    body = article_page(outlet, site_of(outlet), Printed(article, version, article.url(PORT)), earlier)
    return html.document_fromstring(body.decode(outlet.encoding))


def site_of(outlet: Outlet) -> str:
    return f"http://{outlet.host}:{PORT}"


def words_of(element: html.HtmlElement) -> str:
    return re.sub(r"\s+", " ", element.text_content()).strip()


@pytest.mark.parametrize(("article", "version"), CASES, ids=[f"{a.id}@{v.at:%d-%H%M}" for a, v in CASES])
def test_a_page_prints_its_article_word_for_word(article: Truth, version: Version) -> None:
    page = page_of(STAND, article, version)
    printed = [words_of(element) for element in page.iter("p", "li", "h2", "h3", "h4", "div")]
    assert [words for words in version.paragraphs() if words not in printed] == []
    assert [words_of(h1) for h1 in page.iter("h1")] == [version.headline]
    everything = words_of(page)
    assert version.standfirst is None or version.standfirst in everything
    assert all(name in everything for name in version.bylines)


@pytest.mark.parametrize(("article", "version"), CASES, ids=[f"{a.id}@{v.at:%d-%H%M}" for a, v in CASES])
def test_a_page_asks_no_other_host_for_anything(article: Truth, version: Version) -> None:
    page = page_of(STAND, article, version)
    addresses = page.xpath("//img/@src | //script/@src | //link/@href | //iframe/@src | //form/@action | //a/@href")
    assert {urlsplit(address).hostname for address in addresses} <= {None, article.outlet.host}
    assert not page.xpath("//script[not(@type='application/ld+json')]")


def test_a_picture_and_a_style_sheet_name_no_other_host() -> None:
    assert b"url(" not in style_sheet(OUTLETS["tidewatch"])
    assert picture("storm").count(b"http") == 1  # the name of SVG's own namespace


def test_structured_data_is_there_where_the_outlet_gives_it() -> None:
    given = {}
    for outlet in OUTLETS.values():
        article = next(a for a in STAND.articles if a.outlet == outlet)
        page = page_of(STAND, article, article.versions[0])
        given[outlet.key] = (
            bool(page.xpath("//script[@type='application/ld+json']")),
            bool(page.xpath("//meta[@property='og:title']")),
            bool(page.xpath("//*[@itemtype]")),
        )
    assert given == {
        "northern-wire": (True, True, False),
        "tidewatch": (False, True, True),
        "vessmark-tribune": (True, True, False),
        "meridian-ledger": (False, False, False),
        "radio-vessmark": (True, False, False),
        "ostmerer-anzeiger": (False, True, False),
    }


@pytest.mark.parametrize("key", ["northern-wire", "vessmark-tribune", "radio-vessmark"])
def test_json_ld_says_what_the_article_is(key: str) -> None:
    for article in (a for a in STAND.articles if a.outlet.key == key):
        (text, *_) = page_of(STAND, article, article.versions[0]).xpath("//script[@type='application/ld+json']/text()")
        data = json.loads(text)
        (news,) = [node for node in data.get("@graph", [data]) if node["@type"] == "NewsArticle"]
        assert news["headline"] == article.versions[0].headline
        assert [author["name"] for author in news["author"]] == list(article.versions[0].bylines)


def test_no_two_outlets_build_their_pages_alike() -> None:
    skeletons = set()
    for outlet in OUTLETS.values():
        article = next(a for a in STAND.articles if a.outlet == outlet)
        skeletons.add(tuple(sorted({str(e.get("class")) for e in page_of(STAND, article, article.versions[0]).iter()})))
    assert len(skeletons) == len(OUTLETS)


def test_the_german_outlet_prints_windows_1252() -> None:
    outlet = OUTLETS["ostmerer-anzeiger"]
    article = STAND.article("ostmerer-anzeiger/faehren-auf-dem-sund")
    body = article_page(outlet, site_of(outlet), Printed(article, article.versions[0], article.url(PORT)), [])
    assert b'<meta charset="windows-1252">' in body
    assert "Sundfähren".encode("windows-1252") in body
    assert "„Wir werden".encode("windows-1252") in body


def test_words_are_escaped_once() -> None:
    article = STAND.article("meridian-ledger/soundline-shares-fall")
    outlet = article.outlet
    body = article_page(outlet, site_of(outlet), Printed(article, article.versions[0], article.url(PORT)), [])
    assert b"Corrie &amp; Vane" in body
    assert b"&amp;amp;" not in body


@pytest.mark.parametrize("key", sorted(OUTLETS))
def test_home_and_missing_pages_are_whole(key: str) -> None:
    outlet = OUTLETS[key]
    printed = [Printed(a, a.versions[0], a.url(PORT)) for a in STAND.articles if a.outlet == outlet]
    home = html.document_fromstring(home_page(outlet, site_of(outlet), printed).decode(outlet.encoding))
    assert home.xpath("//section//a/@href") == [item.truth.path for item in printed]
    assert "404" in not_found_page(outlet, site_of(outlet)).decode(outlet.encoding)
