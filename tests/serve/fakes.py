"""Actions without a network, and a memory store filled with invented articles of every kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from standfirst.errors import Code, Problem, Stage
from standfirst.model import (
    Article,
    BlockKind,
    Changes,
    Choice,
    Entry,
    Feed,
    FeedLink,
    FeedOptions,
    FeedState,
    Noted,
    Page,
    PageJob,
    Sighting,
    State,
    Subscription,
    Taken,
    article_id,
    digest_of,
    lay_out,
    revision_of,
)
from standfirst.serve.actions import Added, Discovery, FeedPreview, Imported, PreviewEntry, Starter
from standfirst.store.memory import MemoryStore
from standfirst.store.protocol import Store

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
WIRE = "https://wire.example/feed"
TIDE = "https://tidewatch.example/rss"
HILLS = "https://hills.example/atom.xml"
NEW = "https://new.example/feed"
STARTERS = (
    Starter(WIRE, "Northern Wire", "en", "GB", "World"),
    Starter("https://kueste.example/rss", "Küstenblatt", "de", "DE", "World"),
    Starter("https://peat.example/feed", "Peat & Stone", "en", "", "Science"),
)
NOT_FOUND = Problem(
    Stage.COLLECT, Code.NO_FEED_FOUND, "https://empty.example/", "", "a page without a feed", "a feed or a link to one"
)
SUMMARY = "<p>What the feed said.</p>"


class FakeActions:
    """`Actions` over a memory store: addresses at *.example answer by their names."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.polled: list[str] = []
        self.imported: list[bytes] = []

    async def discover(self, address: str) -> Discovery:
        preview = FeedPreview("Küstenblatt", "https://kueste.example/", (PreviewEntry("Sturm über dem Watt", NOW),))
        if "empty" in address:
            return Discovery(address, (), None, NOT_FOUND)
        if "site" in address:
            named = (("feed", "Küstenblatt"), ("sport", "Küstenblatt: Sport"))
            links = tuple(FeedLink(f"https://site.example/{path}", title, "") for path, title in named)
            return Discovery(address, links, preview, None)
        return Discovery(address, (), preview, None)

    async def add(self, address: str, folder: str) -> Added:
        if "empty" in address:
            return Added("", "", 0, NOT_FOUND)
        self._subscribe(address, folder)
        damaged = Problem(Stage.COLLECT, Code.FEED_DAMAGED, address, "line 9", "an end tag missing", "well-formed XML")
        return Added(address, "Küstenblatt", 0, damaged if "damaged" in address else None)

    async def import_opml(self, data: bytes, source: str) -> Imported:
        self.imported.append(data)
        if b"<opml" not in data:
            problem = Problem(Stage.IMPORT, Code.OPML_UNREADABLE, source, "line 1", "'hello'", "an opml element")
            return Imported(0, 0, (problem,))
        self._subscribe(NEW, "")
        return Imported(1, 0, ())

    async def take_starters(self, urls: tuple[str, ...]) -> Imported:
        offered = [starter for starter in STARTERS if starter.url in urls]
        for starter in offered:
            self._subscribe(starter.url, starter.folder)
        return Imported(len(offered), 0, ())

    def starters(self) -> tuple[Starter, ...]:
        return STARTERS

    def starters_note(self) -> str:
        return "Outlets that are invented, one of each kind. Chosen on 23 November 2026."

    def export_opml(self) -> bytes:
        return b'<opml version="2.0"><body></body></opml>'

    async def remove(self, feed_url: str) -> bool:
        return self.store.remove_feed(feed_url)

    async def poll(self, feed_url: str) -> Problem | None:
        self.polled.append(feed_url)
        if feed_url == HILLS:
            return Problem(Stage.FETCH, Code.HTTP_STATUS, feed_url, "", "status 403", "status 200")
        return None

    async def choose(self, feed_url: str, options: FeedOptions, is_news: bool) -> Problem | None:
        if "\x07" in options.user_agent:
            found = "control characters in the user agent"
            return Problem(Stage.SETTINGS, Code.SETTING_INVALID, feed_url, "", found, "one line of text")
        self.store.apply(Changes(choices=(Choice(feed_url, options, is_news),)))
        return None

    async def arrange(self, feed_url: str, folder: str, title: str) -> bool:
        if feed_url not in {feed.url for feed, _ in self.store.feeds()}:
            return False
        self.store.apply(Changes(subscriptions=(Subscription(feed_url, folder, title),)))
        return True

    def _subscribe(self, url: str, folder: str) -> None:
        feed = Feed(url, url.split("/")[2])
        self.store.apply(Changes(feeds=(feed,), subscriptions=(Subscription(url, folder),)))


def article(
    link: str, headline: str, parts: list[tuple[BlockKind, str]], hours: float | None = 1.0, **more: object
) -> Article:
    """An invented article. hours: how long before NOW it was published, or None for no time printed."""
    standfirst = next((words for kind, words in parts if kind is BlockKind.STANDFIRST), None)
    head = [(BlockKind.HEADLINE, headline)] if headline else []
    text, blocks = lay_out([(kind, words, None) for kind, words in head + parts])
    made = Article(
        id=article_id(link), url=link, outlet=link.split("/")[2] if "/" in link else "", headline=headline,
        standfirst=standfirst, bylines=(), published=None if hours is None else NOW - timedelta(hours=hours),
        modified=None, language="en", sections=(), text=text, blocks=blocks, state=State.FULL, state_reason="",
        evidence=(), page=digest_of(link.encode()), revision=revision_of(text), made_by="extract/1",
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def take(store: Store, feed: str, made: Article, seen: datetime, page: bool = True) -> str:
    """Put an article into the store as the pipeline does; its id."""
    entry = Entry(feed, made.url, made.url, made.headline, SUMMARY, published=made.published, digest="d")
    if page:
        store.keep_page(Page(made.url, made.url, 200, "text/html", {}, b"<p>", seen, made.page))
    changes = Changes(sightings=(Sighting(made.id, entry, seen),), articles=(Taken(made, seen),))
    store.apply(changes)
    return made.id


def words_of(*parts: str) -> list[tuple[BlockKind, str]]:
    """A standfirst (may be "") and paragraphs."""
    standfirst, *paragraphs = parts
    return [(BlockKind.STANDFIRST, standfirst)] * bool(standfirst) + [(BlockKind.PARAGRAPH, p) for p in paragraphs]


def feeds_of(store: Store) -> None:
    """Three feeds: one well, one not read yet, one in trouble."""
    feeds = (
        Feed(WIRE, "wire.example", "Northern Wire", "https://wire.example/"),
        Feed(TIDE, "tidewatch.example", "The Tidewatch"),
        Feed(HILLS, "hills.example", "A Diary of the Hills, kept by several hands"),
    )
    places = (Subscription(WIRE, "Home news"), Subscription(TIDE, "Home news"), Subscription(HILLS))
    past = NOW - timedelta(minutes=5)
    states = (
        FeedState(WIRE, due=NOW + timedelta(minutes=25), last_polled=past, last_success=past, last_status=200),
        FeedState(
            HILLS, due=NOW + timedelta(hours=4), failures=3, last_polled=past,
            last_success=NOW - timedelta(days=3), last_status=403, problem="403 Forbidden: a Cloudflare wall",
            cause="a Cloudflare wall", since=NOW - timedelta(days=3),
        ),
    )  # fmt: skip
    store.apply(Changes(feeds=feeds, subscriptions=places, states=states))


def problems_of(store: Store) -> None:
    """Problems of two kinds."""
    refused = Problem(Stage.FETCH, Code.HTTP_STATUS, HILLS, "", "status 403", "status 200")
    unnamed = Problem(Stage.COLLECT, Code.ENTRY_WITHOUT_ID, WIRE, "/rss/channel/item[3]", "None", "a link or guid")
    store.apply(Changes(problems=(Noted(refused, NOW), Noted(refused, NOW), Noted(unnamed, NOW - timedelta(days=2)))))


def filled() -> MemoryStore:
    """A store with feeds, problems, and articles long and short, in several scripts and states."""
    store = MemoryStore()
    feeds_of(store)
    problems_of(store)
    for number, made in enumerate(invented()):
        feed = (WIRE, TIDE, HILLS)[number % 3]
        take(store, feed, made, NOW - timedelta(minutes=number))
    take(store, TIDE, invented()[0], NOW)
    job = PageJob(invented()[0].id, invented()[0].url, WIRE, NOW)
    store.apply(Changes(jobs=(job,)))
    return store


def invented() -> list[Article]:
    """One article of each kind that pages must bear."""
    quay = "https://wire.example/quay"
    kinds = [
        (BlockKind.STANDFIRST, "The harbour master lifted the barrier before dawn; a seal was taken away."),
        (BlockKind.PARAGRAPH, "Inspectors opened the first of fourteen steering gears on Monday. " * 4),
        (BlockKind.HEADING, "What was found"),
        (BlockKind.QUOTE, "“We are not refusing to sail. We are asking to read,” said the union’s secretary."),
        (BlockKind.LIST_ITEM, "One seal, visibly worn"),
        (BlockKind.LIST_ITEM, "Two bolts of the wrong length, fitted by nobody who remembers it"),
        (BlockKind.PREFORMATTED, "06:10  lift\n06:45  first gear open\n07:30  seal bagged and taken to the laboratory"),
        (BlockKind.PARAGRAPH, "The ferry sails again on Thursday, if the second gear is as clean as the last. " * 3),
    ]
    long = (
        "The undersea cable that nobody owns, and the very long correspondence between four ministries about who "
        "should mend it, of which one reply alone runs to Donaudampfschifffahrtsgesellschaftskapitänswitwe’s length"
    )
    partial = {"state": State.PARTIAL, "state_reason": "the feed carries a summary only", "made_by": "extract/feed 1"}
    return [
        article(
            quay,
            "Inspectors open the first of fourteen steering gears",
            kinds,
            1.3,
            bylines=("Marta Eldwin", "J. Orr"),
            sections=("Coast",),
        ),
        article("https://tidewatch.example/short", "Rain", words_of("", "Wet."), 2),
        article("https://hills.example/long", long, words_of("", *["A paragraph that goes on. " * 20] * 3), 5),
        article(
            "https://wire.example/de",
            "Übermut tut selten gut: Fähre „Möwe“ fährt wieder",
            words_of("Nach drei Wochen Prüfung.", "Die Fähre fährt wieder."),
            26,
            language="de",
        ),
        article(
            "https://tidewatch.example/he",
            "הספינה חוזרת לים אחרי שלושה שבועות",
            words_of("הבדיקה נמשכה שלושה שבועות.", 'הספינה יצאה לים בבוקר. "אנחנו מוכנים", אמר הקברניט.'),
            27,
            language="he",
        ),
        article(
            "https://hills.example/ja",
            "東京湾のフェリーが三週間ぶりに運航を再開",
            words_of("検査は三週間続いた。", "フェリーは朝に出航した。船長は「準備はできている」と述べた。"),
            50,
            language="ja",
        ),
        article(
            "https://wire.example/partial",
            "Krone ends the day where it began",
            words_of("", "After a nervous hour the currency gave back its gains."),
            51,
            **partial,
        ),
        article(
            "https://tidewatch.example/none",
            "",
            [],
            None,
            state=State.PAYWALL,
            state_reason="the page asks for a subscription",
        ),
        article(
            "urn:guid:77",
            "An item without an address",
            words_of("", "It came by feed alone."),
            None,
            outlet="hills.example",
            language="",
        ),
        article(
            "https://wire.example/old", "Frost on the passes", words_of("", "Cold air pools in the valleys."), 24 * 400
        ),
        article(
            "https://tidewatch.example/<script>alert(1)</script>",
            "<script>alert('headline')</script>",
            words_of("<img src=x onerror=alert(2)>", '<b>not bold</b> & "quoted"'),
            3,
            bylines=("<i>Eve</i>",),
            sections=("<u>S</u>",),
        ),
    ]
