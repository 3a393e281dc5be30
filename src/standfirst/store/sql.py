"""The store in SQL, for both databases: one text of each statement, and the reading of its rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from standfirst.model import Article, Changes, Entry, Feed, FeedState, Page, PageJob, Subscription
from standfirst.store.apply import add_to_counters, apply_changes
from standfirst.store.engine import Connection, Engine
from standfirst.store.pages import Pages
from standfirst.store.paging import HIGHEST, Bounds, page_of, place_in_list
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
from standfirst.store.rows import article_from, entry_from, feed_from, job_from, state_from
from standfirst.store.taking import micros, moment, moment_or_none
from standfirst.store.words import Query, parse_query, snippet

_FEED = "f.url, f.outlet, f.title, f.site, f.is_news, f.options"
_POLLED = f"SELECT t.state, {_FEED} FROM feed f JOIN feed_state t ON t.feed = f.serial"
_RIVER = "SELECT at, serial FROM article WHERE (at, serial) {beyond} (?, ?) ORDER BY at {order}, serial {order} LIMIT ?"
_FEED_RIVER = """
SELECT at, serial FROM carried WHERE feed = (SELECT serial FROM feed WHERE url = ?) AND (at, serial) {beyond} (?, ?)
ORDER BY at {order}, serial {order} LIMIT ?
"""
_DOWN, _UP = {"beyond": "<", "order": "DESC"}, {"beyond": ">", "order": "ASC"}
_ITEMS = """
SELECT serial, id, headline, standfirst, outlet, at, published, state, revisions, url, language, source,
  revisions - (SELECT count(DISTINCT r.source) FROM revision r WHERE r.article = article.serial)
FROM article WHERE serial = ANY(?) ORDER BY at DESC, serial DESC
"""
_CARRIERS = """
SELECT s.article, f.url, coalesce(nullif(u.title, ''), nullif(f.title, ''), f.url)
FROM sighting s JOIN feed f ON f.serial = s.feed LEFT JOIN subscription u ON u.feed = s.feed
WHERE s.article = ANY(?) ORDER BY s.seen, s.serial
"""
_TEXTS = """
SELECT r.article, r.headline, r.text FROM article a
JOIN revision r ON r.article = a.serial AND r.revision = a.revision WHERE a.serial = ANY(?)
"""
_ARTICLE = """
SELECT a.serial, a.first_seen, a.opened, a.revision, r.fields, r.text, p.fetched, j.article
FROM article a JOIN revision r ON r.article = a.serial AND r.revision = a.revision
LEFT JOIN page p ON p.digest = r.page LEFT JOIN job j ON j.article = a.serial WHERE a.id = ?
"""
_REVISIONS = "SELECT revision, seen, source, headline FROM revision WHERE article = ? ORDER BY revision = ?, number"
_REVISION = """
SELECT r.fields, r.text FROM article a JOIN revision r ON r.article = a.serial WHERE a.id = ? AND r.revision = ?
"""
_HEALTH = f"""
SELECT {_FEED}, t.state, u.folder, u.title, f.articles, f.waiting,
  (SELECT max(c.at) FROM carried c WHERE c.feed = f.serial)
FROM feed f JOIN feed_state t ON t.feed = f.serial LEFT JOIN subscription u ON u.feed = f.serial
"""
_JOBS = """
SELECT a.id, j.url, f.url, j.due, j.tries FROM job j JOIN article a ON a.serial = j.article
JOIN feed f ON f.serial = j.feed WHERE j.due <= ? ORDER BY j.at DESC, j.article DESC LIMIT ?
"""
_NEXT_DUE = """
SELECT min(due) FROM (SELECT min(due) AS due FROM feed_state WHERE gone = 0 UNION ALL SELECT min(due) FROM job) AS d
"""
_PAGE = """
INSERT INTO page (digest, url, fetched, status, media_type, size) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (digest) DO UPDATE SET fetched = excluded.fetched WHERE excluded.fetched > page.fetched
"""
_PROBLEMS = """
SELECT stage, code, source, place, found, wanted, first, last, times FROM problem
ORDER BY last DESC, serial DESC LIMIT ?
"""


class SqlStore:
    """A `Store` on an engine (SQLite or PostgreSQL) and a folder of kept pages."""

    def __init__(self, engine: Engine, pages: Pages) -> None:
        self._engine = engine
        self._pages = pages

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.close()

    # --- Intake

    def apply(self, changes: Changes) -> Applied:
        """Do all of it or nothing, in one transaction."""
        with self._engine.writing() as connection:
            return apply_changes(self._engine, connection, changes)

    def keep_page(self, page: Page) -> None:
        """The file first, then its row: a row without a file would be a lie, a file without a row is only waste."""
        self._pages.keep(page.digest, page.body)
        row = page.digest, page.url, micros(page.fetched), page.status, page.media_type, len(page.body)
        with self._engine.writing() as connection:
            connection.rows(_PAGE, row)

    def feeds(self) -> tuple[tuple[Feed, FeedState], ...]:
        """Every feed with its state, by URL."""
        return self._polled(f"{_POLLED} ORDER BY f.url")

    def due_feeds(self, now: datetime, limit: int) -> tuple[tuple[Feed, FeedState], ...]:
        """Feeds whose due time has come, the longest due first; none that are gone."""
        sql = f"{_POLLED} WHERE t.gone = 0 AND t.due <= ? ORDER BY t.due, t.feed LIMIT ?"
        return self._polled(sql, micros(now), limit)

    def next_due(self) -> datetime | None:
        """The least due time of feeds and jobs; 1970 where a feed was never polled."""
        return moment_or_none(self._rows(_NEXT_DUE)[0][0])

    def known_entries(self, feed: str, keys: Iterable[str]) -> Mapping[str, tuple[str, str]]:
        """entry key -> (article id, entry digest)."""
        sql = (
            "SELECT s.key, a.id, s.digest FROM sighting s JOIN article a ON a.serial = s.article"
            " WHERE s.feed = (SELECT serial FROM feed WHERE url = ?) AND s.key = ANY(?)"
        )
        return {key: (id, digest) for key, id, digest in self._rows(sql, feed, list(keys))}

    def resolve_alias(self, urls: Iterable[str]) -> Mapping[str, str]:
        """url -> article id."""
        sql = "SELECT l.url, a.id FROM alias l JOIN article a ON a.serial = l.article WHERE l.url = ANY(?)"
        return dict(self._rows(sql, list(urls)))

    def jobs(self, now: datetime, limit: int, besides: Iterable[str] = ()) -> tuple[PageJob, ...]:
        """Page jobs that are due, newest article first."""
        left_out = set(besides)
        rows = self._rows(_JOBS, micros(now), limit + len(left_out))
        return tuple(job_from(row) for row in rows if row[0] not in left_out)[:limit]

    def sighting(self, article: str) -> tuple[Feed, Entry] | None:
        """The feed that carried the article first, and the entry as that feed last gave it."""
        sql = (
            f"SELECT s.entry, {_FEED} FROM article a JOIN sighting s ON s.article = a.serial"
            " JOIN feed f ON f.serial = s.feed WHERE a.id = ? ORDER BY s.seen, s.serial LIMIT 1"
        )
        rows = self._rows(sql, article)
        return (feed_from(*rows[0][1:]), entry_from(rows[0][0])) if rows else None

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
        bounds = Bounds(before, after, limit)
        with self._engine.reading() as connection:
            keys = self._river_keys(connection, feed, folder, bounds)
            shown, older, newer = page_of(keys, bounds)
            return River(_items(connection, shown), older, newer)

    def search(self, audience: Audience, words: str, *, before: Key | None = None, limit: int = 50) -> River:
        """Articles whose current text answers the query, newest first."""
        query = parse_query(words)
        if not query.wanted:
            return River((), None, None)
        with self._engine.reading() as connection:
            keys = self._engine.search(connection, query, before or HIGHEST, limit + 1)
            shown, older, _ = page_of(keys, Bounds(before, None, limit))
            items = _with_snippets(connection, query, shown, _items(connection, shown))
            return River(items, older, None)

    def article(self, audience: Audience, id: str) -> ArticleView | None:
        """One article by its id."""
        with self._engine.reading() as connection:
            rows = connection.rows(_ARTICLE, (id,))
            if not rows:
                return None
            serial, first_seen, opened, current, fields, text, fetched, job = rows[0]
            revisions = connection.rows(_REVISIONS, (serial, current))
            carriers = _carriers(connection, [serial]).get(serial, {})
        feed, title, also_in = _shown_in(carriers)
        return ArticleView(
            article_from(fields, text),
            moment(first_seen),
            opened,
            feed,
            title,
            also_in,
            tuple(RevisionView(name, moment(seen), source, headline) for name, seen, source, headline in revisions),
            moment_or_none(fetched),
            job is not None,
        )

    def revision(self, audience: Audience, id: str, revision: str) -> Article | None:
        """The article as it was in one of its revisions."""
        rows = self._rows(_REVISION, id, revision)
        return article_from(*rows[0]) if rows else None

    def find(self, audience: Audience, url: str) -> str | None:
        """The id of the article known under this cleaned URL."""
        return self.resolve_alias((url,)).get(url)

    def count_opening(self, id: str) -> int:
        """Add one opening."""
        with self._engine.writing() as connection:
            rows = connection.rows("UPDATE article SET opened = opened + 1 WHERE id = ? RETURNING opened", (id,))
        return int(rows[0][0]) if rows else 0

    def health(self, audience: Audience) -> tuple[FeedHealth, ...]:
        """Every feed with its health, by folder and title."""
        return tuple(sorted((_health(row) for row in self._rows(_HEALTH)), key=place_in_list))

    def problems(self, audience: Audience, limit: int = 200) -> tuple[ProblemRow, ...]:
        """The latest problems, newest first."""
        rows = self._rows(_PROBLEMS, limit)
        return tuple(_problem(*row) for row in rows)

    def counts(self, audience: Audience) -> Counts:
        """How much is held, from the cached counts."""
        held = dict(self._rows("SELECT name, value FROM counter"))
        return Counts(held["feeds"], held["articles"], held["full"], held["jobs"], held["problems"])

    def page(self, digest: str) -> bytes | None:
        """The kept bytes of a page."""
        return self._pages.read(digest)

    def remove_feed(self, url: str) -> bool:
        """Unsubscribe: the feed's state, place in the list, waiting jobs and problems go; its articles stay."""
        with self._engine.writing() as connection:
            sql = "SELECT f.serial, f.waiting FROM feed f JOIN feed_state t ON t.feed = f.serial WHERE f.url = ?"
            rows = connection.rows(sql, (url,))
            if not rows:
                return False
            feed, waiting = rows[0]
            for table in ("subscription", "feed_state", "job"):
                connection.rows(f"DELETE FROM {table} WHERE feed = ?", (feed,))
            connection.rows("UPDATE feed SET waiting = 0 WHERE serial = ?", (feed,))
            problems = connection.many("DELETE FROM problem WHERE source = ?", [(url,)])
            add_to_counters(connection, {"feeds": -1, "jobs": -waiting, "problems": -problems})
            return True

    # --- helpers

    def _rows(self, sql: str, *parameters: object) -> list[Any]:
        with self._engine.reading() as connection:
            return connection.rows(sql, parameters)

    def _polled(self, sql: str, *parameters: object) -> tuple[tuple[Feed, FeedState], ...]:
        return tuple((feed_from(*feed), state_from(state)) for state, *feed in self._rows(sql, *parameters))

    def _river_keys(self, connection: Connection, feed: str | None, folder: str | None, bounds: Bounds) -> list[Key]:
        key, upwards, limit = bounds.after or bounds.before or HIGHEST, bounds.after is not None, bounds.limit + 1
        way = _UP if upwards else _DOWN
        if feed is not None:
            rows = connection.rows(_FEED_RIVER.format(**way), (feed, *key, limit))
        elif folder is not None:
            return self._engine.folder(connection, folder, (key, upwards), limit)
        else:
            rows = connection.rows(_RIVER.format(**way), (*key, limit))
        return [Key(*row) for row in rows]


def _items(connection: Connection, keys: list[Key]) -> tuple[RiverItem, ...]:
    """The lines of a page, newest first."""
    serials = [key.serial for key in keys]
    carriers = _carriers(connection, serials)
    return tuple(_item(row, carriers.get(row[0], {})) for row in connection.rows(_ITEMS, (serials,)))


def _item(row: tuple[Any, ...], carriers: Mapping[str, str]) -> RiverItem:
    _, id, headline, standfirst, outlet, at, published, state, revisions, url, *further = row
    feed, title, also_in = _shown_in(carriers)
    times = moment(at), moment_or_none(published)
    return RiverItem(id, headline, standfirst, outlet, feed, title, *times, state, revisions, also_in, url, *further)


def _carriers(connection: Connection, serials: list[int]) -> dict[int, dict[str, str]]:
    """article's serial -> the feeds that carried it, the first one first, each with its title."""
    found: dict[int, dict[str, str]] = {}
    for article, url, title in connection.rows(_CARRIERS, (serials,)):
        found.setdefault(article, {}).setdefault(url, title)
    return found


def _shown_in(carriers: Mapping[str, str]) -> tuple[str, str, tuple[str, ...]]:
    feed = next(iter(carriers), "")
    titles = tuple(carriers.values())
    return feed, titles[0] if titles else "", titles[1:]


def _with_snippets(
    connection: Connection, query: Query, keys: list[Key], items: tuple[RiverItem, ...]
) -> tuple[RiverItem, ...]:
    rows = connection.rows(_TEXTS, ([key.serial for key in keys],))
    texts = {serial: (headline, text) for serial, headline, text in rows}
    pairs = zip(keys, items, strict=True)
    return tuple(replace(item, snippet=snippet(query, *texts[key.serial])) for key, item in pairs)


def _health(row: tuple[Any, ...]) -> FeedHealth:
    *feed, state, folder, title, articles, waiting, latest = row
    place = Subscription(feed[0], folder or "", title or "")
    return FeedHealth(feed_from(*feed), state_from(state), place, articles, moment_or_none(latest), waiting)


def _problem(
    stage: str, code: str, source: str, where: str, found: str, wanted: str, first: int, last: int, times: int
) -> ProblemRow:
    return ProblemRow(stage, code, source, where, found, wanted, moment(first), moment(last), times)
