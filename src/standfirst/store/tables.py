"""The memory store's dictionaries, and what `Changes` do to them: the plainest reading of `Intake.apply`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from standfirst.errors import StoreError
from standfirst.model import Article, Changes, Feed, FeedState, Noted, PageJob, Sighting, Subscription, Taken
from standfirst.store.protocol import Applied, Key, ProblemRow
from standfirst.store.taking import (
    Source,
    Step,
    decide,
    is_over,
    micros,
    micros_or_none,
    moment,
    source_of,
    time_shown,
    unchanged_feeds,
)

ProblemKey = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Text:
    """One revision of an article, and when it was first seen."""

    article: Article
    seen: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """One article: its revisions by their digest, in the order in which they came, and which is current."""

    serial: int
    at: int
    first_seen: datetime
    taken: datetime
    current: str
    texts: Mapping[str, Text]

    @property
    def article(self) -> Article:
        """The current revision."""
        return self.texts[self.current].article

    @property
    def key(self) -> Key:
        """Its place in the river."""
        return Key(self.at, self.serial)


@dataclass(slots=True)
class Tables:
    """Everything held. Values are never changed in place, so a copy of the dictionaries is a copy of it all."""

    feeds: dict[str, Feed] = field(default_factory=dict)
    states: dict[str, FeedState] = field(default_factory=dict)
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    articles: dict[str, Held] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    sightings: dict[tuple[str, str], Sighting] = field(default_factory=dict)
    jobs: dict[str, PageJob] = field(default_factory=dict)
    problems: dict[ProblemKey, ProblemRow] = field(default_factory=dict)

    def copy(self) -> Tables:
        """Dictionaries of their own, of the same values."""
        return Tables(**{name: dict(getattr(self, name)) for name in self.__slots__})


def apply_to(tables: Tables, changes: Changes) -> Applied:
    """Do everything that the changes say, in the order that `Intake.apply` gives. Raises StoreError half-way."""
    subscribed = {subscription.feed for subscription in changes.subscriptions}
    for feed in changes.feeds:
        _feed(tables, feed, feed.url in subscribed)
    for choice in changes.choices:
        _known(tables.feeds, choice.feed)
        feed = tables.feeds[choice.feed]
        tables.feeds[choice.feed] = replace(feed, is_news=choice.is_news, options=choice.options)
    for subscription in changes.subscriptions:
        _known(tables.feeds, subscription.feed)
        if subscription.feed in tables.states:
            tables.subscriptions[subscription.feed] = subscription
    for state in changes.states:
        if state.url in tables.states:
            tables.states[state.url] = state
    succeeded = _succeeded(tables, changes)
    steps = [_take(tables, taken) for taken in changes.articles]
    entries = sum(_sight(tables, sighting) for sighting in changes.sightings)
    for job in changes.jobs:
        _known(tables.articles, job.article)
        _known(tables.feeds, job.feed)
        if job.feed in tables.states:
            tables.jobs[job.article] = job
    for id in changes.jobs_done:
        tables.jobs.pop(id, None)
    _note(tables, changes, succeeded)
    return Applied(steps.count(None), steps.count(Step.ADD) + steps.count(Step.ADD_LATE), entries)


def _known(held: Mapping[str, object], name: str) -> None:
    if name not in held:
        raise StoreError(f"{name}: found a change that names it, wanted it to be held already or to come with it")


def _feed(tables: Tables, feed: Feed, subscribed: bool) -> None:
    """A removed feed comes back when it is subscribed to again, not when a poll that was under way ends."""
    if subscribed or feed.url not in tables.feeds:
        tables.states.setdefault(feed.url, FeedState(feed.url))
    old = tables.feeds.get(feed.url, feed)
    told = replace(feed, title=feed.title or old.title, site=feed.site or old.site)
    tables.feeds[feed.url] = replace(told, is_news=old.is_news, options=old.options)


def _take(tables: Tables, taken: Taken) -> Step | None:
    """Record one taking; None where it is the article's first."""
    article, held = taken.article, tables.articles.get(taken.article.id)
    for url in (article.url, *article.aliases):
        tables.aliases.setdefault(url, article.id)
    published, text = micros_or_none(article.published), Text(article, taken.seen)
    if held is None:
        first = micros(taken.seen)
        at, serial = time_shown(published, first, first), len(tables.articles) + 1
        texts = {article.revision: text}
        tables.articles[article.id] = Held(serial, at, taken.seen, taken.seen, article.revision, texts)
        return None
    current = held.current, source_of(held.article), micros(held.taken)
    seen = article.revision, source_of(article), micros(taken.seen)
    step = decide(current, article.revision in held.texts, seen)
    if step is Step.ADD_LATE:
        tables.articles[article.id] = replace(held, texts={**held.texts, article.revision: text})
    elif step is not Step.IGNORE:
        first_text = held.texts.get(article.revision, text)
        tables.articles[article.id] = replace(
            held,
            at=time_shown(published, micros(held.first_seen), held.at),
            taken=max(held.taken, taken.seen),
            current=article.revision,
            texts={**held.texts, article.revision: Text(article, first_text.seen)},
        )
    return step


def _sight(tables: Tables, sighting: Sighting) -> bool:
    """Record one sighting: an entry keeps the article and the time it was first seen as. Says whether it was new."""
    _known(tables.feeds, sighting.entry.feed)
    _known(tables.articles, sighting.article)
    key = sighting.entry.feed, sighting.entry.key
    old = tables.sightings.get(key)
    tables.sightings[key] = replace(old, entry=sighting.entry) if old else sighting
    return old is None


def _succeeded(tables: Tables, changes: Changes) -> set[str]:
    """The feeds and pages that these changes report a success of; before jobs are touched."""
    sources = {state.url for state in changes.states if not state.failures}
    jobs = [*tables.jobs.values(), *changes.jobs]
    for taken in changes.articles:
        if source_of(taken.article) is Source.PAGE:
            sources |= {taken.article.url, *taken.article.aliases}
            sources |= {job.url for job in jobs if job.article == taken.article.id}
    return sources


def _note(tables: Tables, changes: Changes, succeeded: set[str]) -> None:
    noted, unchanged = changes.problems, unchanged_feeds(changes)
    keys = {_problem_key(each) for each in noted}
    tables.problems = {
        key: row
        for key, row in tables.problems.items()
        if key in keys or not is_over(row.source, row.code, succeeded, unchanged)
    }
    for each in noted:
        key, problem = _problem_key(each), each.problem
        old = tables.problems.get(key)
        if old is None or each.at > old.last:
            first, times = (old.first, old.times + 1) if old else (each.at, 1)
            tables.problems[key] = ProblemRow(*key, problem.found, problem.wanted, first, each.at, times)


def _problem_key(noted: Noted) -> ProblemKey:
    problem = noted.problem
    return str(problem.stage), str(problem.code), problem.source, problem.where


def due_of(state: FeedState) -> datetime:
    """When a feed is due: 1970 where it was never polled."""
    return state.due or moment(0)
