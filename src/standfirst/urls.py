"""Addresses: parsed as browsers parse them, cleaned for comparing, and the outlet that an address belongs to.

Pure functions of strings. Only http and https addresses exist here; anything else is None, or "" where a host was
asked for. The public suffix list and the tracking parameters are data within the package, read on first use.
"""

from __future__ import annotations

import functools
import re
import tomllib
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from ada_url import URL, HostType

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

_DEFAULT_PORTS = {"http:": "80", "https:": "443"}
_SURROGATE = re.compile("[\ud800-\udfff]")

# The last part of a path that names one article: a number of five digits or more, four words or more, a mixed
# identifier of eight characters or more, or an HTML file other than a folder's index.
_SPECIFIC = re.compile(
    r"\d{5}|(?:[^-_]+[-_]){3}|^(?=[a-z]*\d)(?=\d*[a-z])[a-z\d]{8,}$|^(?!index\.|default\.|home\.).+\.[sx]?html?$", re.I
)


class Target(NamedTuple):
    """An address as a request needs it: without fragment; IPv6 hosts in brackets; the scheme's own port filled in."""

    url: str
    scheme: str
    host: str
    port: int

    @property
    def authority(self) -> str:
        """Host and port: "news.example:443"."""
        return f"{self.host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme, host and port, as RFC 6454 compares them: "https://news.example:443"."""
        return f"{self.scheme}://{self.host}:{self.port}"


def target(url: str, base: str | None = None) -> Target | None:
    """What a request to this address needs, parsed once; None as for `parse`."""
    parsed = _parsed(url, base)
    if parsed is None:
        return None
    # read off the one serialisation, which has no user name: each property of the parser costs a copy
    href = str(parsed.href).partition("#")[0]
    scheme, _, rest = href.partition("://")
    host, colon, port = rest.partition("/")[0].rpartition(":")
    if not colon or port.endswith("]"):
        host, port = f"{host}{colon}{port}", _DEFAULT_PORTS[f"{scheme}:"]
    return Target(href, scheme, host, int(port))


def credentials_of(url: str) -> tuple[str, str]:
    """The user name and password that an address carries, percent-decoded, each "" where there is none."""
    try:
        parsed = URL(_scalar(url))
    except ValueError:
        return "", ""
    return unquote(parsed.username), unquote(parsed.password)


def parse(url: str, base: str | None = None) -> str | None:
    """The address as a browser would send it, or None if it is no http or https address.

    Parsed and serialised by the WHATWG URL Standard, relative to base where one is given. A user name and password are
    dropped; the fragment stays.
    """
    parsed = _parsed(url, base)
    return None if parsed is None else str(parsed.href)


def clean(url: str) -> str | None:
    """The address for comparing and storing: parsed, without fragment and tracking parameters; None as for `parse`.

    The remaining parameters keep their order and spelling; an empty query is dropped with its "?".
    """
    parsed = _parsed(url, None)
    return None if parsed is None else _cleaned(parsed)


def host_of(url: str) -> str:
    """The host of an address in lower case, without its port: "news.example", "[2001:db8::1]"; "" if it has none."""
    parsed = _parsed(url, None)
    return "" if parsed is None else str(parsed.hostname)


def authority_of(url: str) -> str:
    """Host and port, the scheme's own port filled in: "news.example:443"; "" for what `parse` does not take."""
    parsed = _parsed(url, None)
    return "" if parsed is None else f"{parsed.hostname}:{parsed.port or _DEFAULT_PORTS[parsed.protocol]}"


def outlet_of(url: str) -> str:
    """The outlet an address belongs to: its registrable domain by the public suffix list, private suffixes included.

    An IP address, a single label and a public suffix are their own outlet; "" for what `parse` does not take.
    """
    parsed = _parsed(url, None)
    if parsed is None:
        return ""
    host = str(parsed.hostname).rstrip(".")
    return host if parsed.host_type != HostType.DEFAULT else _registrable(host)


def same_outlet(a: str, b: str) -> bool:
    """Whether both addresses belong to one outlet."""
    outlet = outlet_of(a)
    return bool(outlet) and outlet == outlet_of(b)


def believed_canonical(canonical: str, fetched: str) -> str | None:
    """The canonical address that a page claims for itself, cleaned, or None if it is not to be believed.

    canonical may be relative to fetched. It is believed on the outlet it was fetched from, unless it points at a home
    page (its path is "/") or seems to point at a section page. The rule for that: the last part of its path does not
    name one article (a number of five digits, four words, a mixed identifier of eight characters, an HTML file), it has
    no number in its query, and the fetched address was more specific: its own last part names an article, its path
    has more parts, or it is the same path with a query.
    """
    claimed, actual = _parsed(canonical.strip(), fetched), _parsed(fetched, None)
    if claimed is None or actual is None or not same_outlet(claimed.href, actual.href):
        return None
    found, parts, from_parts = _cleaned(claimed), _parts(claimed), _parts(actual)
    if not parts:
        return None
    if found == _cleaned(actual) or _names_article(parts) or re.search(r"=\d", claimed.search):
        return found
    same_without_query = parts == from_parts and "?" in _cleaned(actual) and "?" not in found
    less = _names_article(from_parts) or len(parts) < len(from_parts) or same_without_query
    return None if less else found


def _parsed(url: str, base: str | None) -> URL | None:
    try:
        parsed = URL(_scalar(url), None if base is None else _scalar(base))
    except ValueError:
        return None
    if parsed.protocol not in _DEFAULT_PORTS:
        return None
    if "@" in url or "@" in (base or ""):
        parsed.username = parsed.password = ""
    return parsed


def _scalar(value: str) -> str:
    """The parser takes scalar values only; a lone surrogate becomes U+FFFD, as in Web IDL's USVString."""
    return value if value.isascii() else _SURROGATE.sub("\ufffd", value)


def _cleaned(parsed: URL) -> str:
    path = str(parsed.href).partition("#")[0].partition("?")[0]
    parts = str(parsed.search)[1:].split("&")
    query = "&".join(part for part in parts if not _is_tracking(part.partition("=")[0].lower()))
    return f"{path}?{query}" if query else path


def _is_tracking(name: str) -> bool:
    names, prefixes = _tracking()
    return name in names or name.startswith(prefixes)


@functools.cache
def _tracking() -> tuple[frozenset[str], tuple[str, ...]]:
    text = resources.files("standfirst").joinpath("data/tracking.toml").read_text("utf-8")
    data = tomllib.loads(text)
    return frozenset(data["names"]), tuple(data["prefixes"])


@functools.lru_cache(maxsize=4096)
def _registrable(host: str) -> str:
    return _suffixes().privatesuffix(host) or host


@functools.cache
def _suffixes() -> PublicSuffixList:
    from publicsuffixlist import PublicSuffixList  # 0.15 CPU s and 2 MB: only for those who ask

    return PublicSuffixList()


def _parts(parsed: URL) -> list[str]:
    return [part for part in str(parsed.pathname).split("/") if part]


def _names_article(parts: list[str]) -> bool:
    return bool(parts) and _SPECIFIC.search(parts[-1]) is not None
