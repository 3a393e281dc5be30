"""How long to wait between polls of a healthy feed, and at which second: pure, without a clock and without chance.

A feed's own wait follows its habit. If a feed has a new entry every `h` seconds and is polled every `w`, its entries
wait w/2 each to be found; for a given number of requests over all feeds the waiting of all entries together is least
where w is proportional to the square root of h. So: the reader's interval times sqrt(h / interval), in steps of two.

The second is a place on a grid that is the feed's own, by a hash of its address. Feeds added together spread over their
whole wait at the next poll, and stay spread: a grid does not drift.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from standfirst.dates import parse_instant

HOUR, DAY = 3600, 86400
CEILING = 6 * HOUR
"""The longest wait that a feed's habit alone brings, unless the reader's own interval is longer."""
_LEAST = 300
_SILENCE = 7  # a silence of so many times its habit slows a feed down as that habit would
_ROOM = 1.05  # the grid of a feed that asks to wait: a poll that starts a little late is still followed in time
_WIDEST = 7600  # seconds: polls that somebody asked to be far apart come at most so much later
_LONGEST = 64  # intervals; grids of waits that are a power of two apart share their places
_SMOOTHING = 0.3
_MOST_DATES = 60
_MAX_AGE = re.compile(r'(?:^|[\s,])max-age\s*=\s*"?(\d{1,10})(?!\d)', re.IGNORECASE)
_UNKEPT = re.compile(r"(?:^|[\s,])no-(?:store|cache)(?![\w-])", re.IGNORECASE)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Fresh(NamedTuple):
    """For how many seconds an answer is fresh in all, and how many of them are left."""

    whole: int = 0
    left: int = 0


def freshness(headers: Mapping[str, str], now: datetime) -> Fresh:
    """What a server asks for by Cache-Control or Expires (RFC 9111, 4.2), a day at most. headers: lower-case names.

    max-age goes before Expires; the time that the answer lay in a cache (Age) is taken off.
    """
    control = headers.get("cache-control", "")
    if _UNKEPT.search(control):
        return Fresh()
    if found := _MAX_AGE.search(control):
        whole = int(found[1])
    else:
        until = parse_instant(headers.get("expires", ""))
        since = parse_instant(headers.get("date", "")) or now
        whole = int((until - since).total_seconds()) if until else 0
    whole = max(0, min(whole, DAY))
    age = headers.get("age", "").strip()
    return Fresh(whole, max(0, whole - (int(age) if age.isascii() and age.isdigit() and len(age) < 10 else 0)))


def floor_of(interval: int) -> float:
    """The shortest wait that a lively feed brings: half the interval, but five minutes, or the interval if less."""
    return max(interval / 2, min(interval, _LEAST))


def own_wait(habit: float, interval: int) -> int:
    """Seconds between polls of a feed with a new entry every so many seconds; the interval where that is unknown."""
    if habit <= 0:
        return interval
    steps = math.floor(math.log2(habit / interval) / 2 + 0.2)
    highest = math.floor(math.log2(max(1.0, CEILING / interval)))
    return math.ceil(max(floor_of(interval), interval * 2.0 ** min(steps, highest)))


def habit_now(habit: int, newest: datetime | None, now: datetime) -> float:
    """The habit as the silence since the newest entry corrects it: who prints no more is polled less and less often."""
    if not habit or newest is None:
        return habit
    return max(habit, (now - newest).total_seconds() / _SILENCE)


def habit_of(dates: Iterable[datetime], now: datetime) -> tuple[float, datetime | None]:
    """Mean seconds between the newer half of these times, 0 for fewer than three of them; and the newest.

    The newer half: an old entry that stays at the end of a feed for years says nothing about its habit. Times ahead of
    now are left out.
    """
    past = sorted((date for date in dates if date <= now), reverse=True)[:_MOST_DATES]
    if len(past) < 3:
        return 0.0, past[0] if past else None
    last = max(2, len(past) // 2)
    return max(1.0, (past[0] - past[last]).total_seconds() / last), past[0]


def smoothed(habit: int, gap: float) -> int:
    """The habit after one more gap between new entries, in seconds."""
    return max(1, round(habit + _SMOOTHING * (gap - habit)) if habit else round(gap))


def next_due(url: str, now: datetime, interval: int, step: float, earliest: float) -> datetime:
    """The feed's first place on its grid of `step` seconds that is at least `earliest` seconds from now."""
    place = share(url) * interval * _LONGEST
    start = now.timestamp() + earliest
    return datetime.fromtimestamp(math.ceil(start + (place - start) % step), UTC)


def paced(url: str, now: datetime, interval: int, own: int, asked: int, left: int) -> tuple[int, datetime]:
    """The wait in force and the next poll. own: of the feed's habit; asked: of the feed or its server, 0 for nothing.

    left: how many seconds from now on nothing is to be asked.
    """
    wait = max(own, round(asked * _ROOM))
    # never sooner than the floor, but a poll may come some seconds late without missing its next place
    earliest = max(left, 0.95 * floor_of(interval), 0.5 * own)
    step = float(wait)
    while wait > own and step > max(interval, _WIDEST):
        step /= 2  # who asks for a day is not made to wait two
    return wait, next_due(url, now, interval, step, earliest)


def share(*words: object) -> float:
    """A number from 0 to 1 (exclusive), always the same for the same words."""
    text = "\n".join(str(word) for word in words)
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:4], "big") / 2**32


def outside(due: datetime, hours: Sequence[int], days: Sequence[str], late: float) -> datetime:
    """The time, moved on to the first hour at which the feed does not ask to be left alone.

    hours, days: RSS 2.0, skipHours and skipDays; a feed that excludes all of either is not believed. late: from 0 to 1,
    how far into that hour.
    """
    closed_hours = {hour % 24 for hour in hours}
    closed_days = {_DAYS.index(name) for day in days if (name := day.strip().lower()) in _DAYS}
    if len(closed_hours) == 24:
        closed_hours = set()
    if len(closed_days) == 7:
        closed_days = set()
    at = due
    while at.hour in closed_hours or at.weekday() in closed_days:
        at = at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return due if at == due else at + timedelta(seconds=int(late * (HOUR - 1)))
