"""What each page shows, worked out from what the store answers, before a template sees it. Pure functions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from standfirst.errors import Code
from standfirst.model import Article, Block, BlockKind, Feed, Subscription
from standfirst.serve import words
from standfirst.serve.health import trouble_of
from standfirst.store.protocol import ArticleView, FeedHealth, ProblemRow, RevisionView, RiverItem

MOST_BESIDE = 300
"""Feeds beside the river, and MOST_LISTED on the page of feeds: beyond that they are found by folder and words."""
MOST_LISTED = 500


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the river (in UTC) and its items, newest first."""

    heading: str
    items: tuple[RiverItem, ...]


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder ("" for feeds in none), its feeds, and how many articles they hold together."""

    name: str
    feeds: tuple[FeedHealth, ...]
    articles: int


class Asked(NamedTuple):
    """What the list of feeds is narrowed to: a folder ("" for feeds in none), words, a cause of trouble."""

    folder: str | None = None
    words: str = ""
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A block of an article's body, or a run of list items. kind: a BlockKind. texts: one, or one an item."""

    kind: BlockKind
    texts: tuple[str, ...]
    time: datetime | None


@dataclass(frozen=True, slots=True)
class Shown:
    """An article as its page shows it.

    article: the text on show. at: the time its age counts from. printed: that time is the publisher's. ahead: the
    publisher's time, where it lies ahead of when the article was first seen and is not believed. earlier: its other
    texts, newest first. changes: how often its publisher changed it. current: the current revision. old: the revision
    on show, where that is not the current one.
    """

    view: ArticleView
    article: Article
    pieces: tuple[Piece, ...]
    direction: str
    at: datetime
    printed: bool
    ahead: datetime | None
    earlier: tuple[RevisionView, ...]
    changes: int
    current: RevisionView | None
    old: RevisionView | None


@dataclass(frozen=True, slots=True)
class ProblemGroup:
    """All stored problems of one cause: the cause in words, what to do, and the rows, newest first."""

    code: str
    heading: str
    advice: str
    rows: tuple[ProblemRow, ...]

    @property
    def anchor(self) -> str:
        """The group's name in an address: "http-status-403-forbidden"."""
        return re.sub(r"[^a-z0-9]+", "-", f"{self.code} {self.heading}".lower()).strip("-")


def days(items: Iterable[RiverItem], now: datetime) -> tuple[Day, ...]:
    """A river's items under the days of their times (UTC)."""
    by_day = groupby(items, key=lambda item: item.at.date())
    return tuple(Day(words.day_heading(day, now.date()), tuple(group)) for day, group in by_day)


def feed_name(feed: Feed, subscription: Subscription | None = None) -> str:
    """What a feed is called: the reader's own title, else the feed's, else its host."""
    own = subscription.title if subscription else ""
    return own or feed.title or words.host_of(feed.url)


def folders(health: Iterable[FeedHealth]) -> tuple[Folder, ...]:
    """Feeds by folder, in the order given; those in no folder last."""
    by_name: dict[str, list[FeedHealth]] = {}
    for line in health:
        by_name.setdefault(line.subscription.folder, []).append(line)
    made = [Folder(name, tuple(lines), sum(line.articles for line in lines)) for name, lines in by_name.items()]
    return tuple(sorted(made, key=lambda folder: not folder.name))


def narrowed(health: Iterable[FeedHealth], asked: Asked, now: datetime) -> tuple[FeedHealth, ...]:
    """The feeds that a list is narrowed to: in a folder, in trouble of one cause, with all the words somewhere."""
    lines = tuple(health)
    if asked.folder is not None:
        lines = tuple(line for line in lines if line.subscription.folder == asked.folder)
    if asked.cause:
        causes = ((line, trouble_of(line, now)) for line in lines)
        lines = tuple(line for line, trouble in causes if trouble and trouble.cause == asked.cause)
    wanted = asked.words.casefold().split()
    return tuple(line for line in lines if all(word in _told(line) for word in wanted)) if wanted else lines


def _told(line: FeedHealth) -> str:
    place = line.subscription
    return f"{place.title} {line.feed.title} {line.feed.url} {line.feed.outlet} {place.folder}".casefold()


def beside(all_folders: tuple[Folder, ...], feed: str | None, folder: str | None) -> tuple[Folder, ...]:
    """The folders as they stand beside the river: all feeds where they are few, else those of the folder in view."""
    if sum(len(each.feeds) for each in all_folders) <= MOST_BESIDE:
        return all_folders
    return tuple(_short(each, feed, folder) for each in all_folders)


def _short(folder: Folder, feed: str | None, in_view: str | None) -> Folder:
    shown = folder.feeds[:MOST_BESIDE] if folder.name == in_view else ()
    own = tuple(line for line in folder.feeds if line.feed.url == feed and line not in shown) if feed else ()
    return Folder(folder.name, shown + own, folder.articles)


def pieces(article: Article) -> tuple[Piece, ...]:
    """The body of an article, its list items gathered into lists; headline and standfirst have their own places."""
    body = [b for b in article.blocks if b.kind not in (BlockKind.HEADLINE, BlockKind.STANDFIRST)]
    found: list[Piece] = []
    for kind, group in groupby(body, key=lambda block: block.kind):
        run = tuple(group)
        runs = [run] if kind is BlockKind.LIST_ITEM else [(block,) for block in run]
        found += [_piece(article.text, kind, each) for each in runs]
    return tuple(found)


def _piece(text: str, kind: BlockKind, run: tuple[Block, ...]) -> Piece:
    return Piece(kind, tuple(text[block.start : block.end] for block in run), run[0].time)


def shown(view: ArticleView, old_text: Article | None = None) -> Shown:
    """What an article's page shows. old_text: the article as it was in an earlier revision, when that is asked for."""
    article = old_text or view.article
    published = view.article.published
    believed = published is not None and published <= view.first_seen
    current = next((r for r in view.revisions if r.revision == view.article.revision), None)
    return Shown(
        view=view,
        article=article,
        pieces=pieces(article),
        direction=words.direction(article.headline + article.text),
        at=published if published is not None and believed else view.first_seen,
        printed=believed,
        ahead=None if believed else published,
        earlier=tuple(r for r in reversed(view.revisions) if r.revision != view.article.revision),
        changes=changes(view.revisions),
        current=current,
        old=_old(view, article),
    )


def changes(revisions: Iterable[RevisionView]) -> int:
    """How often the publisher changed an article, as far as its texts tell.

    The page's text in place of the feed's is no change of the publisher's: only texts of one source are compared.
    """
    by_source = Counter(revision.source for revision in revisions)
    return sum(number - 1 for number in by_source.values())


def _old(view: ArticleView, article: Article) -> RevisionView | None:
    if article.revision == view.article.revision:
        return None
    return next((r for r in view.revisions if r.revision == article.revision), None)


def problem_groups(rows: Iterable[ProblemRow]) -> tuple[ProblemGroup, ...]:
    """Stored problems by cause, the commonest first: by their code, and those of a status by what the server said."""
    by_cause: dict[tuple[str, str], list[ProblemRow]] = {}
    for row in rows:
        by_cause.setdefault((row.code, words.cause_heading(row.code, row.found)), []).append(row)
    groups = [ProblemGroup(code, heading, advice(code), tuple(g)) for (code, heading), g in by_cause.items()]
    return tuple(sorted(groups, key=lambda group: -len(group.rows)))


def advice(code: str) -> str:
    """What to do about a kind of problem; "" for a code that an older or newer Standfirst stored."""
    return next((known.advice for known in Code if known.value == code), "")
