"""The newsstand's mark-up inside a paragraph: statements are marked where they are printed, spans are computed.

`{say by="Edda Marrable" cue="warned"}“words”{/say}` marks the words of a statement exactly as printed. The cue and the
words printed for the speaker are looked up in the same paragraph; where the nearest is not the one meant,
`{cue}warned{/cue}` marks the right one. `{day 1}` prints a weekday of the timeline, `{date 1}` its date in full.
docs/newsstand.md describes all of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from standfirst.errors import StandfirstError

KINDS = ("direct", "indirect", "mixed")
ACTS = ("said", "thinks", "intends")
UNNAMED = "unnamed"
_ATTRIBUTES = frozenset({"by", "cue", "source", "kind", "act", "quote", "on"})
_TAG = re.compile(r"\{(?P<close>/?)(?P<name>\w*)(?P<rest>[^{}]*)\}")
_ATTRIBUTE = re.compile(r'\s+(\w+)="([^"]*)"')
_DAY = re.compile(r"\s+(-?\d+)\s*")
_QUOTED = re.compile('[“„»"][^“”„«»"]*[”“«"]')

_WEEKDAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
}
_MONTHS = {
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    "de": (
        "Januar", "Februar", "März", "April", "Mai", "Juni",
        "Juli", "August", "September", "Oktober", "November", "Dezember",
    ),
}  # fmt: skip


class MarkupError(StandfirstError):
    """An article file is not written in the mark-up; says file, line, what was found and what was wanted."""


class Place(NamedTuple):
    """A line of an article file, counted from 1."""

    file: str
    line: int

    def error(self, found: str, wanted: str) -> MarkupError:
        """The error to raise for what stands here."""
        return MarkupError(f"{self.file}:{self.line}: found {found}, wanted {wanted}")

    def below(self, raw: str, at: int) -> Place:
        """The place of raw[at], where raw begins here."""
        return Place(self.file, self.line + raw.count("\n", 0, at))


class Span(NamedTuple):
    """Code points from start up to, not including, end."""

    start: int
    end: int

    def shifted(self, by: int) -> Span:
        """The same span in a text that has `by` code points before this one."""
        return Span(self.start + by, self.end + by)

    def gap(self, other: Span) -> int:
        """Code points between two spans; negative where they overlap."""
        return max(self.start - other.end, other.start - self.end)


@dataclass(frozen=True, slots=True)
class Statement:
    """Words that somebody said, thinks or intends, as one article prints them.

    speaker: the name in full, wherever it is printed, or "unnamed". source: the words printed for the speaker in the
    same paragraph, cue: the verb printed there; both None where none is printed. quote: ties one utterance across
    outlets, or "". said_on: the day it was said, or None where the text does not tell.
    """

    words: str
    span: Span
    speaker: str
    source_words: str
    source: Span | None
    cue_words: str
    cue: Span | None
    kind: str
    act: str
    quote: str
    said_on: date | None

    def shifted(self, by: int) -> Statement:
        """The same statement in a text that has `by` code points before this one."""
        return replace(
            self,
            span=self.span.shifted(by),
            source=self.source.shifted(by) if self.source else None,
            cue=self.cue.shifted(by) if self.cue else None,
        )


class Marked(NamedTuple):
    """A paragraph as printed, and its statements in the order in which they begin."""

    text: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of the timeline, counted from 1, in the words of one language ("en" or "de")."""

    day_one: date
    language: str

    def day(self, number: int) -> date:
        """The date of a day; day 0 is the one before day 1."""
        return self.day_one + timedelta(days=number - 1)

    def weekday(self, number: int) -> str:
        """The name of its weekday."""
        return _WEEKDAYS[self.language][self.day(number).weekday()]

    def in_full(self, number: int) -> str:
        """Its date in full: "17 November 2026", "17. November 2026"."""
        day = self.day(number)
        dot = "." if self.language == "de" else ""
        return f"{day.day}{dot} {_MONTHS[self.language][day.month - 1]} {day.year}"


class _Say(NamedTuple):
    span: Span
    attributes: dict[str, str]
    place: Place


class _Open(NamedTuple):
    name: str
    start: int
    attributes: dict[str, str]
    place: Place


def read_words(raw: str, place: Place, calendar: Calendar) -> Marked:
    """Read one paragraph: its words as printed and its statements, with spans in those words.

    raw may run over several lines, which print as one. Raises MarkupError.
    """
    scan = _Scan(calendar)
    at = 0
    for tag in _TAG.finditer(raw):
        scan.print(raw[at : tag.start()], place.below(raw, at))
        scan.tag(tag, place.below(raw, tag.start()))
        at = tag.end()
    scan.print(raw[at:], place.below(raw, at))
    return scan.finish()


class _Scan:
    """What has been read of a paragraph so far."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.text = ""
        self.open: list[_Open] = []
        self.says: list[_Say] = []
        self.cues: list[Span] = []

    def print(self, words: str, place: Place) -> None:
        if stray := re.search("[{}]", words):
            raise place.below(words, stray.start()).error(
                f"a stray {stray[0]!r}", "{say …}, {/say}, {cue}, {/cue}, {day N} or {date N}"
            )
        self.text += words.replace("\n", " ")

    def tag(self, tag: re.Match[str], place: Place) -> None:
        name, rest = tag["name"], tag["rest"]
        if name in ("day", "date") and not tag["close"]:
            self.text += self.day(name, rest, place)
        elif name not in ("say", "cue"):
            raise place.error(repr(tag[0]), "say, cue, day or date")
        elif tag["close"]:
            self.close(name, place)
        else:
            self.open.append(_Open(name, len(self.text), read_attributes(name, rest, place), place))

    def day(self, name: str, rest: str, place: Place) -> str:
        number = _day_number(rest, place)
        return self.calendar.weekday(number) if name == "day" else self.calendar.in_full(number)

    def close(self, name: str, place: Place) -> None:
        if not self.open or self.open[-1].name != name:
            opened = f"{{{self.open[-1].name}}} open" if self.open else "nothing open"
            raise place.error(f"{{/{name}}} with {opened}", "each mark closed before the one around it")
        last = self.open.pop()
        span = Span(last.start, len(self.text))
        if span.start == span.end:
            raise last.place.error(f"an empty {{{name}}}", "the words as printed between the marks")
        if name == "cue":
            self.cues.append(span)
        else:
            self.says.append(_Say(span, last.attributes, last.place))

    def finish(self) -> Marked:
        if self.open:
            last = self.open[-1]
            raise last.place.error(f"{{{last.name}}} never closed", f"{{/{last.name}}} in the same paragraph")
        statements = [self.statement(say) for say in sorted(self.says)]
        return Marked(self.text, tuple(statements))

    def statement(self, say: _Say) -> Statement:
        given, words = say.attributes, self.text[say.span.start : say.span.end]
        cue = self.cue(say)
        source = self.source(say)
        return Statement(
            words=words,
            span=say.span,
            speaker=given["by"],
            source_words=self.text[source.start : source.end] if source else "",
            source=source,
            cue_words=given.get("cue", ""),
            cue=cue,
            kind=given.get("kind") or kind_of(words),
            act=given.get("act", "said"),
            quote=given.get("quote", ""),
            said_on=self.said_on(say),
        )

    def cue(self, say: _Say) -> Span | None:
        words = say.attributes.get("cue")
        if words is None:
            return None
        found = _occurrences(words, self.text, say.span)
        marked = [span for span in found if span in self.cues]
        return _nearest(marked or found, say, f"cue {words!r}")

    def source(self, say: _Say) -> Span | None:
        words = say.attributes.get("source")
        if words is not None:
            return _nearest(_occurrences(words, self.text, say.span), say, f"source {words!r}")
        name = say.attributes["by"]
        for form in (name, name.split()[-1]):
            if found := _occurrences(form, self.text, say.span):
                return _nearest(found, say, f"speaker {form!r}")
        return None

    def said_on(self, say: _Say) -> date | None:
        on = say.attributes.get("on")
        return self.calendar.day(_day_number(" " + on.removeprefix("day "), say.place)) if on else None


def read_attributes(name: str, rest: str, place: Place) -> dict[str, str]:
    """The attributes of an opening mark, checked: `by` is wanted on {say}, and only known names and values."""
    given = dict(_ATTRIBUTE.findall(rest))
    if left := _ATTRIBUTE.sub("", rest).strip():
        raise place.error(repr(left), 'attributes written name="value"')
    if name == "cue":
        if given:
            raise place.error(f"attributes on {{cue}}: {', '.join(given)}", "none")
        return given
    if unknown := sorted(set(given) - _ATTRIBUTES):
        raise place.error(f"attribute {unknown[0]!r}", ", ".join(sorted(_ATTRIBUTES)))
    if not given.get("by"):
        raise place.error("{say} without by", 'by="the speaker\'s name", or by="unnamed" with source="words printed"')
    if given["by"] == UNNAMED and not given.get("source"):
        raise place.error('by="unnamed" without source', "the words printed for the speaker")
    _check_choice("kind", given, KINDS, place)
    _check_choice("act", given, ACTS, place)
    return given


def kind_of(words: str) -> str:
    """direct where all the words stand in quotation marks, mixed where some do, else indirect."""
    outside = _QUOTED.sub("", words)
    if outside == words:
        return "indirect"
    return "mixed" if outside.strip(" .,;:!?–—") else "direct"


def _check_choice(name: str, given: dict[str, str], choices: tuple[str, ...], place: Place) -> None:
    if name in given and given[name] not in choices:
        raise place.error(f"{name}={given[name]!r}", " or ".join(choices))


def _day_number(rest: str, place: Place) -> int:
    if not (number := _DAY.fullmatch(rest)):
        raise place.error(f"day {rest.strip()!r}", "the number of a day, as in {day 1}")
    return int(number[1])


def _occurrences(words: str, text: str, outside: Span) -> list[Span]:
    """Where these words are printed as whole words, not touching the span of the statement itself."""
    found = (Span(*m.span()) for m in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", text))
    return [span for span in found if span.gap(outside) >= 0]


def _nearest(found: list[Span], say: _Say, what: str) -> Span:
    if not found:
        raise say.place.error(f"{what} not printed in this paragraph", "the words exactly as printed, outside {say}")
    found = sorted(found, key=lambda span: span.gap(say.span))
    if len(found) > 1 and found[0].gap(say.span) == found[1].gap(say.span):
        raise say.place.error(f"{what} printed twice, equally near", "the one meant marked: {cue}…{/cue}")
    return found[0]
