"""Tests of what a taking does to an article that is held."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from standfirst.store.taking import Source, Step, decide, micros, moment, time_shown

FEED, PAGE = Source.FEED, Source.PAGE


@pytest.mark.parametrize(
    ("current", "held", "taking", "step"),
    [
        (("a", FEED, 5), True, ("a", FEED, 5), Step.RENEW),
        (("a", FEED, 5), True, ("a", FEED, 4), Step.IGNORE),
        (("a", FEED, 5), True, ("a", PAGE, 4), Step.RENEW),
        (("a", FEED, 5), False, ("b", FEED, 5), Step.ADD),
        (("a", FEED, 5), False, ("b", FEED, 4), Step.ADD_LATE),
        (("a", FEED, 5), True, ("b", FEED, 5), Step.IGNORE),
        (("a", FEED, 5), True, ("b", FEED, 6), Step.RETURN),
        (("a", FEED, 5), False, ("b", PAGE, 1), Step.ADD),
        (("a", FEED, 5), True, ("b", PAGE, 1), Step.RETURN),
        (("a", PAGE, 5), False, ("b", FEED, 9), Step.IGNORE),
        (("a", PAGE, 5), True, ("a", FEED, 9), Step.IGNORE),
        (("a", PAGE, 5), False, ("b", PAGE, 9), Step.ADD),
    ],
)
def test_what_a_taking_does(
    current: tuple[str, Source, int], held: bool, taking: tuple[str, Source, int], step: Step
) -> None:
    assert decide(current, held, taking) is step


@pytest.mark.parametrize(("published", "shown"), [(None, 7), (3, 3), (10, 10), (11, 10), (-5, -5)])
def test_the_time_shown(published: int | None, shown: int) -> None:
    assert time_shown(published, first_seen=10, otherwise=7) == shown


@pytest.mark.parametrize("year", [1, 1969, 1970, 2026, 9999])
def test_times_come_back_exactly(year: int) -> None:
    time = datetime(year, 12, 30, 23, 59, 59, 999_999, tzinfo=UTC)
    assert moment(micros(time)) == time
