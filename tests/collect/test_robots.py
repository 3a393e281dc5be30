"""robots.txt as RFC 9309 reads it, pure; beside it a parser in wide use."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from protego import Protego

from standfirst.collect.robots import MOST_BYTES, read_robots


def allowed(text: str | bytes, path: str, token: str = "Standfirst") -> bool:
    body = text.encode() if isinstance(text, str) else text
    return read_robots(body, token).allows(f"https://news.example{path}")


def star(*lines: str) -> str:
    return "\n".join(["User-agent: *", *lines])


@pytest.mark.parametrize(
    ("text", "path", "verdict"),
    [
        ("", "/a", True),
        (star("Disallow:"), "/a", True),
        (star("Disallow: /"), "/a", False),
        (star("Disallow: /"), "/robots.txt", True),
        (star("Disallow: /a"), "/abc", False),
        (star("Disallow: /a"), "/Abc", True),
        (star("Disallow: /a", "Allow: /ab"), "/abc", True),  # the longest decides
        (star("Allow: /a", "Disallow: /a"), "/a", True),  # Allow between equals
        (star("Disallow: /*.php"), "/x/y.php?z", False),
        (star("Disallow: /*.php$"), "/x/y.php?z", True),
        (star("Disallow: /*.php$"), "/x/y.php", False),
        (star("Disallow: /a$"), "/a", False),
        (star("Disallow: /a$"), "/ab", True),
        (star("Disallow: /a*b*c$"), "/a-c-b-c", False),
        (star("Disallow: /a*b*c$"), "/a-c-b", True),
        (star("Disallow: *a"), "/xa", False),
        (star("Disallow: /**a"), "/xxa", False),
        (star("Disallow: /ab*b$"), "/ab", True),  # one octet does not count twice
        (star("Disallow: a"), "/a", True),  # no path: matches none
        (star("Disallow: /?print"), "/?print=1", False),
        (star("Disallow: /%7Eme/"), "/~me/x", False),
        (star("Disallow: /~me/"), "/%7eme/x", False),
        (star("Disallow: /a%3Cb"), "/a%3cb", False),
        (star("Disallow: /a%2Fb"), "/a/b", True),  # an encoded slash is another path
        (star("Disallow: /ü"), "/%C3%BC", False),
        (star("Disallow: /a b"), "/a%20b", False),
        (star("disallow : /a # all of it"), "/a", False),
        (star("Disallow /a"), "/a", True),  # no colon: no line
        (star("Sitemap: https://news.example/s.xml", "Disallow: /a"), "/a", False),
        ("Disallow: /a", "/a", True),  # before any User-agent
        ("<!doctype html><title>Not found</title>", "/a", True),
        (b"\xef\xbb\xbfUser-agent: *\rDisallow: /a\r\nDisallow: /b\n", "/b", False),
        (b"User-agent: *\nDisallow: /\xff", "/%FF", False),
        (b"\x00\xff\nUser-agent: *\nDisallow: /a", "/a", False),
    ],
)
def test_rules(text: str | bytes, path: str, verdict: bool) -> None:
    assert allowed(text, path) is verdict


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("User-agent: standFIRST\nDisallow: /", False),
        ("User-agent: Standfirst/2.0 (x)\nDisallow: /", False),
        ("User-agent: Standfirstborn\nDisallow: /", True),
        ("User-agent: Other\nDisallow: /", True),
        ("User-agent: Standfirst\nAllow: /\n\nUser-agent: *\nDisallow: /", True),  # its own group alone counts
        ("User-agent: *\nDisallow: /\n\nUser-agent: Standfirst\nDisallow:", True),
        ("User-agent: Other\nUser-agent: Standfirst\nDisallow: /", False),
        (
            "User-agent: Standfirst\nDisallow: /b\nUser-agent: x\nAllow: /\nUser-agent: Standfirst\nDisallow: /",
            False,
        ),
        ("User-agent: Standfirst\nUser-agent: *\nDisallow: /", False),
        ("User-agent: Standfirst\nSitemap: /s\nUser-agent: Other\nDisallow: /", False),
    ],
)
def test_groups(text: str, verdict: bool) -> None:
    assert allowed(text, "/page") is verdict


@pytest.mark.parametrize(
    ("given", "seconds"), [("5", 5), ("0.5", 0.5), ("3600", 60), ("-1", 0), ("nan", 0), ("soon", 0), ("inf", 60)]
)
def test_crawl_delay(given: str, seconds: float) -> None:
    assert read_robots(star(f"Crawl-delay: {given}").encode(), "Standfirst").delay == seconds
    assert read_robots(f"User-agent: Other\nCrawl-delay: {given}".encode(), "Standfirst").delay == 0


def test_at_least_500_kib_are_read_and_no_more_than_512() -> None:
    filler = b"# the harbour wall held\n" * 21_400
    assert 500 * 1024 < len(filler) < MOST_BYTES
    assert not allowed(filler + b"User-agent: *\nDisallow: /", "/a")
    assert allowed(filler * 2 + b"User-agent: *\nDisallow: /", "/a")


HOSTILE = [
    b"User-agent: *\n" + b"".join(b"User-agent: a%d\n" % i for i in range(5000)) + b"Disallow: /x\n" * 20_000,
    b"User-agent: *\nDisallow: /" + b"*a" * 250_000 + b"b",
    b"User-agent: *\nDisallow: /" + b"a*" * 100 + b"b",
    b"User-agent: *\n" + b"".join(b"Disallow: /*a%d*\n" % i for i in range(25_000)),
    b"User-agent: *\nDisallow: /\n" * 20_000,
]


@pytest.mark.parametrize(
    ("body", "verdict"),
    list(zip(HOSTILE, [True, True, True, False, False], strict=True)),
    ids=["agents", "stars", "backtracking", "wildcards", "groups"],
)
def test_hostile_files_come_to_an_end(body: bytes, verdict: bool) -> None:
    """Minutes for a reader that is quadratic in the agents or that backtracks; here a moment."""
    assert read_robots(body, "Standfirst").allows("https://news.example/" + "a" * 4000 + "a24999") is verdict


PATHS = st.text("ab/*$", max_size=6).map(lambda text: "/" + text)


@given(
    st.lists(st.tuples(st.sampled_from(["Allow", "Disallow"]), PATHS.filter(lambda path: "$" not in path[:-1]))),
    st.text("ab/", max_size=8),
)
def test_agrees_with_a_parser_in_wide_use(lines: list[tuple[str, str]], path: str) -> None:
    text = star(*(f"{field}: {value}" for field, value in lines))
    lengths = [len(value) for _, value in lines]
    if len(set(lengths)) < len(lengths) or any("**" in value for _, value in lines):
        return  # of equals and of doubled asterisks it thinks otherwise, and the RFC is silent
    assert allowed(text, f"/{path}") == Protego.parse(text).can_fetch(f"https://news.example/{path}", "Standfirst")


@given(st.binary(max_size=200), st.text(max_size=20))
def test_any_bytes_are_read(body: bytes, path: str) -> None:
    rules = read_robots(b"User-agent: *\nDisallow: /" + body, "Standfirst")
    assert rules.allows(f"https://news.example/{path}") in (True, False)
