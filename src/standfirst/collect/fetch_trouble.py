"""What went wrong with one request, in a person's words: every way in which the network fails has its problem code."""

from __future__ import annotations

import ssl
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import aiohttp
from aiohttp.http_exceptions import LineTooLong

from standfirst.collect.fetch_wire import OverLimit
from standfirst.collect.walls import wall_in_words
from standfirst.config import FetchSettings
from standfirst.errors import Code, FetchError, Problem, Stage
from standfirst.text import clean_line


class Trouble(Exception):
    """One request failed: what was found, what was wanted. Becomes a FetchError once the address is known."""

    def __init__(
        self, code: Code, found: str, wanted: str, *, status: int | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(f"{code}: found {found}, wanted {wanted}")
        self.code = code
        self.found = found
        self.wanted = wanted
        self.status = status
        self.retry_after = retry_after

    def at(self, source: str, where: str) -> FetchError:
        """The error to raise. source: the address asked for; where: the hop at which it failed, or the same."""
        place = "" if where == source else f"(redirected to {clean_line(where, 300)})"
        found, wanted = clean_line(self.found, 300), clean_line(self.wanted, 300)
        problem = Problem(Stage.FETCH, self.code, source, place, found, wanted)
        return FetchError(problem, status=self.status, retry_after=self.retry_after)


class Refused(OSError):
    """An address must not be connected to; raised where a socket would have been made."""


def refused(what: str, reason: str) -> Trouble:
    """The guard said no to an address, port or name."""
    return Trouble(Code.ADDRESS_REFUSED, f"{what}: {reason}", "a public address")


def out_of_time(settings: FetchSettings) -> Trouble:
    """The whole request took too long."""
    return Trouble(Code.TIMED_OUT, f"no end after {settings.total_timeout:g} s", "a complete answer in that time")


def held(seconds: float) -> Trouble:
    """The host asked to be left alone for so many seconds more."""
    found = f"a host that asked to be left alone for {seconds:.0f} s more"
    return Trouble(Code.ASKED_TO_WAIT, found, "a request after that", retry_after=seconds)


def endless(settings: FetchSettings) -> Trouble:
    """Bytes that are no body, without end."""
    return Trouble(Code.TOO_LARGE, "an answer that goes on past its limit", f"{settings.max_wire} bytes at most")


def of_status(status: int, headers: dict[str, str], now: datetime, *, conditional: bool, wall: str = "") -> Trouble:
    """An answer that is none: neither 2xx nor, to a conditional request, 304; or a wall's, whose name is given."""
    name = f"HTTP {status} {_phrase(status)}".strip()
    if wall:
        name = f"{name}: {wall_in_words(wall)}"
    code = Code.GONE if status == 410 else Code.HTTP_STATUS
    retry = retry_after(headers, now)
    return Trouble(code, name, "200 or 304" if conditional else "200", status=status, retry_after=retry)


def retry_after(headers: dict[str, str], now: datetime) -> float | None:
    """Seconds that Retry-After asks to wait, from either of its forms (RFC 9110, 10.2.3), or None.

    A date is compared with the answer's own Date, so that a wrong clock on either side does no harm.
    """
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:10])
    until, since = _http_date(value), _http_date(headers.get("date", "")) or now
    return max(0.0, (until - since).total_seconds()) if until else None


def of_exception(error: Exception, settings: FetchSettings) -> Trouble:
    """The words for what the HTTP client raised. Anything that is no failure of the network is raised again."""
    if _is_over_limit(error):
        return endless(settings)
    if isinstance(error, aiohttp.ClientConnectorDNSError | aiohttp.ClientConnectorError):
        return _of_connecting(error)
    if isinstance(error, TimeoutError):
        return _of_waiting(error, settings)
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return Trouble(Code.CONNECTION_FAILED, f"HTTP {error.status} from the proxy", "a way through it")
    if isinstance(error, aiohttp.ClientResponseError):
        return _of_garbage(error)
    if isinstance(error, aiohttp.ClientPayloadError):
        return Trouble(Code.BAD_ANSWER, "an answer that breaks off", "a complete one")
    if isinstance(error, aiohttp.InvalidURL):
        return Trouble(Code.ADDRESS_INVALID, repr(str(error.url)), "an address that can be asked for")
    if isinstance(error, aiohttp.ClientConnectionError | OSError):
        return Trouble(Code.CONNECTION_FAILED, "a connection closed without an answer", "an answer")
    raise error


def _is_over_limit(error: BaseException | None) -> bool:
    """Whether the socket refused to take in more; the HTTP client wraps that in errors of its own."""
    while error is not None and not isinstance(error, OverLimit):
        error = error.__cause__
    return error is not None


def _of_connecting(error: aiohttp.ClientConnectorError) -> Trouble:
    cause = error.os_error
    if isinstance(cause, Refused):
        return refused(error.host, str(cause))
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return Trouble(Code.NAME_NOT_FOUND, f"no address for {error.host}", "a host that the name service knows")
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError | ssl.CertificateError):
        return _of_tls(error)
    words = cause.strerror or str(cause)
    return Trouble(Code.CONNECTION_FAILED, f"{words} at {error.host}:{error.port}", "a connection")


def _of_tls(error: aiohttp.ClientConnectorError) -> Trouble:
    cause = getattr(error, "certificate_error", None) or error.os_error
    words = getattr(cause, "verify_message", "") or getattr(cause, "reason", "") or str(cause)
    return Trouble(Code.TLS_FAILED, words, f"TLS with a valid certificate for {error.host}")


def _of_waiting(error: TimeoutError, settings: FetchSettings) -> Trouble:
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return Trouble(Code.TIMED_OUT, f"no connection after {settings.connect_timeout:g} s", "one in that time")
    return Trouble(Code.TIMED_OUT, f"no byte for {settings.idle_timeout:g} s", "an answer that goes on")


def _of_garbage(error: aiohttp.ClientResponseError) -> Trouble:
    # aiohttp hands the parser's own error on as the cause of the cause.
    cause = error.__cause__ and error.__cause__.__cause__
    if isinstance(cause, LineTooLong) or "Too many headers" in error.message:
        return Trouble(Code.TOO_LARGE, "a header over the limit", "64 KiB of headers at most")
    return Trouble(Code.BAD_ANSWER, f"no HTTP: {error.message}", "an HTTP answer")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _http_date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else None
