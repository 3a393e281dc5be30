"""How the requests of one feed differ from all others: what its reader chose, checked, and kept off other origins.

Headers, cookies and passwords are secrets: they are sent to the feed's own origin (scheme, host and port, RFC 6454) and
nowhere else, and no problem, error or representation here shows a value.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from standfirst import urls
from standfirst.collect.fetch_trouble import Trouble
from standfirst.errors import Code
from standfirst.model import FeedOptions

PLAIN = FeedOptions()
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
# Connection control (RFC 9110, 7.6.1), framing, and what the fetcher itself decides: address, codings, validators.
_KEPT = re.compile(
    "accept-encoding|connection|content-(?:encoding|length|type)|expect|host|http2-settings|if-(?:none-)?match|if-range"
    "|if-(?:un)?modified-since|keep-alive|proxy-.*|range|te|trailer|transfer-encoding|upgrade"
)


@dataclass(frozen=True, slots=True)
class Manner:
    """How requests are made for one feed. agent: the User-Agent, or "" for the usual one.

    origin: the feed's own, to which `private` headers may go. proxy: an http:// address without credentials, or "";
    proxy_given: the same with them.
    """

    agent: str = ""
    origin: str = ""
    private: dict[str, str] = field(default_factory=dict, repr=False)
    proxy: str = ""
    proxy_given: str = field(default="", repr=False)
    proxy_headers: dict[str, str] = field(default_factory=dict, repr=False)


USUAL = Manner()


def manner_of(options: FeedOptions, own: str) -> Manner:
    """The options as requests need them. own: the feed's own address.

    Raises Trouble (setting-invalid) for the first option that cannot be sent; it names the option, never its value.
    """
    if options == FeedOptions(full_text=options.full_text):
        return USUAL
    if wrong := next(_faults(options), None):
        raise Trouble(Code.SETTING_INVALID, *wrong)
    place = urls.target(own)
    proxy = urls.target(options.proxy) if options.proxy else None
    return Manner(
        agent=options.user_agent,
        origin=place.origin if place else "",
        private=_private(options),
        proxy=proxy.url if proxy else "",
        proxy_given=options.proxy,
        proxy_headers=_proxy_headers(options.proxy) if proxy else {},
    )


def faults(options: FeedOptions) -> tuple[tuple[str, str], ...]:
    """What in these options cannot be sent, as (found, wanted) in words; for the form they are typed into."""
    return tuple(_faults(options))


def _faults(options: FeedOptions) -> Iterator[tuple[str, str]]:
    for name, value in options.headers:
        if not _NAME.fullmatch(name):
            yield "a header name with other signs than letters, digits and hyphens", "a name as in RFC 9110"
        elif _KEPT.fullmatch(name.lower()):
            yield f"the header {name}", "another one: this is Standfirst's own to decide"
        elif not _sendable(value):
            yield f"control characters in the value of the header {name}", "one line of text"
    for what, value in (("user agent", options.user_agent), ("cookies", options.cookies)):
        if not _sendable(value):
            yield f"control characters in the {what}", "one line of text"
    if ":" in options.username or not (_sendable(options.username) and _sendable(options.password)):
        yield "a colon or control characters in user name or password", "a name as in RFC 7617"
    proxy = urls.target(options.proxy) if options.proxy else None
    if options.proxy and (proxy is None or proxy.url != f"http://{_host_part(proxy.url)}/"):
        yield "a proxy that is no http://host:port", "http://host:port, with name:password@ where it asks for one"


def _private(options: FeedOptions) -> dict[str, str]:
    headers = {name.title(): value for name, value in options.headers}
    if options.cookies:
        headers["Cookie"] = options.cookies
    if options.username or options.password:
        headers["Authorization"] = _basic(options.username, options.password)
    return headers


def _proxy_headers(proxy: str) -> dict[str, str]:
    name, password = urls.credentials_of(proxy)
    return {"Proxy-Authorization": _basic(name, password)} if name or password else {}


def _basic(name: str, password: str) -> str:
    """RFC 7617, in UTF-8."""
    return "Basic " + base64.b64encode(f"{name}:{password}".encode("utf-8", "replace")).decode("ascii")


def _sendable(value: str) -> bool:
    return all(sign.isprintable() or sign == "\t" for sign in value)


def _host_part(url: str) -> str:
    return url.partition("://")[2].partition("/")[0]
