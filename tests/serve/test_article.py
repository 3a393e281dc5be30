"""The article's page: its parts, its counter, its earlier texts."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.applications import Starlette

from standfirst.errors import DiskFullError
from standfirst.model import BlockKind, lay_out, revision_of
from standfirst.store.memory import MemoryStore
from standfirst.store.protocol import Audience

from .asgi import call, get
from .conftest import app_over
from .fakes import NOW, TIDE, WIRE, article, feeds_of, invented, take, words_of

QUAY = invented()[0]
PAGE = f"/a/{QUAY.id}"
LINK = "Read this article on source website"


def opened(store: MemoryStore) -> int:
    view = store.article(Audience.OWNER, QUAY.id)
    assert view is not None
    return view.opened


def plain(page: str) -> str:
    """The page's words, as a reader sees them in their order."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page.split("<main", 1)[1].split("</main>")[0]))


def test_the_eleventh_opening_shows_eleven(app: Starlette) -> None:
    for _ in range(10):
        get(app, PAGE)
    page = get(app, PAGE).text
    assert 'aria-label="opened 11 times"' in page
    assert "<b>11</b> times opened" in page


def test_the_first_opening_is_singular(app: Starlette) -> None:
    page = get(app, PAGE).text
    assert 'aria-label="opened 1 time"' in page
    assert "<b>1</b> time opened" in page


COUNTS = [{}, {"sec-fetch-dest": "document"}, {"user-agent": "curl/8.5"}, {"user-agent": "Mozilla/5.0 Firefox/140.0"}]
COUNTS_NOT = [
    {"sec-purpose": "prefetch"},
    {"sec-purpose": "prefetch;prerender"},
    {"purpose": "prefetch"},
    {"x-moz": "prefetch"},
    {"sec-fetch-dest": "empty"},
    {"sec-fetch-dest": "iframe"},
    {"sec-fetch-dest": "image"},
    {"user-agent": "Mozilla/5.0 (compatible; Examplebot/2.1; +http://bots.example)"},
    {"user-agent": "ExampleSpider"},
]


@pytest.mark.parametrize("headers", COUNTS)
def test_a_document_that_is_navigated_to_counts(app: Starlette, store: MemoryStore, headers: dict[str, str]) -> None:
    assert call(app, "GET", PAGE, headers).status == 200
    assert opened(store) == 1


@pytest.mark.parametrize("headers", COUNTS_NOT)
def test_other_requests_do_not_count(app: Starlette, store: MemoryStore, headers: dict[str, str]) -> None:
    assert call(app, "GET", PAGE, headers).status == 200
    assert opened(store) == 0


def test_head_and_lists_and_earlier_texts_do_not_count(app: Starlette, store: MemoryStore) -> None:
    assert call(app, "HEAD", PAGE).status == 200
    for address in ("/", "/search?q=gears", f"{PAGE}?revision={QUAY.revision}"):
        assert get(app, address).status == 200
    assert opened(store) == 0


def test_a_full_disk_stops_counting_and_not_reading(store: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(id: str) -> int:
        raise DiskFullError("no space")

    monkeypatch.setattr(store, "count_opening", full)
    assert "opened 0 times" in get(app_over(store), PAGE).text


def test_the_page_has_every_element_in_the_order_of_a_newspaper(store: MemoryStore) -> None:
    feeds_of(store)
    seed = article(
        "https://wire.example/critical", "Talks entering ‘critical stage’",
        words_of("The coast must “redouble” its effort, the minister has insisted", "First paragraph.", "Second."),
        published=NOW - timedelta(days=31, hours=1),
    )  # fmt: skip
    id = take(store, WIRE, seed, NOW - timedelta(days=31))
    app = app_over(store)
    for _ in range(10):
        get(app, f"/a/{id}")
    words = plain(get(app, f"/a/{id}").text)
    parts = [
        "1 month ago",
        "23 October 2026, 08:30 UTC",
        "11",
        seed.headline,
        seed.standfirst,
        "Northern Wire",
        "wire.example",
        "No byline printed",
        "First paragraph.",
        "Second.",
        LINK,
        "First seen 23 October 2026, 09:30 UTC",
        "page digest",
    ]
    at = [words.index(part or "") for part in parts]
    assert at == sorted(at)


def test_the_link_leads_to_the_source_and_tells_it_nothing(app: Starlette) -> None:
    found = re.search(rf"<a ([^>]*)>{LINK}</a>", get(app, PAGE).text)
    assert found is not None
    assert f'href="{QUAY.url}"' in found[1] and 'rel="noopener noreferrer"' in found[1]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "urn:guid:5", "", "//host/", "http://["])
def test_without_a_web_address_there_are_words_and_no_link(url: str) -> None:
    store = MemoryStore()
    feeds_of(store)
    id = take(store, WIRE, replace(article("https://wire.example/x", "X", []), url=url), NOW)
    page = get(app_over(store), f"/a/{id}").text
    assert LINK not in page
    assert "gave no address" in page
    assert "javascript:" not in page and "file:" not in page


def test_each_kind_of_block_is_set_as_what_it_is(app: Starlette) -> None:
    page = get(app, PAGE).text
    assert "<h2>What was found</h2>" in page
    assert "<blockquote>“We are not refusing" in page
    assert page.count('<div class="para"><ul>') == 1 and page.count("</li><li>Two bolts") == 1
    assert "06:10  lift\n06:45  first gear open" in page
    assert page.count(QUAY.headline) == 2  # title and h1: never again in the body
    assert page.count(QUAY.standfirst or "") == 1


@pytest.mark.parametrize(("index", "language", "direction"), [(3, "de", "ltr"), (4, "he", "rtl"), (5, "ja", "ltr")])
def test_a_source_s_words_say_their_language(app: Starlette, index: int, language: str, direction: str) -> None:
    made = invented()[index]
    page = get(app, f"/a/{made.id}").text
    assert f'<h1 lang="{language}" dir="{direction}">{made.headline}</h1>' in page
    assert f'<div class="body" lang="{language}" dir="{direction}">' in page


def test_an_unknown_language_is_not_claimed(app: Starlette) -> None:
    page = get(app, f"/a/{invented()[8].id}").text
    assert '<h1 dir="ltr">' in page


def test_bylines_and_sections_are_shown(app: Starlette) -> None:
    words = plain(get(app, PAGE).text)
    assert "By Marta Eldwin, J. Orr" in words and "Coast" in words and "Also in The Tidewatch" in words


def test_without_a_printed_time_the_age_is_counted_from_first_sight(app: Starlette) -> None:
    page = get(app, f"/a/{invented()[8].id}").text
    assert re.search(r'First seen <time datetime="2026-11-23T09:22:00Z">8 minutes ago</time>', page)


def test_a_publisher_s_time_ahead_of_first_sight_is_told_and_not_counted_from() -> None:
    store = MemoryStore()
    feeds_of(store)
    id = take(store, WIRE, article("https://wire.example/f", "Tomorrow", [], published=NOW + timedelta(days=1)), NOW)
    page = get(app_over(store), f"/a/{id}").text
    assert "First seen <time" in page and "lies ahead of" in page and "24 November 2026, 09:30 UTC" in page


def test_what_is_not_held_is_said(app: Starlette) -> None:
    words = plain(get(app, f"/a/{invented()[7].id}").text)
    assert "No headline printed" in words
    assert "Held: behind a paywall. Why: the page asks for a subscription." in words
    assert "No words beneath the headline are held." in words
    partial = plain(get(app, f"/a/{invented()[6].id}").text)
    assert "Held: part of the text only." in partial and "The text is the feed’s own." in partial
    assert "The full text is still to be fetched." in plain(get(app, PAGE).text)
    assert "Held:" not in plain(get(app, PAGE).text)


def test_an_earlier_text_stands_beside_the_one_of_now(app: Starlette, store: MemoryStore) -> None:
    before = invented()[1]
    text, blocks = lay_out([(BlockKind.HEADLINE, "Rain, again", None), (BlockKind.PARAGRAPH, "Wetter.", None)])
    after = replace(before, headline="Rain, again", text=text, blocks=blocks, revision=revision_of(text))
    take(store, TIDE, after, NOW)
    now = get(app, f"/a/{before.id}").text
    old_address = f"/a/{before.id}?revision={before.revision}"
    assert old_address in now and "Changed once since first seen" in now and "Wetter." in now
    old = get(app, old_address).text
    assert "Wet." in old and "Wetter." not in old
    assert "This is an earlier text of the article" in old and f'href="/a/{before.id}"' in old
    assert "the text above" in old
    assert get(app, f"/a/{before.id}?revision=nonsense").status == 404


def test_the_page_s_text_after_the_feed_s_is_no_change_of_the_publisher_s(store: MemoryStore) -> None:
    link, changed = "https://wire.example/grown", "changed once since first seen"
    text = article(link, "Grown", words_of("", "Short."), made_by="extract/feed 1")
    grown = article(link, "Grown", words_of("", "Short.", "And long."))
    take(store, WIRE, text, NOW)
    take(store, WIRE, grown, NOW)
    app = app_over(store)
    page = get(app, f"/a/{text.id}").text
    assert "The feed’s own text is held too" in page and "Changed" not in page and "(the feed’s own text)" in page
    assert changed not in get(app, "/").text
    take(store, WIRE, article(link, "Grown", words_of("", "Short.", "And longer.")), NOW)
    assert "Changed once since first seen" in get(app, f"/a/{text.id}").text
    assert changed in get(app, "/").text


def test_nothing_of_a_source_s_becomes_markup(app: Starlette) -> None:
    made = invented()[10]
    addresses = (f"/a/{made.id}", "/", "/search?q=bold", "/search?q=%3Cscript%3Ealert(1)%3C/script%3E")
    for address in addresses:
        page = get(app, address).text
        for markup in ("<script>alert", "<img", "<b>not", "<i>Eve", "<u>"):
            assert markup not in page
    assert "&lt;script&gt;alert" in get(app, addresses[0]).text
