"""Words, not markup: plain text fields, times in words, search tokens, text that is safe to print.

Pure functions of values; imports nothing of Standfirst but errors.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta

_SPACE = re.compile(r"\s+")
# C0 and C1 controls but tab, line feed and carriage return; lone surrogates; and what reorders or hides text
# (Unicode 16, UAX #9 explicit directional formatting; U+2028/9 are separators, folded as space).
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CJK = re.compile("[\u2e80-\u2fdf\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]+")


def clean_line(value: str, limit: int = 1000) -> str:
    """One line of plain text for a title or name: NFC, controls and direction marks out, white space made one.

    limit: characters kept at most; a longer value is cut and ends in "…".
    """
    value = unicodedata.normalize("NFC", _CONTROL.sub("", value[: limit * 8]))
    value = _SPACE.sub(" ", _BIDI.sub("", value)).strip()
    return value if len(value) <= limit else value[: limit - 1].rstrip() + "…"


def clean_words(value: str) -> str:
    """The words of a block of text: controls out and white space made one, nothing else changed."""
    return _SPACE.sub(" ", _CONTROL.sub("", value)).strip()


def printable(value: str) -> str:
    """Safe for a terminal or a log: control and direction characters are shown as escapes; line feeds stay."""
    value = _CONTROL.sub(lambda m: f"\\x{ord(m[0]):02x}" if ord(m[0]) < 256 else f"\\u{ord(m[0]):04x}", value)
    value = _BIDI.sub(lambda m: f"\\u{ord(m[0]):04x}", value)
    return value.replace("\r", "\\x0d")


def search_text(value: str) -> str:
    """The text as the search index wants it: runs of Chinese, Japanese or Korean letters become overlapping bigrams.

    A full-text index splits at blanks; those scripts have none, so "東京都" is indexed as "東京 京都". A single letter
    stays alone. The same function is applied to what is searched for.
    """
    if value.isascii():
        return value
    return _CJK.sub(lambda m: " " + _bigrams(m[0]) + " ", value)


def _bigrams(run: str) -> str:
    return run if len(run) < 3 else " ".join(run[i : i + 2] for i in range(len(run) - 1))


def age_in_words(then: datetime, now: datetime) -> str:
    """How long ago, as a reader says it: "just now", "5 minutes ago", "yesterday" never, "1 month ago", "3 years ago".

    Whole units, rounded down; months and years by the calendar. A time ahead of now reads "in 3 hours" (or
    "just now" within a minute).
    """
    ahead = then > now
    start, end = (now, then) if ahead else (then, now)
    number, unit = _span(start.astimezone(UTC), end.astimezone(UTC))
    if number == 0:
        return "just now"
    words = f"{number} {unit}{'' if number == 1 else 's'}"
    return f"in {words}" if ahead else f"{words} ago"


def _span(start: datetime, end: datetime) -> tuple[int, str]:
    seconds = int((end - start).total_seconds())
    months = _months(start, end)
    if months >= 12:
        return months // 12, "year"
    if months >= 1:
        return months, "month"
    for size, unit in ((604800, "week"), (86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            return seconds // size, unit
    return 0, "minute"


def _months(start: datetime, end: datetime) -> int:
    """Whole calendar months from start to end."""
    months = (end.year - start.year) * 12 + end.month - start.month
    # the last day of a short month completes the month that began on a later day (31 January to 28 February)
    last_day = (end + timedelta(days=1)).month != end.month
    incomplete = (end.day, end.time()) < (start.day, start.time())
    if incomplete and not (last_day and start.day > end.day and end.time() >= start.time()):
        months -= 1
    return months


_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def time_in_full(moment: datetime) -> str:
    """The absolute time with its zone: "26 November 2024, 09:58 UTC"."""
    moment = moment.astimezone(UTC)
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}, {moment:%H:%M} UTC"


def iso(moment: datetime) -> str:
    """RFC 3339 in UTC, to the second, ending in Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
