"""A wall before a site is called by its name, so that a reader knows why a feed is late."""

from __future__ import annotations

import gzip

import pytest

from standfirst.errors import Code
from tests.collect.loopback import failure_of, http

PAGE = b"<!doctype html><title>Just a moment...</title><body>Checking your browser</body>"
PACKED = gzip.compress(PAGE, mtime=0)


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (http(PAGE, "403 Forbidden", "Server: cloudflare", "cf-mitigated: challenge"), "a Cloudflare wall"),
        (http(b"<p>no", "403 Forbidden", "X-DataDome: protected"), "a DataDome wall"),
        (http(b"<p>no", "403 Forbidden", "Set-Cookie: datadome=abc; Path=/"), "a DataDome wall"),
        (http(PACKED, "503 Busy", "Server: cloudflare", "Content-Encoding: gzip"), "a Cloudflare wall"),
    ],
    ids=["header", "datadome", "cookie", "packed body"],
)
def test_a_wall_is_named(answer: bytes, found: str) -> None:
    problem = failure_of(answer).problem
    assert found in problem.found
    assert problem.code is Code.HTTP_STATUS


def test_a_plain_refusal_is_no_wall() -> None:
    assert failure_of(http(b"x" * 3_000_000, "403 Forbidden")).problem.found == "HTTP 403 Forbidden"
