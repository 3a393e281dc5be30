"""The page that everything began with: its feed and page go in, and it comes out, field for field."""

from __future__ import annotations

import html
import json
import os
import re
from pathlib import Path

import pytest

from tests.journeys.installation import Installation, Publisher

ROOT = Path(__file__).resolve().parents[2]
SEED = Path(os.environ.get("STANDFIRST_DATA", ROOT.parent / "shared" / "data")).parent / "seed"

pytestmark = pytest.mark.skipif(not SEED.is_dir(), reason=f"{SEED} is not there: the seed's journey is skipped")


@pytest.fixture(scope="module")
def expected() -> dict[str, object]:
    return dict(json.loads((SEED / "expected.json").read_text("utf-8")))


@pytest.fixture
def publisher() -> object:
    with Publisher() as made:
        page = (SEED / "page.html").read_bytes()
        made.pages["source.example"] = {
            "/rss/news/": (SEED / "feed.xml").read_bytes(),
            "/news/critical-stage-uk/": page,
            "/news/critical-stage-uk/?utm_source=rss": page,
        }
        yield made


def plain(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", markup)).strip()


def test_feed_and_page_come_out_as_the_seed(publisher: Publisher, expected: dict[str, object], tmp_path: Path) -> None:
    shown_at = expected["shown_at"]
    here = Installation(tmp_path, publisher.resolve() + "[fetch]\nhost_gap = 0.0\n")
    assert here.command("add", "https://source.example/rss/news/").returncode == 0
    closing = here.command("collect", "--strict")
    assert closing.returncode == 0, closing.stdout + closing.stderr
    here.file.write_text(here.file.read_text("utf-8") + f'[clock]\nat = "{shown_at}"\n', "utf-8")
    with here.serving() as site:
        river = site.get("/").text
        (path,) = set(re.findall(r'href="(/a/[0-9a-f]+)"', river))
        answers = [site.get(path) for _ in range(11)]
    page = answers[-1].text
    assert plain(re.findall(r"<h1[^>]*>(.*?)</h1>", page, re.S)[0]) == expected["headline"]
    assert html.escape(str(expected["standfirst"]), quote=False) in html.unescape(page) or str(
        expected["standfirst"]
    ) in plain(page)
    paragraphs = [plain(p) for p in re.findall(r'<div class="para">\s*<p[^>]*>(.*?)</p>', page, re.S)]
    assert paragraphs == expected["paragraphs"]
    assert '<time datetime="2024-11-26T09:58:00Z">' in page
    assert f">{expected['age_shown']}<" in page
    assert 'aria-label="opened 11 times"' in page
    links = re.findall(r'<a [^>]*href="(https?://[^"]+)"[^>]*>([^<]*)</a>', page)
    assert links[-1] == (expected["canonical_url"], expected["source_link_text"])
    assert "source.example" in page


def test_read_shows_the_same_article_with_no_database(expected: dict[str, object], tmp_path: Path) -> None:
    here = Installation(tmp_path)
    done = here.command("read", str(SEED / "page.html"), "--url", "https://source.example/x", "--json")
    article = json.loads(done.stdout)
    for field in ("headline", "standfirst", "paragraphs", "language", "outlet"):
        assert article[field] == expected[field], field
    assert article["published"] == expected["published"]
    assert article["url"] == expected["canonical_url"]
    assert not (tmp_path / "data").exists()


def test_read_goes_to_the_source_itself(publisher: Publisher, expected: dict[str, object], tmp_path: Path) -> None:
    here = Installation(tmp_path, publisher.resolve())
    done = here.command("read", str(expected["canonical_url"]), "--as", "text", "--at", str(expected["shown_at"]))
    lines = done.stdout.splitlines()
    assert lines[0] == "1 month ago 0"
    assert lines[-1] == expected["source_link_text"]
    assert [line for line in lines if line][3:-1] == expected["paragraphs"]


def test_a_capture_is_printed_back_line_for_line(tmp_path: Path) -> None:
    here = Installation(tmp_path)
    seed = (SEED / "seed.txt").read_text("utf-8")
    assert here.command("read", str(SEED / "seed.txt"), "--as", "text").stdout == seed
    shown = json.loads(here.command("read", str(SEED / "seed.txt"), "--json").stdout)
    assert (shown["age"], shown["opened"], len(shown["paragraphs"])) == ("1 month ago", 11, 11)
    assert shown["source_link"] == {"text": "Read this article on source website", "url": None}
    page = here.command("read", str(SEED / "seed.txt")).stdout
    assert "address unknown" in page


@pytest.mark.parametrize("missing", ["age", "headline", "link"])
def test_a_capture_with_a_part_missing_is_a_problem_and_never_a_guess(missing: str, tmp_path: Path) -> None:
    lines = (SEED / "seed.txt").read_text("utf-8").splitlines()
    cut = {"age": lines[2:], "headline": lines[:1] + lines[-2:], "link": lines[:-2]}[missing]
    (tmp_path / "capture.txt").write_text("\n".join(cut), "utf-8")
    done = Installation(tmp_path).command("read", str(tmp_path / "capture.txt"), "--as", "text")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "capture-incomplete" in done.stderr
