"""The whole program on one page: the intake loop.

    feeds due ── fetch ── read ── entries not yet known ── feed text as articles ─┐
                                                                                  ├─ commit ── pages show them
    pages wanted ── fetch ── keep ── extract ── better of page and feed text ─────┘

What is done with what came is decided in decide.py, by plain functions of values; `Intake` fetches, hands work to the
workers and applies what they return. The fetcher, the workers, the store and the clock are arguments; schedule.py says
when.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from standfirst import decide
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
    Taken,
)
from standfirst.store.protocol import Applied, Store
from standfirst.urls import clean
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
    left_alone: int = 0
    problems: int = 0
    feeds_in_all: int = 0
    pages_in_all: int = 0

    def line(self) -> str:
        """The closing line: every count of the run in words."""
        states = ", ".join(f"{number} {state}" for state, number in sorted(self.states.items()))
        return (
            f"{self.feeds} feeds polled ({self.unchanged} unchanged, {self.failed} failed, "
            f"{self.left_alone} left alone as asked), {self.entries} new entries, "
            f"{self.articles} new articles, {self.revisions} further texts of articles; "
            f"{self.pages} pages read{f' ({states})' if states else ''}; {self.problems} problems."
        )


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

    # --- feeds

    async def poll(self, feed: Feed, state: FeedState) -> Problem | None:
        """Poll one feed and keep what is new in it; answers with the problem that cost the poll, if one did."""
        address, state = decide.to_poll(feed, state)
        try:
            page = await self._document(feed, address, state.etag, state.modified)
        except FetchError as error:
            return await self._failed(state, error)
        return await self.take_feed(feed, state, page)

    async def _document(self, feed: Feed, address: str, etag: str = "", modified: str = "") -> Page:
        return await self.fetch.get(
            address,
            etag=etag,
            modified=modified,
            accept=FEED_ACCEPT,
            urgent=True,
            options=feed.options,
            own=feed.url,
        )

    async def take_feed(self, feed: Feed, state: FeedState, page: Page) -> Problem | None:
        """Keep what one feed document says."""
        if page.status == 304:
            self.tally.feeds += 1
            self.tally.unchanged += 1
            await self._commit(Changes(states=(self._next(state, page, self._clock()),)))
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
            page = await self._document(feed, address)
        except FetchError as error:
            await self._note(error.problem)
            return
        answer = await self.workers.perform(Task("read", page=page))
        if answer.reading:
            await self._note(*await self._take_news(feed, page, answer.reading))
        elif answer.problem:
            await self._note(answer.problem)

    async def _take_reading(self, feed: Feed, state: FeedState, page: Page, reading: Reading) -> None:
        """Keep what is new; the state comes last, so that a kill in between has the feed polled again."""
        lost = await self._take_news(feed, page, reading)
        now = self._clock()
        state = self._next(state, page, now, reading)
        if any(problem.code is Code.WORKER_DIED for problem in lost):
            # without validators the document comes again, and with it what could not be laid out this time
            state = replace(state, etag="", modified="")
        noted = tuple(Noted(problem, now) for problem in (*reading.problems, *lost))
        self.tally.problems += len(noted)
        await self._commit(Changes(feeds=(feed,), states=(state,), problems=noted))

    async def _take_news(self, feed: Feed, page: Page, reading: Reading) -> tuple[Problem, ...]:
        entries, problems = decide.keyed(feed, reading.entries, page)
        keys = [entry.key for entry in entries]
        entries = decide.news(entries, await asyncio.to_thread(self._store.known_entries, feed.url, keys))
        if entries:
            await asyncio.to_thread(self._store.keep_page, page)
        # oldest first, so that serials ascend with time
        for start in range(len(entries), 0, -COMMIT_AT_MOST):
            problems += await self._take_entries(feed, entries[max(0, start - COMMIT_AT_MOST) : start][::-1])
        return problems

    async def _take_entries(self, feed: Feed, entries: tuple[Entry, ...]) -> tuple[Problem, ...]:
        """Keep entries with their feed text; answers with what could not be laid out, down to the single entry."""
        task = Task("entries", site=decide.site_of(feed, ""), entries=entries, document=entries[0].document)
        answer = await self.workers.perform(task)
        if answer.problem is None:
            links = [cleaned for entry in entries if (cleaned := clean(entry.link))]
            ids = await asyncio.to_thread(self._store.resolve_alias, links)
            changes = decide.changes_of(feed, entries, answer.articles, ids, self._clock())
            await self._commit(replace(changes, feeds=(feed,)))
            return ()
        if len(entries) == 1:
            return (replace(answer.problem, source=feed.url, where=entries[0].key[:300]),)
        half = len(entries) // 2
        return await self._take_entries(feed, entries[:half]) + await self._take_entries(feed, entries[half:])

    def _next(self, state: FeedState, page: Page, now: datetime, reading: Reading | None = None) -> FeedState:
        return next_state(state, page, now, interval=self._settings.interval, reading=reading)

    async def _failed(self, state: FeedState, error: FetchError | FeedError) -> Problem:
        now = self._clock()
        self.tally.feeds += 1
        self.tally.failed += 1
        self.tally.problems += 1
        later = next_state(state, error, now, interval=self._settings.interval, reading=None)
        # known by the feed wherever it was looked for, so that its next success removes it
        problem = error.problem
        if problem.source != state.url:
            problem = replace(problem, source=state.url, where=f"{problem.source} {problem.where}".strip())
        await self._commit(Changes(states=(later,), problems=(Noted(problem, now),)))
        return problem

    # --- pages

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
        now = self._clock()
        changes = decide.after_failure(job, error, now, self._settings.page_tries)
        self.tally.problems += len(changes.problems)
        if error.problem.code is Code.ROBOTS_DENIED and (told := await self._feed_text(job, feed, entry)):
            reason = "the source asks robots not to fetch its page; the feed's own text is shown"
            changes = replace(changes, articles=(Taken(replace(told, state_reason=reason), now),))
        await self._commit(changes)

    async def _feed_text(self, job: PageJob, feed: Feed, entry: Entry) -> Article | None:
        """What the feed said of the article, with the feed document as its evidence."""
        site = decide.site_of(feed, job.url)
        answer = await self.workers.perform(Task("entries", site=site, entries=(entry,), document=entry.document))
        return replace(answer.articles[0], id=job.article) if answer.articles else None

    async def _take_article(self, job: PageJob, page: Page, feed: Feed, entry: Entry) -> None:
        site = decide.site_of(feed, page.final_url)
        answer = await self.workers.perform(Task("extract", page=page, site=site, entries=(entry,)))
        if not answer.articles:
            assert answer.problem
            await self._no_article(job, answer.problem)
            return
        article = replace(answer.articles[0], id=job.article)
        self.tally.pages += 1
        self._count(str(article.state))
        if not decide.is_enough(article) and (told := await self._feed_text(job, feed, entry)):
            article = decide.better(article, told)
        await asyncio.to_thread(self._store.keep_page, page)
        await self._commit(Changes(articles=(Taken(article, self._clock()),), jobs_done=(job.article,)))

    async def _no_article(self, job: PageJob, problem: Problem) -> None:
        """A page that broke its worker is tried again (the machine may have been short of memory), no other is."""
        if problem.code is Code.WORKER_DIED:
            again = decide.after_failure(job, FetchError(problem), self._clock(), self._settings.page_tries)
            self.tally.problems += len(again.problems)
            await self._commit(again)
            return
        self.tally.pages += 1
        self.tally.problems += 1
        self._count("refused")
        await self._commit(Changes(jobs_done=(job.article,), problems=(Noted(problem, self._clock()),)))

    def _count(self, state: str) -> None:
        self.tally.states[state] = self.tally.states.get(state, 0) + 1

    async def _note(self, *problems: Problem) -> None:
        self.tally.problems += len(problems)
        if problems:
            await self._commit(Changes(problems=tuple(Noted(problem, self._clock()) for problem in problems)))

    async def _commit(self, changes: Changes) -> None:
        await self._committer.apply(changes)
        done, tally = self._committer.applied, self.tally
        tally.entries, tally.articles, tally.revisions = done.entries, done.articles, done.revisions
