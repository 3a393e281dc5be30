"""The forms by which a reader chooses how one feed is fetched, where it lies and what it is called."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from standfirst.errors import Problem
from standfirst.serve.choices import Given, chosen
from standfirst.serve.feeds import feed_page, line_of, word
from standfirst.serve.house import house_of
from standfirst.store.protocol import Audience


async def choose(request: Request) -> Response:
    """POST /feeds/options: full text, news or not, and the identity that the feed is asked under.

    An empty secret keeps the one that is set; a ticked `drop` removes it.
    """
    house = house_of(request)
    async with request.form() as form:
        url, given, is_news = word(form, "url"), _given(form), bool(word(form, "is_news"))
    old = line_of(await house.ask(house.library.health, Audience.OWNER), url).feed.options
    options = chosen(given, old, url)
    problem = options if isinstance(options, Problem) else await house.actions.choose(url, options, is_news)
    if problem is not None:
        return await feed_page(request, url, problem, 422, "options")
    return _to_feed(url)


def _given(form: FormData) -> Given:
    headers = form.get("headers", "")
    return Given(
        full_text=bool(word(form, "full_text")),
        user_agent=word(form, "user_agent"),
        username=word(form, "username"),
        headers=headers if isinstance(headers, str) else "",
        cookies=word(form, "cookies"),
        password=word(form, "password"),
        proxy=word(form, "proxy"),
        dropped=frozenset(value for value in form.getlist("drop") if isinstance(value, str)),
    )


async def arrange(request: Request) -> Response:
    """POST /feeds/place: the folder that a feed lies in, and what it is called there."""
    async with request.form() as form:
        url, folder, title = word(form, "url"), word(form, "folder"), word(form, "title")
    if not await house_of(request).actions.arrange(url, folder[:200], title[:500]):
        raise HTTPException(404)
    return _to_feed(url)


def _to_feed(url: str) -> Response:
    return RedirectResponse("/feeds/one?" + urlencode({"url": url}), 303)
