"""The nouns, in the order in which they flow: collect's, extract's, the store's. Each is made by its owner alone.

All are frozen. Times are aware and in UTC. Spans are code points of `Article.text`, the end exclusive. What is made in
millions is a NamedTuple. Nothing here reads, writes or decides.
"""

from standfirst.model.collect import (
    Enclosure,
    Entry,
    Feed,
    FeedLink,
    FeedOptions,
    FeedState,
    Outline,
    Page,
    Reading,
    digest_of,
)
from standfirst.model.extract import (
    Article,
    Block,
    BlockKind,
    Evidence,
    Method,
    Site,
    State,
    article_id,
    lay_out,
    revision_of,
)
from standfirst.model.store import Changes, Choice, Noted, PageJob, Sighting, Subscription, Taken

__all__ = [
    "Article",
    "Block",
    "BlockKind",
    "Changes",
    "Choice",
    "Enclosure",
    "Entry",
    "Evidence",
    "Feed",
    "FeedLink",
    "FeedOptions",
    "FeedState",
    "Method",
    "Noted",
    "Outline",
    "Page",
    "PageJob",
    "Reading",
    "Sighting",
    "Site",
    "State",
    "Subscription",
    "Taken",
    "article_id",
    "digest_of",
    "lay_out",
    "revision_of",
]
