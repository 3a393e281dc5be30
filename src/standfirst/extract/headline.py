"""The headline, as the page prints it, without the outlet's name that titles carry for search engines."""

from __future__ import annotations

import re

from standfirst.extract.dom import words_of
from standfirst.extract.found import Found
from standfirst.extract.likeness import similarity
from standfirst.extract.metadata import Head
from standfirst.model import Entry, Method

_WORD = re.compile(r"\w+")
_SUFFIX = re.compile(r"\s+[|\-–—·:»«]\s+|\s*\|\s*")
_CLOSE = 0.6


def find_headline(head: Head, entry: Entry | None) -> Found | None:
    """The top heading that agrees best with what the page's metadata and the feed call it, else their words."""
    named = [found for found in _named(head) if found.value]
    titles = [found.value for found in named] + ([entry.title] if entry and entry.title else [])
    printed = [Found(words, Method.DOM, node) for node in head.h1s if 3 <= len(words := words_of(node)) <= 400]
    best = max(printed, key=lambda found: _agreement(found.value, titles), default=None)
    if best is not None and (not titles or _agreement(best.value, titles) >= _CLOSE):
        return best
    if len(printed) == 1 and not named[:-1]:
        return printed[0]
    return named[0] if named else best


def _named(head: Head) -> list[Found]:
    """The metadata's titles, the most trusted first; a suffix that the page's title shares with none is cut off."""
    said = head.said("headline", "name")
    given = head.meta("og:title", "twitter:title", "dc.title", "parsely-title", "sailthru.title")
    title = Found(words_of_title(head), Method.DOM, head.title) if head.title is not None else None
    return [without_suffix(found, head) for found in (said, given, title) if found is not None]


def words_of_title(head: Head) -> str:
    """The title element's words."""
    return words_of(head.title) if head.title is not None else ""


def without_suffix(found: Found, head: Head) -> Found:
    """The title without a last part that is the outlet's name."""
    site = head.meta("og:site_name", "application-name")
    cuts = list(_SUFFIX.finditer(found.value))
    if not cuts or cuts[-1].start() < 8:
        return found
    last = found.value[cuts[-1].end() :]
    is_site = site is not None and (_fold(last) in _fold(site.value) or _fold(site.value) in _fold(last))
    only_in_title = found.place is head.title and len(last.split()) <= 4
    if not (is_site or only_in_title):
        return found
    end = cuts[-1].start()
    return found._replace(value=found.value[:end], form=f"{found.form}[0:{end}]")


def _fold(value: str) -> str:
    return "".join(_WORD.findall(value.casefold()))


def _agreement(words: str, titles: list[str]) -> float:
    return max((similarity(words, title) for title in titles), default=0.0)
