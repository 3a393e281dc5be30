from __future__ import annotations

import json
from datetime import UTC, datetime

from standfirst.errors import Code, Problem
from standfirst.extract.page import extract
from standfirst.model import BlockKind, Entry, Method, Site, State, article_id, revision_of

from .support import ADDRESS, PROSE, SEED, article_of, needs, page_html, page_of, paragraphs


def test_the_seed_page_comes_out_exactly() -> None:
    page, answer = needs(SEED / "page.html").read_bytes(), SEED / "expected.json"
    expected = json.loads(answer.read_text("utf-8"))
    found = article_of(page, f"{expected['canonical_url']}?utm_source=rss")
    assert found.headline == expected["headline"]
    assert found.standfirst == expected["standfirst"]
    assert paragraphs(found) == expected["paragraphs"]
    assert found.published == datetime.fromisoformat(expected["published"])
    assert found.modified == datetime(2024, 11, 26, 10, 20, tzinfo=UTC)
    assert (found.url, found.language, found.outlet) == (
        expected["canonical_url"],
        expected["language"],
        expected["outlet"],
    )
    assert (found.state, found.state_reason, found.sections) == (State.FULL, "", ("World",))


def test_an_article_is_laid_out_as_text_with_blocks_that_are_its_spans() -> None:
    found = article_of(
        page_html(before="<p class='standfirst'>Two of its five piers are cracked after the floods.</p>")
    )
    assert found.text == "\n\n".join([found.headline, found.standfirst or "", *PROSE])
    assert [block.kind for block in found.blocks[:3]] == [
        BlockKind.HEADLINE,
        BlockKind.STANDFIRST,
        BlockKind.PARAGRAPH,
    ]
    assert "\n\n".join(found.text[b.start : b.end] for b in found.blocks) == found.text
    assert found.revision == revision_of(found.text)
    assert found.made_by == "extract/page@1"


def test_furniture_is_left_out() -> None:
    boxes = (
        "<div class='read-more'><strong>Read more:</strong> <a href='/x'>Another story about something else</a></div>",
        "<div class='newsletter-signup'><p>Get the day's news in your inbox every single morning.</p></div>",
        "<figure><img src='/i.jpg'><figcaption>The bridge in a photograph from last summer.</figcaption></figure>",
        "<p class='share'>You can share this story on social media:</p>",
        "<div class='related'><h3><a href='/y'>A wholly different story</a></h3><p>With its teaser.</p></div>",
        "<p style='display:none'>Hidden words that no reader of this page has ever seen anywhere.</p>",
        "<script>var x = 'Words of a script, which is no text, whatever it may say.';</script>",
    )
    body = f"<p>{PROSE[0]}</p>" + "".join(f"{box}<p>{words}</p>" for box, words in zip(boxes, PROSE * 2, strict=False))
    found = paragraphs(article_of(page_html(body=body)))
    assert set(found) == set(PROSE)
    assert len(found) == 1 + len(boxes)


def test_the_list_that_ends_the_body_belongs_to_it() -> None:
    prose = "".join(f"<p>{words}</p>" for words in PROSE)
    items = ["Closed: from May", "Ferry: free"]
    plain = "<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"
    links = "<ul><li><a href='/roads'>Roads and bridges</a></li><li><a href='/ley'>On the Ley</a></li></ul>"
    assert paragraphs(article_of(page_html(body=prose + plain))) == [*PROSE, *items]
    assert paragraphs(article_of(page_html(body=prose + plain + links))) == [*PROSE, *items]
    assert paragraphs(article_of(page_html(body=prose + links))) == list(PROSE)
    assert paragraphs(article_of(page_html(body=f"{prose}<div>{plain}</div>"))) == list(PROSE)
    assert paragraphs(article_of(page_html(body=f"{prose}<ul><li>{PROSE[0]}</li><li>Ferry: free</li></ul>")))[-1] == (
        "Ferry: free"
    )


def test_the_foot_of_an_article_is_left_out() -> None:
    foot = "<div class='article-foot'><em>Valley Wire. The Gazette has shortened nothing in it.</em></div>"
    body = "".join(f"<p>{words}</p>" for words in PROSE) + foot
    assert paragraphs(article_of(page_html(body=body))) == list(PROSE)


def test_kinds_of_blocks_are_told_apart() -> None:
    body = (
        f"<p>{PROSE[0]}</p><h2>What the engineers say</h2><blockquote><p>{PROSE[1]}</p></blockquote>"
        f"<ul><li>{PROSE[2]}</li></ul><pre>{PROSE[3]}</pre><p>{PROSE[0]}</p>"
    )
    found = article_of(page_html(body=body))
    kinds = [block.kind for block in found.blocks if block.kind is not BlockKind.HEADLINE]
    assert kinds == [
        BlockKind.PARAGRAPH,
        BlockKind.HEADING,
        BlockKind.QUOTE,
        BlockKind.LIST_ITEM,
        BlockKind.PREFORMATTED,
        BlockKind.PARAGRAPH,
    ]


def test_inline_elements_are_joined_without_inventing_blanks_and_line_breaks_are_blanks() -> None:
    body = (
        "<p>The <b>brid</b>ge over the<br>Ley wi\u00adll close, and that <i>is</i>, the <a href='/c'>council</a>.</p>"
    )
    body += f"<p>{PROSE[1]}</p>"
    found = article_of(page_html(body=body))
    # a soft hyphen is the source's own character: it stays
    assert paragraphs(found)[0] == "The bridge over the Ley wi\u00adll close, and that is, the council."


def test_text_between_line_breaks_makes_blocks() -> None:
    found = article_of(page_html(body="<br><br>".join(PROSE)))
    assert paragraphs(found) == list(PROSE)


def test_a_standfirst_is_not_repeated_as_first_paragraph() -> None:
    head = f'<meta property="og:description" content="{PROSE[0]}">'
    body = f"<p><strong>{PROSE[0]}</strong></p>" + "".join(f"<p>{words}</p>" for words in PROSE[1:])
    found = article_of(page_html(head=head, body=body))
    assert found.standfirst == PROSE[0]
    assert paragraphs(found) == list(PROSE[1:])


def test_the_id_comes_from_the_feed_entry_and_aliases_are_kept() -> None:
    entry = Entry("https://gazette.example/rss", "7", f"{ADDRESS}?utm_source=rss", "The bridge will close in May")
    head = f'<link rel="canonical" href="{ADDRESS}-canonical">'
    found = article_of(page_html(head=head), f"{ADDRESS}?utm_medium=feed", entry)
    assert found.id == article_id(ADDRESS)
    assert found.url == f"{ADDRESS}-canonical"
    assert found.aliases == (ADDRESS,)
    assert article_of(page_html()).id == article_id(ADDRESS)


def test_a_foreign_canonical_is_not_believed() -> None:
    head = '<link rel="canonical" href="https://agency.example/news/the-bridge-will-close-in-may">'
    assert article_of(page_html(head=head)).url == ADDRESS


def test_fields_name_their_method() -> None:
    data = {"@type": "NewsArticle", "datePublished": "2026-03-01T08:00:00Z", "author": {"name": "Ann Dale"}}
    found = article_of(page_html(head=f'<script type="application/ld+json">{json.dumps(data)}</script>'))
    methods = {item.field: item.method for item in found.evidence}
    assert methods["headline"] is Method.DOM
    assert methods["published"] is Method.JSON_LD
    assert methods["byline"] is Method.JSON_LD
    assert methods["body"] is Method.DOM


def test_a_page_that_says_nothing_is_a_problem_that_says_what_was_wanted() -> None:
    found = extract(page_of("<p>Words.</p>"), None, Site("gazette.example", "gazette.example"))
    assert isinstance(found, Problem)
    assert (found.code, found.wanted) == (Code.PAGE_UNREADABLE, "a headline")
    assert found.source == ADDRESS


def test_extraction_is_a_function_of_its_arguments() -> None:
    assert article_of(page_html()) == article_of(page_html())
