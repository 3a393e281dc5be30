"""The feeds: their health in a line each, and the forms that add, import, poll and remove them."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from standfirst.errors import Problem
from standfirst.serve import views
from standfirst.serve.actions import Discovery, Imported
from standfirst.serve.guard import MAX_FORM, MAX_OPML
from standfirst.serve.health import causes, in_trouble
from standfirst.serve.house import house_of
from standfirst.store.protocol import Audience, FeedHealth

PROBLEMS_SEARCHED = 5000
NOTHING_GIVEN = "Give an address: of a feed, or of a site that has one."
NO_FILE = "Choose an OPML file, or paste its text."
NONE_TICKED = "Tick at least one feed, or take them all."


async def feeds(request: Request) -> Response:
    """GET /feeds: those in trouble first, then every feed in one line, in words; the ways to add more; the export."""
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
        **_listed(health, _asked(request), house.clock()),
        total=len(health),
        starters=tuple(s for s in starters if s.url not in had),
        starters_note=note,
        wanted=wanted,
    )


def _asked(request: Request) -> views.Asked:
    given = request.query_params
    return views.Asked(given.get("folder"), given.get("q", "").strip()[:200], given.get("cause", ""))


def _listed(health: tuple[FeedHealth, ...], asked: views.Asked, now: datetime) -> dict[str, object]:
    """What the list shows: those in trouble, the folders with their feeds, and how many there are in all."""
    lines = views.narrowed(health, asked, now)
    troubled = in_trouble(lines, now)
    ill = {line.feed.url for line, _ in troubled}
    well = tuple(line for line in lines if line.feed.url not in ill)
    return {
        "asked": asked,
        "matching": len(lines),
        "causes": causes(troubled),
        "troubled": troubled[: views.MOST_LISTED],
        "folders": views.folders(well[: views.MOST_LISTED]),
        "shown": len(well[: views.MOST_LISTED]) + len(troubled[: views.MOST_LISTED]),
        "all_folders": views.folders(health) if len(health) > views.MOST_LISTED else (),
    }


async def feed(request: Request) -> Response:
    """GET /feeds/one: all that is known of one feed, its problems, and what its reader chose for it."""
    return await feed_page(request, request.query_params.get("url", ""))


async def feed_page(
    request: Request, url: str, problem: Problem | None = None, status: int = 200, failed: str = "poll"
) -> Response:
    """The page of one feed. problem: what just went wrong; failed: at what, "poll" or "options"."""
    house = house_of(request)
    health = await house.ask(house.library.health, Audience.OWNER)
    line = line_of(health, url)
    rows = await house.ask(house.library.problems, Audience.OWNER, PROBLEMS_SEARCHED)
    own = tuple(row for row in rows if row.source in (url, line.state.moved_to))
    names = tuple(sorted({each.subscription.folder for each in health} - {""}))
    groups = views.problem_groups(own)
    told = {"problem": problem, "failed": failed, "folder_names": names[: views.MOST_LISTED]}
    return house.page(request, "feed.html", status, line=line, groups=groups, **told)


def line_of(health: tuple[FeedHealth, ...], url: str) -> FeedHealth:
    """The health of one feed; 404 where it is not in the list."""
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
        return await feed_page(request, added.feed_url, added.problem)
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
    return word(form, "text").encode("utf-8", "replace"), "pasted text"


async def take_starters(request: Request) -> Response:
    """POST /feeds/starters: subscribe to the starters that are ticked, or to all of them."""
    house = house_of(request)
    async with request.form() as form:
        urls = tuple(url for url in form.getlist("url") if isinstance(url, str))
        take_all = word(form, "all")
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
    line_of(await house.ask(house.library.health, Audience.OWNER), url)
    problem = await house.actions.poll(url)
    if problem is not None:
        return await feed_page(request, url, problem)
    return RedirectResponse("/feeds/one?" + urlencode({"url": url}), 303)


async def remove(request: Request) -> Response:
    """POST /feeds/remove: poll a feed no more."""
    [url] = await _words(request, "url")
    if not await house_of(request).actions.remove(url):
        raise HTTPException(404)
    return RedirectResponse("/feeds", 303)


async def _words(request: Request, *names: str) -> tuple[str, ...]:
    async with request.form() as form:
        return tuple(word(form, name) for name in names)


def word(form: FormData, name: str) -> str:
    """What stands in one field of a form, without blanks around it; "" where it is not there."""
    value = form.get(name, "")
    return value.replace("\0", "").strip() if isinstance(value, str) else ""
