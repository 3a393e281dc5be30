"""Hostile documents: what each must come out as, and that the work is bounded (by counts, never by a clock)."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from standfirst.collect.document import parse, read_prolog
from standfirst.collect.feed import read_feed
from standfirst.collect.repair import repair
from standfirst.errors import Code, FeedError
from standfirst.model import Page, Reading

DATA = Path(os.environ.get("STANDFIRST_DATA", Path(__file__).parents[2].parent / "shared" / "data")) / "hostile"
URL = "https://gazette.example/feed"
ITEM = "<item><title>A</title><link>https://gazette.example/1</link></item>"
HEAD, TAIL = "<rss version='2.0'><channel><title>T</title>", "</channel></rss>"


def read(text: str) -> Reading:
    data = text.encode("utf-8", "surrogatepass")
    return read_feed(Page(URL, URL, 200, "", {}, data, datetime(2026, 3, 2, tzinfo=UTC), ""))


# name -> the document; each took seconds before its bound was set
STILL_READ: dict[str, str] = {
    "bare brackets before the root": "<" * 200_000 + HEAD + ITEM + TAIL,
    "end tags of nothing": HEAD + "</p>" * 60_000 + ITEM + TAIL,
    "more end tags than are looked at": HEAD + "</p>" * 400_000 + ITEM + TAIL,
    "more tags than a tree may have": HEAD + "<a/>" * 650_000 + ITEM + TAIL,
    "items without a feed": "<things>" + ITEM + "</things>",
    "a feed within a page": "<div><p>Hi</p>" + HEAD + ITEM + TAIL + "</div>",
    "items behind the feed": "<rss><channel><b></channel></rss>" + ITEM,
    "deep": HEAD + "<a>" * 20_000 + "</a>" * 20_000 + ITEM + TAIL,
    "bases within bases": "<feed>" + "<a xml:base='x/'>" * 150 + ITEM + "</a>" * 150 + "</feed>",
    "references without end": HEAD + "<b>" + "&" * 50_000 + "</b>" + ITEM + TAIL,
}


@pytest.mark.parametrize("kind", STILL_READ)
def test_what_can_be_read_is_read(kind: str) -> None:
    assert [(entry.title, entry.link) for entry in read(STILL_READ[kind]).entries] == [
        ("A", "https://gazette.example/1")
    ]


@pytest.mark.parametrize("before", ["<!x", "<!DOCTYPE a", "<!DOCTYPE a '", "<?x ?>", "<!-- -->"])
def test_a_root_behind_too_much_is_none(before: str) -> None:
    with pytest.raises(FeedError) as caught:
        read(before * 2100 + HEAD + ITEM + TAIL)
    assert caught.value.problem.code is Code.NOT_A_FEED
    assert read(before * 4 + HEAD + ITEM + TAIL).entries


def test_an_entry_holds_a_hundred_of_a_kind() -> None:
    fields = "<category>{0}</category><author>A{0}</author><enclosure url='https://a.example/{0}'/>"
    (entry,) = read(HEAD + "<item>" + "".join(fields.format(n) for n in range(200)) + "</item>" + TAIL).entries
    assert (len(entry.categories), len(entry.authors), len(entry.enclosures)) == (100, 100, 100)


def test_a_repaired_document_is_bounded_before_it_is_read() -> None:
    assert repair("<rss>" + "<a/>" * 80_000).text.count("<a/>") == 69_999
    assert repair("<rss>" + "<p:a b='c'/>" * 40_000).text.count("<p:a") == 34_999


def test_prefixes_are_declared_up_to_a_bound() -> None:
    text = repair("<rss>" + "".join(f"<p{n}:a/>" for n in range(5000)) + "</rss>").text
    assert text.count("xmlns:") == 200


# --- CDATA that is set aside comes back whole -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inside", "content"),
    [
        ("<![CDATA[a < b & c]]>", "a < b & c"),
        (" <![CDATA[a]]> ", "a"),
        ("x<![CDATA[<p>]]>y<![CDATA[</p>]]>z", "x<p>y</p>z"),
        ("<![CDATA[]]>", ""),
        ("<![CDATA[a]]]]><![CDATA[>b]]>", "a]]>b"),
        ("<![CDATA[a\r\nb\rc]]>", "a\nb\nc"),
        ("<![CDATA[<!-- c -->]]>", "<!-- c -->"),
        ("<!-- <![CDATA[ --><![CDATA[a]]>", "a"),
        ("<?p <![CDATA[ ?><![CDATA[a]]>", "a"),
        ("<![CDATA[\ue0000\ue000]]>", "\ue0000\ue000"),
        ("<b>x</b><![CDATA[&]]>", "<b>x</b>&amp;"),
        ("<b><![CDATA[<]]></b>", "<b>&lt;</b>"),
        ("<![CDATA[a]]>&#xE000;0&#xE000;&#xE000;7&#xE000;", "aa"),
        ("<![CDATA[a\x0bb]]>", "ab"),
        ("<![CDATA[a\ufffeb]]>", "ab"),
    ],
)
def test_sections_come_back_whole(inside: str, content: str) -> None:
    (entry,) = read(f"{HEAD}<item><guid>1</guid><description>{inside}</description></item>{TAIL}").entries
    assert entry.summary == content


@pytest.mark.parametrize(
    "fields",
    [
        "<title>{0}</title>", "<link>{0}</link>", "<guid>{0}</guid>", "<author>{0}</author>",
        "<content:encoded>{0}</content:encoded>", "<category>{0}</category>", "<author><name>{0}</name></author>",
        "<content>{0}<b>{0}</b>{0}</content>",
    ],
)  # fmt: skip
@pytest.mark.parametrize("wrap", ["{0}<item>{1}</item>", "<item>{1}</item>{0}"])
def test_no_reader_sees_a_number_for_a_section(fields: str, wrap: str) -> None:
    """Every field that is read is read through `Tree.words`."""
    said = fields.format("<![CDATA[words]]>")
    reading = read("<feed>" + wrap.format(said, said) + "</feed>")
    assert "\ue000" not in repr(reading)
    assert "words" in repr(reading.entries)


# --- the shared bombs -------------------------------------------------------------------------------------------------


def test_bombs_are_refused_or_inert_and_the_rest_is_parsed() -> None:
    if not (DATA / "xml.jsonl").is_file():
        pytest.skip(f"the XML bombs are not at {DATA}: 33 documents were not tried")
    for line in (DATA / "xml.jsonl").read_text("utf-8").splitlines():
        case = json.loads(line)
        prolog = read_prolog(case["body"])
        if case["expect"] == "parse":
            assert not prolog.declares and parse(case["body"], prolog).root is not None, case["id"]
        else:
            assert inert(lambda body=case["body"]: read(body), len(case["body"])), case["id"]  # type: ignore[misc]


def inert(reading: Callable[[], Reading], size: int) -> bool:
    """Refused, or read with nothing in it that was not in the document."""
    try:
        return len(repr(reading())) < 2 * size + 500
    except FeedError:
        return True
