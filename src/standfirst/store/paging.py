"""Orders: the river's pages, known by the key of their neighbour, never by rows to skip; and the list of feeds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from standfirst.store.protocol import FeedHealth, Key

HIGHEST = Key(2**62, 2**31)
"""Above every key."""


class Bounds(NamedTuple):
    """Where a page lies: the keys beside it, both shut out, nearest to `after` or nearest to `before` first."""

    before: Key | None
    after: Key | None
    limit: int


def page_of(keys: Sequence[Key], bounds: Bounds) -> tuple[list[Key], Key | None, Key | None]:
    """The keys of a page newest first, the key to ask for older ones with, and the key for newer ones.

    keys: up to limit + 1 of them, the nearest to the neighbour's key first. Beside an empty page the key leads back
    to where the reader came from.
    """
    more = len(keys) > bounds.limit
    shown = list(keys[: bounds.limit])
    if bounds.after is not None:
        shown.reverse()
        back = Key(bounds.after.at, bounds.after.serial + 1)
        return shown, shown[-1] if shown else back, shown[0] if shown and more else None
    if bounds.before is None:
        return shown, shown[-1] if shown and more else None, None
    back = Key(bounds.before.at, bounds.before.serial - 1)
    return shown, shown[-1] if shown and more else None, shown[0] if shown else back


def place_in_list(line: FeedHealth) -> tuple[str, str, str]:
    """What the list of feeds is sorted by: folder, title shown, address."""
    title = line.subscription.title or line.feed.title or line.feed.url
    return line.subscription.folder.casefold(), title.casefold(), line.feed.url
