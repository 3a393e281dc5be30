"""Sockets with an allowance."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from standfirst.collect.fetch_wire import HEAD_LIMIT, Meter, MeteredSocket, OverLimit

Pair = tuple[MeteredSocket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    near, far = socket.socketpair()
    with far, MeteredSocket(near.family, near.type, near.proto, near.detach()) as metered:
        metered.settimeout(5)
        far.settimeout(5)
        yield metered, far


def take(metered: MeteredSocket, far: socket.socket, size: int) -> int:
    """Bytes taken in of so many, in both ways of taking them."""
    buffer, taken = bytearray(16_000), 0
    while taken < size:
        far.sendall(bytes(min(16_000, size - taken)))
        taken += metered.recv_into(buffer) if taken % 3 else len(metered.recv(16_000))
    return taken


def test_headers_have_a_small_allowance(pair: Pair) -> None:
    metered, far = pair
    assert take(metered, far, HEAD_LIMIT) == HEAD_LIMIT
    with pytest.raises(OverLimit):
        metered.recv(1)
    assert metered.is_over


def test_a_body_has_its_own_and_the_next_request_begins_again(pair: Pair) -> None:
    metered, far = pair
    for _ in range(2):
        meter = Meter()
        metered.send(b"GET /")
        assert take(metered, far, HEAD_LIMIT - 1)
        meter.admit(1_000_000)
        assert take(metered, far, 1_000_000)
        assert not meter.is_over
    with pytest.raises(OverLimit):
        take(metered, far, 1_000_000)
    assert meter.is_over


def test_nothing_may_come_between_an_answer_and_the_next_request(pair: Pair) -> None:
    metered, far = pair
    earlier = Meter()
    metered.send(b"GET /")
    earlier.rest()
    far.send(b"unasked")
    with pytest.raises(OverLimit):
        metered.recv(10)
    Meter()
    metered.send(b"GET /")
    earlier.rest()  # too late to mean this request
    assert metered.recv(10) == b"unasked"


def test_a_piece_is_small_only_while_headers_are_awaited(pair: Pair) -> None:
    metered, far = pair
    meter = Meter()
    metered.sendmsg([b"GET", b" /"])
    far.send(bytes(60_000))
    assert len(metered.recv(100_000)) == 16 * 1024
    meter.admit(100)
    assert metered.recv_into(bytearray(100_000), 30_000) == 30_000
    metered.send(b"GET /")
    assert len(metered.recv(100_000)) == 60_000 - 30_000 - 16 * 1024


def test_a_request_that_was_sent_nowhere() -> None:
    meter = Meter()
    meter.admit(1)
    meter.rest()
    assert not meter.is_over
