"""`Intake.apply` in SQL: read what the changes touch in a few statements, decide on values, write in a few more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from standfirst.errors import StoreError
from standfirst.model import Changes, Choice, FeedState, Noted, PageJob, Sighting, Subscription
from standfirst.store.applyarticles import Articles
from standfirst.store.engine import Connection, Engine
from standfirst.store.protocol import Applied
from standfirst.store.rows import entry_json, feed_row, options_column, state_row
from standfirst.store.taking import Source, is_over, micros, source_of, unchanged_feeds

ProblemKey = tuple[str, str, str, str]

_FEED = """
INSERT INTO feed (url, outlet, title, site, is_news, options) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (url) DO UPDATE SET outlet = excluded.outlet,
  title = coalesce(nullif(excluded.title, ''), feed.title), site = coalesce(nullif(excluded.site, ''), feed.site)
"""
_CHOICE = "UPDATE feed SET is_news = ?, options = ? WHERE serial = ?"
_NEW_STATE = "INSERT INTO feed_state SELECT serial, ?, ?, ? FROM feed WHERE url = ? ON CONFLICT (feed) DO NOTHING"
_SUBSCRIPTION = """
INSERT INTO subscription VALUES (?, ?, ?)
ON CONFLICT (feed) DO UPDATE SET folder = excluded.folder, title = excluded.title
"""
_SIGHTING = """
INSERT INTO sighting (feed, key, article, digest, seen, entry) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (feed, key) DO UPDATE SET digest = excluded.digest, entry = excluded.entry
"""
_CARRIED = "INSERT INTO carried VALUES (?, ?, ?) ON CONFLICT (feed, at, serial) DO NOTHING"
_JOB = """
INSERT INTO job (article, at, url, feed, due, tries) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (article) DO UPDATE SET url = excluded.url, feed = excluded.feed, due = excluded.due, tries = excluded.tries
"""
_PROBLEM = """
INSERT INTO problem (stage, code, source, place, found, wanted, first, last, times) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)
ON CONFLICT (source, stage, code, place) DO UPDATE SET found = excluded.found, wanted = excluded.wanted,
  last = excluded.last, times = problem.times + 1 WHERE excluded.last > problem.last
"""


def apply_changes(engine: Engine, connection: Connection, changes: Changes) -> Applied:
    """Do everything that the changes say, inside the transaction of this connection."""
    counts: Counter[str] = Counter()
    counts["feeds"] += _write_feeds(connection, changes)
    feeds = _Feeds(connection, _feed_urls(changes))
    _write_choices(connection, feeds, changes.choices)
    _write_subscriptions(connection, feeds, changes.subscriptions)
    _write_states(connection, feeds, changes.states)
    articles = Articles(connection, _article_ids(changes))
    succeeded = _succeeded(connection, articles, changes)
    for taken in changes.articles:
        articles.take(taken)
    articles.write(engine)
    counts.update(articles.counts)
    entries = _write_sightings(connection, feeds, articles, changes.sightings)
    counts["jobs"] += _write_jobs(connection, feeds, articles, changes.jobs, changes.jobs_done)
    counts["problems"] += _write_problems(connection, changes, succeeded)
    feeds.write_counts()
    add_to_counters(connection, counts)
    return Applied(articles.counts["articles"], articles.texts, entries)


def add_to_counters(connection: Connection, counts: Mapping[str, int]) -> None:
    """Add to the cached counts, in the transaction that changed what they count."""
    changed = [(difference, name) for name, difference in counts.items() if difference]
    connection.many("UPDATE counter SET value = value + ? WHERE name = ?", changed)


class _Feeds:
    """The feeds that changes name: their serials, which are polled, and how their counts change."""

    def __init__(self, connection: Connection, urls: Iterable[str]) -> None:
        self._connection = connection
        rows = connection.rows(
            "SELECT f.url, f.serial, t.feed FROM feed f LEFT JOIN feed_state t ON t.feed = f.serial"
            " WHERE f.url = ANY(?)",
            (list(urls),),
        )
        self._serials = {url: serial for url, serial, _ in rows}
        self._polled = {serial for _, serial, polled in rows if polled is not None}
        self.articles: Counter[int] = Counter()
        self.waiting: Counter[int] = Counter()

    def serial(self, url: str) -> int:
        """The serial of a feed that must be held."""
        return _known(self._serials, url)

    def polled(self, url: str) -> int | None:
        """The same, or None where the feed was removed: what is still under way for it is let go."""
        serial = self.serial(url)
        return serial if serial in self._polled else None

    def write_counts(self) -> None:
        changed = [(self.articles[feed], self.waiting[feed], feed) for feed in {*self.articles, *self.waiting}]
        self._connection.many(
            "UPDATE feed SET articles = articles + ?, waiting = waiting + ? WHERE serial = ?", changed
        )


def _known(held: Mapping[str, int], name: str) -> int:
    try:
        return held[name]
    except KeyError:
        wanted = "it to be held already or to come with it"
        raise StoreError(f"{name}: found a change that names it, wanted {wanted}") from None


def _feed_urls(changes: Changes) -> set[str]:
    urls = {sighting.entry.feed for sighting in changes.sightings} | {job.feed for job in changes.jobs}
    urls |= {subscription.feed for subscription in changes.subscriptions} | {choice.feed for choice in changes.choices}
    return urls | {state.url for state in changes.states}


def _article_ids(changes: Changes) -> set[str]:
    ids = {taken.article.id for taken in changes.articles} | {sighting.article for sighting in changes.sightings}
    return ids | {job.article for job in changes.jobs} | set(changes.jobs_done)


def _write_feeds(connection: Connection, changes: Changes) -> int:
    """Returns how many feeds are polled that were not.

    A removed feed comes back when it is subscribed to again, not when a poll that was under way ends.
    """
    urls = [feed.url for feed in changes.feeds]
    held = {row[0] for row in connection.rows("SELECT url FROM feed WHERE url = ANY(?)", (urls,))} if urls else set()
    polled = ({*urls} - held) | ({*urls} & {subscription.feed for subscription in changes.subscriptions})
    connection.many(_FEED, [feed_row(feed) for feed in changes.feeds])
    return connection.many(_NEW_STATE, [(*state_row(FeedState(url)), url) for url in polled])


def _write_choices(connection: Connection, feeds: _Feeds, choices: tuple[Choice, ...]) -> None:
    rows = [(int(each.is_news), options_column(each.options), feeds.serial(each.feed)) for each in choices]
    connection.many(_CHOICE, rows)


def _write_subscriptions(connection: Connection, feeds: _Feeds, subscriptions: tuple[Subscription, ...]) -> None:
    rows = [(feeds.polled(each.feed), each.folder, each.title) for each in subscriptions]
    connection.many(_SUBSCRIPTION, [row for row in rows if row[0] is not None])


def _write_states(connection: Connection, feeds: _Feeds, states: tuple[FeedState, ...]) -> None:
    rows = [(*state_row(state), state.url) for state in states]
    sql = "UPDATE feed_state SET due = ?, gone = ?, state = ? WHERE feed = (SELECT serial FROM feed WHERE url = ?)"
    connection.many(sql, rows)


def _write_sightings(connection: Connection, feeds: _Feeds, articles: Articles, sightings: tuple[Sighting, ...]) -> int:
    """Returns how many entries are new to their feed. An entry stays with the article that it was first seen as."""
    by_feed: dict[int, list[Sighting]] = {}
    for sighting in sightings:
        by_feed.setdefault(feeds.serial(sighting.entry.feed), []).append(sighting)
    entries = 0
    for feed, group in by_feed.items():
        sql = "SELECT key FROM sighting WHERE feed = ? AND key = ANY(?)"
        old = {row[0] for row in connection.rows(sql, (feed, [sighting.entry.key for sighting in group]))}
        rows, carried = [], []
        for sighting in group:
            entry, held = sighting.entry, articles.held(sighting.article)
            rows.append((feed, entry.key, held.serial, entry.digest, micros(sighting.seen), entry_json(entry)))
            if entry.key not in old:
                old.add(entry.key)
                entries += 1
                carried.append((feed, held.at, held.serial))
        connection.many(_SIGHTING, rows)
        feeds.articles[feed] += connection.many(_CARRIED, carried)
    return entries


def _write_jobs(
    connection: Connection, feeds: _Feeds, articles: Articles, jobs: tuple[PageJob, ...], done: tuple[str, ...]
) -> int:
    """Returns by how many jobs there are more."""
    wanted: dict[int, tuple[object, ...]] = {}
    feed_of: dict[int, int] = {}
    for job in jobs:
        held, feed = articles.held(job.article), feeds.polled(job.feed)
        if feed is not None:
            wanted[held.serial] = (held.serial, held.at, job.url, feed, micros(job.due), job.tries)
            feed_of[held.serial] = feed
    dropped = {serial for id in done if (serial := articles.serial(id)) is not None}
    touched = [*({*wanted} | dropped)]
    before = dict(connection.rows("SELECT article, feed FROM job WHERE article = ANY(?)", (touched,)))
    after = {serial: feed for serial, feed in {**before, **feed_of}.items() if serial not in dropped}
    connection.many("DELETE FROM job WHERE article = ?", [(serial,) for serial in dropped])
    connection.many(_JOB, [row for serial, row in wanted.items() if serial not in dropped])
    feeds.waiting.subtract(before.values())
    feeds.waiting.update(after.values())
    return len(after) - len(before)


def _succeeded(connection: Connection, articles: Articles, changes: Changes) -> set[str]:
    """The feeds and pages that these changes report a success of; before jobs are touched."""
    sources = {state.url for state in changes.states if not state.failures}
    pages = [taken.article for taken in changes.articles if source_of(taken.article) is Source.PAGE]
    for article in pages:
        sources |= {article.url, *article.aliases}
    read = {article.id for article in pages}
    sources |= {job.url for job in changes.jobs if job.article in read}
    serials = [serial for article in pages if (serial := articles.serial(article.id)) is not None]
    if serials:
        sources |= {row[0] for row in connection.rows("SELECT url FROM job WHERE article = ANY(?)", (serials,))}
    return sources


def _write_problems(connection: Connection, changes: Changes, succeeded: set[str]) -> int:
    """Returns by how many problems there are more: a success takes away those of its source not noted again."""
    noted, unchanged = changes.problems, unchanged_feeds(changes)
    keys = {_problem_key(each) for each in noted}
    sources = succeeded | {source for source, *_ in keys}
    if not sources:
        return 0
    sql = "SELECT source, stage, code, place FROM problem WHERE source = ANY(?)"
    before: set[ProblemKey] = {tuple(row) for row in connection.rows(sql, (list(sources),))}
    gone = [key for key in before - keys if is_over(key[0], key[2], succeeded, unchanged)]
    connection.many("DELETE FROM problem WHERE source = ? AND stage = ? AND code = ? AND place = ?", gone)
    connection.many(_PROBLEM, [_problem_row(each) for each in noted])
    return len(keys - before) - len(gone)


def _problem_key(noted: Noted) -> ProblemKey:
    problem = noted.problem
    return problem.source, str(problem.stage), str(problem.code), problem.where


def _problem_row(noted: Noted) -> tuple[object, ...]:
    problem, at = noted.problem, micros(noted.at)
    source, stage, code, place = _problem_key(noted)
    return stage, code, source, place, problem.found, problem.wanted, at, at
