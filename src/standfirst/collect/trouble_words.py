"""What went wrong with a poll, in a person's words: a line for the health page, and two or three words for a list."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from http import HTTPStatus

from standfirst.errors import Code, Problem
from standfirst.text import time_in_full

_WALL = re.compile(r"\b(an? [^:;]{1,60} wall)\b")
# (in a line, before what was found; in two or three words)
_WORDS: dict[Code, tuple[str, str]] = {
    Code.NAME_NOT_FOUND: ("the name cannot be found (DNS)", "name not found (DNS)"),
    Code.CONNECTION_FAILED: ("no connection", "no connection"),
    Code.TLS_FAILED: ("no trustworthy connection (TLS)", "certificate or TLS"),
    Code.TIMED_OUT: ("timed out", "timed out"),
    Code.TOO_LARGE: ("too large", "too large"),
    Code.TOO_MANY_REDIRECTS: ("too many redirects", "too many redirects"),
    Code.BAD_ANSWER: ("an answer that is no HTTP", "broken answer"),
    Code.ADDRESS_REFUSED: ("an inner address, which is refused", "inner address"),
    Code.ADDRESS_INVALID: ("no address that can be asked for", "no address"),
    Code.ROBOTS_DENIED: ("robots.txt says no", "robots.txt says no"),
    Code.ASKED_TO_WAIT: ("its host asked to be left alone", "asked to wait"),
    Code.ENTITY_DECLARED: ("it declares entities and is not read", "declares entities"),
    Code.WORKER_DIED: ("reading it took too much memory or time", "too much to read"),
    Code.SETTING_INVALID: ("a choice that cannot be sent", "a wrong choice"),
}
_STATUSES = {
    HTTPStatus.UNAUTHORIZED: "wants a password",
    HTTPStatus.PAYMENT_REQUIRED: "wants payment",
    HTTPStatus.FORBIDDEN: "refused",
    HTTPStatus.NOT_FOUND: "not found",
    HTTPStatus.GONE: "gone",
    HTTPStatus.TOO_MANY_REQUESTS: "asked to wait",
    HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS: "withheld by law",
}


def in_a_line(problem: Problem, status: int | None, now: datetime, until: datetime | None) -> str:
    """The problem as the health page shows it: "429 Too Many Requests, asked to wait until 14:05 UTC"."""
    words = _line(problem, status)
    if problem.where.startswith("("):  # "(redirected to …)"
        words += f" {problem.where}"
    if until is not None:
        words = (
            f"{words[:240]}{'' if problem.code is Code.ASKED_TO_WAIT else ', asked to wait'} until {_time(until, now)}"
        )
    return words[:300]


def _line(problem: Problem, status: int | None) -> str:
    if problem.code is Code.NOT_A_FEED:
        return f"{problem.found} where a feed should be"
    if status is not None and (status >= 400 or problem.code is Code.HTTP_STATUS):
        return _status_line(problem.found, status)
    if problem.code is Code.TLS_FAILED and "expired" in problem.found:
        return f"its certificate expired ({problem.found})"
    if problem.code is Code.ASKED_TO_WAIT:
        return _WORDS[problem.code][0]
    before = _WORDS.get(problem.code, (str(problem.code).replace("-", " "), ""))[0]
    return f"{before}: {problem.found}"


def _status_line(found: str, status: int) -> str:
    """ "403 Forbidden", with what was found beyond the status: "403 Forbidden: a Cloudflare wall"."""
    found = found.removeprefix("HTTP ")
    return found if found.startswith(str(status)) else f"{status} {phrase(status)}".strip()


def phrase(status: int) -> str:
    """The reason phrase of a status (RFC 9110, 15), or ""."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _time(until: datetime, now: datetime) -> str:
    return f"{until:%H:%M} UTC" if until - now < timedelta(hours=12) else time_in_full(until)


def cause_of(problem: Problem, status: int | None) -> str:
    """The problem in two or three words, the same for all of its kind: "refused (403)", "a Cloudflare wall"."""
    if wall := _WALL.search(problem.found):
        return wall[1]
    if status is not None and status >= 400:
        usual = "server error" if status >= 500 else "refused"
        return f"{_STATUSES.get(HTTPStatus(status), usual) if _known(status) else usual} ({status})"
    if problem.code is Code.TLS_FAILED and "expired" in problem.found:
        return "certificate expired"
    if problem.code is Code.NOT_A_FEED:
        return "no feed there"
    return _WORDS.get(problem.code, ("", str(problem.code).replace("-", " ")))[1]


def _known(status: int) -> bool:
    return bool(phrase(status))
