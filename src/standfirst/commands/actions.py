"""What the pages and commands can ask to be done: find feeds, add them, take a subscription list in or out.

The implementation of serve.actions.Actions over one store. The network and the extraction pool are opened when they are
first needed and let go of after a quiet while, so that an idle server stays small.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta

from standfirst.collect import starter as starting
from standfirst.collect.known import known_feed
from standfirst.config import Clock, Settings
from standfirst.errors import Code, FetchError, Problem, Stage
from standfirst.model import (
    Changes,
    Choice,
    Feed,
    FeedLink,
    FeedOptions,
    FeedState,
    Outline,
    Page,
    Reading,
    Subscription,
    digest_of,
)
from standfirst.pipeline import FEED_ACCEPT, Intake
from standfirst.serve.actions import Added, Discovery, FeedPreview, Imported, PreviewEntry, Starter
from standfirst.store.protocol import Audience, Store
from standfirst.text import clean_line
from standfirst.urls import clean, outlet_of, parse
from standfirst.workers import Answer, Task, Workers

REMEMBERED_PAGES = 16
PREVIEWED_ENTRIES = 5
QUIET_SECONDS = 60.0


class PageActions:
    """Finds, adds and polls feeds on behalf of a person who is waiting for the answer."""

    def __init__(self, store: Store, settings: Settings, clock: Clock) -> None:
        self._store, self._settings, self._clock = store, settings, clock
        self._fetched: dict[str, Page] = {}
        self._open: AsyncExitStack | None = None
        self._intake: Intake | None = None
        self._closing: asyncio.TimerHandle | None = None
        self._busy = 0

    async def __aenter__(self) -> PageActions:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Let go of the network and the extraction pool, whoever still waits."""
        self._busy = 0
        await self._let_go()

    async def discover(self, address: str) -> Discovery:
        """What stands at an address: a feed with its first entries, or the feeds that the site names."""
        url = _address(address)
        if url is None:
            return Discovery(address, (), None, _no_address(address))
        async with _Busy(self):
            try:
                return await self._known(url) or await self._looked_at(url)
            except FetchError as error:
                return Discovery(url, (), None, error.problem)

    async def _known(self, url: str) -> Discovery | None:
        """The feed that a service documents for such an address, where it is one."""
        address = known_feed(url)
        if address is None or address == url:
            return None
        try:
            found = await self._looked_at(address)
        except FetchError:
            return None
        return found if found.preview else None

    async def _looked_at(self, url: str) -> Discovery:
        page, answer = await self._look(url)
        if answer.problem:
            return Discovery(url, (), None, answer.problem)
        if answer.reading:
            shown = _preview(url, answer.reading)
            return Discovery(url, (FeedLink(url, shown.title, page.media_type),), shown, None)
        if not answer.links:
            found = f"{page.media_type or 'a document'} of {len(page.body)} bytes that names no feed"
            problem = Problem(Stage.COLLECT, Code.NO_FEED_FOUND, url, "", found, "a feed, or a page that names one")
            return Discovery(url, (), None, problem)
        return await self._first_of(url, answer.links)

    async def _first_of(self, url: str, links: tuple[FeedLink, ...]) -> Discovery:
        """The feeds that a site names, the first of them looked at."""
        try:
            answer = (await self._look(links[0].url))[1]
        except FetchError as error:
            return Discovery(url, links, None, error.problem)
        preview = _preview(links[0].url, answer.reading) if answer.reading else None
        return Discovery(url, links, preview, answer.problem)

    async def _look(self, url: str) -> tuple[Page, Answer]:
        page = await self._get(url)
        return page, await (await self._opened()).workers.perform(Task("look", page=page))

    async def add(self, address: str, folder: str) -> Added:
        """Subscribe to the feed at an address, or to the first feed that the site there names, and take its entries.

        A feed's own address costs one request, whether or not it was looked at first; a site costs two. What cannot be
        read is not subscribed to.
        """
        url = _address(address)
        if url is None:
            return Added("", "", 0, _no_address(address))
        async with _Busy(self):
            try:
                found = await self._known(url) or await self._looked_at(url)
                if found.preview is None:
                    return Added("", "", 0, found.problem)
                feed_url = found.feeds[0].url
                return await self._subscribe(feed_url, await self._get(feed_url), found.preview, folder)
            except FetchError as error:
                return Added(url, "", 0, error.problem)

    async def _subscribe(self, url: str, page: Page, preview: FeedPreview, folder: str) -> Added:
        intake = await self._opened()
        self._fetched.pop(url, None)
        url = page.moved_to or url
        feed = Feed(url, outlet_of(url), preview.title, preview.site)
        before = intake.committed.entries
        state = await self._state(url)
        # due later from the start, or the intake process would poll it at once for a second time
        held = replace(state, due=self._clock() + timedelta(seconds=self._settings.intake.interval))
        # the place that a reader gave a feed stays, unless another is given now
        place = await self._place(url)
        subscription = Subscription(url, folder or place.folder, place.title) if place else Subscription(url, folder)
        changes = Changes(feeds=(feed,), subscriptions=(subscription,), states=(held,))
        await asyncio.to_thread(self._store.apply, changes)
        problem = await intake.take_feed(feed, state, page)
        return Added(url, preview.title, intake.committed.entries - before, problem)

    async def _place(self, url: str) -> Subscription | None:
        rows = await asyncio.to_thread(self._store.health, Audience.OWNER)
        return next((row.subscription for row in rows if row.feed.url == url), None)

    async def import_opml(self, data: bytes, source: str) -> Imported:
        """Subscribe to every feed of an OPML file; they are polled from now on by the intake process."""
        page = Page(source, source, 200, "text/x-opml", {}, data, self._clock(), digest_of(data))
        async with _Busy(self), Workers(self._settings.intake) as workers:
            answer = await workers.perform(Task("outlines", page=page))
        if answer.problem:
            return Imported(0, 0, (answer.problem,))
        return await self._take_outlines(answer.outlines, answer.problems)

    async def take_starters(self, urls: tuple[str, ...]) -> Imported:
        """Subscribe to the chosen feeds of the starter list."""
        chosen = [s for s in starting.starter() if s.url in urls]
        return await self._take_outlines(tuple(Outline(s.url, s.title, "", s.folder) for s in chosen), ())

    async def _take_outlines(self, outlines: tuple[Outline, ...], problems: tuple[Problem, ...]) -> Imported:
        """Subscribe to what is not in the list yet; what is stays where the reader put it."""
        known = {feed.url for feed, _ in await asyncio.to_thread(self._store.feeds)}
        now = self._clock()
        unique = {outline.url: outline for outline in reversed(outlines)}
        fresh = [outline for outline in reversed(unique.values()) if outline.url not in known]
        changes = Changes(
            feeds=tuple(Feed(o.url, outlet_of(o.url), o.title, o.site) for o in fresh),
            subscriptions=tuple(Subscription(o.url, o.folder, o.title) for o in fresh),
            # in the file's order, no two due at the same moment: what is due is found without sorting
            states=tuple(FeedState(o.url, due=now - timedelta(microseconds=n)) for n, o in enumerate(reversed(fresh))),
        )
        await asyncio.to_thread(self._store.apply, changes)
        return Imported(len(fresh), len(unique) - len(fresh), problems)

    def starters(self) -> tuple[Starter, ...]:
        """The starter list."""
        return tuple(Starter(*each) for each in starting.starter())

    def starters_note(self) -> str:
        """By what rule and when the starter list was chosen."""
        return starting.note()

    def export_opml(self) -> bytes:
        """Every subscription as OPML 2.0."""
        rows = self._store.health(Audience.OWNER)
        outlines = [
            Outline(r.feed.url, r.subscription.title or r.feed.title, r.feed.site, r.subscription.folder) for r in rows
        ]
        from standfirst.collect.opml import write_opml

        return write_opml(tuple(outlines), "Standfirst subscriptions", self._clock())

    async def remove(self, feed_url: str) -> bool:
        """Unsubscribe; the articles stay."""
        return await asyncio.to_thread(self._store.remove_feed, feed_url)

    async def poll(self, feed_url: str) -> Problem | None:
        """Poll one feed now."""
        async with _Busy(self):
            for feed, state in await asyncio.to_thread(self._store.feeds):
                if feed.url == feed_url:
                    return await (await self._opened()).poll(feed, state)
        return _no_subscription(feed_url)

    async def choose(self, feed_url: str, options: FeedOptions, is_news: bool) -> Problem | None:
        """Keep what was chosen; a feed in trouble is tried again at once, since this may be its remedy."""
        from standfirst.collect.fetch_options import (
            faults,
        )  # brings the HTTP client, which an idle server does not need

        found = [each for each in await asyncio.to_thread(self._store.feeds) if each[0].url == feed_url]
        if not found:
            return _no_subscription(feed_url)
        if wrong := faults(options):
            return Problem(Stage.SETTINGS, Code.SETTING_INVALID, feed_url, "", *wrong[0])
        state = found[0][1]
        again = (replace(state, due=self._clock()),) if state.failures else ()
        changes = Changes(choices=(Choice(feed_url, options, is_news),), states=again)
        await asyncio.to_thread(self._store.apply, changes)
        return None

    async def arrange(self, feed_url: str, folder: str, title: str) -> bool:
        """Give a feed a folder and a title."""
        if all(feed.url != feed_url for feed, _ in await asyncio.to_thread(self._store.feeds)):
            return False
        place = Subscription(feed_url, clean_line(folder, 200), clean_line(title, 500))
        await asyncio.to_thread(self._store.apply, Changes(subscriptions=(place,)))
        return True

    async def _state(self, url: str) -> FeedState:
        """The feed's state without validators: what was just fetched is to be read whole."""
        for feed, state in await asyncio.to_thread(self._store.feeds):
            if feed.url == url:
                return replace(state, etag="", modified="")
        return FeedState(url)

    async def _get(self, url: str) -> Page:
        """The page at an address, from what was just looked at if it was."""
        if url not in self._fetched:
            intake = await self._opened()
            page = await intake.fetch.get(url, accept=FEED_ACCEPT, urgent=True)
            while len(self._fetched) >= REMEMBERED_PAGES:
                del self._fetched[next(iter(self._fetched))]
            self._fetched[url] = page
        return self._fetched[url]

    async def _opened(self) -> Intake:
        if self._intake is None:
            from standfirst.collect.fetch import Fetch

            self._open = AsyncExitStack()
            fetch = await self._open.enter_async_context(Fetch(self._settings.fetch, self._clock))
            workers = await self._open.enter_async_context(Workers(self._settings.intake))
            self._intake = Intake(self._store, fetch, workers, self._clock, self._settings.intake)
        return self._intake

    def enter(self) -> None:
        """Somebody waits for an answer: the network stays open."""
        self._busy += 1
        if self._closing:
            self._closing.cancel()
            self._closing = None

    def leave(self) -> None:
        """The answer is given: let go of the network after a quiet while."""
        self._busy -= 1
        if not self._busy:
            loop = asyncio.get_running_loop()
            self._closing = loop.call_later(QUIET_SECONDS, lambda: asyncio.ensure_future(self._let_go()))

    async def _let_go(self) -> None:
        if self._closing:
            self._closing.cancel()
            self._closing = None
        if self._busy:
            return
        opened, self._open, self._intake = self._open, None, None
        self._fetched.clear()
        if opened:
            await opened.aclose()


class _Busy:
    """Marks the actions as in use for as long as it is entered."""

    def __init__(self, actions: PageActions) -> None:
        self._actions = actions

    async def __aenter__(self) -> None:
        self._actions.enter()

    async def __aexit__(self, *_: object) -> None:
        self._actions.leave()


def _no_subscription(url: str) -> Problem:
    return Problem(Stage.COLLECT, Code.NO_FEED_FOUND, url, "", "no such subscription", "a feed of the list")


def _preview(url: str, reading: Reading) -> FeedPreview:
    shown = tuple(PreviewEntry(e.title, e.published or e.updated) for e in reading.entries[:PREVIEWED_ENTRIES])
    return FeedPreview(reading.title or url, reading.site, shown)


def _address(typed: str) -> str | None:
    """The address meant: without a scheme https is taken."""
    typed = typed.strip()
    if typed and "://" not in typed:
        typed = f"https://{typed}"
    parsed = parse(typed)
    return clean(parsed) and parsed if parsed else None


def _no_address(typed: str) -> Problem:
    found = repr(typed[:200]) if typed.strip() else "nothing"
    return Problem(Stage.FETCH, Code.ADDRESS_INVALID, typed[:200], "", found, "an http:// or https:// address")
