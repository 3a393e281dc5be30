"""The processes of a server: the web process, and one intake process that it starts, watches and ends.

The intake process is `standfirst collect --watch`; the pipe on its standard input tells it when to stop, also when the
web process is killed. While it ends unexpectedly it is started again, later each time.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from standfirst.config import Clock, ServeSettings, Settings
from standfirst.errors import Code, Problem, SettingsError, Stage
from standfirst.store.protocol import Store

if TYPE_CHECKING:  # not needed by the intake process, which imports this for its signals
    from starlette.types import ASGIApp, Receive, Scope, Send

    from standfirst.commands.actions import PageActions

STOP_SECONDS = 8.0


def listen(settings: ServeSettings) -> socket.socket:
    """The socket that the pages are served on. Raises SettingsError where it cannot be had."""
    _only_this_machine(settings.host)
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        raise SettingsError((_problem("serve.port", f"{settings.port}: {error.strerror}", "a free port"),)) from None
    listener.listen(256)
    return listener


def _only_this_machine(host: str) -> None:
    """There are no accounts yet, so nobody but this machine may be let in."""
    with contextlib.suppress(ValueError):
        if ipaddress.ip_address(host).is_loopback:
            return
    if host != "localhost":
        wanted = "127.0.0.1 or ::1: there are no accounts yet, so only this machine is let in"
        raise SettingsError((_problem("serve.host", repr(host), wanted),))


def _problem(key: str, found: str, wanted: str) -> Problem:
    return Problem(Stage.SETTINGS, Code.SETTING_INVALID, "settings", key, found, wanted)


def address_of(listener: socket.socket) -> str:
    """The address to open in a browser."""
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def run(store: Store, settings: Settings, clock: Clock, listener: socket.socket, command: list[str]) -> None:
    """Serve the pages until SIGINT or SIGTERM; `command` is the intake process."""
    # uvicorn ends gracefully and then raises the signal again: these make that an orderly end of everything else, too
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    with intake_process(command):
        _serve_pages(store, settings, clock, listener)


def _serve_pages(store: Store, settings: Settings, clock: Clock, listener: socket.socket) -> None:
    # imported while the intake process starts on another core
    import uvicorn

    from standfirst.commands.actions import PageActions
    from standfirst.serve.app import create_app

    actions = PageActions(store, settings, clock)
    config = uvicorn.Config(
        _letting_go(create_app(store, actions, clock, settings.serve), actions),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=int(STOP_SECONDS),
    )
    uvicorn.Server(config).run(sockets=[listener])


def _letting_go(app: ASGIApp, actions: PageActions) -> ASGIApp:
    """The application, and at its end (ASGI lifespan) the network of its actions closed."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await app(scope, receive, send)
            return
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        await actions.close()
        await send({"type": "lifespan.shutdown.complete"})

    return wrapped


def _leave(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)


@contextlib.contextmanager
def intake_process(command: list[str]) -> Iterator[None]:
    """Keep the intake process running for as long as this is entered."""
    stop = threading.Event()
    keeper = threading.Thread(target=_keep, args=(command, stop), name="intake-keeper", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        stop.set()
        keeper.join(STOP_SECONDS + 2)


def _keep(command: list[str], stop: threading.Event) -> None:
    wait = 1.0
    while not stop.is_set():
        # few arenas: each thread that ever handled a page would otherwise keep its own memory
        environment = {"MALLOC_ARENA_MAX": "2", **os.environ}
        with subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True, env=environment) as child:
            while child.poll() is None and not stop.wait(0.2):
                continue
            if stop.is_set():
                _end(child)
                return
        print(f"The intake process ended with status {child.returncode}; again in {wait:.0f} s.", file=sys.stderr)
        stop.wait(wait)
        wait = min(wait * 2, 60.0)


def _end(child: subprocess.Popen[bytes]) -> None:
    assert child.stdin
    child.stdin.close()
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()


def stop_event(until_closed: bool) -> asyncio.Event:
    """Set by SIGINT or SIGTERM and, in the intake process, when the pipe from the web process closes."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    if until_closed:
        threading.Thread(target=_wait_for_close, args=(loop, stop), name="parent-watch", daemon=True).start()
    return stop


def _wait_for_close(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    with contextlib.suppress(OSError):
        while os.read(0, 4096):
            continue
    with contextlib.suppress(RuntimeError):  # the loop ended by itself
        loop.call_soon_threadsafe(stop.set)


def intake_command(settings_file: Path | None, folder: str | None) -> list[str]:
    """The command line of the intake process with the same settings."""
    command = [sys.executable, "-m", "standfirst", "collect", "--watch", "--quiet", "--until-closed"]
    if settings_file:
        command += ["--settings", str(settings_file)]
    if folder:
        command += ["--data", folder]
    return command
