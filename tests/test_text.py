from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.text import age_in_words, clean_line, clean_words, iso, printable, search_text, time_in_full


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("then", "now", "words"),
    [
        (at(2024, 11, 26, 9, 58), at(2024, 12, 26, 12), "1 month ago"),
        (at(2024, 11, 26, 9, 58), at(2024, 12, 26, 9, 57), "4 weeks ago"),
        (at(2024, 11, 26, 9, 58), at(2024, 11, 26, 9, 58, 59), "just now"),
        (at(2024, 11, 26, 9, 58), at(2024, 11, 26, 9, 59), "1 minute ago"),
        (at(2024, 11, 26, 9, 58), at(2024, 11, 26, 12, 57), "2 hours ago"),
        (at(2024, 11, 26), at(2024, 11, 27), "1 day ago"),
        (at(2024, 11, 26), at(2024, 12, 2), "6 days ago"),
        (at(2024, 11, 26), at(2024, 12, 3), "1 week ago"),
        (at(2024, 1, 31), at(2024, 2, 29), "1 month ago"),
        (at(2024, 1, 31), at(2024, 3, 30), "1 month ago"),
        (at(2024, 1, 31), at(2024, 3, 31), "2 months ago"),
        (at(2023, 12, 26), at(2024, 12, 25), "11 months ago"),
        (at(2020, 2, 29), at(2024, 2, 28), "3 years ago"),
        (at(2024, 11, 26, 15), at(2024, 11, 26, 12), "in 3 hours"),
        (at(2024, 11, 26, 12, 0, 30), at(2024, 11, 26, 12), "just now"),
    ],
)
def test_age_in_words(then: datetime, now: datetime, words: str) -> None:
    assert age_in_words(then, now) == words


@given(st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1)), st.integers(0, 10**9))
def test_age_never_grows_younger(start: datetime, seconds: int) -> None:
    then = start.replace(tzinfo=UTC)
    words = age_in_words(then, then + timedelta(seconds=seconds))
    assert words == "just now" or words.endswith(" ago")
    number = words.split()[0]
    assert number == "just" or int(number) >= 1


def test_times_are_said_in_utc_whatever_their_zone() -> None:
    moment = datetime(2024, 11, 26, 10, 58, tzinfo=timezone(timedelta(hours=1)))
    assert time_in_full(moment) == "26 November 2024, 09:58 UTC"
    assert iso(moment) == "2024-11-26T09:58:00Z"


def test_a_line_has_no_controls_no_direction_marks_and_one_kind_of_space() -> None:
    assert clean_line("  a\x00\u202eb\n\t c\u2028d ") == "ab c d"
    assert clean_line("x" * 1200, 10) == "x" * 9 + "…"


def test_words_keep_everything_but_controls() -> None:
    assert clean_words(" Kiev’s\xa0“redouble”\r\n\x07 it ") == "Kiev’s “redouble” it"


def test_what_is_printed_cannot_move_the_cursor_or_turn_the_line() -> None:
    assert printable("a\x1b[2Jb\u202ec\rd\ne") == "a\\x1b[2Jb\\u202ec\\x0dd\ne"


@pytest.mark.parametrize(
    ("text", "tokens"),
    [("plain words", ["plain", "words"]), ("東京都の天気", ["東京", "京都", "都の", "の天", "天気"]), ("京", ["京"])],
)
def test_search_text_cuts_scripts_without_blanks_into_pairs(text: str, tokens: list[str]) -> None:
    assert search_text(text).split() == tokens


@given(st.text())
def test_no_text_is_too_odd(text: str) -> None:
    clean_line(text), clean_words(text), search_text(text)
    assert "\x1b" not in printable(text)
