"""The application: its routes, and what they are given."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from standfirst.config import Clock, ServeSettings
from standfirst.errors import StoreError
from standfirst.serve import article, choosing, feeds, refusals, river, views
from standfirst.serve.actions import Actions
from standfirst.serve.guard import Guard
from standfirst.serve.house import House, house_of
from standfirst.serve.render import renderer
from standfirst.store.protocol import Audience, Library

PROBLEMS_LISTED = 500
ROUTES = [
    Route("/", river.river),
    Route("/river/news", river.news),
    Route("/search", river.search),
    Route("/a/{id}", article.article),
    Route("/feeds", feeds.feeds),
    Route("/feeds/one", feeds.feed),
    Route("/feeds/look", feeds.look, methods=["POST"]),
    Route("/feeds/add", feeds.add, methods=["POST"]),
    Route("/feeds/opml", feeds.export_opml),
    Route("/feeds/opml", feeds.import_opml, methods=["POST"]),
    Route("/feeds/starters", feeds.take_starters, methods=["POST"]),
    Route("/feeds/poll", feeds.poll, methods=["POST"]),
    Route("/feeds/remove", feeds.remove, methods=["POST"]),
    Route("/feeds/options", choosing.choose, methods=["POST"]),
    Route("/feeds/place", choosing.arrange, methods=["POST"]),
]


def create_app(library: Library, actions: Actions, clock: Clock, settings: ServeSettings) -> Starlette:
    """The pages over a store: an ASGI application that starts nothing and fetches nothing by itself.

    library: asked in threads. actions: what needs the network. clock: the time that ages are counted to, aware.
    settings: names under which it may be asked for, and the length of a page.
    """
    own = [
        Route("/problems", problems),
        Route("/healthz", healthz),
        Route("/favicon.ico", favicon),
        Route("/static/{version}/{name:path}", static_file),
    ]
    app = Starlette(
        routes=[*ROUTES, *own],
        middleware=[Middleware(Guard, names=settings.names, error_page=refusals.refuse)],
        exception_handlers={
            HTTPException: refusals.on_http_exception,
            StoreError: refusals.on_store_error,
            Exception: refusals.on_bug,
        },
    )
    app.state.house = House(library, actions, clock, settings, renderer())
    return app


async def problems(request: Request) -> Response:
    """GET /problems: everything stored that went wrong, by cause, each with what to do."""
    house = house_of(request)
    rows = await house.ask(house.library.problems, Audience.OWNER, PROBLEMS_LISTED)
    counts = await house.ask(house.library.counts, Audience.OWNER)
    total = max(counts.problems, len(rows))
    return house.page(request, "problems.html", groups=views.problem_groups(rows), listed=len(rows), total=total)


async def healthz(request: Request) -> Response:
    """GET /healthz: "ok" while the store answers, else 503; for whoever watches the server."""
    house = house_of(request)
    headers = {"Cache-Control": "no-store"}
    try:
        await house.ask(house.library.counts, Audience.OWNER)
    except StoreError as error:
        return PlainTextResponse(f"store unavailable: {error}\n", 503, headers)
    return PlainTextResponse("ok\n", headers=headers)


async def favicon(request: Request) -> Response:
    """GET /favicon.ico: our mark, for pages that name no icon (an SVG, which today's browsers take here too)."""
    return _file(request, "", "favicon.svg")


async def static_file(request: Request) -> Response:
    """GET /static/{version}/{name}: stylesheet, scripts, fonts; kept for good under the current version."""
    return _file(request, request.path_params["version"], request.path_params["name"])


def _file(request: Request, version: str, name: str) -> Response:
    response = house_of(request).renderer.static.response(request, version, name)
    if response is None:
        raise HTTPException(404)
    return response
