"""The feeds' pages and their forms."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from starlette.applications import Starlette

from standfirst.errors import Code, Problem, Stage
from standfirst.model import Changes, Feed, FeedState, Noted, Subscription
from standfirst.store.memory import MemoryStore

from .asgi import call, get, post
from .conftest import app_over
from .fakes import HILLS, NEW, NOW, STARTERS, TIDE, WIRE


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))


def urls(store: MemoryStore) -> set[str]:
    return {feed.url for feed, _ in store.feeds()}


def multipart(fields: dict[str, str], file: tuple[str, bytes] | None = None) -> tuple[dict[str, str], bytes]:
    """A form with a file, as RFC 7578 has it."""
    parts = [f'--B\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode() for k, v in fields.items()]
    if file:
        head = f'--B\r\nContent-Disposition: form-data; name="file"; filename="{file[0]}"\r\n'
        parts.append(head.encode() + b"Content-Type: text/xml\r\n\r\n" + file[1] + b"\r\n")
    return {"content-type": "multipart/form-data; boundary=B"}, b"".join(parts) + b"--B--\r\n"


def test_each_feed_is_one_line_in_words(app: Starlette) -> None:
    page = words(get(app, "/feeds").text)
    assert "4 articles, newest 1 hour ago · polled 5 minutes ago (200), next in 25 minutes · 1 page waiting" in page
    assert "not polled yet, next as soon as its turn comes" in page
    assert "failed 3 times in a row since Friday, last answered well 3 days ago" in page
    assert "403 Forbidden: a Cloudflare wall" in page
    assert "In trouble 1 a Cloudflare wall A Diary of the Hills" in page
    assert page.index("A Diary of the Hills") < page.index("Northern Wire")


def test_one_feed_s_page_has_its_problems_alone(app: Starlette) -> None:
    page = words(get(app, f"/feeds/one?url={HILLS}").text)
    assert "A Diary of the Hills" in page and "HTTP status" in page and "Found: status 403. Wanted: status 200." in page
    assert "To do: open the address in a browser" in page
    assert "Entry without id" not in page


def test_looking_shows_what_is_there_and_adds_nothing(app: Starlette, store: MemoryStore) -> None:
    before = urls(store)
    page = post(app, "/feeds/look", {"address": " https://kueste.example/rss "}).text
    assert "<h1>Küstenblatt</h1>" in page and "Sturm über dem Watt" in page
    assert '<input type="hidden" name="address" value="https://kueste.example/rss">' in page
    assert '<option value="Home news">' in page
    assert urls(store) == before


def test_a_site_with_several_feeds_offers_them(app: Starlette) -> None:
    page = post(app, "/feeds/look", {"address": "https://site.example/"}).text
    assert page.count('type="radio"') == 2 and "https://site.example/sport" in page


def test_what_is_in_the_list_already_is_said(app: Starlette) -> None:
    assert "in your list already" in post(app, "/feeds/look", {"address": WIRE}).text


def test_an_address_without_a_feed_is_said_in_words(app: Starlette) -> None:
    for form in ("/feeds/look", "/feeds/add"):
        answer = post(app, form, {"address": "https://empty.example/"})
        page = words(answer.text)
        assert answer.status == 422
        assert "Found: a page without a feed. Wanted: a feed or a link to one." in page and "To do:" in page
    assert 'value="https://empty.example/"' in answer.text


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("/feeds/look", "Give an address"),
        ("/feeds/add", "Give an address"),
        ("/feeds/opml", "Choose an OPML file"),
        ("/feeds/starters", "Tick at least one feed"),
    ],
)
def test_an_empty_form_says_what_is_wanted(app: Starlette, form: str, said: str) -> None:
    answer = post(app, form, {})
    assert answer.status == 422
    assert said in answer.text and 'role="alert"' in answer.text


def test_adding_leads_to_the_feed_s_river(app: Starlette, store: MemoryStore) -> None:
    answer = post(app, "/feeds/add", {"address": NEW, "folder": "Coast & sea"})
    assert answer.status == 303
    assert answer.headers["location"] == "/?feed=https%3A%2F%2Fnew.example%2Ffeed"
    assert NEW in urls(store)
    page = get(app, answer.headers["location"]).text
    assert "Collecting: this feed has not been polled yet." in page and "Coast &amp; sea" in page


def test_a_feed_that_was_added_with_a_problem_shows_both(app: Starlette, store: MemoryStore) -> None:
    answer = post(app, "/feeds/add", {"address": "https://damaged.example/feed"})
    assert answer.status == 200
    assert "https://damaged.example/feed" in urls(store)
    assert "an end tag missing" in answer.text and "Remove this feed" in answer.text


def test_opml_is_taken_pasted_or_as_a_file() -> None:
    for form in (multipart({"text": "<opml/>"}), multipart({"text": ""}, ("list.opml", b"<opml/>"))):
        store = MemoryStore()
        answer = call(app_over(store), "POST", "/feeds/opml", *form)
        assert (answer.status, answer.headers["location"]) == (303, "/")
        assert urls(store) == {NEW}


def test_large_pasted_opml_is_taken(app: Starlette) -> None:
    text = "<opml>" + "é" * 1_900_000
    assert call(app, "POST", "/feeds/opml", *multipart({"text": text})).status == 303


def test_opml_that_cannot_be_read_is_said(app: Starlette) -> None:
    answer = call(app, "POST", "/feeds/opml", *multipart({}, ("<b>.txt", b"hello")))
    assert answer.status == 422
    assert "No feed was added" in answer.text and "&lt;b&gt;.txt" in answer.text
    assert "1 line could not be taken" in answer.text and "an opml element" in answer.text


def test_a_broken_form_is_refused(app: Starlette) -> None:
    answer = call(app, "POST", "/feeds/opml", {"content-type": "multipart/form-data"}, b"--x")
    assert answer.status == 400


def test_the_export_is_a_file(app: Starlette) -> None:
    answer = get(app, "/feeds/opml")
    assert answer.headers["content-type"].startswith("text/x-opml")
    assert 'filename="standfirst.opml"' in answer.headers["content-disposition"]
    assert answer.body.startswith(b"<opml")


def test_starters_are_taken_ticked_or_all() -> None:
    store = MemoryStore()
    app = app_over(store)
    assert post(app, "/feeds/starters", {"url": [STARTERS[1].url, "https://no.example/starter"]}).status == 303
    assert urls(store) == {STARTERS[1].url}
    assert "Take all 2" in get(app, "/feeds").text
    assert post(app, "/feeds/starters", {"all": "1"}).status == 303
    assert urls(store) == {starter.url for starter in STARTERS}
    assert "Choose from a list" not in get(app, "/feeds").text


def test_polling_shows_what_came_of_it(app: Starlette) -> None:
    answer = post(app, "/feeds/poll", {"url": WIRE})
    assert (answer.status, answer.headers["location"]) == (303, "/feeds/one?url=https%3A%2F%2Fwire.example%2Ffeed")
    failed = post(app, "/feeds/poll", {"url": HILLS})
    assert failed.status == 200
    assert "It could not be polled just now." in failed.text
    assert post(app, "/feeds/poll", {"url": "https://unknown.example/"}).status == 404


def test_removing_keeps_the_articles(app: Starlette, store: MemoryStore) -> None:
    held = get(app, "/").text.count("data-entry")
    assert post(app, "/feeds/remove", {"url": TIDE}).status == 303
    assert TIDE not in get(app, "/feeds").text
    assert get(app, "/").text.count("data-entry") == held
    assert post(app, "/feeds/remove", {"url": TIDE}).status == 404


def test_problems_stand_by_kind_with_advice(app: Starlette, store: MemoryStore) -> None:
    page = words(get(app, "/problems").text)
    assert "2 problems, by cause." in page
    assert "Met once, just now" in page
    again = Problem(Stage.FETCH, Code.HTTP_STATUS, HILLS, "", "status 403", "status 200")
    store.apply(Changes(problems=(Noted(again, NOW + timedelta(seconds=30)),)))
    assert "Met 2 times, last" in words(get(app, "/problems").text)
    assert "/rss/channel/item[3]" in page and "To do: nothing: the entry has neither link nor guid" in page
    assert "None. Everything" in words(get(app_over(MemoryStore()), "/problems").text)


def test_problems_are_counted_by_cause() -> None:
    store = MemoryStore()
    said = [
        (f"https://{n}.example/", "HTTP 403 Forbidden" if n % 2 else "HTTP 500 Internal Server Error") for n in range(5)
    ]
    problems = [Problem(Stage.FETCH, Code.HTTP_STATUS, url, "", found, "200") for url, found in said]
    store.apply(Changes(problems=tuple(Noted(problem, NOW) for problem in problems)))
    page = get(app_over(store), "/problems").text
    assert '3 <a href="#http-status-http-500-internal-server-error">HTTP 500 Internal Server Error</a>' in page
    assert '<section class="sec" id="http-status-http-403-forbidden">' in page
    assert page.index("500 Internal") < page.index("403 Forbidden")


def test_the_list_is_narrowed_by_words_folder_and_cause(app: Starlette) -> None:
    assert "1 feed" in words(get(app, "/feeds?q=tide+HOME").text) and WIRE not in get(app, "/feeds?q=tide").text
    assert HILLS not in get(app, "/feeds?folder=Home+news").text
    assert HILLS in get(app, "/feeds?folder=").text and WIRE not in get(app, "/feeds?folder=").text
    cause = get(app, "/feeds?cause=a+Cloudflare+wall").text
    assert HILLS in cause and WIRE not in cause
    assert "No feed in your list answers to that." in get(app, "/feeds?q=nonsense").text


def many(number: int) -> MemoryStore:
    """Feeds, every hundredth of them refused."""
    store = MemoryStore()
    feeds = tuple(Feed(f"https://{n:05}.example/feed", f"{n:05}.example", f"Feed {n:05}") for n in range(number))
    places = tuple(Subscription(feed.url, f"Folder {n % 7}") for n, feed in enumerate(feeds))
    ill = [feed.url for feed in feeds[::100]]
    states = tuple(FeedState(url, failures=1, cause="refused (403)", problem="403", last_polled=NOW) for url in ill)
    store.apply(Changes(feeds=feeds, subscriptions=places, states=states))
    return store


def test_a_very_long_list_is_cut_and_says_so() -> None:
    app = app_over(many(1200))
    page = get(app, "/feeds").text
    assert page.count('action="/feeds/poll"') == 512
    assert "512 of 1200 feeds are shown." in words(page)
    assert '<a href="/feeds?folder=Folder+3">Folder 3</a> 171' in page
    assert "Feed 01199" in get(app, "/feeds?q=01199").text
    beside = get(app, "/").text.split('<nav class="feeds"')[1]
    assert (
        beside.count('class="name"') == 0 and "Folder 6" in beside and 'Feeds in trouble <span class="n">12' in beside
    )
    one = get(app, "/?folder=Folder+3").text.split('<nav class="feeds"')[1]
    assert one.count('class="name"') == 171
    alone = get(app, "/?feed=https://00004.example/feed").text.split('<nav class="feeds"')[1]
    assert alone.count('class="name"') == 1 and "Feed 00004" in alone


def test_a_feed_s_page_tells_its_rhythm_and_its_last_answer(app: Starlette, store: MemoryStore) -> None:
    past = NOW - timedelta(minutes=5)
    state = FeedState(
        WIRE, due=NOW + timedelta(hours=3), interval=14400, habit=600_000, last_polled=past, last_success=past,
        last_status=304, media_type="application/rss+xml", newest=NOW - timedelta(days=2),
    )  # fmt: skip
    store.apply(Changes(states=(state,)))
    page = words(get(app, f"/feeds/one?url={WIRE}").text)
    assert "Last answer304, 5 minutes ago" in page and "Read asapplication/rss+xml" in page
    assert "Polledevery 4 hours; it prints weekly" in page
    assert "Next poll23 November 2026, 12:30 UTC" in page
    ill = words(get(app, f"/feeds/one?url={HILLS}").text)
    assert "In troublesince 20 November 2026, 09:30 UTC; failed 3 times in a row" in ill


def test_the_river_says_beside_it_what_is_wrong(app: Starlette) -> None:
    assert '<span class="ill">a Cloudflare wall since Friday</span>' in get(app, "/").text
