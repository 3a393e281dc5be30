"""The feeds: their health in a line each, and the forms that add, import, poll and remove them."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from standfirst.errors import Problem
from standfirst.serve import views
from standfirst.serve.actions import Discovery, Imported
from standfirst.serve.guard import MAX_FORM, MAX_OPML
from standfirst.serve.house import House, house_of
from standfirst.store.protocol import Audience, FeedHealth

NOTHING_GIVEN = "Give an address: of a feed, or of a site that has one."
NO_FILE = "Choose an OPML file, or paste its text."
NONE_TICKED = "Tick at least one feed, or take them all."


async def feeds(request: Request) -> Response:
    """GET /feeds: every feed in one line, in words; the ways to add more; the export."""
    return await _feeds_page(request, 200)


async def _feeds_page(request: Request, status: int, wanted: str = "") -> Response:
    house = house_of(request)
    health = await house.ask(house.library.health, Audience.OWNER)
    starters = await house.ask(house.actions.starters)
    note = await house.ask(house.actions.starters_note)
    had = {line.feed.url for line in health}
    return house.page(
        request,
        "feeds.html",
        status,
        folders=views.folders(health),
        total=len(health),
        starters=tuple(s for s in starters if s.url not in had),
        starters_note=note,
        wanted=wanted,
    )


async def feed(request: Request) -> Response:
    """GET /feeds/one: all that is known of one feed, and its problems."""
    return await _feed_page(request, request.query_params.get("url", ""))


async def _feed_page(request: Request, url: str, problem: Problem | None = None) -> Response:
    house = house_of(request)
    line = await _line(house, url)
    rows = await house.ask(house.library.problems, Audience.OWNER)
    own = tuple(row for row in rows if row.source == url)
    return house.page(request, "feed.html", line=line, groups=views.problem_groups(own), problem=problem)


async def _line(house: House, url: str) -> FeedHealth:
    health = await house.ask(house.library.health, Audience.OWNER)
    line = next((line for line in health if line.feed.url == url), None)
    if line is None:
        raise HTTPException(404)
    return line


async def look(request: Request) -> Response:
    """POST /feeds/look: what stands at an address, before anything is added."""
    [address] = await _words(request, "address")
    if not address:
        return await _feeds_page(request, 422, NOTHING_GIVEN)
    return await _look_page(request, await house_of(request).actions.discover(address))


async def _look_page(request: Request, found: Discovery) -> Response:
    house = house_of(request)
    health = await house.ask(house.library.health, Audience.OWNER)
    folders = tuple(folder.name for folder in views.folders(health) if folder.name)
    status = 200 if found.feeds or found.preview else 422
    had = {line.feed.url for line in health}
    return house.page(request, "look.html", status, found=found, folder_names=folders, had=had)


async def add(request: Request) -> Response:
    """POST /feeds/add: subscribe to a feed, then show its river; its own page, where it was added but not yet read."""
    address, folder = await _words(request, "address", "folder")
    if not address:
        return await _feeds_page(request, 422, NOTHING_GIVEN)
    house = house_of(request)
    added = await house.actions.add(address, folder[:200])
    if added.problem is None:
        return RedirectResponse("/?" + urlencode({"feed": added.feed_url}), 303)
    health = await house.ask(house.library.health, Audience.OWNER)
    if any(line.feed.url == added.feed_url for line in health):
        return await _feed_page(request, added.feed_url, added.problem)
    return await _look_page(request, Discovery(address, (), None, added.problem))


async def import_opml(request: Request) -> Response:
    """POST /feeds/opml: subscribe to all feeds of an OPML file or of pasted OPML."""
    async with request.form(max_part_size=MAX_OPML + MAX_FORM) as form:
        data, source = await _opml(form)
    if not data.strip():
        return await _feeds_page(request, 422, NO_FILE)
    return _imported(request, await house_of(request).actions.import_opml(data, source))


async def _opml(form: FormData) -> tuple[bytes, str]:
    file = form.get("file")
    if isinstance(file, UploadFile) and file.filename:
        return await file.read(), file.filename[:200]
    return _word(form, "text").encode("utf-8", "replace"), "pasted text"


async def take_starters(request: Request) -> Response:
    """POST /feeds/starters: subscribe to the starters that are ticked, or to all of them."""
    house = house_of(request)
    async with request.form() as form:
        urls = tuple(url for url in form.getlist("url") if isinstance(url, str))
        take_all = _word(form, "all")
    if take_all:
        urls = tuple(starter.url for starter in await house.ask(house.actions.starters))
    if not urls:
        return await _feeds_page(request, 422, NONE_TICKED)
    return _imported(request, await house.actions.take_starters(urls))


def _imported(request: Request, done: Imported) -> Response:
    """Straight to the river where all went well; else what did not, and the way on."""
    if done.added and not done.problems:
        return RedirectResponse("/", 303)
    return house_of(request).page(request, "imported.html", 200 if done.added or done.known else 422, done=done)


async def export_opml(request: Request) -> Response:
    """GET /feeds/opml: all subscriptions as an OPML file."""
    data = await house_of(request).ask(house_of(request).actions.export_opml)
    headers = {"Content-Disposition": 'attachment; filename="standfirst.opml"', "Cache-Control": "private, no-cache"}
    return Response(data, headers=headers, media_type="text/x-opml; charset=utf-8")


async def poll(request: Request) -> Response:
    """POST /feeds/poll: poll a feed now; then its page, with what went wrong if something did."""
    house = house_of(request)
    [url] = await _words(request, "url")
    await _line(house, url)
    problem = await house.actions.poll(url)
    if problem is not None:
        return await _feed_page(request, url, problem)
    return RedirectResponse("/feeds/one?" + urlencode({"url": url}), 303)


async def remove(request: Request) -> Response:
    """POST /feeds/remove: poll a feed no more."""
    [url] = await _words(request, "url")
    if not await house_of(request).actions.remove(url):
        raise HTTPException(404)
    return RedirectResponse("/feeds", 303)


async def _words(request: Request, *names: str) -> tuple[str, ...]:
    async with request.form() as form:
        return tuple(_word(form, name) for name in names)


def _word(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value.replace("\0", "").strip() if isinstance(value, str) else ""
