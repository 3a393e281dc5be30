"""What the extractor's tests share: making pages, and the places of data that lie outside the repository."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from standfirst.extract.page import extract
from standfirst.model import Article, BlockKind, Entry, Page, Site, digest_of
from standfirst.urls import host_of, outlet_of

REPOSITORY = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("STANDFIRST_DATA", REPOSITORY.parent / "shared" / "data"))
SEED = DATA.parent / "seed"
ADDRESS = "https://gazette.example/news/the-bridge-will-close-in-may"


def page_of(html: str | bytes, url: str = ADDRESS, content_type: str = "text/html; charset=utf-8") -> Page:
    body = html.encode("utf-8") if isinstance(html, str) else html
    headers = {"content-type": content_type} if content_type else {}
    return Page(url, url, 200, "text/html", headers, body, datetime(2026, 1, 1, tzinfo=UTC), digest_of(body))


def article_of(html: str | bytes, url: str = ADDRESS, entry: Entry | None = None) -> Article:
    found = extract(page_of(html, url), entry, Site(host_of(url), outlet_of(url)))
    assert isinstance(found, Article), found
    return found


def paragraphs(article: Article) -> list[str]:
    outside = (BlockKind.HEADLINE, BlockKind.STANDFIRST)
    return [article.text[b.start : b.end] for b in article.blocks if b.kind not in outside]


def needs(folder: Path) -> Path:
    """The folder, or a skip that names it."""
    if not folder.exists():
        pytest.skip(f"skipped for want of {folder}")
    return folder


PROSE = (
    "The old bridge over the Ley will close to lorries on the first Monday of May, the county council said.",
    "Engineers found cracks in two of its five piers after the winter floods and asked for an early start.",
    "“Nobody will be cut off,” said the councillor in charge of roads, Ann Dale. “There will be a ferry.”",
    "Shopkeepers on the north bank fear for the summer trade and want the work to wait until October.",
)


def page_html(head: str = "", before: str = "", body: str | None = None, after: str = "", title: str = "") -> str:
    """A page with the usual furniture around an article; each part can be replaced."""
    text = "".join(f"<p>{words}</p>\n" for words in PROSE) if body is None else body
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<title>{title or "The bridge will close in May"} | The Gazette</title>{head}</head><body>
<header><nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav></header>
<main><article><h1>The bridge will close in May</h1>{before}
<div class="text">{text}</div>{after}</article>
<aside><h2>Most read</h2><ul><li><a href="/a">A heron moves into the swimming pool</a></li>
<li><a href="/b">The tower clock is late again this week</a></li></ul></aside></main>
<footer>© The Gazette. All rights reserved.</footer></body></html>"""
