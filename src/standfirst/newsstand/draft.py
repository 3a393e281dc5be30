"""An article file: a header, a body, and the same again for each later version.

The header is `key: value` lines up to a line `---`. In the body empty lines part the blocks; `## ` begins a heading,
`> ` a block quote, `- ` a list item. A line `=== day 1 14:30` begins a later version: header lines that differ, `---`,
and the whole body as it then reads.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import NamedTuple

from standfirst.model import BlockKind
from standfirst.newsstand.markup import Place

REQUIRED = ("event", "headline", "section", "at")
KEYS = frozenset({*REQUIRED, "standfirst", "byline", "language", "copy", "footer", "caption"})
_LATER = frozenset({"headline", "standfirst", "byline"})
_AT = re.compile(r"day (\d+) (\d\d):(\d\d)")
_MARKS = (("## ", BlockKind.HEADING), ("> ", BlockKind.QUOTE), ("- ", BlockKind.LIST_ITEM))


class Field(NamedTuple):
    """A header line's value and where it stands."""

    value: str
    place: Place


class RawBlock(NamedTuple):
    """A block of the body before its marks are read; lines joined by line feeds."""

    kind: BlockKind
    raw: str
    place: Place


class Edition(NamedTuple):
    """One version of an article as written: when it appears (from day 1, 00:00), its header and its body."""

    at: timedelta
    fields: dict[str, Field]
    body: tuple[RawBlock, ...]

    def value(self, key: str) -> str:
        """A header value, or ""."""
        return self.fields[key].value if key in self.fields else ""


class _Line(NamedTuple):
    words: str
    place: Place


def read_draft(text: str, file: str) -> tuple[Edition, ...]:
    """Read an article file: its first version and each later one, in order. Raises MarkupError."""
    lines = [_Line(words.strip(), Place(file, number)) for number, words in enumerate(text.splitlines(), 1)]
    starts = [i for i, line in enumerate(lines) if line.words.startswith("===")]
    first = _first_edition(lines[: starts[0] if starts else None], Place(file, 1))
    editions = [first]
    for start, end in zip(starts, [*starts, len(lines)][1:], strict=True):
        editions.append(_later_edition(lines[start:end], editions[-1]))
    return tuple(editions)


def offset(words: str, place: Place) -> timedelta:
    """The time of "day 2 08:12" from day 1, 00:00."""
    if not (at := _AT.fullmatch(words)):
        raise place.error(f"time {words!r}", "day N HH:MM")
    day, hour, minute = map(int, at.groups())
    return timedelta(days=day - 1, hours=hour, minutes=minute)


def _first_edition(lines: list[_Line], top: Place) -> Edition:
    fields, rest = _header(lines, KEYS, top)
    if missing := [key for key in REQUIRED if key not in fields]:
        raise top.error(f"no {missing[0]!r} in the header", ", ".join(REQUIRED))
    body = _blocks(rest)
    if bool(body) == ("copy" in fields):
        raise top.error("a body and a copy, or neither", "paragraphs, or `copy:` in the header")
    return Edition(offset(*fields["at"]), fields, body)


def _later_edition(lines: list[_Line], before: Edition) -> Edition:
    head = lines[0]
    at = offset(head.words.strip("= "), head.place)
    if at <= before.at:
        raise head.place.error(head.words, "a time after the version before")
    fields, rest = _header(lines[1:], _LATER, head.place)
    body = _blocks(rest)
    if not body:
        raise head.place.error("a later version without a body", "the whole body as it then reads")
    return Edition(at, {**before.fields, **fields}, body)


def _header(lines: list[_Line], known: frozenset[str], top: Place) -> tuple[dict[str, Field], list[_Line]]:
    fields: dict[str, Field] = {}
    for i, line in enumerate(lines):
        if line.words == "---":
            return fields, lines[i + 1 :]
        key, colon, value = line.words.partition(":")
        if not colon or key not in known or key in fields or not value.strip():
            raise line.place.error(repr(line.words), f"`key: value` once each of {', '.join(sorted(known))}, then ---")
        fields[key] = Field(value.strip(), line.place)
    raise top.error("a header without end", "a line ---")


def _blocks(lines: list[_Line]) -> tuple[RawBlock, ...]:
    blocks: list[RawBlock] = []
    fresh = True
    for line in lines:
        kind, words = _kind(line.words)
        if words and (fresh or kind is not BlockKind.PARAGRAPH):
            blocks.append(RawBlock(kind, words, line.place))
        elif words:
            blocks[-1] = blocks[-1]._replace(raw=blocks[-1].raw + "\n" + words)
        fresh = not words
    return tuple(blocks)


def _kind(words: str) -> tuple[BlockKind, str]:
    for mark, kind in _MARKS:
        if words.startswith(mark):
            return kind, words[len(mark) :]
    return BlockKind.PARAGRAPH, words
