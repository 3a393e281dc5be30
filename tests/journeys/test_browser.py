"""The pages in a real browser: nothing breaks the policy, nothing leaves the machine, nothing is too wide."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.journeys.installation import Site, running

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine: the pages are not seen in a browser"),
]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    line = [sys.executable, "-m", "standfirst", "demo", "--port", "0", "--seconds", "2"]
    with running(line, tmp_path_factory.mktemp("demo")) as site:
        site.wait_for("/", 'href="/a/')
        yield site


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as started:
        made = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield made
        made.close()


def paths(site: Site) -> list[str]:
    (article, *_) = re.findall(r'href="(/a/[0-9a-f]+)"', site.get("/").text)
    return ["/", article, "/feeds", "/problems", "/search?q=the", "/nothing-here"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_is_whole(demo: Site, browser, width: int, scheme: str) -> None:  # type: ignore[no-untyped-def]
    context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
    for path in paths(demo):
        page, errors, hosts = context.new_page(), [], set()
        page.on("console", lambda m, kept=errors: kept.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e, kept=errors: kept.append(str(e)))
        page.on("request", lambda r, kept=hosts: kept.add(urlsplit(r.url).netloc))
        page.goto(demo.address + path)
        page.wait_for_timeout(150)
        expected = [e for e in errors if not (path == "/nothing-here" and "404" in e)]
        assert not expected, f"{path}: {expected}"
        assert hosts == {urlsplit(demo.address).netloc}, path
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} is {wide} px too wide at {width}"
        assert page.locator("h1").count() == 1, path
        page.close()
    context.close()


def test_the_keys_move_and_open(demo: Site, browser) -> None:  # type: ignore[no-untyped-def]
    page = browser.new_page()
    page.goto(demo.address + "/")
    page.wait_for_timeout(200)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url("**/a/*")
    assert "Read this article on source website" in page.content()
    page.close()


def test_the_link_to_the_source_leads_to_its_page(demo: Site, browser) -> None:  # type: ignore[no-untyped-def]
    page = browser.new_page()
    page.goto(demo.address + paths(demo)[1])
    headline = page.locator("h1").inner_text()
    page.get_by_role("link", name="Read this article on source website").click()
    page.wait_for_load_state()
    assert urlsplit(page.url).hostname.endswith(".localhost")
    assert headline in page.content() or headline in page.inner_text("body")
    page.close()
