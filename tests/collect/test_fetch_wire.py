"""Sockets with an allowance."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from standfirst.collect.fetch_wire import HEAD_LIMIT, MeteredSocket, OverLimit

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
        metered.send(b"GET /")
        assert take(metered, far, HEAD_LIMIT - 1)
        metered.admit(1_000_000)
        assert take(metered, far, 1_000_000)
        assert not metered.is_over
    with pytest.raises(OverLimit):
        take(metered, far, 1_000_000)


def test_a_piece_is_small_only_while_headers_are_awaited(pair: Pair) -> None:
    metered, far = pair
    far.send(bytes(60_000))
    assert len(metered.recv(100_000)) == 16 * 1024
    metered.admit(100)
    assert metered.recv_into(bytearray(100_000), 30_000) == 30_000
    metered.sendmsg([b"GET", b" /"])
    assert len(metered.recv(100_000)) == 60_000 - 30_000 - 16 * 1024
