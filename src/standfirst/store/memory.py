"""The store in memory: the reference that the others are compared with. Nothing outlives the process."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from standfirst.errors import StoreError
from standfirst.model import Article, Changes, Entry, Feed, FeedState, Page, PageJob, Sighting, State, Subscription
from standfirst.store.paging import Bounds, page_of, place_in_list
from standfirst.store.protocol import (
    Applied,
    ArticleView,
    Audience,
    Counts,
    FeedHealth,
    Key,
    ProblemRow,
    RevisionView,
    River,
    RiverItem,
)
from standfirst.store.tables import Held, Tables, apply_to, due_of
from standfirst.store.taking import moment, source_of
from standfirst.store.words import Query, matches, parse_query, snippet, words_of_article


class MemoryStore:
    """A `Store` of dictionaries. Every call takes one lock, so it is safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._kept: Tables | None = Tables()
        self._opened: dict[str, int] = {}
        self._pages: dict[str, Page] = {}

    @property
    def _now(self) -> Tables:
        if self._kept is None:
            raise StoreError("memory: the store is closed")
        return self._kept

    def close(self) -> None:
        """Forget everything."""
        self._kept = None

    # --- Intake

    def apply(self, changes: Changes) -> Applied:
        """Do all of it or nothing: the work is done on copies, which then take the place of what was held."""
        with self._lock:
            trial = self._now.copy()
            applied = apply_to(trial, changes)
            self._kept = trial
            return applied

    def keep_page(self, page: Page) -> None:
        """Keep the bytes of a page."""
        with self._lock:
            kept = self._pages.get(page.digest, page)
            self._pages[page.digest] = max(kept, page, key=lambda each: each.fetched)

    def feeds(self) -> tuple[tuple[Feed, FeedState], ...]:
        """Every feed with its state, by URL."""
        with self._lock:
            return tuple((self._now.feeds[url], state) for url, state in sorted(self._now.states.items()))

    def due_feeds(self, now: datetime, limit: int) -> tuple[tuple[Feed, FeedState], ...]:
        """Feeds whose due time has come, the longest due first; none that are gone."""
        due = [(due_of(state), feed.url, feed, state) for feed, state in self.feeds() if not state.gone]
        due.sort(key=lambda each: each[:2])
        return tuple((feed, state) for when, _, feed, state in due if when <= now)[:limit]

    def next_due(self) -> datetime | None:
        """The least due time of feeds and jobs; 1970 where a feed was never polled."""
        with self._lock:
            times = [due_of(state) for state in self._now.states.values() if not state.gone]
            return min([*times, *(job.due for job in self._now.jobs.values())], default=None)

    def known_entries(self, feed: str, keys: Iterable[str]) -> Mapping[str, tuple[str, str]]:
        """entry key -> (article id, entry digest)."""
        with self._lock:
            seen = ((key, self._now.sightings.get((feed, key))) for key in keys)
            return {key: (sighting.article, sighting.entry.digest) for key, sighting in seen if sighting}

    def resolve_alias(self, urls: Iterable[str]) -> Mapping[str, str]:
        """url -> article id."""
        with self._lock:
            return {url: self._now.aliases[url] for url in urls if url in self._now.aliases}

    def jobs(self, now: datetime, limit: int, besides: Iterable[str] = ()) -> tuple[PageJob, ...]:
        """Page jobs that are due, newest article first."""
        left_out = set(besides)
        with self._lock:
            due = [job for job in self._now.jobs.values() if job.due <= now and job.article not in left_out]
            due.sort(key=lambda job: self._now.articles[job.article].key, reverse=True)
            return tuple(due[:limit])

    def sighting(self, article: str) -> tuple[Feed, Entry] | None:
        """The feed that carried the article first, and the entry as that feed last gave it."""
        with self._lock:
            first = next(iter(self._carriers(article)), None)
            return (self._now.feeds[first.entry.feed], first.entry) if first else None

    # --- Library

    def river(
        self,
        audience: Audience,
        *,
        feed: str | None = None,
        folder: str | None = None,
        before: Key | None = None,
        after: Key | None = None,
        limit: int = 50,
    ) -> River:
        """Articles by time shown, newest first."""
        with self._lock:
            held = list(self._now.articles.values())
            feeds = None if feed is None else {feed}
            if feed is None and folder is not None:
                feeds = {url for url, place in self._now.subscriptions.items() if place.folder == folder}
            if feeds is not None:
                ids = {sighting.article for (url, _), sighting in self._now.sightings.items() if url in feeds}
                held = [each for each in held if each.article.id in ids]
            return self._page(held, Bounds(before, after, limit), None)

    def search(self, audience: Audience, words: str, *, before: Key | None = None, limit: int = 50) -> River:
        """Articles whose current text answers the query, newest first."""
        query = parse_query(words)
        with self._lock:
            held = [each for each in self._now.articles.values() if matches(query, words_of_article(each.article))]
            return replace(self._page(held, Bounds(before, None, limit), query), newer=None)

    def article(self, audience: Audience, id: str) -> ArticleView | None:
        """One article by its id."""
        with self._lock:
            held = self._now.articles.get(id)
            if held is None:
                return None
            texts = sorted(held.texts.items(), key=lambda each: each[0] == held.current)
            item, page = self._item(held, None), self._pages.get(held.article.page)
            return ArticleView(
                held.article,
                held.first_seen,
                self._opened.get(id, 0),
                item.feed,
                item.feed_title,
                item.also_in,
                tuple(RevisionView(name, t.seen, source_of(t.article), t.article.headline) for name, t in texts),
                page.fetched if page else None,
                id in self._now.jobs,
            )

    def revision(self, audience: Audience, id: str, revision: str) -> Article | None:
        """The article as it was in one of its revisions."""
        with self._lock:
            held = self._now.articles.get(id)
            text = held.texts.get(revision) if held else None
            return text.article if text else None

    def find(self, audience: Audience, url: str) -> str | None:
        """The id of the article known under this cleaned URL."""
        return self.resolve_alias((url,)).get(url)

    def count_opening(self, id: str) -> int:
        """Add one opening."""
        with self._lock:
            if id not in self._now.articles:
                return 0
            self._opened[id] = self._opened.get(id, 0) + 1
            return self._opened[id]

    def health(self, audience: Audience) -> tuple[FeedHealth, ...]:
        """Every feed with its health, by folder and title."""
        with self._lock:
            lines = [self._feed_health(url) for url in self._now.states]
        return tuple(sorted(lines, key=place_in_list))

    def problems(self, audience: Audience, limit: int = 200) -> tuple[ProblemRow, ...]:
        """The latest problems, newest first."""
        with self._lock:
            rows = sorted(self._now.problems.values(), key=lambda row: row.last)[::-1]
        return tuple(rows[:limit])

    def counts(self, audience: Audience) -> Counts:
        """How much is held."""
        with self._lock:
            now = self._now
            full = sum(held.article.state is State.FULL for held in now.articles.values())
            return Counts(len(now.states), len(now.articles), full, len(now.jobs), len(now.problems))

    def page(self, digest: str) -> bytes | None:
        """The kept bytes of a page."""
        with self._lock:
            page = self._pages.get(digest)
        return page.body if page else None

    def remove_feed(self, url: str) -> bool:
        """Unsubscribe: the feed's state, place in the list, waiting jobs and problems go; its articles stay."""
        with self._lock:
            now = self._now
            if now.states.pop(url, None) is None:
                return False
            now.subscriptions.pop(url, None)
            now.jobs = {id: job for id, job in now.jobs.items() if job.feed != url}
            now.problems = {key: row for key, row in now.problems.items() if row.source != url}
            return True

    # --- helpers

    def _carriers(self, article: str) -> list[Sighting]:
        """The first sighting of the article in each feed, the earliest first."""
        first: dict[str, Sighting] = {}
        for (feed, _), sighting in sorted(self._now.sightings.items(), key=lambda each: each[1].seen):
            if sighting.article == article:
                first.setdefault(feed, sighting)
        return list(first.values())

    def _title(self, url: str) -> str:
        place = self._now.subscriptions.get(url)
        return (place.title if place else "") or self._now.feeds[url].title or url

    def _item(self, held: Held, query: Query | None) -> RiverItem:
        feeds = [sighting.entry.feed for sighting in self._carriers(held.article.id)]
        titles = [self._title(url) for url in feeds]
        article = held.article
        return RiverItem(
            article.id,
            article.headline,
            article.standfirst,
            article.outlet,
            feeds[0] if feeds else "",
            titles[0] if titles else "",
            moment(held.at),
            article.published,
            article.state,
            len(held.texts),
            tuple(titles[1:]),
            article.url,
            article.language,
            str(source_of(article)),
            len(held.texts) - len({source_of(text.article) for text in held.texts.values()}),
            snippet(query, article.headline, article.text) if query else "",
        )

    def _page(self, held: list[Held], bounds: Bounds, query: Query | None) -> River:
        by_key = {each.key: each for each in held}
        if bounds.after is not None:
            keys = sorted(key for key in by_key if key > bounds.after)
        else:
            keys = sorted((key for key in by_key if bounds.before is None or key < bounds.before), reverse=True)
        shown, older, newer = page_of(keys[: bounds.limit + 1], bounds)
        return River(tuple(self._item(by_key[key], query) for key in shown), older, newer)

    def _feed_health(self, url: str) -> FeedHealth:
        now = self._now
        ids = {sighting.article for (feed, _), sighting in now.sightings.items() if feed == url}
        latest = max((now.articles[id].at for id in ids), default=None)
        waiting = sum(job.feed == url for job in now.jobs.values())
        place = now.subscriptions.get(url, Subscription(url))
        shown = None if latest is None else moment(latest)
        return FeedHealth(now.feeds[url], now.states[url], place, len(ids), shown, waiting)
