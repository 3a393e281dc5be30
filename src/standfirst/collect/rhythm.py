"""When a feed is polled next: pure, so that a whole year of polling can be replayed in a test.

All is well: the feed's interval, or what the feed or its server asks for where that is longer (a day at most). A
failure: the interval doubled for each in a row, a day at most, never given up. Spread without randomness: each address
has its own place in the interval, so that feeds added together are not polled together.
"""

from __future__ import annotations

import dataclasses
import hashlib
from datetime import datetime, timedelta
from http import HTTPStatus

from standfirst.errors import Code, FeedError, FetchError, Problem
from standfirst.model import FeedState, Page, Reading
from standfirst.text import time_in_full

DAY = 86400
SPREAD = 0.1  # of the interval


def next_state(
    state: FeedState,
    outcome: Page | FetchError | FeedError,
    now: datetime,
    *,
    interval: int,
    reading: Reading | None,
) -> FeedState:
    """What polling has learnt after one more poll. interval: seconds between polls of a healthy feed.

    outcome: the answer, 304 included, or what went wrong. reading: what the answer said, where it was read.
    """
    if isinstance(outcome, Page):
        return _after_success(state, outcome, now, interval, reading)
    return _after_failure(state, outcome, now, interval)


def _after_success(state: FeedState, page: Page, now: datetime, interval: int, reading: Reading | None) -> FeedState:
    asked = min(reading.ttl, DAY) if reading else 0
    unchanged = page.status == HTTPStatus.NOT_MODIFIED
    if unchanged:
        asked = state.interval if state.interval > interval else 0  # what the feed asked for when it last spoke
    wait = max(interval, asked)
    return dataclasses.replace(
        state,
        # a 304 need not repeat its validators (RFC 9110 section 15.4.5)
        etag=page.headers.get("etag", state.etag if unchanged else ""),
        modified=page.headers.get("last-modified", state.modified if unchanged else ""),
        due=_due(state.url, now, wait),
        interval=wait,
        failures=0,
        last_polled=now,
        last_success=now,
        last_status=page.status,
        problem="",
        moved_to=page.moved_to or state.moved_to,
        gone=False,
    )


def _after_failure(state: FeedState, error: FetchError | FeedError, now: datetime, interval: int) -> FeedState:
    failures = state.failures + 1
    status = error.status if isinstance(error, FetchError) else None
    asked = (error.retry_after or 0.0) if isinstance(error, FetchError) else 0.0
    gone = status == HTTPStatus.GONE or error.problem.code is Code.GONE
    wait = DAY if gone else min(DAY, interval * 2 ** min(failures - 1, 30))
    wait = max(wait, interval)
    until = now + timedelta(seconds=min(asked, 7 * DAY)) if asked > 0 else None
    due = _due(state.url, now, wait)
    return dataclasses.replace(
        state,
        due=max(due, until) if until else due,
        failures=failures,
        last_polled=now,
        # a document that is no feed did come, with a status that says so
        last_status=status if status is not None else HTTPStatus.OK if isinstance(error, FeedError) else 0,
        problem=_in_a_line(error.problem, status, now, until),
        gone=gone,
    )


def _due(url: str, now: datetime, wait: float) -> datetime:
    """Later by at most a tenth of the wait, always by the same share for the same address."""
    share = int.from_bytes(hashlib.sha256(url.encode("utf-8", "surrogatepass")).digest()[:4], "big") / 2**32
    return now + timedelta(seconds=round(wait * (1 + SPREAD * share)))


def _in_a_line(problem: Problem, status: int | None, now: datetime, until: datetime | None) -> str:
    """The problem as the health page shows it: "429 Too Many Requests, asked to wait until 14:05 UTC"."""
    if problem.code is Code.NOT_A_FEED:
        words = f"{problem.found} where a feed should be"
    elif status is not None and status >= 400:
        words = f"{status} {_phrase(status)}".strip()
    else:
        words = f"{str(problem.code).replace('-', ' ')}: {problem.found}"
    if until is not None:
        near = until - now < timedelta(hours=12)
        words += f", asked to wait until {f'{until:%H:%M} UTC' if near else time_in_full(until)}"
    return words[:300]


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
