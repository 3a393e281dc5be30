"""What every handler is given: the store, the actions, the clock, the settings, the templates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response

from standfirst.config import Clock, ServeSettings
from standfirst.serve.actions import Actions
from standfirst.serve.render import Renderer
from standfirst.store.protocol import Library

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class House:
    """Everything behind the pages, handed down to each handler by the application."""

    library: Library
    actions: Actions
    clock: Clock
    settings: ServeSettings
    renderer: Renderer
    # the store is synchronous; few threads, since each may hold a connection and its cache
    threads: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(8))

    async def ask(self, question: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Ask the store (or a synchronous action) in a thread."""
        return await to_thread.run_sync(lambda: question(*args, **kwargs), limiter=self.threads)

    def page(self, request: Request, template: str, status: int = 200, /, **context: Any) -> Response:
        """A page, with the time at which it is made."""
        return self.renderer.page(request, template, status, now=self.clock(), **context)


def house_of(request: Request) -> House:
    """The house that this request's application was built for."""
    house: House = request.app.state.house
    return house
