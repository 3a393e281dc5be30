"""Sockets that take in only so much for one request, whatever the bytes are meant to be.

The HTTP client counts what it takes for a body. What is none (interim answers, chunk extensions, trailers) can go on
for ever uncounted; here every byte counts. Works with asyncio's own event loop, which reads through Python's socket.
"""

from __future__ import annotations

import socket
from typing import Any

HEAD_LIMIT = 512 * 1024  # headers, interim answers, and what of a body may come before they are looked at
_HEAD_PIECE = 16 * 1024  # so that a thousand interim answers in one piece do not hold up everybody else
_FRAMING = 256 * 1024  # beyond a body of the largest size


class OverLimit(OSError):
    """An answer went on for longer than its limit."""


class MeteredSocket(socket.socket):
    """A socket with an allowance: small after each sending, that is while the headers are awaited, then `admit`ted."""

    is_over = False  # whether more was to come than was allowed; the HTTP client does not always hand on what is raised
    _in_head = True
    _left = HEAD_LIMIT

    def admit(self, body: int) -> None:
        """The headers are in: a body of so many bytes may follow."""
        self._in_head, self._left = False, body + _FRAMING

    def send(self, data: Any, *flags: Any) -> int:
        """Send, and await an answer from its start."""
        self._in_head, self._left = True, HEAD_LIMIT
        return super().send(data, *flags)

    def sendmsg(self, *given: Any) -> int:
        """As `send`."""
        self._in_head, self._left = True, HEAD_LIMIT
        return super().sendmsg(*given)

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
