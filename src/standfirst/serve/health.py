"""How a feed does, in words: why it is late or quiet, since when, and how often it is polled. Pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from standfirst.model import FeedState
from standfirst.serve import words
from standfirst.store.protocol import FeedHealth

LEAST_SILENCE = timedelta(days=3)
"""A silence that is spoken of, at least; and it must be seven times as long as the feed's entries are apart."""
_HABITS = (
    (30 * 60, "every few minutes"),
    (2 * 3600, "hourly"),
    (18 * 3600, "several times a day"),
    (36 * 3600, "daily"),
    (5 * 86400, "every few days"),
    (10 * 86400, "weekly"),
    (25 * 86400, "every few weeks"),
    (45 * 86400, "monthly"),
)
_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a feed needs a look. cause: two or three words, the same for all of its kind; words: the whole of it."""

    cause: str
    since: datetime | None
    words: str
    now: datetime

    @property
    def when(self) -> str:
        """Since when, in words; "" where that is not known."""
        return words.since_when(self.since, self.now) if self.since else ""

    @property
    def short(self) -> str:
        """One short line, as it stands beside the river: "refused (403) since Friday"."""
        return f"{self.cause} since {self.when}" if self.when else self.cause


def trouble_of(line: FeedHealth, now: datetime) -> Trouble | None:
    """What is wrong with a feed, or None: it failed, it is gone, its XML is broken, it is empty, it fell silent."""
    state = line.state
    if state.gone:
        return Trouble("gone for good (410)", state.since, state.problem, now)
    if state.failures:
        return Trouble(state.cause or "in trouble", state.since, state.problem, now)
    if state.remark:
        return Trouble("XML broken", None, state.remark, now)
    if state.empty_since:
        return Trouble("empty", state.empty_since, f"empty since {words.since_when(state.empty_since, now)}", now)
    return _silence(state, now)


def _silence(state: FeedState, now: datetime) -> Trouble | None:
    if not state.habit or state.newest is None:
        return None
    silent = now - state.newest
    if silent <= max(LEAST_SILENCE, timedelta(seconds=7 * state.habit)):
        return None
    said = f"silent for {silent.days} days; it used to print {habit_in_words(state.habit)}"
    return Trouble("silent", state.newest, said, now)


def habit_in_words(seconds: float) -> str:
    """How often a feed prints, from the seconds between its entries: "daily"."""
    return next((name for most, name in _HABITS if seconds < most), "every few months")


def span_in_words(seconds: float) -> str:
    """A length of time in its largest unit that divides it well: "4 hours", "90 minutes"."""
    size, unit = next(
        ((s, u) for s, u in _UNITS if seconds >= s and (seconds % s < s / 20 or seconds >= 3 * s)), _UNITS[3]
    )
    number = round(seconds / size)
    return f"{number} {unit}{'' if number == 1 else 's'}"


def pace_in_words(state: FeedState) -> str:
    """How often a feed is polled, and why: "every 4 hours, since it prints weekly"."""
    is_asked = state.asked and state.asked <= state.interval <= round(state.asked * 1.05)
    every = f"every {span_in_words(state.asked if is_asked else state.interval)}".replace("every 1 ", "every ")
    if is_asked:
        reason = ", as it or its server asks"
    elif state.habit:
        reason = f"; it prints {habit_in_words(state.habit)}"
    else:
        reason = ""
    return every + reason + _closed(state)


def _closed(state: FeedState) -> str:
    """The times at which a feed asks to be left alone."""
    hours = ", ".join(f"{hour % 24:02}" for hour in sorted(state.skip_hours))
    said = [f"at the hours {hours} UTC"] if hours else []
    said += [f"on {', '.join(state.skip_days)}"] if state.skip_days else []
    return f"; it asks not to be polled {' and '.join(said)}" if said else ""


def in_trouble(health: Iterable[FeedHealth], now: datetime) -> tuple[tuple[FeedHealth, Trouble], ...]:
    """The feeds that need a look, those of the commonest cause first."""
    found = [(line, trouble) for line in health if (trouble := trouble_of(line, now))]
    number = Counter(trouble.cause for _, trouble in found)
    return tuple(sorted(found, key=lambda each: (-number[each[1].cause], each[1].cause)))


def causes(found: Iterable[tuple[FeedHealth, Trouble]]) -> tuple[tuple[str, int], ...]:
    """Each cause and how many feeds it has, the commonest first."""
    return tuple(Counter(trouble.cause for _, trouble in found).most_common())
