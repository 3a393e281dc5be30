"""The fakes that ship beside the seams: a network of pages in a dictionary, and extraction in this process."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from standfirst.errors import Code, FetchError, Problem, Stage
from standfirst.model import FeedOptions, Page, digest_of
from standfirst.workers import Answer, Task, perform

NOON = datetime(2024, 11, 26, 12, tzinfo=UTC)


class StandingClock:
    """A clock that moves only when it is told to."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **parts: float) -> None:
        self.now += timedelta(**parts)


class PaperNetwork:
    """Addresses and what they answer: bytes, or a status. Answers 304 to its own entity tag."""

    def __init__(self, clock: StandingClock) -> None:
        self.clock = clock
        self.pages: dict[str, bytes | int] = {}
        self.types: dict[str, str] = {}
        self.robots_denied: set[str] = set()
        self.moved: dict[str, str] = {}
        self.asked: list[str] = []

    async def get(
        self,
        url: str,
        *,
        etag: str = "",
        modified: str = "",
        accept: str = "*/*",
        urgent: bool = False,
        unattended: bool = False,
        options: FeedOptions = FeedOptions(),
        own: str = "",
    ) -> Page:
        self.asked.append(url)
        if unattended and url in self.robots_denied:
            raise FetchError(Problem(Stage.FETCH, Code.ROBOTS_DENIED, url, "", "Disallow: /", "leave to fetch it"))
        target = self.moved.get(url, url)
        answer = self.pages.get(target, 404)
        if isinstance(answer, int):
            problem = Problem(Stage.FETCH, Code.HTTP_STATUS, url, "", f"HTTP {answer}", "200 or 304")
            raise FetchError(problem, status=answer)
        digest = digest_of(answer)
        status, body = (304, b"") if etag == f'"{digest[:8]}"' else (200, answer)
        headers = {"etag": f'"{digest[:8]}"'}
        media_type = self.types.get(url, "text/html")
        moved_to = target if target != url else ""
        return Page(url, target, status, media_type, headers, body, self.clock(), digest_of(body), moved_to)


class SameProcess:
    """The extraction pool without processes."""

    async def perform(self, task: Task) -> Answer:
        return perform(task)


def rss(*items: str, title: str = "Tidewatch", site: str = "https://tide.example/") -> bytes:
    """A small RSS 2.0 document around these items."""
    head = f"<title>{title}</title><link>{site}</link><description>x</description>"
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{"".join(items)}</channel></rss>'.encode()


def item(
    number: int, *, title: str = "Ferry held", text: str = "The ferry was held.", date: str = "26 Nov 2024 09:58:00"
) -> str:
    """One RSS item whose address ends in its number."""
    link = f"https://tide.example/news/{number}"
    return (
        f"<item><title>{title} {number}</title><link>{link}</link><guid>{link}</guid>"
        f"<description>{text}</description><pubDate>Tue, {date} GMT</pubDate></item>"
    )


def article_html(headline: str, *paragraphs: str, head: str = "") -> bytes:
    """A plain article page."""
    body = "".join(f"<p>{words}</p>" for words in paragraphs)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{headline} - Tidewatch</title>{head}</head>'
        f"<body><nav><a href='/'>Home</a></nav><main><article><h1>{headline}</h1>{body}</article></main>"
        "<footer>Tidewatch</footer></body></html>"
    ).encode()
