from __future__ import annotations

import pytest

from standfirst.extract.evidence import verify

from .support import article_of, page_html, page_of

H1 = "<h1>The bridge will close in May</h1>"
SEARCHED = "Ley bridge: Old bridge shut for lorries from May"
SHARED = '<meta property="og:title" content="The bridge will close in May">'
TRAILS = {
    "named": f"<div class='c-breadcrumb'><a href='/'>Home</a><h1>{SEARCHED}</h1></div>",
    "labelled": f"<div aria-label='Breadcrumb'><h1>{SEARCHED}</h1></div>",
    "nav": f"<nav><span><a href='/'>Home</a></span><h1>{SEARCHED}</h1></nav>",
    "row": f"<ul><li><a href='/'>Home</a></li><li><a href='/roads'>Roads</a></li><li><h1>{SEARCHED}</h1></li></ul>",
}


def page_with(trail: str, heading: str, head: str = SHARED) -> str:
    return page_html(head=head, title=SEARCHED).replace(H1, f"{trail}{heading}")


@pytest.mark.parametrize("kind", TRAILS)
@pytest.mark.parametrize(
    "heading",
    [
        "<h2>The bridge will close in May</h2>",
        "<h2><span>Roads</span><span>The bridge will close in May</span></h2>",
        "<h2>Advice</h2><h2><div>Roads</div>The <b></b><span>The bridge will close in May</span></h2>",
    ],
)
def test_a_title_that_ends_a_trail_gives_way_to_the_heading_printed_below(kind: str, heading: str) -> None:
    html = page_with(TRAILS[kind], heading)
    found = article_of(html)
    assert found.headline == "The bridge will close in May"
    assert all(verify(item, page_of(html).body, "text/html; charset=utf-8") for item in found.evidence)


def test_a_heading_below_a_trail_that_the_metadata_does_not_know_is_not_the_headline() -> None:
    head = f'<meta property="og:title" content="{SEARCHED}">'
    assert article_of(page_with(TRAILS["nav"], "<h2>Old bridge shut in May</h2>", head)).headline == SEARCHED


def test_a_heading_after_a_single_link_ends_no_trail() -> None:
    link = f"<div><a href='/roads'>Roads</a><h1>{SEARCHED}</h1></div>"
    assert article_of(page_with(link, "<h2>The bridge will close in May</h2>")).headline == SEARCHED


def test_a_kicker_that_the_metadata_count_to_the_headline_is_written_as_they_write_it() -> None:
    head = '<meta property="og:title" content="Roads: The bridge will close in May">'
    page = page_with(TRAILS["row"], "<h2><span>Roads</span><span>The bridge will close in May</span></h2>", head)
    assert article_of(page).headline == "Roads: The bridge will close in May"


def test_an_outlets_name_that_every_title_carries_is_not_in_the_headline() -> None:
    title = "The bridge will close in May - Gazette"
    head = (
        f'<meta property="og:title" content="{title}">'
        f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "{title}"}}</script>'
    )
    assert article_of(page_html(head=head)).headline == "The bridge will close in May"


def test_very_long_rows_and_headings_cost_little() -> None:
    row = f"<div>{'<a href=/>x</a>' * 5_000}<h1>{SEARCHED}</h1></div>"
    assert article_of(page_with(row, "<h2>" + "<i>word </i>" * 10_000)).headline == SEARCHED
