"""What can go wrong, in one place.

StandfirstError
  SettingsError        the settings are wrong (exit status 2)
  StoreError           the store cannot be used (exit status 3)
    NewerSchemaError   the database was written by a newer Standfirst
    DiskFullError      no space is left where the database or the kept pages live
  FetchError           one request failed; carries its Problem
  FeedError            one document is no feed that can be read; carries its Problem
  MissingExtraError    an optional dependency is needed for what was asked

A `Problem` is a value, not an exception: a bad item costs itself, is stored, listed and counted.
A bug is not a Problem: it propagates.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Stage(enum.StrEnum):
    """The stage of the line at which a problem was met."""

    SETTINGS = "settings"
    FETCH = "fetch"
    COLLECT = "collect"
    EXTRACT = "extract"
    STORE = "store"
    IMPORT = "import"


class Code(enum.StrEnum):
    """Every kind of problem, with the advice that is printed after it ("what to do").

    docs/problems.md describes each; a test compares the two.
    """

    advice: str

    def __new__(cls, value: str, advice: str) -> Code:
        member = str.__new__(cls, value)
        member._value_ = value
        member.advice = advice
        return member

    # fetch
    ADDRESS_REFUSED = (
        "address-refused",
        "allow this address and port with `[fetch] allow` if it is yours, otherwise remove the feed",
    )
    ADDRESS_INVALID = "address-invalid", "correct the address: http:// or https://, a host and a path"
    NAME_NOT_FOUND = "name-not-found", "check the spelling of the host; if it is right the site is gone or DNS is down"
    CONNECTION_FAILED = (
        "connection-failed",
        "wait: it is tried again by itself; look whether the site opens in a browser",
    )
    TLS_FAILED = "tls-failed", "look at the site's certificate in a browser; it is tried again by itself"
    TIMED_OUT = "timed-out", "wait: it is tried again by itself, later each time"
    TOO_LARGE = "too-large", "nothing: an answer over the limit is not read; tell the publisher if it is a feed"
    TOO_MANY_REDIRECTS = "too-many-redirects", "open the address in a browser and use the one it ends at"
    BAD_ANSWER = "bad-answer", "wait: the server did not speak HTTP; it is tried again by itself"
    HTTP_STATUS = "http-status", "open the address in a browser; it is tried again by itself, later each time"
    ASKED_TO_WAIT = "asked-to-wait", "nothing: the host asked to be left alone and is asked again after that time"
    ROBOTS_DENIED = (
        "robots-denied",
        "nothing: the source asks robots not to fetch; the feed's own text is shown",
    )
    GONE = "gone", "remove the feed: its publisher says that it will not come back (410)"
    # collect
    NOT_A_FEED = "not-a-feed", "give the address of the feed itself, or of a site that names one"
    NO_FEED_FOUND = "no-feed-found", "look for RSS or Atom on the site and give that address"
    FEED_DAMAGED = "feed-damaged", "nothing: what could be read was kept; tell the publisher"
    FEED_EMPTY = "feed-empty", "wait: a feed without entries is lawful; if it stays so, look at the site"
    ENTITY_DECLARED = "entity-declared", "tell the publisher: a feed that declares entities is not read"
    ENTRY_WITHOUT_ID = "entry-without-id", "nothing: the entry has neither link nor guid and cannot be kept"
    ENTRY_DATE_UNREADABLE = "entry-date-unreadable", "nothing: the time first seen is shown instead"
    GUID_REPEATED = "guid-repeated", "nothing: these entries are told apart by their links; tell the publisher"
    TOO_MANY_ENTRIES = "too-many-entries", "nothing: the first 10,000 entries were read"
    # extract
    NOT_HTML = "not-html", "nothing: the feed's own text is shown"
    PAGE_UNREADABLE = (
        "page-unreadable",
        "nothing: the feed's own text is shown; report the page if it opens in a browser",
    )
    WORKER_DIED = "worker-died", "nothing: this page took too much memory or time and was given up; feed text is shown"
    CAPTURE_INCOMPLETE = (
        "capture-incomplete",
        "give the whole page as text: age line, headline, body, closing link line",
    )
    # store
    DISK_FULL = "disk-full", "free some space where the data folder lies; nothing stored was lost"
    STORE_UNAVAILABLE = "store-unavailable", "look whether the data folder or database server can be written"
    STORE_NEWER = "store-newer", "start a Standfirst at least as new as the one that wrote this store"
    # settings
    SETTING_UNKNOWN = "setting-unknown", "correct the key; `standfirst settings` lists them all"
    SETTING_INVALID = "setting-invalid", "correct the value; docs/settings.md says what it may be"
    SETTINGS_UNREADABLE = "settings-unreadable", "correct the file: it must be TOML"
    # import
    OPML_UNREADABLE = "opml-unreadable", "export the subscriptions again as OPML; what could be read was taken"
    OUTLINE_WITHOUT_ADDRESS = "outline-without-address", "nothing: this outline names no feed address"
    FILE_UNREADABLE = "file-unreadable", "look at the path and its permissions"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that went wrong with one item: where, what was found, what was wanted.

    source: the URL or file it concerns. where: a place inside it (a path, a line and column, an item's guid),
    or "". found and wanted: words, each at most 300 characters. The advice stands with the code.
    """

    stage: Stage
    code: Code
    source: str
    where: str
    found: str
    wanted: str

    def __str__(self) -> str:
        place = f"{self.source} {self.where}".strip()
        return f"{place}: {self.code}: found {self.found}, wanted {self.wanted}. To do: {self.code.advice}."


class StandfirstError(Exception):
    """The root of every error that Standfirst raises on purpose."""


class SettingsError(StandfirstError):
    """The settings are wrong; carries every problem at once."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class StoreError(StandfirstError):
    """The store cannot be used: not found, not writable, damaged, or the server is away."""


class NewerSchemaError(StoreError):
    """The database was written by a newer version and is left alone."""


class DiskFullError(StoreError):
    """No space is left; nothing was written, reading goes on."""


class _CarriesProblem(StandfirstError):
    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class FetchError(_CarriesProblem):
    """One request failed.

    retry_after: seconds that the server asked to wait, or None. status: the HTTP status, or None where no
    answer came.
    """

    def __init__(self, problem: Problem, *, status: int | None = None, retry_after: float | None = None) -> None:
        super().__init__(problem)
        self.status = status
        self.retry_after = retry_after


class FeedError(_CarriesProblem):
    """A document cannot be read as what was wanted (a feed, an OPML file)."""


class MissingExtraError(StandfirstError):
    """An optional dependency is missing: names the extra that brings it."""

    def __init__(self, extra: str, need: str) -> None:
        super().__init__(f"{need} needs the extra '{extra}': install it with `uv sync --extra {extra}`")
        self.extra = extra
