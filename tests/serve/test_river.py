"""The river, the search, the first run, and the line that says what came since."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from starlette.applications import Starlette

from standfirst.model import Changes, FeedState
from standfirst.store.memory import MemoryStore

from .asgi import get
from .conftest import app_over
from .fakes import HILLS, NOW, TIDE, WIRE, article, feeds_of, filled, invented, take, words_of


def headlines(page: str) -> list[str]:
    return re.findall(r"<h3[^>]*><a [^>]*>([^<]*)", page)


def link(page: str, rel: str) -> str | None:
    found = re.search(rf'href="([^"]+)" rel="{rel}"', page)
    return found[1].replace("&amp;", "&") if found else None


def test_entries_stand_under_their_days_newest_first(app: Starlette) -> None:
    page = get(app, "/").text
    days = re.findall(r'<h2 class="day">([^<]+)</h2>', page)
    assert days == [
        "Today, Monday 23 November",
        "Yesterday, Sunday 22 November",
        "Saturday 21 November",
        "Sunday 19 October 2025",
    ]
    times = re.findall(r'<p class="when"><time datetime="([^"]+)"', page)
    assert len(times) == len(invented())
    assert times == sorted(times, reverse=True)


def test_an_entry_says_what_it_is(app: Starlette) -> None:
    page = re.sub(r"\s+", " ", get(app, "/").text)
    assert '<span class="outlet">Northern Wire</span> · also in The Tidewatch</p>' in page
    assert "behind a paywall · no time printed; when first seen" in page
    assert "the feed’s own text only" in page
    assert 'dir="rtl"' in page
    assert '<time datetime="2026-11-23T08:12:00Z">08:12</time>' in page


def test_the_source_is_carried_for_the_keys_only_where_it_is_a_web_address(app: Starlette) -> None:
    page = get(app, "/").text
    assert 'data-source="https://wire.example/quay"' in page
    assert "urn:guid" not in page


def test_paging_by_keys_meets_every_article_once(store: MemoryStore) -> None:
    app = app_over(store, page_size=3)
    address: str | None = "/"
    pages: list[list[str]] = []
    addresses = []
    while address and len(pages) < 20:
        page = get(app, address).text
        pages.append(headlines(page))
        addresses.append(address)
        address = link(page, "next")
    met = [headline for each in pages for headline in each]
    assert len(met) == len(invented()) and len(pages) == 4
    assert met == headlines(get(app_over(store), "/").text)
    back = link(get(app, addresses[2]).text, "prev")
    assert back is not None
    assert headlines(get(app, back).text) == pages[1]
    assert link(get(app, "/").text, "prev") is None


def test_a_feed_and_a_folder_have_rivers_of_their_own(app: Starlette) -> None:
    one = get(app, f"/?feed={TIDE}").text
    assert "<h1>The Tidewatch</h1>" in one and "Rain" in headlines(one) and "Frost on the passes" not in headlines(one)
    assert "About this feed" in one
    folder = get(app, "/?folder=Home+news").text
    assert "<h1>Home news</h1>" in folder and "An item without an address" not in headlines(folder)
    none = get(app, "/?folder=").text
    assert "<h1>Without a folder</h1>" in none and "An item without an address" in headlines(none)
    assert "No feed of that name" in get(app, "/?feed=https://unknown.example/").text


def test_paging_stays_in_the_river_it_began_in(store: MemoryStore) -> None:
    app = app_over(store, page_size=1)
    older = link(get(app, f"/?feed={WIRE}").text, "next")
    assert older is not None and older.startswith("/?feed=https%3A%2F%2Fwire.example%2Ffeed&before=")
    assert "<h1>Northern Wire</h1>" in get(app, older).text


@pytest.mark.parametrize("key", ["x", "1", "1-", "-1", "1-2-3", "1-2 ", "٣-٣", "9" * 30 + "-1"])
def test_a_place_that_cannot_be_read_is_said(app: Starlette, key: str) -> None:
    for address in (f"/?before={quote(key)}", f"/?after={quote(key)}", f"/search?q=a&before={quote(key)}"):
        assert get(app, address).status == 400


def test_a_place_before_1970_can_be_read(app: Starlette) -> None:
    assert get(app, "/?before=-5-1").status == 200


def test_feeds_and_folders_stand_beside_the_river_with_their_counts(app: Starlette) -> None:
    page = re.sub(r"\s+", " ", get(app, "/").text)
    nav = page.split('<nav class="feeds"')[1]
    assert 'All feeds <span class="n">11</span>' in nav
    assert '<span class="name">Northern Wire</span> <span class="n">4</span>' in nav
    assert "a Cloudflare wall since Friday" in nav and "not polled yet" in nav
    for page_that_is_not in ("Unread", "Starred", "Stories", "Speakers", "Trace"):
        assert page_that_is_not not in page


def test_a_river_that_is_being_collected_says_so(app: Starlette, store: MemoryStore) -> None:
    page = get(app, "/").text
    assert "Collecting: 1 of 3 feeds has not been polled yet." in page
    assert "data-collecting" in page and '<meta http-equiv="refresh"' in page
    store.apply(Changes(states=(FeedState(TIDE, last_polled=NOW),)))
    page = get(app, "/").text
    assert "Collecting" not in page and "data-collecting" not in page and "refresh" not in page


def test_an_empty_river_says_why() -> None:
    store = MemoryStore()
    feeds_of(store)
    polled = tuple(FeedState(url, last_polled=NOW) for url in (WIRE, TIDE, HILLS))
    store.apply(Changes(states=polled))
    assert "No article has come yet" in get(app_over(store), "/").text
    assert "Nothing lies further this way" in get(app_over(store), "/?before=1-1").text


def test_the_first_run_offers_three_ways() -> None:
    page = get(app_over(MemoryStore()), "/").text
    assert page.count('action="/feeds/opml"') == page.count('action="/feeds/look"') == 1
    assert page.count('action="/feeds/starters"') == 1
    assert "Chosen on 23 November 2026." in page
    assert "Take all 3" in page and "Peat &amp; Stone" in page


def test_articles_are_shown_when_the_last_feed_was_removed(store: MemoryStore) -> None:
    for url in (WIRE, TIDE, HILLS):
        store.remove_feed(url)
    page = get(app_over(store), "/").text
    assert "Inspectors open the first of fourteen steering gears" in headlines(page)


def test_news_tells_what_came_since_the_page(app: Starlette, store: MemoryStore) -> None:
    held = re.search(r'data-held="(\d+)"', get(app, "/").text)
    assert held is not None
    assert get(app, f"/river/news?held={held[1]}").status == 204
    # late: it stands far below the newest entry, and is news all the same
    late = article("https://wire.example/late", "Late", words_of("", "x"), 48)
    take(store, WIRE, late, NOW + timedelta(seconds=1))
    answer = get(app, f"/river/news?held={held[1]}")
    assert answer.status == 200
    assert "1 more article came: show it" in answer.text and 'href="/"' in answer.text
    assert get(app, f"/river/news?held=0&feed={HILLS}").text.count("3 more articles came") == 1
    assert get(app, f"/river/news?held=3&feed={HILLS}").status == 204


@pytest.mark.parametrize("held", ["", "-1", "x", "1" * 20, "%C2%B2"])
def test_news_of_no_number_is_refused(app: Starlette, held: str) -> None:
    assert get(app, f"/river/news?held={held}").status == 400


def test_search_marks_what_it_found(app: Starlette) -> None:
    page = get(app, "/search?q=seal").text
    assert "<mark>seal</mark>" in page
    assert headlines(page) == ["Inspectors open the first of fourteen steering gears"]
    assert 'value="seal"' in page
    assert "\x02" not in page and "\x03" not in page


def test_search_pages_by_keys() -> None:
    app = app_over(filled(), page_size=1)
    met = []
    address: str | None = "/search?q=the"
    while address and len(met) < 20:
        page = get(app, address).text
        met += headlines(page)
        address = link(page, "next")
    assert met == headlines(get(app_over(filled()), "/search?q=the").text)
    assert len(met) > 2


def test_search_says_when_it_found_nothing(app: Starlette) -> None:
    assert "No article held has all of these words" in get(app, "/search?q=zebra").text
    assert "Words to look for" in get(app, "/search").text
    assert "Words to look for" in get(app, "/search?q=%20").text


@pytest.mark.parametrize("asked", ['"', "-", "a AND (", "x" * 3000, "%FF%FE", "<b>"])
def test_odd_searches_never_fail(app: Starlette, asked: str) -> None:
    answer = get(app, f"/search?q={asked}")
    assert answer.status == 200
    assert "<b>" not in answer.text.split("<main")[1].split("held-line")[0]
