"""The river: articles by time; the search, which is a river of matches; and the first run, when there is nothing."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from standfirst.serve import views, words
from standfirst.serve.health import trouble_of
from standfirst.serve.house import House, house_of
from standfirst.store.protocol import Audience, Counts, FeedHealth, Key, River


@dataclass(frozen=True, slots=True)
class Place:
    """Which river is looked at, and where: of one feed, of one folder, or of all; before or after a key."""

    feed: str | None
    folder: str | None
    before: Key | None
    after: Key | None

    @property
    def query(self) -> str:
        """The part of the address that names the river, without the place in it."""
        chosen = {"feed": self.feed, "folder": self.folder}
        return urlencode({name: value for name, value in chosen.items() if value is not None})

    def address(self, **more: str) -> str:
        """The address of this river, with more parameters."""
        query = "&".join(part for part in (self.query, urlencode(more)) if part)
        return f"/?{query}" if query else "/"


async def river(request: Request) -> Response:
    """GET /: the river, or what to do first where no feed was ever added."""
    house = house_of(request)
    place = _place(request)
    health = await house.ask(house.library.health, Audience.OWNER)
    counts = await house.ask(house.library.counts, Audience.OWNER)
    if not health and not counts.articles:
        return await first_run(request)
    found = await house.ask(
        house.library.river,
        Audience.OWNER,
        feed=place.feed,
        folder=place.folder,
        before=place.before,
        after=place.after,
        limit=house.settings.page_size,
    )
    return _river_page(request, house, place, found, health, counts)


def _river_page(
    request: Request, house: House, place: Place, found: River, health: tuple[FeedHealth, ...], counts: Counts
) -> Response:
    in_view = _in_view(place, health)
    return house.page(
        request,
        "river.html",
        place=place,
        days=views.days(found.items, house.clock()),
        found=found,
        folders=views.beside(views.folders(health), place.feed, place.folder),
        troubled=sum(1 for line in health if trouble_of(line, house.clock())),
        counts=counts,
        held=_held(place, health, counts),
        waiting=[line for line in in_view if line.state.last_polled is None],
        in_view=in_view,
    )


async def first_run(request: Request) -> Response:
    """The page that a new reader meets: three ways to the first articles."""
    house = house_of(request)
    starters = await house.ask(house.actions.starters)
    note = await house.ask(house.actions.starters_note)
    return house.page(request, "first.html", starters=starters, starters_note=note)


async def news(request: Request) -> Response:
    """GET /river/news: a line that says how many articles came since a page was made; 204 where none did.

    held: the number of articles in this river when the page was made. Counting is sounder than asking for what lies
    above the page's first entry: an article that comes in late stands lower down, at its own time.
    """
    house = house_of(request)
    place = _place(request)
    held = request.query_params.get("held", "")
    if not (held.isascii() and held.isdigit() and len(held) < 16):
        raise HTTPException(400)
    whole = place.feed is None and place.folder is None
    health = () if whole else await house.ask(house.library.health, Audience.OWNER)  # asked often: the count is enough
    counts = await house.ask(house.library.counts, Audience.OWNER)
    more = _held(place, health, counts) - int(held)
    if more <= 0:
        return Response(status_code=204, headers={"Cache-Control": "no-store"})
    return house.page(request, "news.html", more=more, address=place.address())


async def search(request: Request) -> Response:
    """GET /search: articles in which all the words occur, newest first."""
    house = house_of(request)
    asked = request.query_params.get("q", "").strip()[:500]
    place = _place(request)
    found = River((), None, None)
    if asked:
        found = await house.ask(
            house.library.search, Audience.OWNER, asked, before=place.before, limit=house.settings.page_size
        )
    older = urlencode({"q": asked, "before": words.key_text(found.older)}) if found.older else ""
    days = views.days(found.items, house.clock())
    return house.page(request, "search.html", asked=asked, days=days, older=older, before=place.before)


def _place(request: Request) -> Place:
    asked = request.query_params
    return Place(asked.get("feed"), asked.get("folder"), _key(asked.get("before")), _key(asked.get("after")))


def _key(text: str | None) -> Key | None:
    if text is None:
        return None
    key = words.read_key(text)
    if key is None:
        raise HTTPException(400)
    return key


def _in_view(place: Place, health: tuple[FeedHealth, ...]) -> tuple[FeedHealth, ...]:
    """The feeds that this river is made of."""
    if place.feed is not None:
        return tuple(line for line in health if line.feed.url == place.feed)
    if place.folder is not None:
        return tuple(line for line in health if line.subscription.folder == place.folder)
    return health


def _held(place: Place, health: tuple[FeedHealth, ...], counts: Counts) -> int:
    if place.feed is None and place.folder is None:
        return counts.articles
    return sum(line.articles for line in _in_view(place, health))
