"""Extraction in processes of its own: foreign bytes are parsed where a crash, a leak or a loop costs one page.

At most `intake.workers` children (`python -m standfirst.workers`) are started on demand and ended when idle. Each has
an address-space limit and, for every item, a CPU limit (setrlimit(2)); a worker that dies is a Problem of that item. A
question and its answer are one msgpack message each, behind four bytes of length, so nothing that a child says is ever
executed here.
"""

from __future__ import annotations

import asyncio
import gc
import heapq
import itertools
import os
import signal
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

import msgspec

from standfirst.config import IntakeSettings
from standfirst.errors import Code, FeedError, Problem, Stage
from standfirst.model import Article, Entry, FeedLink, Outline, Page, Reading, Site

_LENGTH = struct.Struct(">I")
FEED_FIRST, PAGE_LATER = 0, 1


@dataclass(frozen=True, slots=True)
class Task:
    """One item of work.

    kind: "read" a feed page, lay out "entries" of a feed, "extract" a page's article, "look" whether a page is a feed
    or names some, or take the "outlines" of an OPML file.
    """

    kind: str
    page: Page | None = None
    site: Site | None = None
    entries: tuple[Entry, ...] = ()
    document: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a task: a reading, articles, the feeds named, subscriptions, or the problem that cost it.

    parts: the sitemaps that a sitemap index names, the newest first.
    """

    reading: Reading | None = None
    articles: tuple[Article, ...] = ()
    parts: tuple[str, ...] = ()
    links: tuple[FeedLink, ...] = ()
    outlines: tuple[Outline, ...] = ()
    problems: tuple[Problem, ...] = ()
    problem: Problem | None = None


_task_out, _task_in = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(Task)
_answer_out, _answer_in = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(Answer)


def perform(task: Task) -> Answer:
    """Do one task here and now; used by the children, and where there is no pool."""
    try:
        return _KINDS[task.kind](task)
    except FeedError as error:
        return Answer(problem=error.problem)


def _read(task: Task) -> Answer:
    from standfirst.collect.feed import read_feed
    from standfirst.collect.sitemap import sitemap_children

    assert task.page
    reading = read_feed(task.page)
    return Answer(reading=reading, parts=() if reading.entries else sitemap_children(task.page))


def _look(task: Task) -> Answer:
    from standfirst.collect.discover import find_feeds, is_feed

    assert task.page
    return _read(task) if is_feed(task.page) else Answer(links=find_feeds(task.page))


def _outlines(task: Task) -> Answer:
    from standfirst.collect.opml import read_opml

    assert task.page
    outlines, problems = read_opml(task.page.body, task.page.url)
    return Answer(outlines=outlines, problems=problems)


def _entries(task: Task) -> Answer:
    from standfirst.extract.feed_text import from_entry

    assert task.site
    return Answer(articles=tuple(from_entry(entry, task.site, task.document) for entry in task.entries))


def _extract(task: Task) -> Answer:
    from standfirst.extract.page import extract

    assert task.page
    assert task.site
    found = extract(task.page, task.entries[0] if task.entries else None, task.site)
    return Answer(problem=found) if isinstance(found, Problem) else Answer(articles=(found,))


_KINDS: dict[str, Callable[[Task], Answer]] = {
    "read": _read,
    "look": _look,
    "outlines": _outlines,
    "entries": _entries,
    "extract": _extract,
}


class _Worker:
    """One child process and the pipes to it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.retire: asyncio.TimerHandle | None = None

    async def ask(self, message: bytes) -> bytes:
        to_child, from_child = self.process.stdin, self.process.stdout
        assert to_child and from_child
        to_child.write(_LENGTH.pack(len(message)) + message)
        await to_child.drain()
        (length,) = _LENGTH.unpack(await from_child.readexactly(_LENGTH.size))
        return await from_child.readexactly(length)

    async def end(self) -> None:
        if self.retire:
            self.retire.cancel()
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()


class Workers:
    """A pool of extraction processes; feeds are served before pages."""

    def __init__(self, settings: IntakeSettings) -> None:
        self._settings = settings
        self._free = settings.workers or max(1, (os.cpu_count() or 2) - 1)
        self._idle: list[_Worker] = []
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._order = itertools.count()
        self._ending: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Workers:
        return self

    async def __aexit__(self, *_: object) -> None:
        idle, self._idle = self._idle, []
        for worker in idle:
            await worker.end()
        if self._ending:
            await asyncio.gather(*self._ending)

    async def perform(self, task: Task) -> Answer:
        """Have one task done; a child that dies or overstays answers with a WORKER_DIED problem."""
        await self._take_place(FEED_FIRST if task.kind != "extract" else PAGE_LATER)
        try:
            return await self._perform(task)
        finally:
            self._free += 1
            self._wake()

    async def _perform(self, task: Task) -> Answer:
        """Ask a child that waits, if there is one: should it die, it may have been ailing already, so ask a new one."""
        while self._idle:
            worker = self._idle.pop()
            if worker.process.returncode is None:
                answer = await self._ask(worker, task)
                if answer is not None:
                    return answer
                break
            await worker.end()
        worker = await self._start()
        return await self._ask(worker, task) or Answer(problem=self._died(task, worker.process.returncode))

    async def _ask(self, worker: _Worker, task: Task) -> Answer | None:
        """The answer of one child, None where it died or overstayed."""
        if worker.retire:
            worker.retire.cancel()
        # waiting in a child (for a slow disk, say) costs no CPU, so the wall clock is watched as well
        patience = 3 * self._settings.worker_seconds + 15
        try:
            answer = await asyncio.wait_for(worker.ask(_task_out.encode(task)), patience)
        except (asyncio.IncompleteReadError, ConnectionError, TimeoutError):
            await worker.end()
            return None
        except BaseException:
            await worker.end()
            raise
        self._put_back(worker)
        return _answer_in.decode(answer)

    async def _take_place(self, priority: int) -> None:
        if self._free > 0 and not self._waiting:
            self._free -= 1
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (priority, next(self._order), future))
        try:
            await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled():
                self._free += 1
                self._wake()
            raise

    def _wake(self) -> None:
        while self._free > 0 and self._waiting:
            future = heapq.heappop(self._waiting)[2]
            if not future.done():
                self._free -= 1
                future.set_result(None)

    async def _start(self) -> _Worker:
        limits = (str(self._settings.worker_memory), str(self._settings.worker_seconds))
        pipe = asyncio.subprocess.PIPE
        command = (sys.executable, "-m", "standfirst.workers", *limits)
        # a session of its own: an interrupt from the keyboard is the parent's to answer, the pipe's end is the child's
        return _Worker(await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, start_new_session=True))

    def _put_back(self, worker: _Worker) -> None:
        worker.retire = asyncio.get_running_loop().call_later(self._settings.worker_idle, self._retire, worker)
        self._idle.append(worker)

    def _retire(self, worker: _Worker) -> None:
        if worker in self._idle:
            self._idle.remove(worker)
            task = asyncio.ensure_future(worker.end())
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)

    def _died(self, task: Task, status: int | None) -> Problem:
        stage = Stage.EXTRACT if task.kind == "extract" else Stage.COLLECT
        source = task.page.url if task.page else task.entries[0].feed if task.entries else ""
        settings = self._settings
        wanted = f"an answer within {settings.worker_seconds} s of CPU and {settings.worker_memory >> 20} MiB"
        return Problem(stage, Code.WORKER_DIED, source, "", f"the worker ended ({_ending_words(status)})", wanted)


def _ending_words(status: int | None) -> str:
    if status is not None and status < 0:
        return f"signal {signal.Signals(-status).name}"
    return f"exit status {status}"


def main(memory: int, seconds: int) -> None:
    """The child: answer tasks until the pipe closes."""
    import resource

    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # trees of a page are freed by reference counts; looking for cycles in them costs a tenth of the time and finds few
    gc.set_threshold(100_000, 20, 20)
    to_parent, from_parent = sys.stdout.buffer, sys.stdin.buffer
    sys.stdout = sys.stderr  # nothing that a library prints may reach the pipe
    while message := _read_message(from_parent):
        usage = resource.getrusage(resource.RUSAGE_SELF)
        allowed = int(usage.ru_utime + usage.ru_stime) + 1 + seconds
        resource.setrlimit(resource.RLIMIT_CPU, (allowed, resource.RLIM_INFINITY))
        answer = _answer_out.encode(perform(_task_in.decode(message)))
        to_parent.write(_LENGTH.pack(len(answer)) + answer)
        to_parent.flush()


def _read_message(pipe: IO[bytes]) -> bytes:
    head = pipe.read(_LENGTH.size)
    return pipe.read(_LENGTH.unpack(head)[0]) if len(head) == _LENGTH.size else b""


if __name__ == "__main__":
    import contextlib

    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
        main(int(sys.argv[1]), int(sys.argv[2]))
