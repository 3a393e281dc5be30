"""Which addresses may be connected to: the judgement, pure, over a dated table of special-purpose addresses.

The judgement is asked twice: of the host as written, before anything is looked up, and of the very address that is
about to be dialled, which covers names, redirects and answers that change. Python's own `is_global` is not used: it
takes several of these ranges for public.
"""

from __future__ import annotations

import functools
import tomllib
from importlib import resources
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import NamedTuple

from standfirst.errors import Code, Problem, SettingsError, Stage

_PUBLIC_V6 = IPv6Network("2000::/3")


class Allowance(NamedTuple):
    """An exception that the owner made: every address of a network, on one port."""

    network: IPv4Network | IPv6Network
    port: int


class _Known(NamedTuple):
    """An address, the IPv4 address mapped into it, and why it is special, or None."""

    address: IPv4Address | IPv6Address | None
    inner: IPv4Address | None
    reason: str | None


class _Tables(NamedTuple):
    v4: tuple[tuple[IPv4Network, str], ...]
    v6: tuple[tuple[IPv6Network, str], ...]
    ports: frozenset[int]
    endings: tuple[str, ...]


def allowances(entries: tuple[str, ...]) -> tuple[Allowance, ...]:
    """Read `[fetch] allow`: "192.168.1.5:8080", "192.168.1.0/24:80", "[fd00::5]:80", "[fd00::/8]:443".

    Raises SettingsError with a problem for every entry that cannot be read.
    """
    found: list[Allowance] = []
    problems: list[Problem] = []
    for entry in entries:
        try:
            found.append(_allowance(entry))
        except ValueError:
            wanted = "address:port or network:port, an IPv6 one in brackets"
            problems.append(Problem(Stage.SETTINGS, Code.SETTING_INVALID, "fetch.allow", "", repr(entry), wanted))
    if problems:
        raise SettingsError(tuple(problems))
    return tuple(found)


def judge(ip: str, port: int, allow: tuple[Allowance, ...]) -> str | None:
    """Why this address must not be connected to, in words, or None if it may be.

    ip: an address as the socket gets it, a zone ("%eth0") included. An IPv4 address written as IPv6 ("::ffff:…") is one
    machine with the inner address, so an allowance for the inner one counts; without an allowance it is refused.
    """
    known = _known(ip)
    if known.address is None:
        return known.reason
    bad_port = port in _tables().ports
    if known.reason is None and not bad_port:
        return None
    if _is_allowed(known.address, port, allow) or (known.inner is not None and _is_allowed(known.inner, port, allow)):
        return None
    return f"port {port} is not used for web pages" if bad_port else known.reason


def judge_host(host: str, port: int, allow: tuple[Allowance, ...]) -> str | None:
    """Why a host, as an address writes it, must not even be looked up, or None.

    host: as in a parsed URL, IPv6 in brackets. A name kept for inner networks (RFC 6761 and its like) is refused
    unless an allowance for this port exists; then the address it leads to is judged.
    """
    if is_literal(host):
        return judge(host.strip("[]"), port, allow)
    if port in _tables().ports and not _has_port(port, allow):
        return f"port {port} is not used for web pages"
    name = host.rstrip(".").lower()
    inner = "." not in name or name.endswith(tuple("." + ending for ending in _tables().endings))
    return "the name belongs to an inner network" if inner and not _has_port(port, allow) else None


def is_literal(host: str) -> bool:
    """Whether a host, as a parsed URL writes it, is an IP address and not a name."""
    try:
        return host.startswith("[") or bool(IPv4Address(host))
    except ValueError:
        return False


def _allowance(entry: str) -> Allowance:
    network, _, port = entry.strip().rpartition(":")
    if (":" in network) != (network.startswith("[") and network.endswith("]")):
        raise ValueError(entry)
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise ValueError(entry)
    return Allowance(ip_network(network.strip("[]"), strict=False), int(port))


def _is_allowed(address: IPv4Address | IPv6Address, port: int, allow: tuple[Allowance, ...]) -> bool:
    return any(port == one.port and address in one.network for one in allow)


def _has_port(port: int, allow: tuple[Allowance, ...]) -> bool:
    return any(port == one.port for one in allow)


@functools.lru_cache(maxsize=4096)
def _known(ip: str) -> _Known:
    """One address judged; kept, since every connection asks twice and feeds come back to the same machines."""
    try:
        address = ip_address(ip.partition("%")[0])
    except ValueError:
        return _Known(None, None, "it is no IP address")
    inner = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return _Known(address, inner, _special(address))


def _special(address: IPv4Address | IPv6Address) -> str | None:
    if isinstance(address, IPv4Address):
        return next((name for block, name in _tables().v4 if address in block), None)
    name = next((name for block, name in _tables().v6 if address in block), None)
    return name or (None if address in _PUBLIC_V6 else "not assigned for public use, RFC 4291")


@functools.cache
def _tables() -> _Tables:
    data = tomllib.loads(resources.files("standfirst").joinpath("data/addresses.toml").read_text("utf-8"))
    return _Tables(
        tuple((IPv4Network(block), name) for block, name in data["v4"].items()),
        tuple((IPv6Network(block), name) for block, name in data["v6"].items()),
        frozenset(data["ports"]["bad"]) | frozenset(data["ports"]["stores"]),
        tuple(data["names"]["endings"]),
    )
