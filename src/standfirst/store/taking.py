"""What a taking does to an article that may be held already: pure decisions that every store shares."""

from __future__ import annotations

import enum
from collections.abc import Set
from datetime import UTC, datetime, timedelta

from standfirst.errors import Code
from standfirst.model import Article, Changes

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Source(enum.StrEnum):
    """Whose document a text was taken from."""

    FEED = "feed"
    PAGE = "page"


class Step(enum.Enum):
    """What becomes of one taking."""

    IGNORE = "nothing is recorded"
    RENEW = "the current text again: its fields are renewed in place"
    RETURN = "a text held before becomes the current one again"
    ADD = "a new text becomes the current one"
    ADD_LATE = "a new text is recorded, but a later one is current already"


def source_of(article: Article) -> Source:
    """The feed's own text (made_by starts with "extract/feed") or the page's."""
    return Source.FEED if article.made_by.startswith("extract/feed") else Source.PAGE


def decide(current: tuple[str, Source, int], held: bool, taking: tuple[str, Source, int]) -> Step:
    """What to do with a taking of an article that is held.

    current and taking: revision, source, and when taken in microseconds. held: whether the taking's text is one of
    the article's revisions. A page's text follows a feed's whatever their times; a feed's never follows a page's.
    """
    (revision, source, taken), (new_revision, new_source, seen) = current, taking
    if (source, new_source) == (Source.PAGE, Source.FEED):
        return Step.IGNORE
    better = source is not new_source
    if new_revision == revision:
        return Step.RENEW if better or seen >= taken else Step.IGNORE
    if held:
        # not at the same moment: the same changes applied again would turn back to the first of their texts
        return Step.RETURN if better or seen > taken else Step.IGNORE
    return Step.ADD if better or seen >= taken else Step.ADD_LATE


def time_shown(published: int | None, first_seen: int, otherwise: int) -> int:
    """The time an article is shown under, in microseconds: as published, but never later than it was first seen.

    otherwise: the time where nothing is said of its publication.
    """
    if published is None:
        return otherwise
    return published if published <= first_seen else first_seen


def micros(moment: datetime) -> int:
    """Microseconds since 1970 UTC, exactly."""
    return (moment - _EPOCH) // _MICROSECOND


def micros_or_none(moment: datetime | None) -> int | None:
    """The same for a time that may be missing."""
    return None if moment is None else (moment - _EPOCH) // _MICROSECOND


def moment(microseconds: int) -> datetime:
    """The aware UTC time of so many microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=microseconds)


def moment_or_none(microseconds: int | None) -> datetime | None:
    """The same for a time that may be missing."""
    return None if microseconds is None else _EPOCH + timedelta(microseconds=microseconds)


# what is said of a document as it stands: true for as long as the document is the same
_REMARKS = frozenset(
    (
        Code.FEED_DAMAGED,
        Code.FEED_EMPTY,
        Code.ENTRY_WITHOUT_ID,
        Code.ENTRY_DATE_UNREADABLE,
        Code.GUID_REPEATED,
        Code.TOO_MANY_ENTRIES,
    )
)


def unchanged_feeds(changes: Changes) -> frozenset[str]:
    """The feeds that answered 304: what was remarked of their document is still true."""
    return frozenset(state.url for state in changes.states if not state.failures and state.last_status == 304)


def is_over(source: str, code: str, succeeded: Set[str], unchanged: Set[str]) -> bool:
    """Whether a stored problem is taken away by its source's success."""
    return source in succeeded and not (source in unchanged and code in _REMARKS)
