"""The judgement of addresses, ports and names; nothing here is ever connected to."""

from __future__ import annotations

import json
import os
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst import urls
from standfirst.collect import guard
from standfirst.errors import SettingsError

DATA = Path(os.environ.get("STANDFIRST_DATA", Path(__file__).parents[3] / "shared" / "data"))


@pytest.mark.parametrize(
    "ip",
    [
        *("127.0.0.1", "10.1.2.3", "172.31.255.255", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("192.0.0.192", "198.19.0.1", "224.0.0.1", "255.255.255.255", "192.88.99.1", "203.0.113.9"),
        *("::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1"),
        *("2002:7f00:1::1", "2001:0:4136:e378:8000:63bf:80ff:fffe", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1"),
        *("2001:db8::1", "3fff::1", "5f00::1", "100::1", "4000::1", "no address", ""),
    ],
)
def test_inner_addresses_are_refused(ip: str) -> None:
    assert guard.judge(ip, 443, ())


@pytest.mark.parametrize("ip", ["1.1.1.1", "126.255.255.255", "172.32.0.0", "192.0.1.1", "2606:4700::1", "2a02::1"])
def test_public_addresses_pass(ip: str) -> None:
    assert guard.judge(ip, 443, ()) is None


@pytest.mark.parametrize("port", [25, 22, 6379, 6667])
def test_ports_that_are_not_the_web(port: int) -> None:
    assert guard.judge("1.1.1.1", port, ()) == guard.judge_host("news.example", port, ())
    assert "port" in (guard.judge("1.1.1.1", port, ()) or "")
    assert guard.judge("1.1.1.1", port, guard.allowances((f"1.1.1.1:{port}",))) is None


def test_allowances() -> None:
    allow = guard.allowances(("127.0.0.1:8801", "192.168.1.0/24:80", "[fd00::/8]:443", "[::1]:81"))
    passes = [("127.0.0.1", 8801), ("::ffff:127.0.0.1", 8801), ("192.168.1.77", 80), ("fd12::3", 443), ("::1", 81)]
    assert [guard.judge(ip, port, allow) for ip, port in passes] == [None] * 5
    fails = [("127.0.0.1", 80), ("127.0.0.2", 8801), ("192.168.2.1", 80), ("::1", 443), ("fd12::3", 80)]
    assert all(guard.judge(ip, port, allow) for ip, port in fails)


@pytest.mark.parametrize(
    "entry",
    ["127.0.0.1", "localhost:80", "127.0.0.1:0", "127.0.0.1:x", "::1:80", "[127.0.0.1]:80", "1.2.3.4/40:80", ""],
)
def test_entries_that_cannot_be_read(entry: str) -> None:
    with pytest.raises(SettingsError, match="network:port"):
        guard.allowances((entry,))


def test_all_wrong_entries_are_named() -> None:
    with pytest.raises(SettingsError) as raised:
        guard.allowances(("a", "127.0.0.1:80", "b"))
    assert [problem.found for problem in raised.value.problems] == ["'a'", "'b'"]


@pytest.mark.parametrize(
    "host", ["localhost", "a.localhost", "nas.lan", "printer.local", "x.onion", "intranet", "b.test."]
)
def test_names_of_inner_networks(host: str) -> None:
    assert guard.judge_host(host, 443, ())
    assert guard.judge_host(host, 8080, guard.allowances(("192.168.1.5:8080",))) is None


@pytest.mark.parametrize("host", ["news.example", "local.example", "localhost.example.com", "xn--bcher-kva.example"])
def test_public_names(host: str) -> None:
    assert guard.judge_host(host, 443, ()) is None


@given(st.ip_addresses())
def test_every_address_gets_an_answer(address: IPv4Address | IPv6Address) -> None:
    reason = guard.judge(str(address), 443, ())
    assert reason is None or reason
    # Python's own flags are too lenient, never too strict, but for the AS112 and multicast blocks left aside here.
    if address.is_private and not str(address).startswith("192."):
        assert reason


def _denied(case: dict[str, Any]) -> bool:
    """The verdict of this module alone: of the address, or of the host and then of what it is said to resolve to."""
    if "ip" in case:
        return guard.judge(case["ip"], 443, ()) is not None
    url = urls.parse(case["url"])
    if url is None:
        return True
    host, _, port = urls.authority_of(url).rpartition(":")
    answers = case.get("resolves") or case.get("answers", [[]])[0]
    return bool(guard.judge_host(host, int(port), ()) or any(guard.judge(answer, int(port), ()) for answer in answers))


def test_address_policy_cases() -> None:
    path = DATA / "hostile" / "ssrf.jsonl"
    if not path.exists():
        pytest.skip(f"the address policy cases: {path} is not there")
    cases = [json.loads(line) for line in path.read_text("ascii").splitlines()]
    cases = [case for case in cases if case["cls"] not in ("redirect", "rebind") and case.get("note") != "empty"]
    wrong = [case for case in cases if _denied(case) != (case["verdict"] == "deny")]
    assert len(cases) > 450
    assert not wrong
