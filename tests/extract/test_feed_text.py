from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.extract.evidence import verify
from standfirst.extract.feed_text import entry_article_id, first_words, from_entry
from standfirst.model import Entry, Method, Site, State, article_id, digest_of

from .support import ADDRESS, PROSE, paragraphs

FEED = "https://gazette.example/rss"
SITE = Site("gazette.example", "gazette.example", languages=("en",))
LONG = "".join(f"<p>{words} {words}</p>" for words in PROSE)


def entry(**fields: object) -> Entry:
    given = {
        "feed": FEED,
        "guid": "7",
        "link": f"{ADDRESS}?utm_source=rss",
        "title": "The bridge will close in May",
        **fields,
    }
    return Entry(**given)  # type: ignore[arg-type]


def test_a_short_description_is_the_body_and_pictures_are_dropped() -> None:
    found = from_entry(entry(summary=f'<img src="https://gazette.example/i.jpg" /> {PROSE[0]}'), SITE, "d")
    assert paragraphs(found) == [PROSE[0]]
    assert (found.state, found.state_reason, found.standfirst) == (State.PARTIAL, "feed text", None)
    assert (found.url, found.outlet, found.made_by, found.page) == (ADDRESS, "gazette.example", "extract/feed@1", "d")


def test_a_summary_beside_a_longer_content_is_the_standfirst() -> None:
    found = from_entry(entry(summary="<p>A ferry will run while it is mended.</p>", content=LONG), SITE, "d")
    assert found.standfirst == "A ferry will run while it is mended."
    assert len(paragraphs(found)) == len(PROSE)


def test_a_summary_that_repeats_the_beginning_is_no_standfirst() -> None:
    found = from_entry(entry(summary=f"{PROSE[0]} {PROSE[0][:40]}", content=LONG), SITE, "d")
    assert found.standfirst is None


def test_a_clearly_whole_text_is_full() -> None:
    assert from_entry(entry(content=LONG), SITE, "d").state is State.FULL
    assert from_entry(entry(content=LONG + "<p>And so it went […]</p>"), SITE, "d").state is State.PARTIAL
    assert from_entry(entry(content=f"<p>{' '.join(PROSE * 2)}</p>"), SITE, "d").state is State.PARTIAL


def test_without_a_title_the_first_words_are_the_headline() -> None:
    found = from_entry(entry(title="", summary=PROSE[0]), SITE, "d")
    assert PROSE[0].startswith(found.headline)
    assert 60 < len(found.headline) <= 80
    assert first_words("x" * 200) == "x" * 80
    assert first_words("short") == "short"


def test_the_id_is_of_the_cleaned_link_else_of_feed_and_guid() -> None:
    assert entry_article_id(entry()) == article_id(ADDRESS) == from_entry(entry(), SITE, "d").id
    assert entry_article_id(entry(link="")) == article_id(f"{FEED}#7")
    assert from_entry(entry(link=""), SITE, "d").url == ""


def test_what_the_feed_said_is_carried_with_its_place() -> None:
    said = entry(
        summary=PROSE[0],
        authors=("Ann Dale",),
        categories=("Roads",),
        published=datetime(2026, 3, 1, 8, 0, 31, tzinfo=UTC),
        path="/rss/channel/item[3]",
    )
    found = from_entry(said, SITE, "d")
    assert (found.bylines, found.sections, found.language) == (("Ann Dale",), ("Roads",), "en")
    assert found.published == datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
    assert [(item.field, item.method, item.page, item.path) for item in found.evidence] == [
        (field, Method.FEED, "d", "/rss/channel/item[3]") for field in ("headline", "body", "byline")
    ]


RSS = """<?xml version="1.0"?><rss xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>The Gazette</title>
<item><title>Another</title></item><item><title>%s</title><dc:creator>Ann Dale</dc:creator>
<description>&lt;img src="i.jpg"&gt; %s</description></item></channel></rss>"""
JSON_FEED = (
    '{"items": [{}, {"title": "The bridge will close in May", "content_text": "%s", "author": {"name": "Ann Dale"}}]}'
)


@pytest.mark.parametrize(
    ("document", "path"),
    [(RSS % ("The bridge will close in May", PROSE[0]), "/rss/channel/item[2]"), (JSON_FEED % PROSE[0], "/items/1")],
    ids=["rss", "json"],
)
def test_what_the_feed_said_is_proven_by_its_document(document: str, path: str) -> None:
    body = document.encode()
    said = entry(summary=f"<img> {PROSE[0]}", authors=("Ann Dale",), path=path)
    found = from_entry(said, SITE, digest_of(body))
    assert [item.field for item in found.evidence] == ["headline", "body", "byline"]
    assert all(verify(item, body, "") for item in found.evidence)
    elsewhere = path.replace("2", "1").replace("/1", "/0")
    assert not any(verify(item._replace(path=elsewhere), body, "") for item in found.evidence)
    assert not any(verify(item._replace(path=""), body, "") for item in found.evidence)


def test_a_headline_of_first_words_is_proven_as_a_span() -> None:
    body = (RSS % ("", PROSE[0])).encode()
    found = from_entry(entry(title="", summary=PROSE[0], path="/rss/channel/item[2]"), SITE, digest_of(body))
    assert verify(found.evidence[0], body, "")


@pytest.mark.parametrize("html", ["", "<div>" * 50_000, "<img>", "\x00", "&lt;p&gt;"])
def test_any_content_gives_an_article_with_a_headline(html: str) -> None:
    assert from_entry(entry(summary=html, content=html), SITE, "d").headline


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_any_words_give_an_article(title: str, summary: str, content: str) -> None:
    found = from_entry(entry(title=title, summary=summary, content=content), SITE, "d")
    assert found.headline
    assert "\n\n".join(found.text[b.start : b.end] for b in found.blocks) == found.text
