"""Where a feed may lead: address policy cases through the whole fetcher, no socket ever made."""

from __future__ import annotations

import asyncio
import collections
from typing import Any

import pytest

from standfirst.errors import Code
from standfirst.model import FeedOptions
from tests.hostile.cases import rows
from tests.hostile.nowhere import Nowhere, nowhere

PUBLIC = "93.184.216.34"
REFUSALS = (Code.ADDRESS_REFUSED, Code.ADDRESS_INVALID, Code.NAME_NOT_FOUND, Code.TOO_MANY_REDIRECTS)
SECRETS = FeedOptions(cookies="a=1", username="a", password="b", headers=(("X-Key", "c"),))
PRIVATE = {"Cookie", "Authorization", "X-Key"}

# verdict, address, what its name leads to (one list a question), where it redirects
OWN: list[tuple[str, str, list[list[str]], list[str]]] = [
    ("allow", "http://news.example.com/feed", [[PUBLIC]], []),
    ("allow", "https://news.example.com:8443/feed", [[PUBLIC, "2606:4700::1"]], []),
    ("allow", "http://1.1.1.1/", [], []),
    ("allow", "http://news.example.com/feed", [[PUBLIC]], ["/a", "https://other.example.org/b"]),
    ("deny", "http://127.1/", [], []),
    ("deny", "http://0x7f000001/", [], []),
    ("deny", "http://017700000001/", [], []),
    ("deny", "http://2130706433/", [], []),
    ("deny", "http://１２７.0.0.1/", [], []),
    ("deny", "http://127。0。0。1/", [], []),
    ("deny", "http:\\\\127.0.0.1\\", [], []),
    ("deny", "http:/127.0.0.1/", [], []),
    ("deny", "http://news.example.com@127.0.0.1/", [], []),
    ("deny", "http://[::ffff:10.0.0.1]/", [], []),
    ("deny", "http://[64:ff9b::a00:1]/", [], []),
    ("deny", "http://[2002:a00:1::]/", [], []),
    ("deny", "http://[fe80::1%25eth0]/", [], []),
    ("deny", "http://localhost./", [[PUBLIC]], []),
    ("deny", "http://router.lan/", [[PUBLIC]], []),
    ("deny", "http://news.example.com/", [[PUBLIC, "10.0.0.1"]], []),
    ("deny", "http://news.example.com/", [["::ffff:127.0.0.1"]], []),
    ("deny", "http://news.example.com/", [["fd00::1"]], []),
    ("deny", "http://news.example.com/", [[]], []),
    ("deny", "http://news.example.com:22/", [[PUBLIC]], []),
    ("deny", "gopher://news.example.com/", [[PUBLIC]], []),
    ("deny", "file:///etc/passwd", [], []),
    ("deny", "http://news.example.com/", [[PUBLIC]], ["http://169.254.169.254/latest/meta-data/"]),
    ("deny", "http://news.example.com/", [[PUBLIC]], ["/a", "//[::1]:8800/"]),
    ("deny", "http://news.example.com/", [[PUBLIC]], ["https://news.example.com/", "http://0/"]),
    ("deny", "http://news.example.com/", [[PUBLIC]], ["http://router.local/"]),
    ("deny", "http://news.example.com/", [[PUBLIC]], ["gopher://news.example.com/"]),
    ("deny", "http://news.example.com/", [[PUBLIC], ["192.168.0.1"]], ["http://other.example.com/"]),
    ("deny", "http://news.example.com/", [[PUBLIC]], [f"/{i}" for i in range(11)]),
    ("pin", "http://news.example.com/", [[PUBLIC], ["127.0.0.1"]], []),
    ("allow-without-credentials", "http://news.example.com/", [[PUBLIC]], ["https://news.example.com/"]),
    ("allow-without-credentials", "http://news.example.com/", [[PUBLIC]], ["http://news.example.com:8080/"]),
    (
        "allow-without-credentials",
        "http://news.example.com/",
        [[PUBLIC]],
        ["//a.example.com/", "//news.example.com/b"],
    ),
]


async def verdict_of(here: Nowhere, url: str, answers: list[list[str]], hops: list[str]) -> set[str]:
    """Every verdict that fits how asking for this address ends."""
    error = await here.failure(url, answers, hops, SECRETS)
    judged = set(next(iter(answers), []))  # what the first answer gave, which was judged
    if error.problem.code in REFUSALS:
        before = judged if hops else set()  # on the way to the refused hop
        return {"deny"} if set(here.dialled) <= before else {"dialled and then refused"}
    assert (error.problem.code, here.hops_left) == (Code.CONNECTION_FAILED, []), error
    fits = {"allow"} if here.dialled else {"neither dialled nor refused"}
    if set(here.dialled) <= judged:
        fits.add("pin")
    if hops and set(here.sent[0]) >= PRIVATE and not any(PRIVATE & set(headers) for headers in here.sent[1:]):
        fits.add("allow-without-credentials")
    return fits


@pytest.mark.parametrize(("verdict", "url", "answers", "hops"), OWN)
def test_own_cases(verdict: str, url: str, answers: list[list[str]], hops: list[str]) -> None:
    async def body() -> set[str]:
        async with nowhere() as here:
            return await verdict_of(here, url, answers, hops)

    assert verdict in asyncio.run(body())


def _as_asked(case: dict[str, Any]) -> list[tuple[str, list[list[str]], list[str]]]:
    """A case as addresses to ask for: an IP address is a host, and what a name leads to."""
    if "ip" not in case:
        answers = case.get("answers") or ([case["resolves"]] if "resolves" in case else [])
        return [(case["url"], answers, case.get("hops", []))]
    literal = f"[{case['ip']}]" if ":" in case["ip"] else case["ip"]
    return [(f"http://{literal}/", [], []), ("http://news.example.com/", [[case["ip"]]], [])]


def test_address_policy_cases() -> None:
    cases = rows("ssrf.jsonl", "the address policy cases")
    wrong: list[tuple[object, ...]] = []
    judged: collections.Counter[str] = collections.Counter()

    async def body() -> None:
        async with nowhere() as here:
            for case in cases:
                for url, answers, hops in _as_asked(case):
                    found = await verdict_of(here, url, answers, hops)
                    if case["verdict"] not in found:
                        wrong.append((case["id"], case["verdict"], url, answers, hops, found))
                judged[case["verdict"]] += 1

    asyncio.run(body())
    assert not wrong
    assert judged.total() >= 499 and set(judged) == {"allow", "deny", "pin", "allow-without-credentials"}
