"""The headline, as the page prints it, without the outlet's name that titles carry for search engines."""

from __future__ import annotations

import re

from standfirst.extract.dom import Node, words_of
from standfirst.extract.found import Found
from standfirst.extract.headings import ends_trail, printed_below
from standfirst.extract.likeness import similarity
from standfirst.extract.metadata import Head
from standfirst.model import Entry, Method
from standfirst.text import clean_line

_WORD = re.compile(r"\w+")
_SUFFIX = re.compile(r"\s+[|\-–—·:»«]\s+|\s*\|\s*")
_CLOSE = 0.6
_SHORTEST = 15
_LONGEST = 400


def find_headline(head: Head, entry: Entry | None) -> Found | None:
    """The headline as one line, without marks that turn the direction of what stands beside it; None without any."""
    found = _find(head, entry)
    if found is None or (line := clean_line(found.value)) == found.value:
        return found
    return found._replace(value=line, form=f"{found.form}+line")


def _find(head: Head, entry: Entry | None) -> Found | None:
    """The top heading that agrees best with what the page's metadata and the feed call it, else their words."""
    named = [found for found in _named(head) if _has_letters(found.value)]
    titles = [found.value for found in named] + ([entry.title] if entry and entry.title else [])
    printed = [
        Found(words, Method.DOM, node)
        for node in head.h1s
        if 3 <= len(words := words_of(node)) <= _LONGEST and _has_letters(words)
    ]
    best = max(printed, key=lambda found: _agreement(found.value, titles), default=None)
    if best is not None and (not titles or _agreement(best.value, titles) >= _CLOSE):
        return _below_trail(best, named, head) or _outvoted(best, head) or _without_kicker(best, head)
    if len(printed) == 1 and not named[:-1]:
        return printed[0]
    return named[0] if named else best


def _has_letters(words: str) -> bool:
    return any(map(str.isalnum, words))


def _below_trail(printed: Found, named: list[Found], head: Head) -> Found | None:
    """The headline printed below a trail that ends in a title for search engines, if the page's metadata knows it.

    Where they know it together with the kicker above it, it is as they say it.
    """
    if not isinstance(printed.place, Node) or not ends_trail(printed.place):
        return None
    known = {_fold(found.value): found for found in reversed(named)}
    place = printed_below(head.tree, printed.place, lambda words: _fold(words) in known)
    if place is None:
        return None
    words = words_of(place)
    return Found(words, Method.DOM, place) if not _has_parts(place) else known[_fold(words)]


def _has_parts(heading: Node) -> bool:
    """Whether several elements of a heading print words of it, as a kicker and a headline."""
    return sum(not isinstance(child, str) and child.mass + child.linked > 0 for child in heading.children) > 1


def _outvoted(printed: Found, head: Head) -> Found | None:
    """The title on which JSON-LD and Open Graph agree, where the heading is but a part of it or it of the heading.

    A kicker stands above the heading in an element of its own; publishers who count it to the headline say so twice.
    """
    said, given = head.said("headline"), head.meta("og:title")
    if said is None or given is None or _fold(said.value) != _fold(given.value):
        return None
    one, other = _fold(said.value), _fold(printed.value)
    return said if one != other and (one.endswith(other) or one in other) else None


def _without_kicker(printed: Found, head: Head) -> Found:
    """The heading without a kicker ("Olympic Games: ...") that the page's own title for sharing does without."""
    given = head.meta("og:title")
    start = printed.value.find(given.value) if given is not None else -1
    if given is None or start <= 0 or len(given.value) < _SHORTEST:
        return printed
    before, end = printed.value[:start].rstrip(), start + len(given.value)
    if end != len(printed.value) or before[-1] not in ":|–—-":
        return printed
    return printed._replace(value=given.value, form=f"words[{start}:{end}]")


def _named(head: Head) -> list[Found]:
    """The metadata's titles, the most trusted first; a suffix that the page's title shares with none is cut off."""
    said = head.said("headline", "name")
    given = head.meta("og:title", "twitter:title", "dc.title", "parsely-title", "sailthru.title")
    title = Found(words_of_title(head), Method.DOM, head.title) if head.title is not None else None
    return [without_suffix(_shortened(found), head) for found in (said, given, title) if found is not None]


def _shortened(found: Found) -> Found:
    """A title at most 400 characters long: nobody prints a longer one."""
    if len(found.value) <= _LONGEST:
        return found
    return found._replace(value=found.value[:_LONGEST], form=f"{found.form}[0:{_LONGEST}]")


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
