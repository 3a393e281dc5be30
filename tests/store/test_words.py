"""Tests of what a query means and of the words shown around a match."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from standfirst.store.words import Query, indexed_words, matches, parse_query, snippet, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The Ferry's 2nd trip_home, at 9:30", ["the", "ferry", "s", "2nd", "trip", "home", "at", "9", "30"]),
        ("Café “ÅSNE” cafe\u0301", ["cafe", "asne", "cafe"]),
        ("Straße ΟΔΟΣ İzmir", ["strasse", "οδοσ", "izmir"]),
        ("co\u00adoperate", ["cooperate"]),
        ("東京都知事 in 京", ["東京", "京都", "都知", "知事", "in", "京"]),
        ("Мэр сказал", ["мэр", "сказал"]),
        ("한국어", ["한국", "국어"]),
        ("\U0001f6a2 — …", []),
    ],
)
def test_words_are_folded(text: str, words: list[str]) -> None:
    assert words_of(text) == words


@pytest.mark.parametrize(
    ("query", "meaning"),
    [
        ("one Two", Query((("one",), ("two",)), ())),
        ('"one two" three', Query((("one", "two"), ("three",)), ())),
        ('-one -"two three"', Query((), (("one",), ("two", "three")))),
        ("well-known", Query((("well", "known"),), ())),
        ('"not closed', Query((("not", "closed"),), ())),
        ("a " * 100, Query((("a",),) * 32, ())),
        ("x" * 256, Query((), ())),
        ("x" * 255, Query((("x" * 255,),), ())),
        ("東京都", Query((("東京", "京都"),), ())),
        ('- -- "" \'', Query((), ())),
    ],
)
def test_queries_are_read(query: str, meaning: Query) -> None:
    assert parse_query(query) == meaning


@given(st.text(max_size=300))
@example('-"')
@example("\ud800")
@example("a\x00b")
def test_no_query_raises_and_none_holds_anything_but_letters_and_digits(query: str) -> None:
    for term in (*parse_query(query).wanted, *parse_query(query).unwanted):
        assert term and all(word.isalnum() for word in term)


@given(st.text(min_size=1, max_size=60))
def test_a_text_answers_to_each_of_its_own_words(text: str) -> None:
    for word in words_of(text):
        assert matches(Query(((word,),), ()), indexed_words("", text))


def test_the_headline_is_indexed_once() -> None:
    assert indexed_words("Ferry", "Ferry\n\nIt sails").split() == ["ferry", "it", "sails"]
    assert indexed_words("Other", "Ferry").split() == ["other", "ferry"]


LONG = "Ferry sails\n\n" + "calm water " * 30 + "then the Ferry came, a café-boat of 東京都民 " + "and more " * 40


@pytest.mark.parametrize(
    ("query", "inside"),
    [
        ("ferry", "then the \x02Ferry\x03 came"),
        ('"the ferry came"', "then \x02the Ferry came\x03, a"),
        ("cafe", "a \x02café\x03-boat"),
        ("京都", "東\x02京都\x03民"),
        ("東京都", "of \x02東京都\x03民"),
    ],
)
def test_a_snippet_shows_the_match_in_its_surroundings(query: str, inside: str) -> None:
    shown = snippet(parse_query(query), "Ferry sails", LONG)
    assert inside in shown
    assert shown.startswith("… ") and shown.endswith(" …") and len(shown) < 230


def test_a_snippet_of_a_short_text_is_the_text() -> None:
    assert snippet(parse_query("came"), "Ferry", "Ferry\n\nIt came.\n\nIt left.") == "It \x02came\x03. It left."
    assert snippet(parse_query("ferry"), "Ferry", "Ferry") == "\x02Ferry\x03"
    assert snippet(parse_query("nowhere"), "Ferry", "Ferry\n\nIt came.") == "It came."


@given(st.text(max_size=400), st.text(min_size=1, max_size=30))
def test_a_snippet_adds_nothing_but_marks(text: str, query: str) -> None:
    text = text.replace("\x02", "").replace("\x03", "").replace("…", "")
    shown = snippet(parse_query(query), "Headline", f"Headline\n\n{text}")
    bare = shown.replace("\x02", "").replace("\x03", "").strip("… ")
    assert bare in " ".join((text.strip() or "Headline").split())
    assert shown.count("\x02") == shown.count("\x03")
