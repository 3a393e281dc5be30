from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.errors import Code, Problem
from standfirst.extract.capture import Capture, as_text, read_capture
from standfirst.model import BlockKind

from .support import PROSE, SEED, needs

PARTS = ["2 days ago 7", "The bridge will close in May", "A ferry will run while the piers are mended", *PROSE]
LINK = "Read this article on source website"
WHOLE = "\n\n".join([*PARTS, LINK])


def capture_of(text: str) -> Capture:
    found = read_capture(text, "a.txt")
    assert isinstance(found, Capture), found
    return found


def missing(text: str) -> str:
    found = read_capture(text, "a.txt")
    assert isinstance(found, Problem)
    assert (found.code, found.source) == (Code.CAPTURE_INCOMPLETE, "a.txt")
    return found.found


def test_the_parts_of_a_capture() -> None:
    found = capture_of(WHOLE)
    article = found.article
    assert (found.age, found.counter, found.link_line, found.source) == ("2 days ago", "7", LINK, "a.txt")
    assert (article.headline, article.standfirst) == (PARTS[1], PARTS[2])
    assert [article.text[b.start : b.end] for b in article.blocks if b.kind is BlockKind.PARAGRAPH] == list(PROSE)
    # what a capture does not say stays unsaid: its link has no address
    assert (article.url, article.outlet, article.published) == ("", "", None)


def test_the_seed_is_read_and_printed_back_byte_for_byte() -> None:
    text = needs(SEED / "seed.txt").read_bytes().decode("utf-8")
    found = capture_of(text)
    assert as_text(found) == text
    assert (found.age, found.counter, len(found.article.blocks)) == ("1 month ago", "11", 13)


@pytest.mark.parametrize(
    "text", [WHOLE, WHOLE + "\n", WHOLE.replace("\n", "\r\n"), "\n" + WHOLE.replace("\n\n", "\n"), f"  {WHOLE} \n\n"]
)
def test_it_is_printed_back_line_for_line(text: str) -> None:
    assert as_text(capture_of(text)) == text


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (WHOLE.replace("2 days ago 7", "2 days ago"), "no counter"),
        (WHOLE.replace("2 days ago 7", "7"), "no age"),
        (WHOLE.replace("2 days ago 7\n\n", ""), "no age, no counter"),
        (WHOLE.replace("\n\n" + LINK, ""), "no closing link line"),
        (WHOLE.replace(PARTS[2] + "\n\n", ""), "no standfirst"),
        ("\n\n".join([PARTS[0], *PROSE, LINK]), "no headline, no standfirst"),
        ("\n\n".join([*PARTS[:3], LINK]), "no body"),
        ("", "no age, no counter, no headline, no standfirst, no body, no closing link line"),
    ],
)
def test_what_is_missing_is_named_and_never_guessed(text: str, wanted: str) -> None:
    assert missing(text) == wanted


@given(
    st.lists(st.sampled_from([*PARTS, LINK, "\x00", "\u2028", "\x0b", " \t", "\ud800", "11"]), max_size=12).map(
        "\n".join
    )
)
def test_any_text_gets_an_answer(text: str) -> None:
    found = read_capture(text, "a.txt")
    if isinstance(found, Capture):
        assert as_text(found).split() == text.split() or "\x00" in text or "\ud800" in text
