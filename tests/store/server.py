"""A PostgreSQL server of the tests' own, in a temporary folder, where its programs are installed."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def programs() -> Path | None:
    """The folder that holds initdb and pg_ctl, if there is one."""
    found = shutil.which("pg_ctl")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((place for place in places if (place / "initdb").exists()), None)


@contextmanager
def running_server(folder: Path) -> Iterator[str]:
    """Start a server and yield its address without a database's name. PostgreSQL refuses to be run by root."""
    root = os.geteuid() == 0
    with tempfile.TemporaryDirectory(prefix="standfirst-pg-", ignore_cleanup_errors=True) as name:
        if root:
            shutil.chown(name, "postgres")
        as_user = ["runuser", "-u", "postgres", "--"] if root else []
        user = "postgres" if root else getpass.getuser()
        data, port = f"{name}/data", _free_port()
        _run(*as_user, str(folder / "initdb"), "-D", data, "-A", "trust", "-U", user, "-E", "UTF8", "--no-sync")
        options = f"-p {port} -k {name} -c listen_addresses=127.0.0.1 -c fsync=off"
        _run(*as_user, str(folder / "pg_ctl"), "-D", data, "-o", options, "-l", f"{name}/log", "-w", "start")
        try:
            yield f"postgresql://{user}@127.0.0.1:{port}"
        finally:
            _run(*as_user, str(folder / "pg_ctl"), "-D", data, "-m", "immediate", "-w", "stop")


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
