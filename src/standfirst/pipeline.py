"""The whole program on one page: the intake loop.

    feeds due ── fetch ── read ── entries not yet known ── feed text as articles ─┐
                                                                                  ├─ commit ── pages show them
    pages wanted ── fetch ── keep ── extract ── better of page and feed text ─────┘

Decisions are plain functions of values (`changes_of`, `better`); `Intake` fetches, hands work to the workers and
applies what they return. The fetcher, the workers, the store and the clock are arguments. schedule.py says when.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from standfirst.collect.rhythm import next_state
from standfirst.commits import COMMIT_AT_MOST, Committer
from standfirst.config import Clock, IntakeSettings
from standfirst.errors import Code, FeedError, FetchError, Problem
from standfirst.model import (
    Article,
    Changes,
    Entry,
    Feed,
    FeedOptions,
    FeedState,
    Noted,
    Page,
    PageJob,
    Reading,
    Sighting,
    Site,
    State,
    Taken,
)
from standfirst.store.protocol import Applied, Store
from standfirst.urls import clean, host_of, outlet_of
from standfirst.workers import Answer, Task

PLAIN = FeedOptions()
FEED_ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
PARTS_AT_ONCE = 3  # sitemaps of an index: the newest hold the news
PAGE_ACCEPT = "text/html, application/xhtml+xml, */*;q=0.5"


class Fetching(Protocol):
    """The network, as the pipeline needs it (collect.fetch.Fetch)."""

    async def get(
        self,
        url: str,
        *,
        etag: str = "",
        modified: str = "",
        accept: str = "*/*",
        urgent: bool = False,
        unattended: bool = False,
        options: FeedOptions = PLAIN,
        own: str = "",
    ) -> Page:
        """One page, or FetchError. unattended: nobody waits for it, so robots.txt is asked."""


class Working(Protocol):
    """The extraction pool, as the pipeline needs it (workers.Workers)."""

    async def perform(self, task: Task) -> Answer:
        """The answer to one task."""


@dataclass(slots=True)
class Tally:
    """What a run did so far; printed as its closing line. The only counter that is changed in place."""

    feeds: int = 0
    unchanged: int = 0
    failed: int = 0
    entries: int = 0
    articles: int = 0
    revisions: int = 0
    pages: int = 0
    states: dict[str, int] = field(default_factory=dict)
    problems: int = 0
    feeds_in_all: int = 0
    pages_in_all: int = 0

    def line(self) -> str:
        """The closing line: every count of the run in words."""
        states = ", ".join(f"{number} {state}" for state, number in sorted(self.states.items()))
        return (
            f"{self.feeds} feeds polled ({self.unchanged} unchanged, {self.failed} failed), "
            f"{self.entries} new entries, {self.articles} new articles, {self.revisions} changed; "
            f"{self.pages} pages read{f' ({states})' if states else ''}; {self.problems} problems."
        )


# --- decisions ------------------------------------------------------------------------------------------------------


def site_of(feed: Feed, url: str) -> Site:
    """What is known of the host of one article before its page is read."""
    return Site(host_of(url or feed.url), outlet_of(url or feed.url), feed.title)


def news(feed: Feed, reading: Reading, known: Mapping[str, tuple[str, str]]) -> tuple[Entry, ...]:
    """The entries that this feed has not carried before, or that say something else now; each key once.

    They are the feed's wherever its document was found (where it moved to, in a part of it). An entry without a key was
    reported by the reading and cannot be kept.
    """
    told = {entry.key: entry for entry in reversed(reading.entries) if entry.key}
    fresh = [entry for key, entry in told.items() if known.get(key, ("", ""))[1] != entry.digest]
    return tuple(replace(entry, feed=feed.url) for entry in reversed(fresh))


def changes_of(
    feed: Feed, entries: Iterable[Entry], articles: Iterable[Article], ids: Mapping[str, str], now: datetime
) -> Changes:
    """Entries and their feed texts as changes: a sighting and an article each, and a job where the page is wanted.

    ids: cleaned link -> id of the article already known under it.
    """
    sightings, taken, jobs = [], [], []
    for entry, article in zip(entries, articles, strict=True):
        known = ids.get(article.url)
        if known:
            article = replace(article, id=known)
        sightings.append(Sighting(article.id, entry, now))
        taken.append(Taken(article, now))
        if feed.options.full_text and article.url:
            jobs.append(PageJob(article.id, entry.link, feed.url, now))
    return Changes(sightings=tuple(sightings), articles=tuple(taken), jobs=tuple(jobs))


def better(from_page: Article, from_feed: Article | None) -> Article:
    """The article to show: the page's, unless it is a wall or no article and the feed itself said as much or more."""
    if from_page.state in (State.FULL, State.PARTIAL) or from_feed is None:
        return from_page
    if len(from_page.body()) > len(from_feed.body()) and from_page.state is State.PAYWALL:
        return from_page
    reason = f"{from_page.state_reason or from_page.state}; the feed's own text is shown"
    return replace(from_feed, state=from_page.state, state_reason=reason)


FINAL_STATUS = frozenset((400, 401, 403, 404, 405, 410, 451))
FINAL_CODES = frozenset(
    (Code.ADDRESS_REFUSED, Code.ADDRESS_INVALID, Code.TOO_LARGE, Code.TOO_MANY_REDIRECTS, Code.ROBOTS_DENIED)
)


def after_failure(job: PageJob, error: FetchError, now: datetime, tries: int) -> Changes:
    """A page that could not be fetched: tried again later each time, given up after so many tries or a plain no.

    A host that asked for patience was not even asked: that is neither a try nor a problem of the page.
    """
    if error.problem.code is Code.ASKED_TO_WAIT:
        return Changes(jobs=(replace(job, due=now + timedelta(seconds=error.retry_after or 60.0)),))
    noted = (Noted(error.problem, now),)
    final = error.status in FINAL_STATUS or error.problem.code in FINAL_CODES
    if final or job.tries + 1 >= tries:
        return Changes(jobs_done=(job.article,), problems=noted)
    wait = max(60.0 * 5**job.tries, error.retry_after or 0.0)
    later = replace(job, due=now + timedelta(seconds=wait), tries=job.tries + 1)
    return Changes(jobs=(later,), problems=noted)


# --- acting ---------------------------------------------------------------------------------------------------------


class Intake:
    """Fetches what is due and keeps what comes of it."""

    def __init__(self, store: Store, fetch: Fetching, workers: Working, clock: Clock, settings: IntakeSettings) -> None:
        self._store, self.fetch, self.workers = store, fetch, workers
        self._clock, self._settings = clock, settings
        self._committer = Committer(store)
        self.tally = Tally()

    @property
    def committed(self) -> Applied:
        """What this intake has brought into the store so far."""
        return self._committer.applied

    async def poll(self, feed: Feed, state: FeedState) -> Problem | None:
        """Poll one feed and keep what is new in it; answers with the problem that cost the poll, if one did."""
        try:
            address = state.moved_to or feed.url
            page = await self.fetch.get(
                address,
                etag=state.etag,
                modified=state.modified,
                accept=FEED_ACCEPT,
                urgent=True,
                options=feed.options,
                own=feed.url,
            )
        except FetchError as error:
            return await self._failed(state, error)
        return await self.take_feed(feed, state, page)

    async def take_feed(self, feed: Feed, state: FeedState, page: Page) -> Problem | None:
        """Keep what one feed document says."""
        now = self._clock()
        if page.status == 304:
            self.tally.feeds += 1
            self.tally.unchanged += 1
            await self._commit(Changes(states=(self._next(state, page, now),)))
            return None
        answer = await self.workers.perform(Task("read", page=page))
        if answer.reading is None:
            assert answer.problem
            return await self._failed(state, FeedError(answer.problem))
        self.tally.feeds += 1
        feed = replace(feed, title=answer.reading.title or feed.title, site=answer.reading.site or feed.site)
        for part in answer.parts[:PARTS_AT_ONCE]:
            await self._take_part(feed, part)
        await self._take_reading(feed, state, page, answer.reading)
        return None

    async def _take_part(self, feed: Feed, address: str) -> None:
        """Keep what one sitemap of an index says; what cannot be had costs itself."""
        try:
            page = await self.fetch.get(address, accept=FEED_ACCEPT, urgent=True, options=feed.options, own=feed.url)
        except FetchError as error:
            await self._commit(Changes(problems=(Noted(error.problem, self._clock()),)))
            return
        answer = await self.workers.perform(Task("read", page=page))
        if answer.reading:
            await self._take_news(feed, page, answer.reading, self._clock())
        elif answer.problem:
            await self._commit(Changes(problems=(Noted(answer.problem, self._clock()),)))

    async def _take_reading(self, feed: Feed, state: FeedState, page: Page, reading: Reading) -> None:
        now = self._clock()
        await self._take_news(feed, page, reading, now)
        noted = tuple(Noted(problem, now) for problem in reading.problems)
        self.tally.problems += len(noted)
        state = self._next(state, page, now, reading)
        await self._commit(Changes(feeds=(feed,), states=(state,), problems=noted))

    async def _take_news(self, feed: Feed, page: Page, reading: Reading, now: datetime) -> None:
        """Keep the entries that are new; the state comes after them: a kill in between polls the feed again."""
        keys = [entry.key for entry in reading.entries]
        entries = news(feed, reading, await asyncio.to_thread(self._store.known_entries, feed.url, keys))
        if entries:
            await asyncio.to_thread(self._store.keep_page, page)
        # oldest first, so that serials ascend with time
        for start in range(len(entries), 0, -COMMIT_AT_MOST):
            await self._take_entries(feed, entries[max(0, start - COMMIT_AT_MOST) : start][::-1], page.digest, now)

    async def _take_entries(self, feed: Feed, entries: tuple[Entry, ...], document: str, now: datetime) -> None:
        links = [cleaned for entry in entries if (cleaned := clean(entry.link))]
        ids = await asyncio.to_thread(self._store.resolve_alias, links)
        site = site_of(feed, "")
        answer = await self.workers.perform(Task("entries", site=site, entries=entries, document=document))
        if answer.problem:
            self.tally.problems += 1
            await self._commit(Changes(problems=(Noted(answer.problem, now),)))
            return
        changes = changes_of(feed, entries, answer.articles, ids, now)
        await self._commit(replace(changes, feeds=(feed,)))

    def _next(self, state: FeedState, page: Page, now: datetime, reading: Reading | None = None) -> FeedState:
        return next_state(state, page, now, interval=self._settings.interval, reading=reading)

    async def _failed(self, state: FeedState, error: FetchError | FeedError) -> Problem:
        now = self._clock()
        self.tally.feeds += 1
        self.tally.failed += 1
        self.tally.problems += 1
        later = next_state(state, error, now, interval=self._settings.interval, reading=None)
        await self._commit(Changes(states=(later,), problems=(Noted(error.problem, now),)))
        return error.problem

    async def take_page(self, job: PageJob) -> None:
        """Fetch one wanted page, extract its article and keep the better of it and the feed's text."""
        sighting = await asyncio.to_thread(self._store.sighting, job.article)
        if sighting is None:
            await self._commit(Changes(jobs_done=(job.article,)))
            return
        feed, entry = sighting
        try:
            page = await self.fetch.get(
                job.url, accept=PAGE_ACCEPT, unattended=True, options=feed.options, own=feed.url
            )
        except FetchError as error:
            await self._not_had(job, error, feed, entry)
            return
        await self._take_article(job, page, feed, entry)

    async def _not_had(self, job: PageJob, error: FetchError, feed: Feed, entry: Entry) -> None:
        """A page that could not be had is tried again later; one that robots are asked not to fetch says so."""
        changes = after_failure(job, error, self._clock(), self._settings.page_tries)
        self.tally.problems += len(changes.problems)
        if error.problem.code is Code.ROBOTS_DENIED:
            reason = "the source asks robots not to fetch its page; the feed's own text is shown"
            answer = await self.workers.perform(Task("entries", site=site_of(feed, job.url), entries=(entry,)))
            told = tuple(replace(each, id=job.article, state_reason=reason) for each in answer.articles)
            changes = replace(changes, articles=tuple(Taken(each, self._clock()) for each in told))
        await self._commit(changes)

    async def _take_article(self, job: PageJob, page: Page, feed: Feed, entry: Entry) -> None:
        site = site_of(feed, page.final_url)
        answer = await self.workers.perform(Task("extract", page=page, site=site, entries=(entry,)))
        now = self._clock()
        self.tally.pages += 1
        if not answer.articles:
            assert answer.problem
            self._count("refused")
            self.tally.problems += 1
            await self._commit(Changes(jobs_done=(job.article,), problems=(Noted(answer.problem, now),)))
            return
        article = replace(answer.articles[0], id=job.article)
        self._count(str(article.state))
        if article.state not in (State.FULL, State.PARTIAL):
            feed_text = await self.workers.perform(Task("entries", site=site, entries=(entry,), document=page.digest))
            article = better(article, next(iter(feed_text.articles), None))
            article = replace(article, id=job.article)
        await asyncio.to_thread(self._store.keep_page, page)
        await self._commit(Changes(articles=(Taken(article, now),), jobs_done=(job.article,)))

    def _count(self, state: str) -> None:
        self.tally.states[state] = self.tally.states.get(state, 0) + 1

    async def _commit(self, changes: Changes) -> None:
        await self._committer.apply(changes)
        done, tally = self._committer.applied, self.tally
        tally.entries, tally.articles, tally.revisions = done.entries, done.articles, done.revisions
