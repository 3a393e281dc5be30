"""What extracting makes: articles, their blocks, and the evidence for each field."""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


class Method(enum.StrEnum):
    """Where a field was found."""

    FEED = "feed"
    JSON_LD = "json-ld"
    OPEN_GRAPH = "open-graph"
    MICRODATA = "microdata"
    DOM = "dom"
    RULE = "rule"


class Evidence(NamedTuple):
    """Where one field stands in a kept page, so that it can be proven without the extractor.

    path: a node path or JSON pointer in the syntax of extract/evidence.py. form: the normal form applied before
    comparing. digest: of the value in that form.
    """

    field: str
    method: Method
    page: str
    path: str
    form: str
    digest: str


class BlockKind(enum.StrEnum):
    """What a block of an article's text is."""

    HEADLINE = "headline"
    STANDFIRST = "standfirst"
    PARAGRAPH = "paragraph"
    HEADING = "heading"
    QUOTE = "quote"
    LIST_ITEM = "list-item"
    PREFORMATTED = "preformatted"


class Block(NamedTuple):
    """One block of an article: text[start:end]. time: of the post, in a live blog."""

    kind: BlockKind
    start: int
    end: int
    time: datetime | None = None


class State(enum.StrEnum):
    """How much of the article is held."""

    FULL = "full"
    PARTIAL = "partial"
    PAYWALL = "paywall"
    CONSENT_WALL = "consent-wall"
    NOT_ARTICLE = "not-article"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Site:
    """What is known of a host before its page is read: handed to `extract`, learnt elsewhere."""

    host: str
    outlet: str
    feed_title: str = ""
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """One article as extracted: a source's words, verbatim, and where each was found.

    id: fixed at first sight (`article_id`). url: canonical. outlet: registrable domain. text: headline, standfirst and
    body blocks, joined by blank lines; `blocks` are its spans, in order. state_reason: why, in words, where the
    state is not full. page: digest of the page or feed document it was taken from. revision: digest of its text.
    aliases: other URLs of it that were believed. made_by: stage and version.
    """

    id: str
    url: str
    outlet: str
    headline: str
    standfirst: str | None
    bylines: tuple[str, ...]
    published: datetime | None
    modified: datetime | None
    language: str
    sections: tuple[str, ...]
    text: str
    blocks: tuple[Block, ...]
    state: State
    state_reason: str
    evidence: tuple[Evidence, ...]
    page: str
    revision: str
    made_by: str
    aliases: tuple[str, ...] = ()

    def body(self) -> str:
        """The body's words alone: every block but headline and standfirst, joined by blank lines."""
        outside = (BlockKind.HEADLINE, BlockKind.STANDFIRST)
        return "\n\n".join(self.text[b.start : b.end] for b in self.blocks if b.kind not in outside)


def article_id(cleaned_link: str) -> str:
    """The permanent id of an article first seen under this cleaned link: 80 bits of SHA-256 as 20 hex digits."""
    return hashlib.sha256(cleaned_link.encode("utf-8", "surrogatepass")).hexdigest()[:20]


def revision_of(text: str) -> str:
    """The digest by which a revision of an article's text is known: 80 bits of SHA-256 as 20 hex digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:20]


def lay_out(parts: list[tuple[BlockKind, str, datetime | None]]) -> tuple[str, tuple[Block, ...]]:
    """Join parts into an article's text and the blocks that are its spans; empty parts are left out."""
    texts: list[str] = []
    blocks: list[Block] = []
    at = 0
    for kind, words, time in parts:
        if not words:
            continue
        blocks.append(Block(kind, at, at + len(words), time))
        texts.append(words)
        at += len(words) + 2
    return "\n\n".join(texts), tuple(blocks)
