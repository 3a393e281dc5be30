"""The whole line: an installation collects real pages over loopback, then idles.

Prints articles a second and a CPU second through every stage that exists, and the memory of the idle server. Needs the
development pages (STANDFIRST_DATA, default ../shared/data); without them the newsstand's articles are collected.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("STANDFIRST_DATA", ROOT.parent / "shared" / "data"))
PAGES = DATA.parent / "tools" / "serve_pages.py"
PORT = 8847


@contextmanager
def source(folder: Path) -> Iterator[str]:
    """Serve the pages; yields what they are. Writes the settings and the subscriptions into the folder."""
    if PAGES.exists():
        for what, file in (("settings", "standfirst.toml"), ("opml", "feeds.opml")):
            made = subprocess.run(
                [sys.executable, str(PAGES), "--port", str(PORT), "--print", what], capture_output=True, check=True
            )
            (folder / file).write_bytes(made.stdout)
        server = subprocess.Popen([sys.executable, str(PAGES), "--port", str(PORT)], stderr=subprocess.DEVNULL)
        try:
            time.sleep(3)
            yield "real pages"
        finally:
            server.terminate()
            server.wait()
        return
    from standfirst.commands.demo import to_toml
    from standfirst.config import FetchSettings, Settings
    from standfirst.newsstand.manifest import latest_start
    from standfirst.newsstand.server import Newsstand

    stand = Newsstand(lambda: datetime.now(UTC), start=latest_start(datetime.now(UTC)))
    stand.start()
    settings = Settings(fetch=FetchSettings(resolve=stand.resolve(), host_gap=0.0))
    (folder / "standfirst.toml").write_text(to_toml(settings), "utf-8")
    (folder / "feeds.opml").write_bytes(stand.opml())
    try:
        yield "the newsstand's pages"
    finally:
        stand.stop()


def command(folder: Path, *words: str) -> tuple[str, float, float]:
    """Run a command; what it said, seconds, CPU seconds of it and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    line = [sys.executable, "-m", "standfirst", *words, "--data", str(folder / "data")]
    done = subprocess.run(line, cwd=folder, capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return done.stdout.strip().splitlines()[-1], time.perf_counter() - started, cpu


def resident(pid: int) -> int:
    """Kilobytes resident of a process and its children, shared pages counted in each."""
    status = Path(f"/proc/{pid}/status").read_text()
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    threads = list(Path(f"/proc/{pid}/task").iterdir())
    children += [c for t in threads if t.name != str(pid) for c in (t / "children").read_text().split()]
    return int(status.split("VmRSS:")[1].split()[0]) + sum(resident(int(child)) for child in children)


def idle(folder: Path) -> float:
    """MiB of a server that has nothing to do, after a few pages were asked for."""
    from urllib.request import urlopen

    line = [sys.executable, "-m", "standfirst", "serve", "--port", "0", "--data", str(folder / "data")]
    server = subprocess.Popen(line, cwd=folder, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout
        address = "http://" + server.stdout.readline().split("http://")[1].split("/")[0]
        time.sleep(6)
        for path in ("/", "/feeds", "/problems", "/search?q=the"):
            urlopen(address + path).read()
        time.sleep(2)
        return resident(server.pid) / 1024
    finally:
        server.terminate()
        server.wait()


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="standfirst-bench-") as name, source(Path(name)) as what:
        folder = Path(name)
        command(folder, "import", "feeds.opml")
        said, seconds, cpu = command(folder, "collect")
        print(f"collecting {what}: {said}")
        articles = int(said.split(" new articles")[0].split(", ")[-1])
        print(f"  {articles / seconds:.1f} articles a second, {articles / cpu:.1f} a CPU second ({seconds:.1f} s)")
        said, seconds, cpu = command(folder, "collect")
        print(f"again: {said} ({cpu:.2f} CPU seconds, start included)")
        print(f"idle server: {idle(folder):.0f} MiB resident over its processes")


if __name__ == "__main__":
    main()
