"""What a reader chooses for one feed: laid over what was chosen before, and never shown again."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette

from standfirst.errors import Code, Problem
from standfirst.model import Feed, FeedOptions
from standfirst.serve.choices import Given, chosen, header_of, merged, secrets_in_words
from standfirst.store.memory import MemoryStore

from .asgi import get, post
from .fakes import HILLS, WIRE

OLD = FeedOptions(
    True, "Agent", (("X-Key", "k-secret"), ("X-Other", "o-secret")), "c=secret", "ada", "p-secret", "http://q:1"
)


def feed(store: MemoryStore, url: str = WIRE) -> Feed:
    return next(feed for feed, _ in store.feeds() if feed.url == url)


def test_an_empty_secret_keeps_the_one_that_is_set() -> None:
    assert chosen(Given(True, "Agent", "ada"), OLD, WIRE) == OLD


def test_a_tick_removes_a_secret_and_a_new_one_replaces_it() -> None:
    dropped = frozenset({"cookies", "proxy", "header:X-Key"})
    new = chosen(Given(False, "", "", "x-other: new\n\nThird: 3:4", password="pw", dropped=dropped), OLD, WIRE)
    assert new == FeedOptions(False, "", (("x-other", "new"), ("Third", "3:4")), "", "", "pw", "")
    both = chosen(Given(True, "", "", cookies="d=4", dropped=frozenset({"cookies"})), OLD, WIRE)
    assert isinstance(both, FeedOptions)
    assert both.cookies == "d=4"


@pytest.mark.parametrize("line", ["no colon", ": no name", "A: " + "x" * 9000])
def test_a_header_that_is_none_is_refused_without_being_quoted(line: str) -> None:
    assert header_of(line) is None
    problem = chosen(Given(True, "", "", f"A: 1\n{line}"), OLD, WIRE)
    assert isinstance(problem, Problem)
    assert problem.code is Code.SETTING_INVALID and "line 2" in problem.found and line not in str(problem)


def test_a_value_without_end_is_refused() -> None:
    assert isinstance(chosen(Given(True, "", "", cookies="x" * 9000), OLD, WIRE), Problem)


def test_headers_are_laid_over_by_name() -> None:
    assert merged([("A", "1"), ("B", "2")], [("a", "3"), ("B", "")]) == (("a", "3"),)


def test_secrets_are_told_as_set() -> None:
    told = secrets_in_words(OLD)
    assert "secret" not in str(told) and "http://q" not in str(told)
    assert (told["headers"], told["password"], told["username"]) == ("X-Key: set, X-Other: set", "set", "ada")
    assert not any(secrets_in_words(FeedOptions(False))[name] for name in ("headers", "cookies", "password", "proxy"))


def test_the_form_keeps_what_is_chosen(app: Starlette, store: MemoryStore) -> None:
    fields = {
        "url": WIRE,
        "user_agent": "Mine",
        "username": "ada",
        "password": "p-secret",
        "headers": "X-Key: k-secret",
    }
    assert post(app, "/feeds/options", fields | {"cookies": "c=secret", "proxy": "http://q:1"}).status == 303
    kept = feed(store)
    assert kept.options == FeedOptions(
        False, "Mine", (("X-Key", "k-secret"),), "c=secret", "ada", "p-secret", "http://q:1"
    )
    assert not kept.is_news
    page = get(app, f"/feeds/one?url={WIRE}").text
    assert "secret" not in page.replace("Remove", "") and "http://q:1" not in page
    assert page.count("(one is set; empty keeps it)") == 3 and "Remove the header X-Key, which is set" in page
    assert 'value="Mine"' in page and 'value="ada"' in page
    again = {"url": WIRE, "full_text": "1", "is_news": "1", "user_agent": "Mine", "username": "ada"}
    assert post(app, "/feeds/options", again | {"drop": ["password", "header:X-Key"]}).status == 303
    now = feed(store)
    assert (now.options.password, now.options.headers, now.options.cookies) == ("", (), "c=secret")
    assert now.options.full_text and now.is_news


def test_what_cannot_be_sent_is_said_and_changes_nothing(app: Starlette, store: MemoryStore) -> None:
    for field, value, found in (
        ("user_agent", "\x07", "control characters in the user agent"),
        ("headers", "k-secret", "line 1 of the headers without a name and a colon"),
    ):
        answer = post(app, "/feeds/options", {"url": WIRE, "password": "p-secret", field: value})
        assert answer.status == 422
        assert "Nothing was changed." in answer.text and found in answer.text and "secret" not in answer.text
    assert feed(store).options == FeedOptions()
    assert post(app, "/feeds/options", {"url": "https://unknown.example/"}).status == 404


def test_a_feed_is_moved_and_renamed(app: Starlette, store: MemoryStore) -> None:
    assert post(app, "/feeds/place", {"url": HILLS, "folder": "Diaries", "title": "Hills"}).status == 303
    page = get(app, f"/feeds/one?url={HILLS}").text
    assert "<h1>Hills</h1>" in page and 'value="Diaries"' in page
    assert post(app, "/feeds/place", {"url": "https://unknown.example/", "folder": "x"}).status == 404


def test_a_choice_is_taken_from_this_site_alone(app: Starlette, store: MemoryStore) -> None:
    for path in ("/feeds/options", "/feeds/place"):
        assert post(app, path, {"url": WIRE, "title": "x"}, sec_fetch_site="cross-site").status == 403
    assert feed(store).options == FeedOptions()
