"""Dates as pages print them for readers: in figures or with the month's name, with the time of day where it follows.

In figures the day comes first unless the year does, and only with dots (or dashes after a year): "3/4/2026" says no
more than that it is March or April, so it is not read.
"""

from __future__ import annotations

import functools
import re

from standfirst.extract.lexicon import table

_CLOCK = r"(?:[^\d]{0,14}?(?P<hour>[012]?\d)[:.h](?P<minute>[0-5]\d)(?:\s*(?P<half>[ap])\.?m\b)?)?"
_YEAR = r"(?P<year>20\d\d|199\d)(?!\d)"
_DAY = r"(?<!\d)(?P<day>[0-3]?\d)(?!\d)"
_IN_FIGURES = (
    re.compile(rf"{_DAY}\.\s?(?P<month>[01]?\d)\.\s?{_YEAR}{_CLOCK}"),
    re.compile(
        rf"(?<!\d)(?P<year>20\d\d|199\d)(?:[-/.]|年)(?P<month>[01]?\d)(?:[-/.]|月)(?P<day>[0-3]?\d)(?!\d)日?{_CLOCK}"
    ),
)


def printed_date(words: str) -> str | None:
    """The first date printed, as ISO 8601 without a zone ("2026-03-01T09:58"); midnight where no time follows it."""
    found = [match for pattern in (*_IN_FIGURES, *_in_words()) if (match := pattern.search(words))]
    if not found:
        return None
    parts = min(found, key=lambda match: match.start()).groupdict()
    month = parts["month"].casefold()
    number = int(month) if month.isdecimal() else _months()[month]
    hour = int(parts["hour"] or 0)
    if parts["half"]:
        hour = hour % 12 + 12 * (parts["half"].lower() == "p")
    return f"{parts['year']}-{number:02}-{int(parts['day']):02}T{hour:02}:{parts['minute'] or '00'}"


@functools.cache
def _months() -> dict[str, int]:
    return {name: int(number) for number, names in table("times")["months"].items() for name in names}


@functools.cache
def _in_words() -> tuple[re.Pattern[str], ...]:
    """ "13. Mai 2026 um 15:44", "1 de marzo de 2026", "March 1, 2026 9:58 am"."""
    names = "|".join(sorted(_months(), key=len, reverse=True))
    month, of = rf"(?P<month>{names})\b\.?", r"(?:de\s+|of\s+)?"
    return (
        re.compile(rf"{_DAY}(?:\.|st|nd|rd|th|er)?\s+{of}{month},?\s+{of}{_YEAR}{_CLOCK}", re.IGNORECASE),
        re.compile(rf"\b{month}\s+{_DAY}(?:st|nd|rd|th)?,?\s+{_YEAR}{_CLOCK}", re.IGNORECASE),
    )
