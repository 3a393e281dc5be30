"""Article files: header, body, later versions; what is missing is told with its line."""

from __future__ import annotations

from datetime import timedelta

import pytest

from standfirst.model import BlockKind
from standfirst.newsstand.draft import read_draft
from standfirst.newsstand.markup import MarkupError

HEADER = "event: gulls\nheadline: Gulls return\nsection: Coast\nat: day 2 08:12\n---\n"
BODY = """First line
second line.

## A heading

Its paragraph.

- one
- two

> A quote
of two lines.
"""


def test_a_body_is_read_into_its_blocks() -> None:
    (edition,) = read_draft(HEADER + BODY, "gulls.txt")
    assert [(block.kind, block.raw, block.place.line) for block in edition.body] == [
        (BlockKind.PARAGRAPH, "First line\nsecond line.", 6),
        (BlockKind.HEADING, "A heading", 9),
        (BlockKind.PARAGRAPH, "Its paragraph.", 11),
        (BlockKind.LIST_ITEM, "one", 13),
        (BlockKind.LIST_ITEM, "two", 14),
        (BlockKind.QUOTE, "A quote\nof two lines.", 16),
    ]


def test_the_time_is_counted_from_the_start_of_day_1() -> None:
    (edition,) = read_draft(HEADER + BODY, "gulls.txt")
    assert edition.at == timedelta(days=1, hours=8, minutes=12)


def test_a_later_version_takes_over_the_header_lines_that_it_does_not_give() -> None:
    later = "=== day 2 10:00\nheadline: Gulls leave\n---\nThey left.\n"
    first, second = read_draft(HEADER + BODY + later, "gulls.txt")
    assert (first.value("headline"), second.value("headline")) == ("Gulls return", "Gulls leave")
    assert second.value("section") == "Coast"
    assert [block.raw for block in second.body] == ["They left."]
    assert second.at - first.at == timedelta(hours=1, minutes=48)


@pytest.mark.parametrize(
    ("text", "slip"),
    [
        ("headline: x\n---\nBody.", "gulls.txt:1: found no 'event' in the header"),
        ("event: x\nBody.", "gulls.txt:2: found 'Body.'"),
        ("event: x\n", "gulls.txt:1: found a header without end"),
        ("event: x\nevent: y\n---\n", "gulls.txt:2: found 'event: y'"),
        ("event: x\ncolour: y\n---\n", "gulls.txt:2: found 'colour: y'"),
        ("event: x\nheadline:\n---\n", "gulls.txt:2: found 'headline:'"),
        (HEADER, "gulls.txt:1: found a body and a copy, or neither"),
        (HEADER.replace("---", "copy: whole a/b\n---") + BODY, "gulls.txt:1: found a body and a copy, or neither"),
        (HEADER.replace("day 2 08:12", "noon") + BODY, "gulls.txt:4: found time 'noon'"),
        (HEADER + "Body.\n=== day 2 08:00\n---\nBody.", "gulls.txt:7: found === day 2 08:00"),
        (HEADER + "Body.\n=== day 2 09:00\n---\n", "gulls.txt:7: found a later version without a body"),
        (HEADER + "Body.\n=== day 2 09:00\nsection: x\n---\nBody.", "gulls.txt:8: found 'section: x'"),
    ],
)
def test_a_slip_is_told_with_file_and_line(text: str, slip: str) -> None:
    with pytest.raises(MarkupError) as raised:
        read_draft(text, "gulls.txt")
    assert str(raised.value).startswith(slip)
    assert ", wanted " in str(raised.value)
