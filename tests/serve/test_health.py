"""A feed's health in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from standfirst.model import Feed, FeedState, Subscription
from standfirst.serve import health, words
from standfirst.store.protocol import FeedHealth

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)  # a Monday
URL = "https://a.example/feed"


def ago(**parts: float) -> datetime:
    return NOW - timedelta(**parts)


def line(**state: Any) -> FeedHealth:
    return FeedHealth(Feed(URL, "a.example"), FeedState(URL, **state), Subscription(URL), 0, None, 0)


@pytest.mark.parametrize(
    ("state", "cause", "said", "short"),
    [
        (
            {"failures": 2, "cause": "refused (403)", "problem": "403 Forbidden", "since": ago(days=3)},
            "refused (403)",
            "403 Forbidden",
            "refused (403) since Friday",
        ),
        ({"failures": 1, "problem": "from an older version"}, "in trouble", "from an older version", "in trouble"),
        (
            {"gone": True, "failures": 1, "problem": "410 Gone", "since": ago(days=40)},
            "gone for good (410)",
            "410 Gone",
            "gone for good (410) since 14 October",
        ),
        (
            {"remark": "XML broken at line 3; 2 entries read"},
            "XML broken",
            "XML broken at line 3; 2 entries read",
            None,
        ),
        ({"empty_since": ago(days=6)}, "empty", "empty since Tuesday", "empty since Tuesday"),
        ({"empty_since": ago(hours=1)}, "empty", "empty since 08:30", "empty since 08:30"),
        (
            {"habit": 86_000, "newest": ago(days=9)},
            "silent",
            "silent for 9 days; it used to print daily",
            "silent since 14 November",
        ),
        (
            {"habit": 600, "newest": ago(days=4)},
            "silent",
            "silent for 4 days; it used to print every few minutes",
            None,
        ),
    ],
)
def test_what_is_wrong(state: dict[str, Any], cause: str, said: str, short: str | None) -> None:
    trouble = health.trouble_of(line(**state), NOW)
    assert trouble is not None
    assert (trouble.cause, trouble.words) == (cause, said)
    assert short is None or trouble.short == short


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"habit": 600, "newest": ago(days=2)},
        {"habit": 86_400, "newest": ago(days=7)},
        {"newest": ago(days=900)},
        {"habit": 600},
        {"failures": 0, "problem": "", "last_success": NOW},
    ],
)
def test_what_is_well(state: dict[str, Any]) -> None:
    assert health.trouble_of(line(**state), NOW) is None


def test_troubles_are_counted_the_commonest_first() -> None:
    lines = [line(failures=1, cause="a"), line(), line(failures=1, cause="b"), line(failures=3, cause="b")]
    found = health.in_trouble(lines, NOW)
    assert [trouble.cause for _, trouble in found] == ["b", "b", "a"]
    assert health.causes(found) == (("b", 2), ("a", 1))


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (1, "every few minutes"),
        (3600, "hourly"),
        (20_000, "several times a day"),
        (86_400, "daily"),
        (10**9, "every few months"),
    ],
)
def test_habits(seconds: int, said: str) -> None:
    assert health.habit_in_words(seconds) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(900, "15 minutes"), (1800, "30 minutes"), (3600, "1 hour"), (3780, "63 minutes"), (5400, "90 minutes"),
     (14_400, "4 hours"), (86_400, "1 day"), (90_720, "25 hours"), (30, "30 seconds"), (0, "0 seconds")],
)  # fmt: skip
def test_spans(seconds: int, said: str) -> None:
    assert health.span_in_words(seconds) == said


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({}, "every 30 minutes"),
        ({"interval": 14_400, "habit": 600_000}, "every 4 hours; it prints weekly"),
        ({"interval": 7560, "asked": 7200, "habit": 60}, "every 2 hours, as it or its server asks"),
        ({"interval": 1800, "asked": 60, "habit": 3600}, "every 30 minutes; it prints hourly"),
        (
            {"interval": 3600, "skip_hours": (3, 2), "skip_days": ("Sunday",)},
            "every hour; it asks not to be polled at the hours 02, 03 UTC and on Sunday",
        ),
    ],
)
def test_how_often_and_why(state: dict[str, Any], said: str) -> None:
    assert health.pace_in_words(FeedState(URL, **state)) == said


@pytest.mark.parametrize(
    ("then", "said"),
    [
        (ago(minutes=5), "09:25"),
        (ago(hours=12), "yesterday"),
        (ago(days=2), "Saturday"),
        (ago(days=6), "Tuesday"),
        (ago(days=7), "16 November"),
        (ago(days=400), "19 October 2025"),
        (NOW + timedelta(days=1), "09:30"),
    ],
)
def test_since_when(then: datetime, said: str) -> None:
    assert words.since_when(then, NOW) == said
