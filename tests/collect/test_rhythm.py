"""When a feed is polled next."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.collect.pacing import DAY, floor_of, freshness, outside
from standfirst.collect.rhythm import next_state
from standfirst.collect.walls import wall_in_words
from standfirst.errors import Code, FeedError, FetchError, Problem, Stage
from standfirst.model import Entry, FeedState, Page, Reading

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
URL = "https://gazette.example/rss"
FRESH = FeedState(URL)
HALF_HOUR = 1800
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def answer(status: int = 200, moved_to: str = "", **headers: str) -> Page:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Page(URL, URL, status, "", named, b"", NOW, "", moved_to)


def failed(code: Code, found: str = "x", status: int | None = None, retry_after: float | None = None) -> FetchError:
    return FetchError(Problem(Stage.FETCH, code, URL, "", found, "y"), status=status, retry_after=retry_after)


def after(state: FeedState, outcome: Page | FetchError | FeedError, ttl: int = 0) -> FeedState:
    return next_state(state, outcome, NOW, interval=HALF_HOUR, reading=Reading("", "", (), ttl=ttl))


def after_304(state: FeedState) -> FeedState:
    return next_state(state, answer(304), NOW, interval=HALF_HOUR, reading=None)


def wait(state: FeedState) -> float:
    assert state.due is not None
    return (state.due - NOW).total_seconds()


def test_a_good_answer_keeps_its_validators_and_forgets_failures() -> None:
    before = FeedState(URL, failures=4, problem="down", cause="x", since=NOW, gone=True)
    state = after(before, answer(etag='"a"', last_modified="Mon, 02 Mar 2026 10:00:00 GMT"))
    assert (state.etag, state.modified) == ('"a"', "Mon, 02 Mar 2026 10:00:00 GMT")
    assert (state.failures, state.problem, state.gone, state.last_status) == (0, "", False, 200)
    assert state.last_polled == state.last_success == NOW
    assert HALF_HOUR / 2 <= wait(state) <= HALF_HOUR * 1.5 + 1


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
    assert (least if ttl > HALF_HOUR else HALF_HOUR / 2) <= wait(state) <= least * 2.05 + 1
    assert after_304(state).interval == state.interval == max(HALF_HOUR, round(min(ttl, DAY) * 1.05))


def test_failures_double_the_wait_to_a_day_and_never_end() -> None:
    state, waits = FRESH, []
    for _ in range(60):
        state = after(state, failed(Code.TIMED_OUT))
        waits.append(wait(state))
    for tries, found in enumerate(waits):
        doubled = min(DAY, HALF_HOUR * 2**tries)
        assert 0.9 * doubled - 1 <= found <= doubled
    assert state.failures == 60 and state.since == NOW
    assert len({found / min(DAY, HALF_HOUR * 2**tries) for tries, found in enumerate(waits[:10])}) > 5  # the jitter


def test_retry_after_is_obeyed_and_said() -> None:
    state = after(FRESH, failed(Code.HTTP_STATUS, status=429, retry_after=9000))
    assert state.due == NOW + timedelta(seconds=9000)
    assert state.problem == "429 Too Many Requests, asked to wait until 16:30 UTC"
    assert state.last_status == 429
    long = after(FRESH, failed(Code.HTTP_STATUS, status=503, retry_after=2 * DAY))
    assert long.problem == "503 Service Unavailable, asked to wait until 4 March 2026, 14:00 UTC"


def test_a_shorter_retry_after_does_not_shorten_the_wait() -> None:
    assert wait(after(FRESH, failed(Code.HTTP_STATUS, status=503, retry_after=5))) >= 0.9 * HALF_HOUR


def test_gone_is_asked_once_a_day() -> None:
    state = after(FRESH, failed(Code.GONE, status=410))
    assert state.gone
    assert state.problem == "410 Gone"
    assert 0.9 * DAY <= wait(state) <= DAY
    assert not after(state, answer()).gone


@pytest.mark.parametrize(
    ("code", "found", "status", "line", "cause"),
    [
        (Code.TIMED_OUT, "no answer in 30 s", None, "timed out: no answer in 30 s", "timed out"),
        (Code.HTTP_STATUS, "HTTP 599", 599, "599", "server error (599)"),
        (Code.HTTP_STATUS, "x", 403, "403 Forbidden", "refused (403)"),
        (Code.HTTP_STATUS, "HTTP 404 Not Found", 404, "404 Not Found", "not found (404)"),
        (Code.HTTP_STATUS, "HTTP 418 I'm a Teapot", 418, "418 I'm a Teapot", "refused (418)"),
        (
            Code.HTTP_STATUS,
            "HTTP 403 Forbidden: a Cloudflare wall",
            403,
            "403 Forbidden: a Cloudflare wall",
            "a Cloudflare wall",
        ),
        (
            Code.NAME_NOT_FOUND,
            "no address for a.example",
            None,
            "the name cannot be found (DNS): no address for a.example",
            "name not found (DNS)",
        ),
        (
            Code.TLS_FAILED,
            "certificate has expired",
            None,
            "its certificate expired (certificate has expired)",
            "certificate expired",
        ),
        (
            Code.TLS_FAILED,
            "self-signed certificate",
            None,
            "no trustworthy connection (TLS): self-signed certificate",
            "certificate or TLS",
        ),
        (
            Code.HTTP_STATUS,
            f"HTTP 202 Accepted: {wall_in_words('AWS WAF')}",
            202,
            "202 Accepted: an AWS WAF wall",
            "an AWS WAF wall",
        ),
        (Code.DISK_FULL, "x", None, "disk full: x", "disk full"),
    ],
)
def test_problems_in_words(code: Code, found: str, status: int | None, line: str, cause: str) -> None:
    state = after(FRESH, failed(code, found, status))
    assert (state.problem, state.cause) == (line, cause)


def test_a_page_where_a_feed_should_be_did_come() -> None:
    page = FeedError(Problem(Stage.COLLECT, Code.NOT_A_FEED, URL, "", "an HTML page", "RSS or Atom"))
    state = after(FRESH, page)
    assert (state.problem, state.cause) == ("an HTML page where a feed should be", "no feed there")
    assert state.last_status == 200


def test_a_host_that_is_left_alone_says_until_when() -> None:
    state = after(FRESH, failed(Code.ASKED_TO_WAIT, "a host that …", retry_after=7200))
    assert state.problem == "its host asked to be left alone until 16:00 UTC"


def test_where_a_redirect_led_is_said() -> None:
    problem = Problem(
        Stage.FETCH, Code.HTTP_STATUS, URL, "(redirected to https://b.example/)", "HTTP 404 Not Found", "200"
    )
    assert after(FRESH, FetchError(problem, status=404)).problem == "404 Not Found (redirected to https://b.example/)"


def test_a_failure_is_dated_from_the_first_in_a_row() -> None:
    first = after(FRESH, failed(Code.TIMED_OUT))
    later = next_state(first, failed(Code.TLS_FAILED), NOW + timedelta(days=2), interval=HALF_HOUR, reading=None)
    assert (later.since, later.cause) == (NOW, "certificate or TLS")
    assert after(later, answer()).since is None


# --- what a document teaches


def entry(key: str, at: datetime | None) -> Entry:
    return Entry(URL, key, "", key, published=at)


def printed(*hours: float) -> tuple[Entry, ...]:
    """Entries printed so many hours before NOW."""
    return tuple(entry(f"e{hour}", NOW - timedelta(hours=hour)) for hour in hours)


def read(state: FeedState, now: datetime = NOW, **said: object) -> FeedState:
    return next_state(state, answer(), now, interval=HALF_HOUR, reading=Reading("", "", **said))  # type: ignore[arg-type]


def test_the_habit_is_read_off_the_dates_and_an_old_entry_at_the_end_does_not_count() -> None:
    state = read(FRESH, entries=printed(1, 3, 5, 7, 9, 30_000))
    assert (state.habit, state.newest) == (2 * 3600, NOW - timedelta(hours=1))
    ahead = (*printed(1, 3, 5, 7), entry("ahead", NOW + timedelta(days=9)))
    assert read(FRESH, entries=ahead).newest == NOW - timedelta(hours=1)


def test_a_feed_of_one_entry_is_learnt_poll_by_poll() -> None:
    state = read(FRESH, entries=printed(5))
    assert state.habit == 0
    state = read(state, entries=printed(1))
    assert state.habit == 4 * 3600
    assert read(state, entries=printed(1)).habit == state.habit
    assert read(state, NOW + timedelta(hours=9), entries=(entry("n", NOW + timedelta(hours=9)),)).habit > state.habit


def test_a_feed_without_dates_is_learnt_by_what_stands_on_top() -> None:
    state = read(FRESH, entries=(entry("a", None),))
    state = read(state, NOW + timedelta(hours=1), entries=(entry("b", None), entry("a", None)))
    assert (state.habit, state.newest) == (0, NOW + timedelta(hours=1))
    same = read(state, NOW + timedelta(hours=2), entries=(entry("b", None),))
    assert (same.habit, same.newest) == (0, state.newest)
    state = read(same, NOW + timedelta(hours=4), entries=(entry("c", None),))
    assert (state.habit, state.newest) == (3 * 3600, NOW + timedelta(hours=4))


@pytest.mark.parametrize(
    ("hours_between", "wait_in_minutes"), [(1 / 60, 15), (0.48, 30), (1, 30), (2, 60), (5, 60), (24, 120), (168, 240)]
)
def test_a_lively_feed_is_polled_at_the_interval_and_a_quiet_one_every_few_hours(
    hours_between: float, wait_in_minutes: int
) -> None:
    state = read(FRESH, entries=printed(*(n * hours_between for n in range(20))))
    assert state.interval == wait_in_minutes * 60


def test_silence_slows_a_feed_down_and_its_next_entry_brings_it_back() -> None:
    state = read(FRESH, entries=printed(*range(20)))
    silent = next_state(state, answer(304), NOW + timedelta(days=30), interval=HALF_HOUR, reading=None)
    assert silent.interval == 4 * 3600 and silent.habit == state.habit
    again = tuple(entry(f"x{n}", NOW + timedelta(days=30, hours=-n)) for n in range(20))
    assert read(silent, NOW + timedelta(days=30), entries=again).interval == HALF_HOUR


def test_damage_and_emptiness_are_remembered_while_the_feed_answers() -> None:
    damage = Problem(Stage.COLLECT, Code.FEED_DAMAGED, URL, "", "line 12, column 7: a tag is not closed", "XML")
    state = read(FRESH, entries=printed(1, 2), problems=(damage,))
    assert state.remark == "XML broken at line 12, column 7: a tag is not closed; 2 entries read"
    assert after_304(state).remark == state.remark
    empty = read(state, entries=())
    assert (empty.remark, empty.empty_since) == ("", NOW)
    still = read(empty, NOW + timedelta(days=3), entries=())
    assert (still.empty_since, still.newest) == (NOW, state.newest)
    assert read(still, entries=printed(1)).empty_since is None


def test_the_media_type_of_the_last_document_is_kept() -> None:
    page = Page(URL, URL, 200, "application/rss+xml", {}, b"", NOW, "")
    state = next_state(FRESH, page, NOW, interval=HALF_HOUR, reading=Reading("", "", ()))
    assert after_304(state).media_type == "application/rss+xml"


# --- what the feed and its server ask for


@pytest.mark.parametrize(
    ("headers", "asked", "left"),
    [
        ({"cache_control": "max-age=7200"}, 7200, 7200),
        ({"cache_control": "public, max-age=7200", "age": "3000"}, 7200, 4200),
        ({"cache_control": 'MAX-AGE="7200"'}, 7200, 7200),
        ({"cache_control": "s-maxage=7200"}, 0, 0),
        ({"cache_control": "no-cache, max-age=7200"}, 0, 0),
        ({"cache_control": "max-age=99999999999"}, 0, 0),
        ({"cache_control": "max-age=9999999999"}, DAY, DAY),
        ({"expires": "Mon, 02 Mar 2026 16:00:00 GMT"}, 7200, 7200),
        ({"expires": "Mon, 02 Mar 2026 16:00:00 GMT", "date": "Mon, 02 Mar 2026 15:00:00 GMT"}, 3600, 3600),
        ({"expires": "Mon, 02 Mar 2026 16:00:00 GMT", "cache_control": "max-age=60"}, 60, 60),
        ({"expires": "0"}, 0, 0),
        ({"expires": "-1"}, 0, 0),
        ({"expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0, 0),
        ({}, 0, 0),
    ],
)
def test_a_server_s_freshness_is_obeyed(headers: dict[str, str], asked: int, left: int) -> None:
    page = answer(**headers)
    assert freshness(page.headers, NOW) == (asked, left)
    state = after(FRESH, page)
    assert state.asked == asked
    assert wait(state) >= left


def test_a_feed_is_not_polled_at_hours_and_days_it_excludes() -> None:
    # 2 March 2026 is a Monday
    night = Reading("", "", (), skip_hours=(14, 15, 16, 17), skip_days=("tuesday", "Nonsense"))
    state = next_state(FRESH, answer(), NOW, interval=HALF_HOUR, reading=night)
    assert state.due is not None
    assert state.due.hour == 18 and state.due.weekday() == 0
    late = next_state(state, answer(304), NOW.replace(hour=23, minute=55), interval=HALF_HOUR, reading=None)
    assert late.due is not None
    assert (late.due.weekday(), late.due.hour) == (2, 0)


def test_a_feed_that_excludes_everything_is_not_believed() -> None:
    never = Reading("", "", (), skip_hours=tuple(range(24)), skip_days=("Monday",) * 9)
    state = next_state(FRESH, answer(), NOW, interval=HALF_HOUR, reading=never)
    assert state.due is not None
    assert state.due.weekday() == 1
    assert outside(NOW, range(24), DAY_NAMES, 0.5) == NOW


# --- properties

AT = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
STATES = st.builds(
    FeedState,
    url=st.text(max_size=20),
    failures=st.integers(0, 10_000),
    habit=st.integers(0, 10**9),
    newest=st.none() | AT,
    ttl=st.integers(0, DAY),
    skip_hours=st.lists(st.integers(-1, 25), max_size=24).map(tuple),
    skip_days=st.lists(st.sampled_from(DAY_NAMES), max_size=7).map(tuple),
)
READINGS = st.none() | st.builds(
    Reading,
    title=st.just(""),
    site=st.just(""),
    entries=st.lists(st.builds(entry, st.text(max_size=3), st.none() | AT), max_size=6).map(tuple),
    ttl=st.integers(0, 10**9),
    skip_hours=st.lists(st.integers(-1, 25), max_size=24).map(tuple),
    skip_days=st.lists(st.sampled_from(DAY_NAMES) | st.text(max_size=3), max_size=7).map(tuple),
)
HEADERS = st.dictionaries(
    st.sampled_from(["cache-control", "expires", "date", "age"]),
    st.text(max_size=30) | st.integers(0, 10**12).map("max-age={}".format) | st.integers(0, 10**9).map(str),
)


@given(STATES, READINGS, HEADERS, AT, st.sampled_from([200, 304]), st.integers(1, 10 * DAY))
def test_after_an_answer_the_next_poll_is_within_bounds(
    state: FeedState, reading: Reading | None, headers: dict[str, str], now: datetime, status: int, interval: int
) -> None:
    page = Page(URL, URL, status, "", headers, b"", now, "")
    later = next_state(state, page, now, interval=interval, reading=reading)
    assert later.due is not None
    waits = (later.due - now).total_seconds()
    excluded = 8 * DAY if later.skip_hours or later.skip_days else 0
    longest = max(1.5 * max(interval, 6 * 3600), DAY + max(interval, 7600)) + 1
    assert 0.95 * floor_of(interval) <= waits <= longest + excluded
    assert floor_of(interval) <= later.interval <= max(interval, 6 * 3600, 1.05 * DAY)


@given(STATES, AT, st.none() | st.floats(0, 1e9), st.integers(1, 10 * DAY), st.integers(100, 999))
def test_after_a_failure_the_next_poll_is_within_bounds(
    state: FeedState, now: datetime, retry_after: float | None, interval: int, status: int
) -> None:
    error = failed(Code.HTTP_STATUS, status=status, retry_after=retry_after)
    later = next_state(state, error, now, interval=interval, reading=None)
    assert later.due is not None
    waits = (later.due - now).total_seconds()
    assert min(0.9 * interval - 1, 0.9 * DAY) <= waits <= max(DAY, interval, min(retry_after or 0, 7 * DAY))
    assert later.due > now or interval == 1


@pytest.mark.parametrize(
    ("hours", "at_most"), [(0.1, 0.5), (0.5, 1.1), (1, 1.1), (4, 2.1), (12, 3.1), (24, 3.1), (168, 6.2)]
)
def test_a_year_of_polling_finds_every_entry_in_time(hours: float, at_most: float) -> None:
    """A feed that prints every so many hours, each poll ten seconds late: how long its entries wait at most."""
    every = timedelta(hours=hours)
    start, state, worst, polls = NOW, FeedState(f"{URL}?{hours}"), timedelta(), 0
    now, known = start + every * 20, 20
    while now < start + timedelta(days=365 if hours >= 4 else 20):
        held = int((now - start) / every)
        if held > known and polls > 1:
            worst = max(worst, now - (start + every * (known + 1)))
        shown = tuple(entry(str(n), start + every * n) for n in range(held, max(held - 20, 0), -1))
        fresh = Reading("", "", shown) if held > known or not polls else None
        state = next_state(state, answer(200 if fresh else 304), now, interval=HALF_HOUR, reading=fresh)
        assert state.due is not None
        known, polls, now = held, polls + 1, state.due + timedelta(seconds=10)
    assert polls > 100
    assert worst <= timedelta(hours=at_most)


@pytest.mark.parametrize(("ttl", "until"), [(0, 90), (3600, 180)])
def test_ten_thousand_feeds_that_were_added_together_spread_over_the_hour(ttl: int, until: int) -> None:
    said = Reading("", "", (), ttl=ttl)
    states = [FeedState(f"https://{n}.example/feed") for n in range(10_000)]
    states = [next_state(state, answer(), NOW, interval=HALF_HOUR, reading=said) for state in states]
    minutes: Counter[int] = Counter()
    for state in states:
        for _ in range(20):
            assert state.due is not None
            minute = int((state.due - NOW).total_seconds() // 60)
            if minute >= until:
                break
            minutes[minute] += 1
            state = next_state(state, answer(304), state.due, interval=HALF_HOUR, reading=None)
    hour = [minutes[minute] for minute in range(until - 60, until)]
    assert max(hour) <= 2 * sum(hour) / 60
    assert min(hour) >= 0.5 * sum(hour) / 60


def test_the_same_poll_says_the_same_again() -> None:
    assert after(FRESH, answer()) == after(FRESH, answer())
