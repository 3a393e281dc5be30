"""Many small changes, few commits: what is ready at once is written together, and nobody waits longer than for one."""

from __future__ import annotations

import asyncio

from standfirst.model import Changes
from standfirst.store.protocol import Applied, Store

COMMIT_AT_MOST = 25  # articles; keeps a commit near 50 ms, so that no other writer waits long


class Committer:
    """Gathers what is ready into one commit of at most so many articles; the caller goes on when it is on the disk."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ready: list[tuple[Changes, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None
        self.applied = Applied()

    async def apply(self, changes: Changes) -> None:
        """Returns once the changes are kept. Raises what the store raised."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._ready.append((changes, future))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.ensure_future(self._write())
        await future

    async def _write(self) -> None:
        while self._ready:
            batch = [self._ready.pop(0)]
            size = len(batch[0][0].articles)
            while self._ready and size + len(self._ready[0][0].articles) <= COMMIT_AT_MOST:
                batch.append(self._ready.pop(0))
                size += len(batch[-1][0].articles)
            await self._commit(batch)

    async def _commit(self, batch: list[tuple[Changes, asyncio.Future[None]]]) -> None:
        together = batch[0][0]
        for changes, _ in batch[1:]:
            together = together + changes
        try:
            done = await asyncio.to_thread(self._store.apply, together)
        except Exception as error:
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        have = self.applied
        self.applied = Applied(
            have.articles + done.articles, have.revisions + done.revisions, have.entries + done.entries
        )
        for _, future in batch:
            if not future.done():
                future.set_result(None)
