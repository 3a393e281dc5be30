"""The element names of feed formats, made comparable: "dc:creator" whatever prefix the document chose.

RSS 0.9 to 2.0, RSS 1.0, Atom 0.3 and 1.0 and CDF share one space without a prefix, because live feeds mix them.
"""

from __future__ import annotations

import functools
import re

ATOM = "http://www.w3.org/2005/Atom"
XHTML = "http://www.w3.org/1999/xhtml"

# the address of each namespace that is read, without scheme and closing slash, in lower case
_SHORT = {
    "": "",
    "www.w3.org/2005/atom": "",
    "purl.org/atom/ns#": "",
    "purl.org/rss/1.0": "",
    "purl.org/rss/1.0/modules/rss091#": "",
    "my.netscape.com/rdf/simple/0.9": "",
    "channel.netscape.com/rdf/simple/0.9": "",
    "blogs.law.harvard.edu/tech/rss": "",
    "cyber.law.harvard.edu/rss": "",
    "purl.org/echo": "",
    "purl.org/pie": "",
    "example.com/necho": "",
    "example.com/newformat#": "",
    "purl.org/dc/elements/1.1": "dc",
    "purl.org/dc/terms": "dcterms",
    "purl.org/rss/1.0/modules/content": "content",
    "purl.org/rss/1.0/modules/syndication": "sy",
    "rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "example.com/dtds/podcast-1.0.dtd": "itunes",
    "search.yahoo.com/mrss": "media",
    "www.sitemaps.org/schemas/sitemap/0.9": "",
    "www.google.com/schemas/sitemap/0.84": "",
    "www.google.com/schemas/sitemap/0.9": "",
    "www.google.com/schemas/sitemap-news/0.9": "news",
    "www.google.com/schemas/sitemap-image/1.1": "image",
    "www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "www.w3.org/1999/xhtml": "xhtml",
}
# what to bind a prefix to that a damaged document uses without declaring it
ADDRESS_OF_PREFIX = {
    "atom": ATOM,
    "atom10": ATOM,
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "image": "http://www.google.com/schemas/sitemap-image/1.1",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "xhtml": XHTML,
}
_SCHEME = re.compile(r"https?://")


@functools.lru_cache(maxsize=2048)
def short_name(tag: str) -> str:
    """The name by which an element is known here: "title", "dc:creator"; "" in a namespace that is not read.

    tag: "{namespace}local" or "local", as lxml gives it. Names are in lower case: live feeds differ in it.
    """
    address, _, local = tag.rpartition("}")
    if not address:
        # a prefix that was never declared stays in the name where a parser lets it pass
        return local.lower()
    address = _SCHEME.sub("", address[1:].strip().lower()).rstrip("/")
    if address.startswith("backend.userland.com/rss"):
        return local.lower()
    prefix = _SHORT.get(address)
    if prefix is None:
        return ""
    return f"{prefix}:{local.lower()}" if prefix else local.lower()


@functools.lru_cache(maxsize=2048)
def local_name(tag: str) -> str:
    """The element's name without its namespace, in lower case."""
    return tag.rpartition("}")[2].lower()
