"""Feed documents, healthy, damaged and hostile, to entries."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standfirst.collect.feed import MOST_ENTRIES, read_feed
from standfirst.errors import Code, FeedError
from standfirst.model import Page, Reading, digest_of

DATA = Path(__file__).parent / "data"
URL = "https://feeds.gazette.example/all.xml"


def page(body: bytes | str, media_type: str = "application/xml", headers: dict[str, str] | None = None) -> Page:
    data = body.encode() if isinstance(body, str) else body
    return Page(URL, URL, 200, media_type, headers or {}, data, datetime(2026, 3, 2, tzinfo=UTC), digest_of(data))


def read(body: bytes | str, media_type: str = "application/xml") -> Reading:
    return read_feed(page(body, media_type))


def refused(body: bytes | str) -> tuple[Code, str]:
    with pytest.raises(FeedError) as caught:
        read(body)
    return caught.value.problem.code, caught.value.problem.found


def plain(reading: Reading) -> dict[str, Any]:
    """A reading as its golden file writes it."""
    entries = [
        {
            f.name: getattr(entry, f.name)
            for f in dataclasses.fields(entry)
            if f.name not in ("feed", "digest", "document")
        }
        for entry in reading.entries
    ]
    problems = [[problem.code, problem.where, problem.found] for problem in reading.problems]
    said = {"title": reading.title, "site": reading.site, "hub": reading.hub, "ttl": reading.ttl}
    found: dict[str, Any] = json.loads(
        json.dumps({**said, "entries": entries, "problems": problems}, default=lambda moment: moment.isoformat())
    )
    return found


def rss(items: str) -> str:
    return f"<rss version='2.0'><channel><title>T</title>{items}</channel></rss>"


def item(number: int, inside: str = "") -> str:
    link = f"https://gazette.example/{number}"
    return f"<item><title>Title {number}</title><link>{link}</link><description>D{inside}</description></item>"


@pytest.mark.parametrize("name", ["rss", "atom", "rdf"])
def test_golden_documents(name: str) -> None:
    wanted = json.loads((DATA / f"{name}.json").read_text("utf-8"))
    assert plain(read((DATA / f"{name}.xml").read_bytes())) == wanted


def test_every_entry_has_a_digest_of_what_it_says() -> None:
    first, second = read(rss(item(1) + item(2))).entries
    (changed,) = read(rss(item(1, "!"))).entries
    assert len({first.digest, second.digest, changed.digest}) == 3
    assert read(rss(item(3) + item(1))).entries[1].digest == first.digest


def test_the_publishers_own_address_goes_before_the_feed_services() -> None:
    fields = (
        "<link>https://proxy.example/1</link><f:origLink xmlns:f='http://rssnamespace.org/feedburner/ext/1.0'>"
        "https://gazette.example/1</f:origLink>"
    )
    assert read(rss(f"<item><title>A</title>{fields}</item>")).entries[0].link == "https://gazette.example/1"


def test_content_location_is_the_base_of_relative_links() -> None:
    document = page(rss("<item><link>a</link></item>"), headers={"content-location": "https://www.gazette.example/x/"})
    assert read_feed(document).entries[0].link == "https://www.gazette.example/x/a"


def test_what_a_feed_asks_of_its_polls() -> None:
    """RSS 2.0, ttl in minutes, skipHours 0 to 23 in GMT (1 to 24 in RSS 0.91), skipDays by English names."""
    hours = "<skipHours><hour>24</hour><hour> 3 </hour><hour>25</hour><hour>x</hour></skipHours>"
    days = "<skipDays><day>sunday</day><day>Saturday</day><day>Feast</day></skipDays>"
    reading = read(rss(f"<ttl>90</ttl>{hours}{days}" + item(1)))
    assert (reading.ttl, reading.skip_hours, reading.skip_days) == (5400, (0, 3), ("Saturday", "Sunday"))


# --- damage -----------------------------------------------------------------------------------------------------------

WHOLE = "<?xml version='1.0' encoding='utf-8'?>" + rss("".join(item(number) for number in range(6)))
AT = WHOLE.index("Title 2")
DAMAGED = {
    "bare ampersand": WHOLE[:AT] + "R&D " + WHOLE[AT:],
    "unknown entity": WHOLE[:AT] + "&nonesuch; " + WHOLE[AT:],
    "control": WHOLE[:AT] + "\x0b" + WHOLE[AT:],
    "words before": "\r\nPHP Warning\n" + WHOLE,
    "script after": WHOLE + "<script>track()</script>",
    "unclosed tag": WHOLE[:AT] + "<b>" + WHOLE[AT:],
    "stray end tag": WHOLE[:AT] + "</p>" + WHOLE[AT:],
    "stray bracket": WHOLE[:AT] + "a < b " + WHOLE[AT:],
    "undeclared prefix": WHOLE.replace("<link", "<zzz:x a:b='1'>1</zzz:x><link"),
    "unquoted attribute": WHOLE.replace("<link>", "<link x=1>"),
    "doubled attribute": WHOLE.replace("<link>", "<link x='1' x='2'>"),
    "unclosed item": WHOLE.replace("</item>", "", 1),
    "no end": WHOLE.replace("</channel></rss>", ""),
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_damage_costs_no_entry(kind: str) -> None:
    reading = read(DAMAGED[kind])
    assert [entry.link for entry in reading.entries] == [f"https://gazette.example/{n}" for n in range(6)]
    others = [entry.title for entry in reading.entries if entry.link[-1] != "2"]
    assert others == ["Title 0", "Title 1", "Title 3", "Title 4", "Title 5"]


def test_damage_is_reported_with_its_place() -> None:
    (problem,) = read("\n" + DAMAGED["bare ampersand"]).problems
    assert problem.code is Code.FEED_DAMAGED
    assert problem.source == URL
    assert problem.found.startswith("line 2, column ")


def test_html_entities_are_read_and_the_hit_entry_kept() -> None:
    reading = read(rss("<item><title>Caf&eacute;&nbsp;&amp; bar &#146;26 &hellip;</title><link>/1</link></item>"))
    assert reading.entries[0].title == "Café & bar ’26 …"


def test_an_entry_that_was_cut_is_left_out() -> None:
    cut = WHOLE[: WHOLE.index("Title 4") + 3]
    assert [entry.title for entry in read(cut).entries] == [f"Title {n}" for n in range(4)]


def test_wrong_bytes_cost_themselves() -> None:
    body = rss(item(1) + item(2)).replace("Title 1", "Züri caf\udce9").encode("utf-8", "surrogateescape")
    assert [entry.title for entry in read(body).entries] == ["Züri café", "Title 2"]


# --- charsets ---------------------------------------------------------------------------------------------------------

WORDS = "Grüße – „Zürich“"
DECLARED = "<?xml version='1.0' encoding='{}'?>" + rss(f"<item><title>{WORDS}</title><link>/1</link></item>")
CHARSETS = {
    "declared": (DECLARED.format("windows-1252").encode("cp1252"), "application/xml"),
    "declared Latin-1 that is windows-1252": (DECLARED.format("iso-8859-1").encode("cp1252"), "application/xml"),
    "the server knows": (DECLARED.format("us-ascii").encode("cp1252"), "text/xml; charset=windows-1252"),
    "the server guesses": (DECLARED.format("utf-8").encode(), "text/xml; charset=iso-8859-1"),
    "no word of it": (DECLARED.replace(" encoding='{}'", "").encode(), "text/xml"),
    "an unknown name": (DECLARED.format("x-nonsense").encode(), "application/xml"),
    "a codec that is no charset": (DECLARED.format("unicode_escape").encode(), "application/xml; charset=base64"),
    "said to be UTF-16": (DECLARED.format("utf-16").encode(), "application/xml"),
    "UTF-8 with a mark": (b"\xef\xbb\xbf" + DECLARED.format("utf-8").encode(), "application/xml"),
    "UTF-16 with a mark": (DECLARED.format("utf-16").encode("utf-16"), "application/xml"),
    "UTF-16 without": (DECLARED.format("utf-16").encode("utf-16-be"), "application/xml"),
    "UTF-32": (DECLARED.format("utf-32").encode("utf-32"), "application/xml"),
}


@pytest.mark.parametrize("kind", CHARSETS)
def test_charsets(kind: str) -> None:
    body, media_type = CHARSETS[kind]
    assert read(body, media_type).entries[0].title == WORDS


SAMPLES = {
    "koi8_r": "Редакция газеты сообщает, что часы на башне снова показывают время",
    "cp1251": "Редакция газеты сообщает, что часы на башне снова показывают время",
    "cp1253": "Η εφημερίδα αναφέρει ότι το ρολόι του πύργου δείχνει και πάλι την ώρα",
    "cp1255": "העיתון מדווח כי השעון במגדל מראה שוב את השעה הנכונה",
    "euc_jp": "新聞によると、塔の時計はふたたび正しい時刻をしめしている",
    "cp932": "新聞によると、塔の時計はふたたび正しい時刻をしめしている",
    "euc_kr": "신문에 따르면 탑의 시계가 다시 정확한 시간을 가리키고 있다",
    "gb2312": "据报纸报道，塔楼上的时钟再次显示正确的时间，居民们非常高兴",
    "big5": "據報紙報導，塔樓上的時鐘再次顯示正確的時間，居民們非常高興",
}


@pytest.mark.parametrize("label", ["", " encoding='utf-8'"])
@pytest.mark.parametrize("charset", SAMPLES)
def test_a_charset_that_nobody_names_is_told_by_its_looks(charset: str, label: str) -> None:
    body = f"<?xml version='1.0'{label}?>" + rss(f"<item><title>{SAMPLES[charset]}</title><link>/1</link></item>")
    assert read(body.encode(charset)).entries[0].title == SAMPLES[charset]


@pytest.mark.parametrize(
    "words", ["Café crème, déjà vu, à côté; Noël à l’île", "Über Größe, süße Füße, schöne Bären äßen öfter"]
)
def test_what_looks_like_nothing_else_is_western(words: str) -> None:
    body = rss(f"<item><title>{words} {words}</title><link>/1</link></item>")
    assert read(body.encode("cp1252")).entries[0].title == f"{words} {words}"


# --- what is no feed, and what is hostile -----------------------------------------------------------------------------

NO_FEEDS = {
    "": "an empty answer",
    "<!DOCTYPE html><html><body>Hi</body></html>": "an HTML page",
    "<div>Hi</div>": "an HTML page",
    '{"a": 1}': "a JSON document",
    "[1]": "a JSON document",
    "Not found": "plain text",
    "<opml version='2.0'><body/></opml>": "an OPML list of subscriptions",
    "<catalog><book/></catalog>": "an XML document of another kind (<catalog>)",
    "\x00\x01\x02\x03\x04\x05\x06\x07\x08PNG": "binary data",
}


@pytest.mark.parametrize("body", NO_FEEDS)
def test_what_is_no_feed_is_named(body: str) -> None:
    assert refused(body) == (Code.NOT_A_FEED, NO_FEEDS[body])


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE rss [<!ENTITY a 'b'>]>",
        "<!doctype rss SYSTEM 'x.dtd' [ ]>",
        "<!-- c --><!DOCTYPE rss PUBLIC \"a]>\" 'b'\n[<!ENTITY % p SYSTEM 'file:///etc/passwd'>%p;]>",
        "<!ENTITY a 'b'>",
    ],
)
def test_declarations_are_refused_before_parsing(doctype: str) -> None:
    assert refused(doctype + rss(item(1)))[0] is Code.ENTITY_DECLARED
    utf16 = ("<?xml version='1.0'?>" + doctype + rss(item(1))).encode("utf-16")
    assert refused(utf16)[0] is Code.ENTITY_DECLARED


def test_an_entity_that_a_later_doctype_declares_means_nothing() -> None:
    hidden = "<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/hostname'>]>"
    reading = read(rss(item(1) + hidden + "<item><title>[&x;]</title><link>/2</link></item>"))
    assert reading.entries[-1].title == "[&x;]"


def test_deep_nesting_does_no_harm() -> None:
    reading = read(rss(item(1, "<div>" * 50_000) + item(2)))
    assert reading.entries[0].title == "Title 1"


def test_a_tag_with_very_many_attributes_loses_most_of_them() -> None:
    many = " ".join(f"a{number}='>'" for number in range(20_000))
    reading = read(rss(f"<x {many}/>" + item(1)))
    assert [entry.title for entry in reading.entries] == ["Title 1"]
    assert [problem.found for problem in reading.problems] == ["a tag with more than 256 attributes"]


def test_there_is_a_limit_of_entries() -> None:
    reading = read(rss("<item><link>/1</link></item>" * (MOST_ENTRIES + 1)))
    assert len(reading.entries) == MOST_ENTRIES
    assert [problem.code for problem in reading.problems] == [Code.TOO_MANY_ENTRIES]


def test_a_feed_without_entries_is_read_and_reported() -> None:
    reading = read(rss(""))
    assert (reading.title, reading.entries) == ("T", ())
    assert [problem.code for problem in reading.problems] == [Code.FEED_EMPTY]


def test_the_tolerant_path_reads_what_has_no_root() -> None:
    reading = read("<things>" + item(1) + item(2) + "</things>")
    assert [entry.title for entry in reading.entries] == ["Title 1", "Title 2"]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=60), st.integers(0, len(WHOLE)), st.integers(0, 40))
def test_no_bytes_raise_anything_but_a_feed_error(noise: bytes, at: int, gap: int) -> None:
    body = WHOLE.encode()
    with contextlib.suppress(FeedError):
        reading = read(body[:at] + noise + body[at + gap :])
        assert all(
            not entry.link or entry.link.lower().startswith(("https://", "http://")) for entry in reading.entries
        )
