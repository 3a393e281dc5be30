from __future__ import annotations

from datetime import UTC, datetime

import pytest

from standfirst.extract.evidence import verify
from standfirst.model import Article

from .support import PROSE, article_of, page_html, page_of, paragraphs


def post(hour: int, words: str, tag: str = "section") -> str:
    return f'<{tag}><div><time datetime="2026-03-01T{hour}:05Z">{hour}:05</time></div><p>{words}</p></{tag}>'


def times_of(article: Article) -> dict[str, datetime | None]:
    return {article.text[block.start : block.end]: block.time for block in article.blocks}


def at(hour: int) -> datetime:
    return datetime(2026, 3, 1, hour, 5, tzinfo=UTC)


def test_each_post_of_a_live_blog_gives_its_blocks_its_time() -> None:
    summary = "<p>The council votes tonight on the old bridge; we report from the gallery all evening.</p>"
    html = page_html(body=summary + "".join(post(20 - place, words) for place, words in enumerate(PROSE[:3])))
    found = article_of(html)
    times = times_of(found)
    assert [times[words] for words in PROSE[:3]] == [at(20), at(19), at(18)]
    assert times[found.headline] is None
    proofs = [item for item in found.evidence if item.field == "post-time"]
    assert len(proofs) == 3
    assert all(verify(item, page_of(html).body, "text/html; charset=utf-8") for item in found.evidence)


@pytest.mark.parametrize(
    "body",
    [
        f'<time datetime="2026-03-01T20:05Z">20:05</time>{"".join(f"<p>{words}</p>" for words in PROSE)}',
        "".join(post(20 - place, words) for place, words in enumerate(PROSE[:2])),
        "".join(f'<p>{words} <time datetime="2026-03-01">1 March</time></p>' for words in PROSE),
    ],
    ids=["one time", "two posts", "days"],
)
def test_an_article_with_other_times_is_no_live_blog(body: str) -> None:
    assert set(times_of(article_of(page_html(body=body))).values()) == {None}


def test_a_page_laid_out_in_a_table_keeps_its_short_paragraphs() -> None:
    short = "The ferry is free."
    text = "".join(f"<p>{words}</p>" for words in (*PROSE[:2], short, *PROSE[2:]))
    page = page_html(body=text).replace("<article>", "<table><tr><td>").replace("</article>", "</td></tr></table>")
    assert paragraphs(article_of(page)) == [*PROSE[:2], short, *PROSE[2:]]
