"""WebSub (W3C Recommendation, 2018-01-23), the subscriber's side: what is sent to a hub, what a hub may say. Pure.

A hub is asked to send a feed's changes to a callback address of ours; it proves by a question that somebody wants them,
and signs what it sends. Sending the request is the network's business, answering the hub the pages'.
"""

from __future__ import annotations

import hmac
from typing import NamedTuple
from urllib.parse import parse_qs, urlencode

LONGEST_SECRET = 199  # section 5.1: less than 200 bytes
LONGEST_LEASE = 30 * 86400
_METHODS = frozenset({"sha1", "sha256", "sha384", "sha512"})  # section 8
_LONGEST_CHALLENGE = 4096


class Pending(NamedTuple):
    """What was asked of a hub and not yet confirmed. mode: "subscribe" or "unsubscribe"; topic: the feed's address."""

    mode: str
    topic: str


class Verdict(NamedTuple):
    """How to answer a hub's question: with this status and body.

    confirmed: whether the subscription (or its end) is in force now. lease: seconds until it has to be renewed, or 0.
    denied: why the hub refuses, in its words, or "".
    """

    status: int
    body: bytes = b""
    confirmed: bool = False
    lease: int = 0
    denied: str = ""


NOT_OURS = Verdict(404)


def subscription_request(pending: Pending, callback: str, secret: str = "", lease: int = 0) -> bytes:
    """The body of the POST to a hub, as application/x-www-form-urlencoded (section 5.1).

    callback: an address of ours that is hard to guess, one for each topic. secret: what the hub signs with, random, at
    most 199 bytes; only to be sent over https. lease: seconds wished for, 0 for what the hub likes.
    Raises ValueError if the secret is too long.
    """
    if len(secret.encode()) > LONGEST_SECRET:
        raise ValueError("a WebSub secret has 199 bytes at most")
    fields = {"hub.callback": callback, "hub.mode": pending.mode, "hub.topic": pending.topic}
    if lease:
        fields["hub.lease_seconds"] = str(lease)
    if secret:
        fields["hub.secret"] = secret
    return urlencode(fields).encode("ascii")


def verify_intent(query: str, pending: Pending | None, topic: str) -> Verdict:
    """Answer a hub's GET on a callback (sections 5.2 and 5.3). query: what stands after the "?".

    pending: what was asked for on this callback, None if nothing is open. topic: the feed the callback belongs to.
    A question about anything else is not ours: 404, and nothing changes. A lease the hub does not give counts as a day.
    """
    try:
        fields = parse_qs(query, max_num_fields=50, encoding="utf-8", errors="replace")
    except ValueError:
        return NOT_OURS
    mode, about, challenge = (_only(fields, f"hub.{name}") for name in ("mode", "topic", "challenge"))
    if mode == "denied" and about == topic:
        return Verdict(200, denied=_only(fields, "hub.reason")[:300] or "no reason given")
    if pending is None or (mode, about) != pending or about != topic:
        return NOT_OURS
    if not challenge or len(challenge) > _LONGEST_CHALLENGE:
        return NOT_OURS
    lease = _seconds(_only(fields, "hub.lease_seconds")) if mode == "subscribe" else 0
    return Verdict(200, challenge.encode(), confirmed=True, lease=lease)


def is_authentic(body: bytes, signature: str, secret: str) -> bool:
    """Whether a distributed document was signed with our secret (section 8); compared in constant time.

    signature: the X-Hub-Signature header, "sha256=…" in hexadecimal. An unknown method is no proof. What is not
    authentic is to be ignored, though answered with 2xx, so that nobody learns by trying.
    """
    method, _, given = signature.strip().partition("=")
    method = method.lower()
    if method not in _METHODS or not secret or not given.isascii():
        return False
    return hmac.compare_digest(hmac.new(secret.encode(), body, method).hexdigest(), given.strip().lower())


def _only(fields: dict[str, list[str]], name: str) -> str:
    """The value of a field that is given once; "" for none or several, which would be open to interpretation."""
    values = fields.get(name, [])
    return values[0] if len(values) == 1 else ""


def _seconds(value: str) -> int:
    seconds = int(value[:10]) if value.isascii() and value.isdigit() else 0
    return min(seconds, LONGEST_LEASE) or 86400
