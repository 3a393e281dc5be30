"""Templates and the files beside them, loaded once; a page as a response."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from standfirst import text
from standfirst.serve import health, views, words

_HERE = Path(__file__).parent
STATIC_FOLDER = _HERE / "static"
_FOREVER = "public, max-age=31536000, immutable"
_TYPES = {".woff2": "font/woff2", ".js": "text/javascript", ".svg": "image/svg+xml", ".css": "text/css"}


class StaticFiles:
    """The files under static/, each address carrying the digest of all of them, so that they are cached for good."""

    def __init__(self) -> None:
        self.paths = {str(p.relative_to(STATIC_FOLDER)): p for p in STATIC_FOLDER.rglob("*") if p.is_file()}
        digest = hashlib.sha256()
        for name in sorted(self.paths):
            digest.update(name.encode() + b"\0" + self.paths[name].read_bytes())
        self.version = digest.hexdigest()[:12]

    def address(self, name: str) -> str:
        """Where a file is served; a name that is no file is a mistake in a template and raises KeyError."""
        self.paths[name]
        return f"/static/{self.version}/{name}"

    def response(self, request: Request, version: str, name: str) -> Response | None:
        """The file, or 304 where the client has it; None where there is no such file."""
        path = self.paths.get(name)
        if path is None:
            return None
        # an address of an older version shows the file of today, and is asked again next time
        caching = _FOREVER if version == self.version else "no-cache"
        tag = f'"{self.version}"'
        headers = {"Cache-Control": caching, "ETag": tag}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        kind = _TYPES.get(path.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
        return packed(request, Response(path.read_bytes(), headers=headers, media_type=kind))


class Renderer:
    """Every template, compiled when the server starts: a broken one is found then, not by a reader.

    Use `renderer()`: compiling takes some tenths of a second, and there is nothing in it to be set.
    """

    def __init__(self, static: StaticFiles) -> None:
        self.static = static
        self.environment = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            extensions=["jinja2.ext.i18n"],
            autoescape=True,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
        )
        # the extension adds this method; with no catalogue {% trans %} prints its own English, and needs no Babel
        self.environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
        self.environment.globals.update(static=static.address, feed_name=views.feed_name, advice=views.advice)
        self.environment.globals.update(trouble_of=health.trouble_of, pace_of=health.pace_in_words)
        self.environment.filters.update(_FILTERS)
        for name in self.environment.list_templates():
            self.environment.get_template(name)

    def page(self, request: Request, template: str, status: int = 200, /, **context: Any) -> Response:
        """A page from a template; kept by no shared cache and asked again each time."""
        html = self.environment.get_template(template).render(path=request.url.path, **context)
        headers = {"Cache-Control": "private, no-cache"}
        return packed(request, HTMLResponse(html, status, headers=headers))


@cache
def renderer() -> Renderer:
    """The templates and files of this package, made at the first call."""
    return Renderer(StaticFiles())


_FILTERS = {
    "age": text.age_in_words,
    "clock_time": words.clock_time,
    "digest_words": words.digest_in_words,
    "direction": words.direction,
    "full_time": text.time_in_full,
    "host": words.host_of,
    "is_web": words.is_web,
    "iso": text.iso,
    "key": words.key_text,
    "marked": words.marked,
    "opened": words.opened_in_words,
    "state_words": words.state_in_words,
}


def packed(request: Request, response: Response) -> Response:
    """The response gzipped, where the client takes that and it is text worth packing."""
    kind = response.headers.get("content-type", "")
    if not kind.startswith(("text/", "image/svg")) or len(response.body) < 600:
        return response
    response.headers["Vary"] = "Accept-Encoding"
    if "gzip" in request.headers.get("accept-encoding", ""):
        response.body = gzip.compress(response.body, 5, mtime=0)
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Length"] = str(len(response.body))
    return response
