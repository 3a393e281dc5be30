"""When a feed is polled next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from standfirst.collect.pacing import DAY
from standfirst.collect.rhythm import next_state
from standfirst.errors import Code, FeedError, FetchError, Problem, Stage
from standfirst.model import FeedState, Page, Reading

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
URL = "https://gazette.example/rss"
FRESH = FeedState(URL)
HALF_HOUR = 1800


def answer(status: int = 200, moved_to: str = "", **headers: str) -> Page:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Page(URL, URL, status, "", named, b"", NOW, "", moved_to)


def failed(code: Code, found: str = "x", status: int | None = None, retry_after: float | None = None) -> FetchError:
    return FetchError(Problem(Stage.FETCH, code, URL, "", found, "y"), status=status, retry_after=retry_after)


def after(state: FeedState, outcome: Page | FetchError | FeedError, ttl: int = 0) -> FeedState:
    return next_state(state, outcome, NOW, interval=HALF_HOUR, reading=Reading("", "", (), ttl=ttl))


def wait(state: FeedState) -> float:
    assert state.due is not None
    return (state.due - NOW).total_seconds()


def test_a_good_answer_keeps_its_validators_and_forgets_failures() -> None:
    before = FeedState(URL, failures=4, problem="down", gone=True)
    state = after(before, answer(etag='"a"', last_modified="Mon, 02 Mar 2026 10:00:00 GMT"))
    assert (state.etag, state.modified) == ('"a"', "Mon, 02 Mar 2026 10:00:00 GMT")
    assert (state.failures, state.problem, state.gone, state.last_status) == (0, "", False, 200)
    assert state.last_polled == state.last_success == NOW
    assert HALF_HOUR <= wait(state) <= HALF_HOUR * (1 + SPREAD)


def test_not_modified_keeps_the_validators_it_does_not_repeat() -> None:
    before = FeedState(URL, etag='"a"', modified="then", failures=1)
    state = after(before, answer(304, etag='"b"'))
    assert (state.etag, state.modified, state.failures, state.last_status) == ('"b"', "then", 0, 304)


def test_a_validator_that_is_no_longer_sent_is_no_longer_used() -> None:
    assert after(FeedState(URL, etag='"a"'), answer(200)).etag == ""


def test_a_permanent_move_is_remembered_after_success() -> None:
    state = after(FRESH, answer(moved_to="https://gazette.example/new"))
    assert state.moved_to == "https://gazette.example/new"
    assert after(state, failed(Code.TIMED_OUT)).moved_to == state.moved_to


@pytest.mark.parametrize(("ttl", "least"), [(0, HALF_HOUR), (60, HALF_HOUR), (7200, 7200), (10 * DAY, DAY)])
def test_the_feeds_own_wish_counts_up_to_a_day(ttl: int, least: int) -> None:
    state = after(FRESH, answer(), ttl)
    assert least <= wait(state) <= least * (1 + SPREAD)
    assert after(state, answer(304)).interval == state.interval


def test_failures_double_the_wait_to_a_day_and_never_end() -> None:
    state, waits = FRESH, []
    for _ in range(60):
        state = after(state, failed(Code.TIMED_OUT))
        waits.append(wait(state))
    shares = [round(found / waits[0]) for found in waits[:6]]
    assert shares == [1, 2, 4, 8, 16, 32]
    assert DAY <= waits[-1] <= DAY * (1 + SPREAD)
    assert state.failures == 60


def test_retry_after_is_obeyed_and_said() -> None:
    state = after(FRESH, failed(Code.HTTP_STATUS, status=429, retry_after=9000))
    assert state.due == NOW + timedelta(seconds=9000)
    assert state.problem == "429 Too Many Requests, asked to wait until 16:30 UTC"
    assert state.last_status == 429
    long = after(FRESH, failed(Code.HTTP_STATUS, status=503, retry_after=2 * DAY))
    assert long.problem == "503 Service Unavailable, asked to wait until 4 March 2026, 14:00 UTC"


def test_a_shorter_retry_after_does_not_shorten_the_wait() -> None:
    assert wait(after(FRESH, failed(Code.HTTP_STATUS, status=503, retry_after=5))) >= HALF_HOUR


def test_gone_is_asked_once_a_day() -> None:
    state = after(FRESH, failed(Code.GONE, status=410))
    assert state.gone
    assert state.problem == "410 Gone"
    assert wait(state) >= DAY
    assert not after(state, answer()).gone


def test_problems_in_words() -> None:
    page = FeedError(Problem(Stage.COLLECT, Code.NOT_A_FEED, URL, "", "an HTML page", "RSS or Atom"))
    assert after(FRESH, page).problem == "an HTML page where a feed should be"
    assert after(FRESH, page).last_status == 200
    assert after(FRESH, failed(Code.TIMED_OUT, "no answer in 30 s")).problem == "timed out: no answer in 30 s"
    assert after(FRESH, failed(Code.HTTP_STATUS, status=599)).problem == "599"


def test_feeds_that_were_added_together_are_not_polled_together() -> None:
    dues = {after(FeedState(f"https://{n}.example/"), answer()).due for n in range(50)}
    assert len(dues) > 25
    assert after(FRESH, answer()) == after(FRESH, answer())
