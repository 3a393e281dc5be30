"""What a reader chose for one feed, as a form or a command line says it, laid over what was chosen before.

Headers, cookies, password and proxy are secrets: nothing here shows one again, and no problem quotes one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from standfirst.errors import Code, Problem, Stage
from standfirst.model import FeedOptions

LONGEST = 8000
"""Characters of one value."""


@dataclass(frozen=True, slots=True)
class Given:
    """What was typed. A secret that is "" is kept as it is; one that is in `dropped` is removed.

    headers: further ones, "Name: value" a line. dropped: "cookies", "password", "proxy", and "header:" with a name.
    """

    full_text: bool
    user_agent: str
    username: str
    headers: str = ""
    cookies: str = ""
    password: str = ""
    proxy: str = ""
    dropped: frozenset[str] = frozenset()


def chosen(given: Given, old: FeedOptions, feed: str) -> FeedOptions | Problem:
    """The options that come of it, or why none do."""
    if any(len(value) > LONGEST for value in (given.user_agent, given.username, given.cookies, given.password)):
        return _problem(feed, f"a value of more than {LONGEST} characters", "a shorter one")
    headers = _headers(given.headers, feed)
    if isinstance(headers, Problem):
        return headers
    kept = [(name, value) for name, value in old.headers if f"header:{name}" not in given.dropped]
    return replace(
        old,
        full_text=given.full_text,
        user_agent=given.user_agent.strip(),
        username=given.username.strip(),
        headers=merged(kept, headers),
        cookies=_secret("cookies", given.cookies, old.cookies, given.dropped),
        password=_secret("password", given.password, old.password, given.dropped),
        proxy=_secret("proxy", given.proxy.strip(), old.proxy, given.dropped),
    )


def _secret(name: str, value: str, old: str, dropped: frozenset[str]) -> str:
    return value or ("" if name in dropped else old)


def _headers(text: str, feed: str) -> tuple[tuple[str, str], ...] | Problem:
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        header = header_of(line)
        if header is None:
            return _problem(
                feed, f"line {number} of the headers without a name and a colon", "Name: value on each line"
            )
        found.append(header)
    return tuple(found)


def header_of(line: str) -> tuple[str, str] | None:
    """Name and value of one header line, or None where it has no name or no colon."""
    name, colon, value = line.partition(":")
    return (name.strip(), value.strip()) if colon and name.strip() and len(line) <= LONGEST else None


def merged(old: Iterable[tuple[str, str]], new: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Headers with others laid over them, by name in any case; one with an empty value is removed."""
    by_name = {name.lower(): (name, value) for name, value in (*old, *new)}
    return tuple(header for header in by_name.values() if header[1])


def _problem(feed: str, found: str, wanted: str) -> Problem:
    return Problem(Stage.SETTINGS, Code.SETTING_INVALID, feed, "", found, wanted)


def secrets_in_words(options: FeedOptions) -> dict[str, str]:
    """Every option under its name, a secret only as "set" or "": for whoever prints them."""
    return {
        "full_text": "yes" if options.full_text else "no",
        "user_agent": options.user_agent,
        "headers": ", ".join(f"{name}: set" for name, _ in options.headers),
        "cookies": "set" if options.cookies else "",
        "username": options.username,
        "password": "set" if options.password else "",
        "proxy": "set" if options.proxy else "",
    }
