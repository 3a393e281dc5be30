"""Words of the pages' own, and what a page is given to show."""

from __future__ import annotations

from datetime import date

import pytest

from standfirst.errors import Code
from standfirst.model import State
from standfirst.serve import views, words
from standfirst.serve.guard import host_name
from standfirst.serve.opening import is_robot
from standfirst.store.protocol import Key

TODAY = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("day", "heading"),
    [
        (date(2026, 1, 1), "Today, Thursday 1 January"),
        (date(2025, 12, 31), "Yesterday, Wednesday 31 December 2025"),
        (date(2025, 12, 30), "Tuesday 30 December 2025"),
        (date(2026, 1, 2), "Friday 2 January"),
    ],
)
def test_a_day_is_headed_as_a_reader_says_it(day: date, heading: str) -> None:
    assert words.day_heading(day, TODAY) == heading


def test_every_state_but_full_has_words() -> None:
    assert words.state_in_words(State.FULL) == ""
    assert all(words.state_in_words(state) for state in State if state is not State.FULL)


@pytest.mark.parametrize(("number", "said"), [(0, "opened 0 times"), (1, "opened 1 time"), (11, "opened 11 times")])
def test_the_counter_is_said(number: int, said: str) -> None:
    assert words.opened_in_words(number) == said


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("Plain", "ltr"),
        ("", "ltr"),
        ("123", "ltr"),
        ("NASA: הספינה חוזרת לים", "rtl"),
        ("قال الوزير", "rtl"),
        ("“Shalom” שלום he said", "ltr"),
    ],
)
def test_the_majority_of_letters_decides_the_direction(text: str, direction: str) -> None:
    assert words.direction(text) == direction


def test_a_snippet_is_cut_at_its_marks() -> None:
    found = words.marked("… the \x02ferry\x03 and \x02a seal\x03")
    assert found == (("… the ", False), ("ferry", True), (" and ", False), ("a seal", True))
    assert words.marked("none") == (("none", False),)
    assert words.marked("") == ()


@pytest.mark.parametrize("url", ["http://a.example/x", "https://a.example", "HTTPS://A.example/"])
def test_web_addresses_may_be_followed(url: str) -> None:
    assert words.is_web(url)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "ftp://a/", "/x", "", "http:", "http://[x"])
def test_others_may_not(url: str) -> None:
    assert not words.is_web(url)


@pytest.mark.parametrize("key", [Key(0, 0), Key(1763890200000000, 12), Key(-86400000000, 3)])
def test_a_place_goes_into_an_address_and_back(key: Key) -> None:
    assert words.read_key(words.key_text(key)) == key


def test_a_digest_is_grouped() -> None:
    assert words.digest_in_words("b41f09c27a6eff") == "b41f 09c2 7a6e"
    assert words.digest_in_words("") == ""


def test_every_code_has_a_heading_and_advice() -> None:
    for code in Code:
        assert words.problem_heading(code.value)[0].isupper()
        assert views.advice(code.value) == code.advice
    assert words.problem_heading("http-status") == "HTTP status"
    assert words.problem_heading("not-html") == "Not HTML"
    assert views.advice("from-a-newer-version") == ""


@pytest.mark.parametrize(
    ("host", "name"),
    [("a.example:80", "a.example"), ("[::1]:8800", "::1"), ("A.Example.", "a.example"), ("a:b:c", ""), ("u@a", "")],
)
def test_the_name_in_a_host_header(host: str, name: str) -> None:
    assert host_name(host) == name


@pytest.mark.parametrize("agent", ["Googlebot/2.1", "SomeCrawler", "Baiduspider", "facebookexternalhit/1.1"])
def test_robots_name_themselves(agent: str) -> None:
    assert is_robot(agent)


@pytest.mark.parametrize("agent", ["", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", "curl/8.5", "Lynx/2.9"])
def test_people_s_programs_are_none(agent: str) -> None:
    assert not is_robot(agent)
