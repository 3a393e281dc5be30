"""The newsstand's pages through the extractor: what its manifest says is what comes out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from standfirst.extract.evidence import verify
from standfirst.extract.page import extract
from standfirst.model import Article, Page, Site, digest_of
from standfirst.newsstand.manifest import latest_start
from standfirst.newsstand.server import Newsstand
from standfirst.urls import host_of, outlet_of

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
STAND = Newsstand(lambda: NOW, start=latest_start(NOW))
IDS = [each.id for each in STAND.manifest.articles]


def extracted(id: str) -> tuple[Article, bytes, str]:
    url = STAND.manifest.article(id).url(STAND.port)
    host, _, path = url.removeprefix("http://").partition("/")
    answer = STAND.answer(host.split(":")[0], f"/{path}")
    page = Page(
        url,
        url,
        200,
        answer.type.split(";")[0],
        {"content-type": answer.type},
        answer.body,
        NOW,
        digest_of(answer.body),
    )
    found = extract(page, None, Site(host_of(url), outlet_of(url)))
    assert isinstance(found, Article), found
    return found, answer.body, answer.type


@pytest.mark.parametrize("id", IDS)
def test_what_the_manifest_says_comes_out(id: str) -> None:
    truth = STAND.manifest.article(id)
    version = truth.version_at(NOW)
    assert version
    article, body, media_type = extracted(id)
    assert article.headline == version.headline
    assert article.standfirst == version.standfirst
    assert list(article.bylines) == list(version.bylines)
    assert article.published == truth.published
    assert article.language == truth.language
    assert article.body() == "\n\n".join(version.paragraphs())
    assert all(verify(each, body, media_type) for each in article.evidence)
