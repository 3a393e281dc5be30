"""How much memory fetching takes: `python -m tests.hostile.memory PORT NAME…` prints the growth of the peak in MiB."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import resource
import sys

from standfirst.collect.fetch import Fetch
from standfirst.errors import FetchError
from tests.collect.loopback import NOW
from tests.hostile.elsewhere import settings


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def main(port: int, names: list[str]) -> float:
    """The growth over a fetcher that has already worked."""
    hosts = [f"{name}-{number}" for number, name in enumerate(names)]
    async with Fetch(settings(port, [*hosts, "fine"], total_timeout=10.0), lambda: NOW) as fetch:

        async def one(host: str) -> None:
            with contextlib.suppress(FetchError):
                await fetch.get(f"http://{host}.example/{host.rpartition('-')[0]}")

        await fetch.get("http://fine.example/fine")
        gc.collect()
        before = peak()
        await asyncio.gather(*map(one, hosts))
        return peak() - before


if __name__ == "__main__":
    print(asyncio.run(main(int(sys.argv[1]), sys.argv[2:])))
