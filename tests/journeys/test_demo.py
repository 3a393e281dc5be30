"""The demonstration: every article of the newsstand comes out as its manifest says, and nothing is left behind."""

from __future__ import annotations

import html
import re
import sys
import tempfile
from pathlib import Path

from standfirst.newsstand.manifest import manifest
from tests.journeys.installation import running

EXPECTED = {each.id: each for each in manifest().articles}


def left_behind() -> set[Path]:
    return set(Path(tempfile.gettempdir()).glob("standfirst-demo-*"))


def test_the_days_pass_and_every_article_is_shown(tmp_path: Path) -> None:
    before = left_behind()
    line = [sys.executable, "-m", "standfirst", "demo", "--port", "0", "--seconds", "8"]
    with running(line, tmp_path) as site:
        river = site.wait_for("/", f"{len(EXPECTED)} articles held", 60).text
        assert river.count('href="/a/') == len(EXPECTED)
        shown = {html.unescape(words) for words in re.findall(r'href="/a/[0-9a-f]+">([^<]*)</a>', river)}
        wanted = {version.headline for each in EXPECTED.values() for version in each.versions}
        assert shown <= wanted
        (path, *_) = re.findall(r'href="(/a/[0-9a-f]+)"', river)
        page = site.get(path).text
        assert "Read this article on source website" in page
        assert "opened 1 time" in page
        feeds = site.get("/feeds").text
        assert "6 feeds." in feeds
    assert left_behind() == before
