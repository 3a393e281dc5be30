"""Builds what collecting needs (the network, the extraction pool, the schedule) and runs it to its end."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import sys
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any, TypeVar

from standfirst.commands.serving import stop_event
from standfirst.config import Clock, Settings
from standfirst.pipeline import Intake, Tally
from standfirst.schedule import Schedule, Tell
from standfirst.store.protocol import Store
from standfirst.text import printable
from standfirst.workers import Workers

if TYPE_CHECKING:
    from standfirst.commands.actions import PageActions

T = TypeVar("T")
Collecting = Callable[[Store, Settings, Clock, Tell], Coroutine[Any, Any, Tally]]


async def _schedule(stack: AsyncExitStack, store: Store, settings: Settings, clock: Clock) -> Schedule:
    from standfirst.collect.fetch import Fetch

    fetch = await stack.enter_async_context(Fetch(settings.fetch, clock))
    workers = await stack.enter_async_context(Workers(settings.intake))
    return Schedule(Intake(store, fetch, workers, clock, settings.intake), store, clock)


async def collect_once(store: Store, settings: Settings, clock: Clock, tell: Tell) -> Tally:
    """Poll every feed once and read what is wanted."""
    async with AsyncExitStack() as stack:
        return await (await _schedule(stack, store, settings, clock)).once(tell)


def collect_watching(until_closed: bool) -> Collecting:
    """Collecting that goes on until a signal or, with until_closed, until standard input closes."""

    async def collect(store: Store, settings: Settings, clock: Clock, tell: Tell) -> Tally:
        stop = stop_event(until_closed)
        async with AsyncExitStack() as stack:
            return await (await _schedule(stack, store, settings, clock)).watch(stop, tell, _warn, give_memory_back)

    return collect


def give_memory_back() -> None:
    """Give back what the pages of a busy time took: the C library keeps it for the next one unless it is asked."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):  # not the GNU C library
        ctypes.CDLL("libc.so.6").malloc_trim(0)


def _warn(words: str) -> None:
    print(printable(words), file=sys.stderr, flush=True)


async def with_actions(store: Store, settings: Settings, clock: Clock, do: Callable[[PageActions], Awaitable[T]]) -> T:
    """Do one thing with the actions and close them."""
    from standfirst.commands.actions import PageActions

    async with PageActions(store, settings, clock) as actions:
        return await do(actions)
