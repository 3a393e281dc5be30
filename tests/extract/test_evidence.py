from __future__ import annotations

import gzip
import json

import pytest

from standfirst.extract.evidence import verify
from standfirst.extract.page import extract
from standfirst.model import Article, Evidence, Method, Site, digest_of

from .support import DATA, PROSE, SEED, article_of, needs, page_html, page_of

HEADER = "text/html; charset=utf-8"
EVERYTHING = page_html(
    head="""<link rel="canonical" href="/news/the-bridge-will-close-in-may-2026">
<meta property="og:title" content="The bridge will close in May">
<meta property="og:description" content="A ferry will run, free of charge.">
<meta name="author" content="By Ann Dale and Ben Moss">
<meta property="article:published_time" content="2026-03-01T08:00:00+01:00">
<script type="application/ld+json">{"@graph": [{"@type": "WebSite"},
{"@type": "NewsArticle", "dateModified": "2026-03-02T08:00Z", "articleSection": "Roads &amp; rivers"}]}</script>""",
    body="<br><br>".join(PROSE[:2]) + f"<p>{PROSE[2]} <span class='tooltip'>Not this.</span></p><p>{PROSE[3]}</p>",
)


def unproven(article: Article, body: bytes, content_type: str) -> list[Evidence]:
    return [item for item in article.evidence if not verify(item, body, content_type)]


def test_every_field_of_a_page_is_proven() -> None:
    found = article_of(EVERYTHING)
    fields = [item.field for item in found.evidence]
    wanted = [
        "headline",
        "standfirst",
        "published",
        "modified",
        "url",
        "byline",
        "byline",
        "section",
        "body",
        "language",
    ]
    assert sorted(fields) == sorted(wanted)
    assert not unproven(found, page_of(EVERYTHING).body, HEADER)
    assert found.sections == ("Roads & rivers",)


def test_every_field_of_the_seed_is_proven() -> None:
    body = needs(SEED / "page.html").read_bytes()
    found = article_of(body, "https://source.example/news/critical-stage-uk/")
    assert len(found.evidence) == 8
    assert not unproven(found, body, HEADER)


@pytest.mark.parametrize("name", ["fundus", "scrapinghub"])
def test_every_field_of_real_pages_is_proven(name: str) -> None:
    folder = needs(DATA / "extraction" / name)
    rows = [json.loads(line) for line in (folder / "truth.jsonl").read_text("utf-8").splitlines()][::12]
    for row in rows:
        body = gzip.decompress((folder / row["html"]).read_bytes())
        found = extract(page_of(body, row["url"], ""), None, Site("", ""))
        assert isinstance(found, Article), row["id"]
        assert not unproven(found, body, ""), row["id"]


def test_nothing_else_is_proven() -> None:
    found = article_of(EVERYTHING)
    changed = EVERYTHING.replace("lorries", "carts").replace("<h1>The", "<h1>A").replace("Ann Dale", "Ann Hill")
    body = page_of(changed).body
    # the same paths in another page, its own digest put in: what was changed is no longer proven, the rest still is
    moved = [item._replace(page=digest_of(body)) for item in found.evidence]
    assert {item.field for item in moved if not verify(item, body, HEADER)} == {"headline", "byline", "body"}
    assert not any(verify(item, body, HEADER) for item in found.evidence)


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("", "words"),
        ("/html[1]/body[1]/h9[1]", "words"),
        ("/html[0]", "words"),
        ("/html[1]/body[1]~900-901", "words"),
        ("/html[1]!/nothing[1]", "words"),
        ("nonsense", "words"),
        ("1#/nothing", "words"),
        ("99#/a", "words"),
        ("1#", "words"),
        ("/html[1]\n/body[1]\n/nothing[1]", "words"),
        ("/html[1]/@lang", "no-such-form"),
        ("/html[1]/@lang", "words[9:3]"),
        ("/html[1]/@lang", "minute"),
        ("/html[1]/@lang", "url not a url"),
    ],
)
def test_a_path_or_form_that_leads_nowhere_proves_nothing(path: str, form: str) -> None:
    body = page_of(EVERYTHING).body
    proof = Evidence("headline", Method.DOM, digest_of(body), path, form, digest_of(b"The bridge will close in May"))
    assert not verify(proof, body, HEADER)


def test_the_charset_of_the_header_is_part_of_the_proof() -> None:
    html = (
        page_html()
        .replace("The bridge will close in May", "Die Brücke schließt im Mai")
        .replace('<meta charset="utf-8">', "")
    )
    body = html.encode("cp1252", "replace")
    found = extract(page_of(body, content_type="text/html; charset=windows-1252"), None, Site("", ""))
    assert isinstance(found, Article)
    assert found.headline == "Die Brücke schließt im Mai"
    proof = next(item for item in found.evidence if item.field == "headline")
    assert verify(proof, body, "text/html; charset=windows-1252")
    assert not verify(proof, body, "text/html; charset=koi8-r")


def test_a_headline_is_one_line_without_direction_marks_and_still_proven() -> None:
    body = page_html().replace("<h1>The bridge", "<h1>\u202eThe\u200f bridge").encode()
    found = extract(page_of(body), None, Site("", ""))
    assert isinstance(found, Article)
    assert found.headline == "The bridge will close in May"
    assert all(verify(item, body, HEADER) for item in found.evidence)
