"""Normal forms: how a place's raw text becomes the value that is compared. Each is deterministic.

"words" (white space made one, controls out), "html-words" (read as HTML first), "minute" (the instant, to the minute,
in UTC; a time without a zone counts as UTC), "language" (the primary subtag, lower case), "url BASE" (absolute and
cleaned), "printed-date" (the first date that `printed_dates` reads). "words[3:17]" is
a span of the words, in code points; "FORM+line" one line of it without direction marks, NFC.
"""

from __future__ import annotations

import re

from standfirst import urls
from standfirst.dates import parse_instant
from standfirst.extract import dom
from standfirst.extract.printed_dates import printed_date
from standfirst.extract.tangles import TangledError
from standfirst.text import clean_line, clean_words

_LINE = "+line"
_SLICE = re.compile(r"(.*)\[(\d+):(\d+)\]")
_FIRST_YEAR = 1990  # before the web: a year 1 or 1970 is a missing value in some content systems
_LANGUAGE = re.compile(r"[a-z]{2,3}(?![a-z])")


def normal(raw: str, form: str) -> str | None:
    """A raw text in a normal form; None where it has none (an unreadable date, an unknown form)."""
    if form.endswith(_LINE):
        whole = normal(raw, form.removesuffix(_LINE))
        return None if whole is None else clean_line(whole)
    if match := _SLICE.fullmatch(form):
        whole = normal(raw, match[1])
        return None if whole is None else whole[int(match[2]) : int(match[3])]
    name, _, argument = form.partition(" ")
    if name == "words":
        return clean_words(raw)
    if name == "html-words":
        return html_words(raw)
    if name == "minute":
        return minute(raw)
    if name == "printed-date":
        found = printed_date(clean_words(raw))
        return None if found is None else minute(found)
    if name == "language":
        return language(raw)
    if name == "url":
        absolute = urls.parse(raw.strip(), argument)
        return urls.clean(absolute) if absolute else None
    return None


def html_words(raw: str) -> str:
    """The words of a text that was written as HTML; twice encoded references are decoded twice."""
    try:
        words = dom.words_of(fragment(raw))
        return dom.words_of(fragment(words)) if "&" in words and ";" in words else words
    except TangledError:
        return clean_words(raw)


def fragment(raw: str) -> dom.Node:
    """The body element that a piece of HTML makes. Raises TangledError."""
    return dom.parse(f"<!DOCTYPE html><html><body>{raw}").body()


def minute(raw: str) -> str | None:
    """An instant to the minute in UTC: "2024-11-26T09:58Z"."""
    found = parse_instant(clean_words(raw))
    return f"{found:%Y-%m-%dT%H:%MZ}" if found is not None and found.year >= _FIRST_YEAR else None


def language(raw: str) -> str | None:
    """The primary subtag of a language tag (BCP 47): "en" of "en_GB"."""
    match = _LANGUAGE.match(raw.strip().lower())
    return match[0] if match else None
