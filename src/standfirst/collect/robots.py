"""What a site's robots.txt asks of Standfirst: the Robots Exclusion Protocol (RFC 9309), pure.

Read here and not by a library: the file is foreign text of up to 512 KiB, and every line of it has to cost the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

MOST_BYTES = 512 * 1024  # RFC 9309, 2.5: at least 500 KiB
LONGEST_DELAY = 60.0
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_TOKEN = re.compile(rb"[A-Za-z_-]*")
_ESCAPED = re.compile(rb"%([0-9A-Fa-f]{2})|([\x00-\x20\x7f-\xff])")
_SPELLINGS = {b"useragent": b"user-agent", b"user agent": b"user-agent", b"crawl delay": b"crawl-delay"}


class Rule(NamedTuple):
    """One Allow or Disallow line: its pattern cut at its asterisks, and whether the path has to end with it ("$")."""

    length: int
    allows: bool
    parts: tuple[bytes, ...]
    anchored: bool


class Rules(NamedTuple):
    """The group of a robots.txt that concerns one robot. rules: the most specific first. delay: seconds, or 0."""

    rules: tuple[Rule, ...] = ()
    delay: float = 0.0

    @property
    def size(self) -> int:
        """Bytes of memory that these rules take up, roughly."""
        return 200 + sum(250 + rule.length + 40 * len(rule.parts) for rule in self.rules)

    def allows(self, url: str) -> bool:
        """Whether this address, as `urls.target` gives it, may be asked for (RFC 9309, 2.2.2 and 2.2.3)."""
        path = _normal(b"/" + url.partition("://")[2].partition("/")[2].encode())
        if path == b"/robots.txt":
            return True
        return next((rule.allows for rule in self.rules if _matches(rule, path)), True)


ALLOW_ALL = Rules()


def read_robots(body: bytes, token: str) -> Rules:
    """The rules for the robot with this product token ("Standfirst"): its own groups, else those for "*", else none.

    Groups that name the same robot count as one. Never raises: a line that is none is left out.
    """
    lines = body[:MOST_BYTES].removeprefix(b"\xef\xbb\xbf").splitlines()
    own, others = _Group(), _Group()
    wanted = token.lower().encode()
    names: set[bytes] = set()
    naming = False
    for field, value in filter(None, map(_line, lines)):
        if field == b"user-agent":
            names = names | {_robot(value)} & {wanted, b"*"} if naming else {_robot(value)} & {wanted, b"*"}
            own.is_named |= wanted in names
            naming = True
        elif field in (b"allow", b"disallow", b"crawl-delay"):
            naming = False
            for name in names:
                (own if name == wanted else others).add(field, value)
    return (own if own.is_named else others).rules()


class _Group:
    """The lines for one robot, in the making."""

    def __init__(self) -> None:
        self.is_named = False
        self._rules: set[Rule] = set()
        self._delay = 0.0

    def add(self, field: bytes, value: bytes) -> None:
        if field == b"crawl-delay":
            self._delay = _seconds(value) or self._delay
        elif value.startswith((b"/", b"*")):  # an empty one says nothing; what is no path matches none
            self._rules.add(_rule(field == b"allow", value))

    def rules(self) -> Rules:
        # the longest pattern decides, and Allow between two of the same length
        return Rules(tuple(sorted(self._rules, key=lambda rule: (-rule.length, not rule.allows))), self._delay)


def _line(line: bytes) -> tuple[bytes, bytes] | None:
    field, colon, value = line.partition(b"#")[0].partition(b":")
    if not colon:
        return None
    field = field.strip().lower()
    return _SPELLINGS.get(field, field), value.strip()


def _robot(value: bytes) -> bytes:
    """The product token of a User-agent line: what follows it (a version, say) does not count."""
    token = _TOKEN.match(value)
    return value[:1] if value.startswith(b"*") or token is None else token[0].lower()


def _rule(allows: bool, value: bytes) -> Rule:
    anchored = value.endswith(b"$")
    pattern = _normal(re.sub(rb"\*+", b"*", value.removesuffix(b"$")))
    return Rule(len(pattern) + anchored, allows, tuple(pattern.split(b"*")), anchored)


def _matches(rule: Rule, path: bytes) -> bool:
    """Whether a path fits: the first part at its start, the others in turn. Each search starts where the last ended."""
    first, *others = rule.parts
    if not path.startswith(first):
        return False
    if not others:
        return not rule.anchored or len(path) == len(first)
    return _fits(path, len(first), others, rule.anchored)


def _fits(path: bytes, at: int, parts: Iterable[bytes], anchored: bool) -> bool:
    *inner, last = parts
    for part in inner:
        at = path.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return len(path) - len(last) >= at and path.endswith(last) if anchored else path.find(last, at) >= 0


def _normal(path: bytes) -> bytes:
    """One spelling of percent-encoding: unreserved octets plain, all others in upper-case hex (RFC 3986, 6.2.2)."""
    return _ESCAPED.sub(_octet, path) if b"%" in path or not path.isascii() or b" " in path else path


def _octet(found: re.Match[bytes]) -> bytes:
    octet = int(found[1], 16) if found[1] else found[2][0]
    return bytes([octet]) if octet in _UNRESERVED else b"%%%02X" % octet


def _seconds(value: bytes) -> float:
    try:
        seconds = float(value)
    except ValueError:
        return 0.0
    return min(seconds, LONGEST_DELAY) if seconds > 0 else 0.0
