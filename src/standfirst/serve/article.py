"""One article on its page, and each text it had before."""

from __future__ import annotations

from contextlib import suppress

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from standfirst.errors import DiskFullError
from standfirst.serve import views
from standfirst.serve.house import House, house_of
from standfirst.serve.opening import is_opening
from standfirst.store.protocol import ArticleView, Audience


async def article(request: Request) -> Response:
    """GET /a/{id}: the article. Opening it adds one to its counter first, so that the page counts itself."""
    house = house_of(request)
    id, revision = request.path_params["id"], request.query_params.get("revision")
    if revision is not None:
        return await _old_text(request, house, id, revision)
    if is_opening(request.method, request.headers):
        # a full disk stops counting, not reading
        with suppress(DiskFullError):
            await house.ask(house.library.count_opening, id)
    return house.page(request, "article.html", shown=views.shown(await _view(house, id)))


async def _old_text(request: Request, house: House, id: str, revision: str) -> Response:
    view = await _view(house, id)
    text = await house.ask(house.library.revision, Audience.OWNER, id, revision)
    if text is None:
        raise HTTPException(404)
    return house.page(request, "article.html", shown=views.shown(view, text))


async def _view(house: House, id: str) -> ArticleView:
    view = await house.ask(house.library.article, Audience.OWNER, id)
    if view is None:
        raise HTTPException(404)
    return view
