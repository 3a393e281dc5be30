"""When a feed is polled next, and what is said of its last poll: pure, so that a whole year can be replayed in a test.

All is well: what the feed's habit brings (pacing.py), or what the feed or its server asks for where that is longer (a
day at most), outside the hours and days at which it asks to be left alone. A failure: the interval, doubled for each in
a row, a day at most, never given up. Whatever keeps a feed from being polled sooner is said in words.
"""

from __future__ import annotations

import dataclasses
import hashlib
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import NamedTuple

from standfirst.collect import pacing
from standfirst.collect.pacing import DAY
from standfirst.collect.trouble_words import cause_of, in_a_line
from standfirst.errors import Code, FeedError, FetchError
from standfirst.model import FeedState, Page, Reading

LONGEST_WAIT = 7 * DAY
"""Seconds that a Retry-After is believed."""


def next_state(
    state: FeedState,
    outcome: Page | FetchError | FeedError,
    now: datetime,
    *,
    interval: int,
    reading: Reading | None,
) -> FeedState:
    """What polling has learnt after one more poll. interval: seconds between polls of a feed of middling habit.

    outcome: the answer, 304 included, or what went wrong. reading: what the answer said, where it was read.
    """
    if isinstance(outcome, Page):
        return _after_success(_learnt(state, outcome, reading, now), outcome, now, interval)
    return _after_failure(state, outcome, now, interval)


# --- all is well


class _Newest(NamedTuple):
    """The newest entry that was ever seen, and the habit by all of them."""

    at: datetime | None
    key: str
    habit: int


def _learnt(state: FeedState, page: Page, reading: Reading | None, now: datetime) -> FeedState:
    """The state with what a document says of its feed; a 304 says nothing new."""
    if reading is None:
        return state
    newest = _newest(state, reading, now)
    return dataclasses.replace(
        state,
        media_type=page.media_type,
        remark=_remark(reading),
        empty_since=None if reading.entries else state.empty_since or now,
        newest=newest.at,
        newest_key=newest.key,
        habit=newest.habit,
        ttl=min(reading.ttl, DAY),
        skip_hours=reading.skip_hours,
        skip_days=reading.skip_days,
    )


def _newest(state: FeedState, reading: Reading, now: datetime) -> _Newest:
    """By the dates printed, where there are any; else by the poll at which another entry stood on top."""
    if not reading.entries:
        return _Newest(state.newest, state.newest_key, state.habit)
    gap, at = pacing.habit_of((date for e in reading.entries if (date := e.published or e.updated)), now)
    key = hashlib.sha256(reading.entries[0].key.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    if at is None and key != state.newest_key:
        at = now if state.newest_key else None
    at = max((time for time in (at, state.newest) if time), default=None)
    if gap:
        return _Newest(at, key, round(gap))
    if at and state.newest and at > state.newest:
        return _Newest(at, key, pacing.smoothed(state.habit, (at - state.newest).total_seconds()))
    return _Newest(at, key, state.habit)


def _remark(reading: Reading) -> str:
    """What was odd about a document that was read: "XML broken at line 12, column 7: …; 18 entries read"."""
    damage = next((problem for problem in reading.problems if problem.code is Code.FEED_DAMAGED), None)
    if damage is None:
        return ""
    number = len(reading.entries)
    place = f"at {damage.found}" if damage.found.startswith("line ") else f"({damage.found})"
    return f"XML broken {place}; {number} {'entry' if number == 1 else 'entries'} read"[:300]


def _after_success(state: FeedState, page: Page, now: datetime, interval: int) -> FeedState:
    unchanged = page.status == HTTPStatus.NOT_MODIFIED
    fresh = pacing.freshness(page.headers, now)
    asked = max(state.ttl, fresh.whole)
    own = pacing.own_wait(pacing.habit_now(state.habit, state.newest, now), interval)
    wait, due = pacing.paced(state.url, now, interval, own, asked, max(state.ttl, fresh.left))
    return dataclasses.replace(
        state,
        # a 304 need not repeat its validators (RFC 9110 section 15.4.5)
        etag=page.headers.get("etag", state.etag if unchanged else ""),
        modified=page.headers.get("last-modified", state.modified if unchanged else ""),
        due=pacing.outside(due, state.skip_hours, state.skip_days, pacing.share(state.url)),
        interval=wait,
        asked=asked,
        failures=0,
        last_polled=now,
        last_success=now,
        last_status=page.status,
        problem="",
        cause="",
        since=None,
        moved_to=page.moved_to or state.moved_to,
        gone=False,
    )


# --- something went wrong


def _after_failure(state: FeedState, error: FetchError | FeedError, now: datetime, interval: int) -> FeedState:
    failures = state.failures + 1
    status = error.status if isinstance(error, FetchError) else None
    until = _asked_until(error, now)
    gone = status == HTTPStatus.GONE or error.problem.code is Code.GONE
    due = now + timedelta(seconds=_patience(state.url, failures, interval, gone))
    return dataclasses.replace(
        state,
        due=max(due, until) if until else due,
        failures=failures,
        last_polled=now,
        # a document that is no feed did come, with a status that says so
        last_status=status if status is not None else HTTPStatus.OK if isinstance(error, FeedError) else 0,
        problem=in_a_line(error.problem, status, now, until),
        cause=cause_of(error.problem, status),
        since=state.since if state.since and state.failures else now,
        gone=gone,
    )


def _asked_until(error: FetchError | FeedError, now: datetime) -> datetime | None:
    """Until when a server wants to be left alone, by its Retry-After."""
    asked = (error.retry_after or 0.0) if isinstance(error, FetchError) else 0.0
    return now + timedelta(seconds=min(asked, LONGEST_WAIT)) if asked > 0 else None


def _patience(url: str, failures: int, interval: int, gone: bool) -> int:
    """Seconds to the next try; up to a tenth less than the doubled interval, so that what failed together parts."""
    longest = max(DAY, interval)
    wait = longest if gone else min(longest, interval * 2 ** min(failures - 1, 30))
    return round(wait * (1 - 0.1 * pacing.share(url, failures)))
