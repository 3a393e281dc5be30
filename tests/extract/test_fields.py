from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from standfirst.extract.evidence import verify
from standfirst.model import Article

from .support import PROSE, article_of, page_html

FERRY = "A ferry will run, free of charge."


def with_data(**fields: Any) -> Article:
    data = {"@context": "https://schema.org", "@type": "NewsArticle", **fields}
    return article_of(page_html(head=f'<script type="application/ld+json">{json.dumps(data)}</script>'))


def test_the_headline_is_what_the_page_prints() -> None:
    head = '<meta property="og:title" content="The bridge will close in May | The Gazette">'
    assert article_of(page_html(head=head)).headline == "The bridge will close in May"


def test_without_a_heading_the_title_is_used_without_the_outlets_name() -> None:
    page = page_html().replace("<h1>The bridge will close in May</h1>", "")
    assert article_of(page).headline == "The bridge will close in May"


def test_a_heading_that_is_the_outlets_name_is_no_headline() -> None:
    page = page_html().replace("<body>", "<body><h1>The Gazette</h1>")
    assert article_of(page).headline == "The bridge will close in May"


def test_a_kicker_that_the_shared_title_does_without_is_left_out() -> None:
    head = '<meta property="og:title" content="The bridge will close in May">'
    page = page_html(head=head).replace("<h1>", "<h1>Roads: ")
    assert article_of(page).headline == "The bridge will close in May"


@pytest.mark.parametrize(
    ("before", "description", "wanted"),
    [
        ("<p class='dek'>A ferry will run from May on.</p>", "", "A ferry will run from May on."),
        ("<h2>A ferry will run, free of charge.</h2>", FERRY, FERRY),
        ("", FERRY, FERRY),
        ("", PROSE[0], None),
        ("", PROSE[0][:60] + "…", None),
        ("", "Daily bulletins about gardening, weather forecasts, recipes, astrology, puzzles.", None),
        ("<p class='byline'>By Ann Dale, roads correspondent</p>", "", None),
        ("", "", None),
    ],
    ids=["named", "repeated", "description", "first-paragraph", "cut-short", "motto", "byline", "nothing"],
)  # fmt: skip
def test_the_standfirst_is_chosen_or_none(before: str, description: str, wanted: str | None) -> None:
    head = f'<meta property="og:description" content="{description}">'
    assert article_of(page_html(head=head, before=before)).standfirst == wanted


@pytest.mark.parametrize(
    ("description", "wanted"),
    [
        ("The Gazette: the bridge, the ferry and the council, every first Monday.", False),
        ("the gazette – the county council, the winter floods and the bridge", False),
        ("The Gazette brings you the bridge, the ferry and the council.", False),
        ("Latest news of the county council, the bridge and the ferry.", False),
        ("The Gazette has seen the report of the engineers on the bridge.", True),
        ("The council said yes to The Gazette: the bridge will be rebuilt.", True),
    ],
)
@pytest.mark.parametrize(
    "naming",
    [
        '<meta property="og:site_name" content="The Gazette">',
        '<script type="application/ld+json">{"@type": "NewsArticle", "publisher": {"name": "The Gazette"}}</script>',
        '<script type="application/ld+json">[{"@type": "NewsArticle", "publisher": {"@id": "#us"}},'
        ' {"@type": "Organization", "@id": "#us", "name": "The Gazette"}]</script>',
        '<script type="application/ld+json">{"@type": "WebSite", "name": "The Gazette"}</script>',
    ],
    ids=["open-graph", "publisher", "reference", "website"],
)
def test_a_description_of_the_outlet_is_no_standfirst(naming: str, description: str, wanted: bool) -> None:
    page = page_html(head=f'{naming}<meta name="description" content="{description}">')
    assert article_of(page).standfirst == (description if wanted else None)


@pytest.mark.parametrize(
    ("author", "wanted"),
    [
        ({"@type": "Person", "name": "Ann Dale"}, ("Ann Dale",)),
        ([{"name": "Ann Dale"}, {"name": "Ben Moss"}], ("Ann Dale", "Ben Moss")),
        ("By Ann Dale and Ben Moss", ("Ann Dale", "Ben Moss")),
        ("Von Anna Dahl und Ben Moos", ("Anna Dahl", "Ben Moos")),
        ({"name": "dpa"}, ("dpa",)),
        ({"name": ["Ann Dale", "Reuters"]}, ("Ann Dale", "Reuters")),
        ({"name": "admin"}, ()),
        ({"name": "Ann O&#8217;Dale"}, ("Ann O’Dale",)),
        ({"name": 7}, ()),
        ([["Ann Dale"]], ()),
    ],
)
def test_bylines_are_names(author: Any, wanted: tuple[str, ...]) -> None:
    assert with_data(author=author).bylines == wanted


def test_bylines_come_from_references_metadata_and_elements() -> None:
    graph = [
        {"@type": "NewsArticle", "headline": "x", "author": {"@id": "#p"}},
        {"@type": "Person", "@id": "#p", "name": "Ann Dale"},
    ]
    page = page_html(head=f'<script type="application/ld+json">{json.dumps({"@graph": graph})}</script>')
    assert article_of(page).bylines == ("Ann Dale",)
    assert article_of(page_html(head='<meta name="author" content="Ann Dale">')).bylines == ("Ann Dale",)
    assert article_of(page_html(before='<a rel="author" href="/ann">Ann Dale</a>')).bylines == ("Ann Dale",)
    assert article_of(page_html(before='<p class="byline">By Ann Dale</p>')).bylines == ("Ann Dale",)


@pytest.mark.parametrize(
    ("head", "before", "wanted"),
    [
        (
            '<meta name="author" content="Ann Dale"><meta name="author" content="Ben Moss">',
            "",
            ("Ann Dale", "Ben Moss"),
        ),
        ('<meta name="author" content="/ann"><meta name="author" content="Ben Moss">', "", ("Ben Moss",)),
        (
            '<meta itemprop="author" content="Ann Dale">',
            '<div><meta itemprop="author" content="A reader"></div>',
            ("Ann Dale",),
        ),
        (
            "",
            '<div>By <b class="author">Ann Dale</b> and <b class="author">Ben Moss</b></div>',
            ("Ann Dale", "Ben Moss"),
        ),
        ("", '<div class="autorenzeile">Von Anna Dahl sowie Ben Moos</div>', ("Anna Dahl", "Ben Moos")),
        ("", '<div class="byline">Published 06:58, 20 November 2026<br>1 min read</div>', ()),
        ("", '<div class="byline">Ann Dale, 20 November 2026, 2 min read</div>', ("Ann Dale",)),
        ("", '<div class="byline">20 Minuten</div>', ("20 Minuten",)),
    ],
    ids=["metas", "address", "comment", "beside", "joined", "times-only", "name-and-times", "number-in-name"],
)
def test_each_of_several_authors_is_named_and_nothing_that_is_no_name(
    head: str, before: str, wanted: tuple[str, ...]
) -> None:
    page = page_html(head=head, before=before)
    assert article_of(page).bylines == wanted
    assert all(verify(each, page.encode(), "text/html; charset=utf-8") for each in article_of(page).evidence)


@pytest.mark.parametrize(
    ("head", "before", "wanted"),
    [
        ('<meta property="article:published_time" content="2026-03-01T09:58:31+02:00">', "", (2026, 3, 1, 7, 58)),
        ('<meta name="date" content="2026-03-01">', '<time datetime="2026-03-01T08:10Z">', (2026, 3, 1, 8, 10)),
        ("", '<time datetime="2026-03-01T08:10:00.000Z">1 March</time>', (2026, 3, 1, 8, 10)),
        ("", '<span class="article-date">Stand: 01.03.2026, 10:15 Uhr</span>', (2026, 3, 1, 10, 15)),
        ("", '<span class="date">2026年3月1日 10:15</span>', (2026, 3, 1, 10, 15)),
        ("", "<p>Published on 1 March 2026 at 10:15</p>", (2026, 3, 1, 10, 15)),
        ("", "<p>The bridge was opened on 1 March 1996 at 10:15.</p>", None),
        ('<meta name="date" content="2026-03-01 10:15">', "", (2026, 3, 1, 10, 15)),
        ('<meta name="date" content="0001-01-01T00:00:00">', "", None),
        ('<meta name="date" content="soon">', "", None),
    ],
)
def test_the_time_of_publication(head: str, before: str, wanted: tuple[int, ...] | None) -> None:
    found = article_of(page_html(head=head, before=before)).published
    assert found == (datetime(*wanted, tzinfo=UTC) if wanted else None)  # type: ignore[arg-type,misc]


def test_the_time_of_the_last_change() -> None:
    assert with_data(dateModified="2026-03-02T10:20:59Z").modified == datetime(2026, 3, 2, 10, 20, tzinfo=UTC)
    assert with_data().modified is None


def test_sections_come_from_what_the_page_says() -> None:
    assert with_data(articleSection="Roads").sections == ("Roads",)
    assert article_of(page_html(head='<meta property="article:section" content="Roads">')).sections == ("Roads",)


def test_the_language_is_what_the_page_says() -> None:
    assert article_of(page_html().replace('lang="en"', 'lang="de-AT"')).language == "de"
    bare = page_html(head='<meta property="og:locale" content="fr_FR">').replace(' lang="en"', "")
    assert article_of(bare).language == "fr"
