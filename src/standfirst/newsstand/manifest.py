"""The truth of every article on the newsstand, computed from the files that the pages are made of.

A test compares what Standfirst took from a page with what stands here. Times depend on where the timeline begins, and
so do the weekdays and dates printed in the articles.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import NamedTuple

from standfirst.model import Block, BlockKind, lay_out
from standfirst.newsstand.draft import Edition, RawBlock, read_draft
from standfirst.newsstand.markup import Calendar, Marked, Statement, read_words
from standfirst.newsstand.outlets import Outlet, outlets, path_word

SPAN = timedelta(days=3)
"""How long the timeline is: the last article and the last change appear within it."""

DEFAULT_START = datetime(2026, 11, 16, 23, tzinfo=UTC)
"""Midnight on the coast (UTC+1) before Tuesday 17 November 2026: day 1 where no other is asked for."""


COAST = timezone(timedelta(hours=1))
"""The zone by which the articles tell the time of day."""


def latest_start(now: datetime) -> datetime:
    """The last midnight on the coast since which the whole timeline has passed; everything is printed at now."""
    return (now - SPAN).astimezone(COAST).replace(hour=0, minute=0, second=0, microsecond=0)


class Copy(NamedTuple):
    """The article whose body was taken over, and how much of it: "whole" or "cut"."""

    original: str
    extent: str


@dataclass(frozen=True, slots=True)
class Version:
    """An article as it read from one moment on: text as `model.lay_out` lays it, spans in that text."""

    at: datetime
    headline: str
    standfirst: str | None
    bylines: tuple[str, ...]
    text: str
    blocks: tuple[Block, ...]
    statements: tuple[Statement, ...]

    def body(self) -> tuple[tuple[BlockKind, str], ...]:
        """The blocks below the standfirst, with their words."""
        outside = (BlockKind.HEADLINE, BlockKind.STANDFIRST)
        return tuple((b.kind, self.text[b.start : b.end]) for b in self.blocks if b.kind not in outside)

    def paragraphs(self) -> tuple[str, ...]:
        """The words of each block below the standfirst, headings, block quotes and list items among them."""
        return tuple(words for _, words in self.body())


@dataclass(frozen=True, slots=True)
class Truth:
    """One article. id: outlet key and slug, "tidewatch/fleet-grounded". path: of its page. versions: earliest first.

    event: which of the events it reports. footer and caption: printed on the page, but no part of the text, or "".
    """

    id: str
    outlet: Outlet
    path: str
    section: str
    language: str
    event: str
    copy_of: Copy | None
    footer: str
    caption: str
    versions: tuple[Version, ...]

    @property
    def published(self) -> datetime:
        """When the first version appears."""
        return self.versions[0].at

    @property
    def modified(self) -> datetime | None:
        """When the last version appears, or None where there is one only."""
        return self.versions[-1].at if len(self.versions) > 1 else None

    def version_at(self, now: datetime) -> Version | None:
        """The version that is printed at a moment, or None before the first."""
        return next((version for version in reversed(self.versions) if version.at <= now), None)

    def url(self, port: int) -> str:
        """Its address when the newsstand serves at this port."""
        return f"http://{self.outlet.host}:{port}{self.path}"


@dataclass(frozen=True, slots=True)
class Manifest:
    """Every outlet and every article; start is the moment of day 1, 00:00. Articles stand in order of publication."""

    start: datetime
    outlets: tuple[Outlet, ...]
    articles: tuple[Truth, ...]

    def article(self, id: str) -> Truth:
        """The article with this id; KeyError where there is none."""
        found = next((article for article in self.articles if article.id == id), None)
        if found is None:
            raise KeyError(id)
        return found


class _Draft(NamedTuple):
    id: str
    outlet: Outlet
    editions: tuple[Edition, ...]


@lru_cache(maxsize=4)
def manifest(start: datetime = DEFAULT_START) -> Manifest:
    """The truth of every article, for a timeline that begins at start (aware; day 1, 00:00). Raises MarkupError."""
    houses = outlets()
    drafts = {draft.id: draft for house in houses for draft in _drafts(house)}
    articles = [_truth(draft, drafts, start) for draft in drafts.values()]
    return Manifest(start, houses, tuple(sorted(articles, key=lambda a: (a.published, a.id))))


def _drafts(outlet: Outlet) -> list[_Draft]:
    folder = files("standfirst.newsstand").joinpath("articles", outlet.key)
    found = sorted((file for file in folder.iterdir() if file.name.endswith(".txt")), key=lambda file: file.name)
    return [_draft(outlet, file) for file in found]


def _draft(outlet: Outlet, file: Traversable) -> _Draft:
    id = f"{outlet.key}/{file.name.removesuffix('.txt')}"
    return _Draft(id, outlet, read_draft(file.read_text("utf-8"), f"articles/{id}.txt"))


def _truth(draft: _Draft, drafts: dict[str, _Draft], start: datetime) -> Truth:
    first, outlet = draft.editions[0], draft.outlet
    language = first.value("language") or outlet.language
    # Noon, so that a timeline that does not begin at midnight still names the day that holds most of day 1.
    calendar = Calendar((start + timedelta(hours=12)).astimezone(outlet.zone).date(), language)
    copy_of, body = _copied(first, drafts)
    versions = tuple(_version(edition, edition.body or body, start, calendar) for edition in draft.editions)
    return Truth(
        id=draft.id,
        outlet=outlet,
        path=_path(draft, first.value("section"), versions[0].at),
        section=first.value("section"),
        language=language,
        event=first.value("event"),
        copy_of=copy_of,
        footer=first.value("footer"),
        caption=first.value("caption"),
        versions=versions,
    )


def _path(draft: _Draft, section: str, published: datetime) -> str:
    day, slug = published.astimezone(draft.outlet.zone), draft.id.split("/")[1]
    return draft.outlet.path.format(
        slug=slug, section=path_word(section), year=f"{day:%Y}", month=f"{day:%m}", day=f"{day:%d}"
    )


def _copied(edition: Edition, drafts: dict[str, _Draft]) -> tuple[Copy | None, tuple[RawBlock, ...]]:
    """Read `copy: whole northern-wire/slug` or `copy: cut northern-wire/slug 5` (its first five blocks)."""
    if "copy" not in edition.fields:
        return None, ()
    words, place = edition.fields["copy"]
    extent, original, keep = (*words.split(), "", "", "")[:3]
    if extent not in ("whole", "cut") or original not in drafts or (extent == "cut") != keep.isdigit():
        raise place.error(f"copy {words!r}", "whole OUTLET/SLUG, or cut OUTLET/SLUG BLOCKS, of an article here")
    body = drafts[original].editions[0].body
    return Copy(original, extent), body[: int(keep)] if keep else body


def _version(edition: Edition, body: tuple[RawBlock, ...], start: datetime, calendar: Calendar) -> Version:
    parts: list[tuple[BlockKind, Marked]] = []
    for key, kind in (("headline", BlockKind.HEADLINE), ("standfirst", BlockKind.STANDFIRST)):
        if key in edition.fields:
            parts.append((kind, read_words(*edition.fields[key], calendar)))
    parts.extend((block.kind, read_words(block.raw, block.place, calendar)) for block in body)
    text, blocks = lay_out([(kind, marked.text, None) for kind, marked in parts])
    statements = [s.shifted(block.start) for (_, m), block in zip(parts, blocks, strict=True) for s in m.statements]
    return Version(
        at=(start + edition.at).astimezone(UTC),
        headline=parts[0][1].text,
        standfirst=parts[1][1].text if "standfirst" in edition.fields else None,
        bylines=tuple(name.strip() for name in edition.value("byline").split(";") if name.strip()),
        text=text,
        blocks=blocks,
        statements=tuple(statements),
    )
