"""Takings into rows: the articles that one `apply` touches, decided on in memory and then written at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from standfirst.errors import StoreError
from standfirst.model import Article, State, Taken
from standfirst.store.engine import Connection, Engine, Indexed
from standfirst.store.protocol import Key
from standfirst.store.rows import fields_of
from standfirst.store.taking import Source, Step, decide, micros, micros_or_none, source_of, time_shown
from standfirst.store.words import indexed_words, words_of_article

_COLUMNS = (
    "serial, at, first_seen, taken, published, url, outlet, headline, standfirst, state, language, source,"
    " revision, revisions, id"
)
_NEW = f"INSERT INTO article ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_CHANGED = """
UPDATE article SET at = ?, taken = ?, published = ?, url = ?, outlet = ?, headline = ?, standfirst = ?, state = ?,
  language = ?, source = ?, revision = ?, revisions = ? WHERE serial = ?
"""
_REVISION = """
INSERT INTO revision (article, revision, number, seen, source, made_by, page, headline, fields, text)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (article, revision) DO UPDATE SET source = excluded.source, made_by = excluded.made_by,
  page = excluded.page, headline = excluded.headline, fields = excluded.fields
"""
_CARRIED_AT = """
UPDATE carried SET at = ? WHERE at = ? AND serial = ? AND feed IN (SELECT feed FROM sighting WHERE article = ?)
"""
_OLD_WORDS = """
SELECT a.id, r.headline, r.text FROM article a
JOIN revision r ON r.article = a.serial AND r.revision = a.revision WHERE a.serial = ANY(?)
"""


@dataclass(frozen=True, slots=True)
class Held:
    """An article's row."""

    serial: int
    at: int
    first_seen: int
    taken: int
    published: int | None
    url: str
    outlet: str
    headline: str
    standfirst: str | None
    state: str
    language: str
    source: str
    revision: str
    revisions: int
    id: str


class Articles:
    """The articles of one `apply`: as they were, as they are to be, and what differs."""

    def __init__(self, connection: Connection, ids: Iterable[str]) -> None:
        self._connection = connection
        wanted = list(ids)
        rows = connection.rows(f"SELECT {_COLUMNS} FROM article WHERE id = ANY(?)", (wanted,)) if wanted else []
        self._before: dict[str, Held] = {row[-1]: Held(*row) for row in rows}
        self._now = dict(self._before)
        self._current: dict[str, Article] = {}
        self._texts = self._held_texts()
        self._revisions: list[tuple[object, ...]] = []
        self._aliases: list[tuple[str, int]] = []
        self._last: int | None = None
        self.counts: Counter[str] = Counter()
        self.texts = 0
        """Articles that were held and have a new text."""

    def held(self, id: str) -> Held:
        """An article that must be held. Raises StoreError where it is not."""
        held = self._now.get(id)
        if held is None:
            wanted = "it to be held already or to come with it"
            raise StoreError(f"{id}: found a change that names this article, wanted {wanted}")
        return held

    def serial(self, id: str) -> int | None:
        """The serial of an article, if it is held."""
        held = self._now.get(id)
        return held.serial if held else None

    def take(self, taken: Taken) -> None:
        """Decide on one taking."""
        article, seen, held = taken.article, micros(taken.seen), self._now.get(taken.article.id)
        if held is None:
            held = self._first(article, seen)
        else:
            self._again(held, article, seen)
        self._aliases += [(url, held.serial) for url in (article.url, *article.aliases)]

    def write(self, engine: Engine) -> None:
        """Write everything that was decided, the search index with it."""
        connection = self._connection
        changed = [held for id, held in self._now.items() if held is not self._before.get(id)]
        if self._revisions:
            old, new = self._words()
            connection.many(_NEW, [_row(held) for held in changed if held.id not in self._before])
            connection.many(_CHANGED, [_changed_row(held) for held in changed if held.id in self._before])
            connection.many(_REVISION, self._revisions)
            engine.index(connection, old, new)
            self._write_times(changed)
        sql = "INSERT INTO alias VALUES (?, ?) ON CONFLICT (url) DO NOTHING"
        connection.many(sql, self._aliases)
        if self._last is not None:
            connection.many("UPDATE counter SET value = ? WHERE name = 'serial'", [(self._last,)])

    def _held_texts(self) -> set[tuple[int, str]]:
        serials = [held.serial for held in self._before.values()]
        if not serials:
            return set()
        sql = "SELECT article, revision FROM revision WHERE article = ANY(?)"
        return {(article, revision) for article, revision in self._connection.rows(sql, (serials,))}

    def _first(self, article: Article, seen: int) -> Held:
        serial = self._next_serial()
        published, source = micros_or_none(article.published), source_of(article)
        at = time_shown(published, seen, seen)
        held = Held(serial, at, seen, seen, published, *_shown(article), source, article.revision, 1, article.id)
        self._record(held, article, 1, seen)
        self._now[article.id], self._current[article.id] = held, article
        self.counts["articles"] += 1
        self.counts["full"] += article.state is State.FULL
        return held

    def _again(self, held: Held, article: Article, seen: int) -> None:
        source, known = source_of(article), (held.serial, article.revision) in self._texts
        current = held.revision, Source(held.source), held.taken
        step = decide(current, known, (article.revision, source, seen))
        if step is Step.IGNORE:
            return
        number = held.revisions if known else held.revisions + 1
        self.texts += not known
        self._record(held, article, number, seen)
        if step is Step.ADD_LATE:
            self._now[held.id] = replace(held, revisions=number)
            return
        self.counts["full"] += (article.state is State.FULL) - (held.state == State.FULL)
        published, taken = micros_or_none(article.published), max(held.taken, seen)
        at, shown = time_shown(published, held.first_seen, held.at), _shown(article)
        now = (held.serial, at, held.first_seen, taken, published, *shown, source, article.revision, number, held.id)
        self._now[held.id] = Held(*now)
        self._current[held.id] = article

    def _record(self, held: Held, article: Article, number: int, seen: int) -> None:
        self._texts.add((held.serial, article.revision))
        origin = source_of(article), article.made_by, article.page, article.headline
        row = held.serial, article.revision, number, seen, *origin, fields_of(article), article.text
        self._revisions.append(row)

    def _next_serial(self) -> int:
        if self._last is None:
            self._last = int(self._connection.rows("SELECT value FROM counter WHERE name = 'serial'")[0][0])
        self._last += 1
        return self._last

    def _words(self) -> tuple[list[Indexed], list[Indexed]]:
        """What the index holds of the articles now to be indexed anew, and what it is to hold."""
        new = {id: Indexed(_key(self._now[id]), words_of_article(article)) for id, article in self._current.items()}
        held = [self._before[id].serial for id in self._current if id in self._before]
        rows = self._connection.rows(_OLD_WORDS, (held,)) if held else []
        old = {id: Indexed(_key(self._before[id]), indexed_words(headline, text)) for id, headline, text in rows}
        same = {id for id, indexed in old.items() if indexed == new[id]}
        return [each for id, each in old.items() if id not in same], [e for id, e in new.items() if id not in same]

    def _write_times(self, changed: list[Held]) -> None:
        """An article shown at another time moves in its feeds' rivers and in the order of the jobs, too."""
        was = self._before
        moved = [(held, was[held.id].at) for held in changed if held.id in was and was[held.id].at != held.at]
        rows = [(held.at, old, held.serial, held.serial) for held, old in moved]
        self._connection.many(_CARRIED_AT, rows)
        self._connection.many("UPDATE job SET at = ? WHERE article = ?", [(held.at, held.serial) for held, _ in moved])


def _key(held: Held) -> Key:
    return Key(held.at, held.serial)


def _shown(article: Article) -> tuple[str, str, str, str | None, str, str]:
    return article.url, article.outlet, article.headline, article.standfirst, str(article.state), article.language


def _row(held: Held) -> tuple[object, ...]:
    return tuple(getattr(held, name) for name in Held.__slots__)


def _changed_row(held: Held) -> tuple[object, ...]:
    shown = held.url, held.outlet, held.headline, held.standfirst, held.state, held.language
    return held.at, held.taken, held.published, *shown, str(held.source), held.revision, held.revisions, held.serial
