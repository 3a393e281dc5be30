"""Any bytes at all get an answer, soon, and whatever is answered is proven."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.errors import Code, Problem
from standfirst.extract.evidence import verify
from standfirst.extract.page import extract
from standfirst.extract.tangles import TangledError, refuse_tangles
from standfirst.model import Article, Site
from standfirst.text import clean_words

from .support import PROSE, page_html, page_of

SITE = Site("gazette.example", "gazette.example")
MARKUP = """<p>|</p>|<div class='|'>|<h1>|</h1>|<article>|<br><br>|<script type='application/ld+json'>|</script>|
<noscript>|{"@type":"NewsArticle","author":|[{"name":"A B"}]|}|<meta property='og:title' content='|<!--|-->|&amp;|
&#0;|<li>|<ul>|<b>|<time datetime='|2026-01-01|<table><td>|<svg><p>|<template>|<a href=x>|</a>|<title>|
words and more words to read. |<body>|<frameset>|<plaintext>|<select>|]]>|<link rel=canonical href='|http://[|'|
…|[…]|\x00|\ud800|\u202e"""
PIECES = st.sampled_from(MARKUP.replace("\n", "").split("|"))


def answered(body: bytes, content_type: str = "") -> Article | Problem:
    """The answer, each of its evidences checked."""
    found = extract(page_of(body, content_type=content_type), None, SITE)
    if isinstance(found, Article):
        assert [item.field for item in found.evidence if not verify(item, body, content_type)] == []
        assert all(clean_words(words) == words for words in (found.text[b.start : b.end] for b in found.blocks))
    return found


@given(st.binary(max_size=400))
def test_any_bytes_get_an_answer(body: bytes) -> None:
    answered(body)


@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_markup_gets_an_answer_that_is_proven(text: str) -> None:
    answered(text.encode("utf-8", "surrogatepass"))


@given(st.text(max_size=40), st.sampled_from(["utf-16", "utf-32", "utf-7", "koi8-r", "x-none", "hex", "idna", "\x00"]))
def test_any_charset_named_gets_an_answer(words: str, charset: str) -> None:
    body = page_html(before=f"<p>{words}</p>").encode("utf-8", "replace")
    answered(body, f"text/html; charset={charset}")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_wide_encodings_are_read(encoding: str) -> None:
    found = answered(page_html().encode(encoding))
    assert isinstance(found, Article)
    assert PROSE[0] in found.text


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 50_000,
        "<span>" * 50_000,
        "<p " + " ".join(f"a{n}=1" for n in range(20_000)) + ">",
        "<p " + "".join(f'a{n}="1"' for n in range(20_000)) + ">",
        "<p " + "/".join(f"a{n}" for n in range(20_000)) + ">",
        "".join(f"<b a={n}>" for n in range(3_000)) + "<p>x" * 3_000,
        "<div title='</div>'>" * 20_000,
        "x" * 8_000_001,
    ],
    ids=["deep", "inline", "attributes", "crowded", "slashes", "formatting", "closed-in-quotes", "long"],
)
def test_tangles_are_refused_before_they_are_parsed(html: str) -> None:
    with pytest.raises(TangledError):
        refuse_tangles(html.encode())
    found = extract(page_of(f"<h1>Head</h1>{html}"), None, SITE)
    assert isinstance(found, Problem)
    assert found.code is Code.PAGE_UNREADABLE


@pytest.mark.parametrize(
    "html",
    [
        page_html(body="".join(f"<p>{PROSE[n % 4]}</p>" for n in range(3_000))),
        page_html(body="x<br><br>" * 5_000),
        page_html(before="<ul><li>" * 1_000),
        page_html(head="<script type='application/ld+json'>" + "[" * 50_000 + "</script>"),
        page_html(
            head="<script type='application/ld+json'>" + '{"@type":"A","a":' * 500 + "1" + "}" * 500 + "</script>"
        ),
        page_html(head='<meta name="author" content="' + "a," * 20_000 + '">'),
        page_html(title="| " * 20_000),
        page_html(before=f"<p data-x='{'a b ' * 20_000}'>"),
    ],
    ids=["paragraphs", "breaks", "lists", "json-depth", "json-nest", "names", "title", "attribute"],
)
def test_large_pages_are_answered(html: str) -> None:
    assert isinstance(answered(html.encode()), Article)
