"""What the store is given: subscriptions, sightings, page jobs, and the changes that one step wants."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from standfirst.errors import Problem
from standfirst.model.collect import Entry, Feed, FeedOptions, FeedState
from standfirst.model.extract import Article


@dataclass(frozen=True, slots=True)
class Subscription:
    """A feed in a reader's list, with the folder it lies in ("" = none) and the reader's own title for it or ""."""

    feed: str
    folder: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the reader chose for one feed. A poll that is under way never overwrites it."""

    feed: str
    options: FeedOptions
    is_news: bool = True


@dataclass(frozen=True, slots=True)
class Sighting:
    """An entry that a feed carried, the article it is, and when it was first seen there."""

    article: str
    entry: Entry
    seen: datetime


@dataclass(frozen=True, slots=True)
class PageJob:
    """A page that is wanted for an article's full text. due: not before. tries: made so far. wanted: first asked."""

    article: str
    url: str
    feed: str
    due: datetime
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Taken:
    """An article as taken at one moment; the store makes a revision of it where its text is new."""

    article: Article
    seen: datetime


@dataclass(frozen=True, slots=True)
class Noted:
    """A problem and when it was met."""

    problem: Problem
    at: datetime


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that one step wants changed. `Store.apply` does all of it or nothing; applying it twice is once."""

    feeds: tuple[Feed, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()
    states: tuple[FeedState, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    articles: tuple[Taken, ...] = ()
    jobs: tuple[PageJob, ...] = ()
    jobs_done: tuple[str, ...] = ()
    problems: tuple[Noted, ...] = ()
    choices: tuple[Choice, ...] = ()

    def __add__(self, other: Changes) -> Changes:
        """Both, one after the other."""
        return Changes(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))
