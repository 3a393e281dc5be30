"""What is done with what came: plain functions of values, so that every case can be shown in a test."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from standfirst.errors import Code, FetchError, Problem, Stage
from standfirst.model import (
    Article,
    Changes,
    Entry,
    Feed,
    FeedState,
    Noted,
    Page,
    PageJob,
    Sighting,
    Site,
    State,
    Taken,
)
from standfirst.urls import host_of, outlet_of

FINAL_STATUS = frozenset((400, 401, 403, 404, 405, 410, 451))
FINAL_CODES = frozenset(
    (Code.ADDRESS_REFUSED, Code.ADDRESS_INVALID, Code.TOO_LARGE, Code.TOO_MANY_REDIRECTS, Code.ROBOTS_DENIED)
)
# no answer at all says more of the line than of the page, so it is tried for about a week longer
NO_ANSWER = frozenset((Code.NAME_NOT_FOUND, Code.CONNECTION_FAILED, Code.TLS_FAILED, Code.TIMED_OUT))
NO_ANSWER_TRIES = 14
LONGEST_WAIT = 86400.0
DOUBT_A_MOVE_AFTER = 3  # failures in a row


def site_of(feed: Feed, url: str) -> Site:
    """What is known of the host of one article before its page is read."""
    return Site(host_of(url or feed.url), outlet_of(url or feed.url), feed.title)


def to_poll(feed: Feed, state: FeedState) -> tuple[str, FeedState]:
    """The address to poll, and the state to go on from: a move that leads nowhere any more is forgotten."""
    if state.moved_to and state.failures < DOUBT_A_MOVE_AFTER:
        return state.moved_to, state
    return feed.url, replace(state, moved_to="", etag="", modified="") if state.moved_to else state


def is_left_alone(state: FeedState, now: datetime) -> bool:
    """Whether even a person's "collect" leaves the feed alone: it is gone, or its host asked to wait until later."""
    return state.gone or (state.last_status in (429, 503) and state.due is not None and state.due > now)


def keyed(feed: Feed, entries: tuple[Entry, ...], page: Page) -> tuple[tuple[Entry, ...], tuple[Problem, ...]]:
    """The entries as this feed's, wherever its document was found; where several links share a guid, known by link.

    An entry without a key was reported by the reading and cannot be kept.
    """
    links: defaultdict[str, set[str]] = defaultdict(set)
    for entry in entries:
        links[entry.guid].add(entry.link)
    shared = {guid for guid, all_links in links.items() if guid and len(all_links - {""}) > 1}
    own = tuple(
        replace(
            entry, feed=feed.url, document=page.digest, guid="" if entry.guid in shared and entry.link else entry.guid
        )
        for entry in entries
        if entry.key
    )
    wanted = "a guid of its own for each entry"
    problems = (
        Problem(Stage.COLLECT, Code.GUID_REPEATED, feed.url, guid[:200], f"{len(links[guid])} links under it", wanted)
        for guid in sorted(shared)
    )
    return own, tuple(problems)


def news(entries: tuple[Entry, ...], known: Mapping[str, tuple[str, str]]) -> tuple[Entry, ...]:
    """The entries that their feed has not carried before, or that say something else now; each key once."""
    told = {entry.key: entry for entry in reversed(entries)}
    fresh = [entry for key, entry in told.items() if known.get(key, ("", ""))[1] != entry.digest]
    return tuple(reversed(fresh))


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


def is_enough(article: Article) -> bool:
    """Whether a page's article needs nothing of what the feed said."""
    return article.state is State.FULL and article.published is not None and bool(article.bylines)


def better(from_page: Article, from_feed: Article) -> Article:
    """The article to show: the page's where it is whole, else whichever has more of the text; a wall has none.

    What the page does not print (time, byline) is taken from what the feed said, with the feed's evidence.
    """
    page_has_more = len(from_page.body()) >= len(from_feed.body())
    if from_page.state is State.FULL or (from_page.state in (State.PARTIAL, State.PAYWALL) and page_has_more):
        return _filled(from_page, from_feed)
    if from_page.state is State.PARTIAL:
        reason = "the page shows less than the feed; the feed's own text is shown"
        return replace(from_feed, state_reason=from_feed.state_reason and reason)
    reason = f"{from_page.state_reason or from_page.state}; the feed's own text is shown"
    return replace(from_feed, state=from_page.state, state_reason=reason)


def _filled(article: Article, from_feed: Article) -> Article:
    wanted = set()
    if article.published is None and from_feed.published:
        article, wanted = replace(article, published=from_feed.published), {"published"}
    if not article.bylines and from_feed.bylines:
        article, wanted = replace(article, bylines=from_feed.bylines), wanted | {"byline"}
    return replace(article, evidence=article.evidence + tuple(e for e in from_feed.evidence if e.field in wanted))


def after_failure(job: PageJob, error: FetchError, now: datetime, tries: int) -> Changes:
    """A page that could not be fetched: tried again later each time, given up after so many tries or a plain no.

    A host that asked for patience was not even asked: that is neither a try nor a problem of the page.
    """
    if error.problem.code is Code.ASKED_TO_WAIT:
        return Changes(jobs=(replace(job, due=now + timedelta(seconds=error.retry_after or 60.0)),))
    noted = (Noted(error.problem, now),)
    final = error.status in FINAL_STATUS or error.problem.code in FINAL_CODES
    most = max(tries, NO_ANSWER_TRIES) if error.problem.code in NO_ANSWER else tries
    if final or job.tries + 1 >= most:
        return Changes(jobs_done=(job.article,), problems=noted)
    wait = max(min(60.0 * 5**job.tries, LONGEST_WAIT), error.retry_after or 0.0)
    later = replace(job, due=now + timedelta(seconds=wait), tries=job.tries + 1)
    return Changes(jobs=(later,), problems=noted)
