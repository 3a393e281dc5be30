"""Web pages of the newsstand: each outlet has a template of its own, as unlike the others as real publishers' are.

In: an outlet, an article's printed version, and what the outlet printed before it. Out: the page's bytes in the
outlet's encoding. No page asks another host for anything.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from standfirst.newsstand.feeds import Printed, feed_type, grouped, summary
from standfirst.newsstand.markup import Calendar
from standfirst.newsstand.outlets import Outlet, path_word

_RELATED = 4


def article_page(outlet: Outlet, site: str, item: Printed, earlier: list[Printed]) -> bytes:
    """The page of an article. earlier: what the outlet printed before it, newest first, for its lists of links."""
    return _render(
        outlet,
        f"{outlet.key}.html",
        site=site,
        item=item,
        truth=item.truth,
        version=item.version,
        groups=grouped(item.version),
        description=summary(item.version),
        earlier=earlier[:_RELATED],
        same_event=[other for other in earlier if other.truth.event == item.truth.event][:2],
        changed=item.version.at if item.version.at != item.truth.published else None,
        minutes=max(1, len(item.version.text.split()) // 220),
        json_ld=_json_ld(outlet, site, item),
    )


def home_page(outlet: Outlet, site: str, printed: list[Printed]) -> bytes:
    """The outlet's front page: every article printed so far, newest first."""
    return _render(outlet, "home.html", site=site, printed=printed, summary=summary)


def not_found_page(outlet: Outlet, site: str) -> bytes:
    """What the outlet says of an address where it has nothing (yet)."""
    return _render(outlet, "missing.html", site=site)


def style_sheet(outlet: Outlet) -> bytes:
    """The outlet's style sheet."""
    return _render(outlet, "style.css")


def picture(event: str) -> bytes:
    """The picture that goes with an event's articles: a drawn seascape in the event's own colour, as SVG."""
    hue = sum(map(ord, event)) * 37 % 360
    hills = "".join(
        f'<path d="M0 {y} Q150 {y - 70} 300 {y} T640 {y} V360 H0 Z" fill="hsl({hue} 35% {light}%)"/>'
        for y, light in ((200, 62), (250, 45), (300, 30))
    )
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 360" role="img">'
        f'<rect width="640" height="360" fill="hsl({hue} 45% 86%)"/>{hills}</svg>'
    )
    return svg.encode()


def _render(outlet: Outlet, template: str, **values: Any) -> bytes:
    words = (
        _templates()
        .get_template(template)
        .render(
            outlet=outlet,
            feed_type=feed_type(outlet),
            day=lambda moment: _day(moment, outlet),
            clock=lambda moment: f"{moment.astimezone(outlet.zone):%H:%M}",
            iso=lambda moment: moment.astimezone(outlet.zone).isoformat(timespec="seconds"),
            path_word=path_word,
            **values,
        )
    )
    return words.encode(outlet.encoding, "xmlcharrefreplace")


def _day(moment: datetime, outlet: Outlet) -> str:
    return Calendar(moment.astimezone(outlet.zone).date(), outlet.language).in_full(1)


def _json_ld(outlet: Outlet, site: str, item: Printed) -> Markup:
    """schema.org NewsArticle; "<" is escaped so that no words can end the script element."""
    version = item.version
    article = {
        "@type": "NewsArticle",
        "mainEntityOfPage": {"@type": "WebPage", "@id": item.url},
        "headline": version.headline,
        "description": summary(version),
        "datePublished": item.truth.published.astimezone(outlet.zone).isoformat(),
        "dateModified": version.at.astimezone(outlet.zone).isoformat(),
        "author": [{"@type": "Person", "name": name} for name in version.bylines],
        "publisher": {"@type": "NewsMediaOrganization", "name": outlet.name, "url": site + "/"},
        "articleSection": item.truth.section,
        "inLanguage": item.truth.language,
        "image": [f"{site}/pictures/{item.truth.event}.svg"],
    }
    crumbs = [{"@type": "ListItem", "position": 1, "name": item.truth.section, "item": f"{site}/"}]
    graph = {"@graph": [{"@type": "BreadcrumbList", "itemListElement": crumbs}, article]}
    data = {"@context": "https://schema.org", **(graph if outlet.key == "vessmark-tribune" else article)}
    return Markup(json.dumps(data, ensure_ascii=False, indent=1).replace("<", "\\u003c"))


@cache
def _templates() -> Environment:
    folder = files("standfirst.newsstand").joinpath("templates")
    sources = {file.name: file.read_text("utf-8") for file in folder.iterdir() if file.is_file()}
    return Environment(
        loader=DictLoader(sources),
        autoescape=lambda name: name is not None and name.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
