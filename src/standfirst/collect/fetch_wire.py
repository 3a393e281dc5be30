"""Sockets that take in only so much for one request, whatever the bytes are meant to be.

The HTTP client counts what it takes for a body. What is none (interim answers, chunk extensions, trailers) can go on
for ever uncounted; here every byte counts. Works with asyncio's own event loop, which reads through Python's socket.
"""

from __future__ import annotations

import socket
from contextvars import ContextVar
from typing import Any

HEAD_LIMIT = 512 * 1024  # headers, interim answers, and what of a body may come before they are looked at
_HEAD_PIECE = 16 * 1024  # so that a thousand interim answers in one piece do not hold up everybody else
_FRAMING = 256 * 1024  # beyond a body of the largest size


class OverLimit(OSError):
    """An answer went on for longer than its limit."""


class Meter:
    """The allowance of one request, on the socket that it happens to be sent on."""

    def __init__(self) -> None:
        self._socket: MeteredSocket | None = None
        _METER.set(self)

    def sent_on(self, socket: MeteredSocket) -> None:
        """The request goes out there, and its answer is awaited from its start."""
        self._socket = socket

    def admit(self, body: int) -> None:
        """The headers are in: a body of so many bytes may follow."""
        if self._socket is not None:
            self._socket.allow(self, body + _FRAMING)

    def rest(self) -> None:
        """The answer is complete: whatever comes before the next request ends the connection.

        It would be taken for the answer to that request.
        """
        if self._socket is not None:
            self._socket.allow(self, 0)

    @property
    def is_over(self) -> bool:
        """Whether more was to come than was allowed; the HTTP client does not always hand on what is raised."""
        return self._socket is not None and self._socket.is_over


# of the task that sends; the HTTP client's own interface does not say which socket it takes
_METER: ContextVar[Meter | None] = ContextVar("meter", default=None)


class MeteredSocket(socket.socket):
    """A socket with an allowance: small after each sending, while headers are awaited, then what its meter says."""

    is_over = False
    _in_head = True
    _left = HEAD_LIMIT
    _meter: Meter | None = None

    def allow(self, meter: Meter, size: int) -> None:
        """So many bytes more, for this meter's request; nothing happens if another one's was sent meanwhile."""
        if meter is self._meter:
            self._in_head, self._left = False, size

    def send(self, data: Any, *flags: Any) -> int:
        """Send, and await an answer from its start."""
        self._begin()
        return super().send(data, *flags)

    def sendmsg(self, *given: Any) -> int:
        """As `send`."""
        self._begin()
        return super().sendmsg(*given)

    def _begin(self) -> None:
        self._in_head, self._left, self._meter = True, HEAD_LIMIT, _METER.get()
        if self._meter is not None:
            self._meter.sent_on(self)

    def recv(self, size: int, *flags: Any) -> bytes:
        """Take in at most what is left. Raises OverLimit if nothing is."""
        data = super().recv(self._allowed(size), *flags)
        self._left -= len(data)
        return data

    def recv_into(self, buffer: Any, size: int = 0, *flags: Any) -> int:
        """As `recv`."""
        taken = super().recv_into(buffer, self._allowed(size or len(buffer)), *flags)
        self._left -= taken
        return taken

    def _allowed(self, size: int) -> int:
        if self._left <= 0:
            self.is_over = True
            raise OverLimit("an answer that goes on past its limit")
        return min(size, self._left, _HEAD_PIECE) if self._in_head else min(size, self._left)
