"""The subscriber's side of WebSub: requests, the hub's questions, signatures."""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import parse_qs

import pytest

from standfirst.collect.websub import NOT_OURS, Pending, is_authentic, subscription_request, verify_intent

TOPIC = "https://news.example/feed?a=1&b=ü"
ASKED = Pending("subscribe", TOPIC)
QUESTION = "hub.mode=subscribe&hub.topic=https%3A%2F%2Fnews.example%2Ffeed%3Fa%3D1%26b%3D%C3%BC&hub.challenge=x%20y%2Bz"


def test_a_request() -> None:
    body = subscription_request(ASKED, "https://reader.example/hook/7f3a", "s e&cret", 86400)
    assert parse_qs(body.decode("ascii")) == {
        "hub.callback": ["https://reader.example/hook/7f3a"],
        "hub.mode": ["subscribe"],
        "hub.topic": [TOPIC],
        "hub.lease_seconds": ["86400"],
        "hub.secret": ["s e&cret"],
    }


def test_what_is_not_wished_for_is_not_sent() -> None:
    assert b"secret" not in subscription_request(Pending("unsubscribe", TOPIC), "https://reader.example/")
    with pytest.raises(ValueError, match="199 bytes"):
        subscription_request(ASKED, "https://reader.example/", "ü" * 100)


@pytest.mark.parametrize(
    ("given", "lease"),
    [("864000", 864000), ("99999999999999", 2592000), ("0", 86400), ("-5", 86400), ("", 86400), ("²", 86400)],
)
def test_a_question_about_what_was_asked_for(given: str, lease: int) -> None:
    verdict = verify_intent(f"{QUESTION}&hub.lease_seconds={given}", ASKED, TOPIC)
    assert verdict == (200, b"x y+z", True, lease, "")


def test_the_end_of_a_subscription_has_no_lease() -> None:
    question = QUESTION.replace("subscribe", "unsubscribe")
    assert verify_intent(question, Pending("unsubscribe", TOPIC), TOPIC) == (200, b"x y+z", True, 0, "")


@pytest.mark.parametrize(
    ("query", "pending"),
    [
        (QUESTION, None),
        (QUESTION, Pending("unsubscribe", TOPIC)),
        (QUESTION.replace("subscribe", "unsubscribe"), ASKED),
        (QUESTION.replace("feed", "other"), ASKED),
        (QUESTION, Pending("subscribe", "https://news.example/other")),
        (QUESTION.partition("&hub.challenge")[0], ASKED),
        (QUESTION + "y" * 5000, ASKED),
        (QUESTION + "&hub.mode=denied", ASKED),
        ("&".join(f"a{i}=1" for i in range(60)), ASKED),
        ("", ASKED),
    ],
)
def test_questions_about_anything_else(query: str, pending: Pending | None) -> None:
    assert verify_intent(query, pending, TOPIC) == NOT_OURS


def test_a_hub_that_refuses() -> None:
    about = QUESTION.split("&")[1]
    assert verify_intent(f"hub.mode=denied&{about}&hub.reason=no%20such%20feed", ASKED, TOPIC).denied == "no such feed"
    assert verify_intent(f"hub.mode=denied&{about}", None, TOPIC).denied
    assert verify_intent("hub.mode=denied&hub.topic=other", ASKED, TOPIC) == NOT_OURS


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_signatures(method: str) -> None:
    signed = hmac.new(b"secret", b"<rss/>", getattr(hashlib, method)).hexdigest()
    assert is_authentic(b"<rss/>", f"{method}={signed}", "secret")
    assert is_authentic(b"<rss/>", f" {method.upper()}={signed.upper()} ", "secret")
    assert not is_authentic(b"<rss />", f"{method}={signed}", "secret")
    assert not is_authentic(b"<rss/>", f"{method}={signed}", "other")
    assert not is_authentic(b"<rss/>", f"{method}={signed[:-1]}", "secret")


@pytest.mark.parametrize("signature", ["", "sha256", "sha256=", "md5=0", "=", "sha256=é", "none=none"])
def test_what_is_no_signature(signature: str) -> None:
    assert not is_authentic(b"<rss/>", signature, "secret")


def test_an_empty_secret_signs_nothing() -> None:
    assert not is_authentic(b"x", "sha256=" + hmac.new(b"", b"x", "sha256").hexdigest(), "")
