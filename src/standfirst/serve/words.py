"""What the pages say in Standfirst's own words: days, states, counters, places in the river. Pure functions."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from standfirst.model import State
from standfirst.store.protocol import Key

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_STATES = {
    State.PARTIAL.value: "part of the text only",
    State.PAYWALL.value: "behind a paywall",
    State.CONSENT_WALL.value: "behind a consent page",
    State.NOT_ARTICLE.value: "not an article",
    State.WITHDRAWN.value: "withdrawn by its publisher",
}
# the blocks that Unicode keeps for right-to-left scripts (DerivedBidiClass.txt, "@missing" R and AL): a quick "none"
_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]")
_KEY = re.compile(r"(-?\d{1,18})-(\d{1,10})", re.ASCII)
_ABBREVIATION = re.compile(r"\b(?:http|tls|html|opml)\b", re.IGNORECASE)
_MARKED = re.compile("\x02([^\x02\x03]*)\x03")


class Part(NamedTuple):
    """A stretch of a search snippet: its words, and whether they are a match."""

    words: str
    match: bool


def day_heading(day: date, today: date) -> str:
    """The heading above a day of the river: "Today, Monday 23 November"; the year only where it is another."""
    name = f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"
    if day.year != today.year:
        name = f"{name} {day.year}"
    if day == today:
        return f"Today, {name}"
    return f"Yesterday, {name}" if day == today - timedelta(days=1) else name


def since_when(then: datetime, now: datetime) -> str:
    """A moment as it stands after "since", in UTC: "14:05" today, "Friday" this week, else "3 November"."""
    days = (now.date() - then.date()).days
    if days <= 0:
        return f"{then:%H:%M}"
    if days < 7:
        return "yesterday" if days == 1 else _DAYS[then.weekday()]
    return f"{then.day} {_MONTHS[then.month - 1]}" + (f" {then.year}" if then.year != now.year else "")


def state_in_words(state: str) -> str:
    """How much of an article is held, where that is not all of it; "" for the full text."""
    return _STATES.get(state, "")


def opened_in_words(number: int) -> str:
    """The counter's accessible name: "opened 11 times"."""
    return f"opened {number} time{'' if number == 1 else 's'}"


def digest_in_words(digest: str) -> str:
    """The first twelve characters of a digest, in groups of four, as a person compares them."""
    return " ".join(digest[at : at + 4] for at in range(0, min(len(digest), 12), 4))


def direction(text: str) -> str:
    """The direction that most letters run in: "rtl" or "ltr" (Unicode bidirectional classes R and AL against L).

    The majority decides, not the first letter as `dir="auto"` has it: a Hebrew headline may open with a Latin name.
    """
    if not _RIGHT.search(text):
        return "ltr"
    classes = [unicodedata.bidirectional(letter) for letter in text[:600]]
    right = sum(name in ("R", "AL") for name in classes)
    return "rtl" if right > classes.count("L") else "ltr"


def marked(snippet: str) -> tuple[Part, ...]:
    """A snippet in parts; its matches stand between U+0002 and U+0003."""
    parts: list[Part] = []
    at = 0
    for match in _MARKED.finditer(snippet):
        parts += [Part(snippet[at : match.start()], False), Part(match[1], True)]
        at = match.end()
    parts.append(Part(snippet[at:], False))
    return tuple(part for part in parts if part.words)


def is_web(url: str) -> bool:
    """Whether a link may lead there: http or https with a host, and nothing else (no javascript:, no file:)."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def host_of(url: str) -> str:
    """The host in a URL, without "www."; the URL itself where it has none."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    return host.removeprefix("www.") or url


def key_text(key: Key) -> str:
    """A place in the river as it stands in an address: "microseconds-serial"."""
    return f"{key.at}-{key.serial}"


def read_key(text: str) -> Key | None:
    """The place that an address names, or None where it cannot be read."""
    match = _KEY.fullmatch(text)
    return Key(int(match[1]), int(match[2])) if match else None


def clock_time(moment: datetime) -> str:
    """The time of day of a time in UTC: "08:12"."""
    return f"{moment:%H:%M}"


def problem_heading(code: str) -> str:
    """A problem's code as words: "not-a-feed" reads "Not a feed", "http-status" "HTTP status"."""
    heading = code.replace("-", " ").capitalize()
    return _ABBREVIATION.sub(lambda match: match[0].upper(), heading)


def cause_heading(code: str, found: str) -> str:
    """The cause of a problem: its code in words, but of a refusing answer what the server said."""
    if code in ("http-status", "gone") and found.startswith("HTTP "):
        return found
    return problem_heading(code)
