"""The command `standfirst`: one function a command; builds settings, store, fetch and clock; no logic.

Exit status: 0 done, 1 done with problems under --strict, 2 wrong usage or settings, 3 store unavailable.
"""

from __future__ import annotations

import asyncio
import functools
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from standfirst import __version__
from standfirst.config import Clock, Origin, Settings, clock_of, load
from standfirst.errors import Code, MissingExtraError, Problem, SettingsError, Stage, StoreError
from standfirst.store.protocol import Audience, Store
from standfirst.text import printable

PROBLEMS, USAGE, UNAVAILABLE = 1, 2, 3
OWNER = Audience.OWNER


@dataclass(frozen=True, slots=True)
class Context:
    """What every command is given."""

    settings: Settings
    origins: tuple[Origin, ...]
    clock: Clock
    file: Path | None


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="standfirst")
def cli() -> None:
    """Collect articles from the sources you choose and show who said what, in which outlet's words."""


def command(name: str, **context_settings: Any) -> Callable[[Callable[..., None]], click.Command]:
    """A command with --settings and --data; it is handed a Context first."""

    def made(function: Callable[..., None]) -> click.Command:
        @functools.wraps(function)
        def run(settings_file: Path | None, data_folder: str | None, **given: Any) -> None:
            flags = {"store.folder": data_folder, "serve.port": given.pop("port", None)}
            settings, origins = load(settings_file, os.environ, flags)
            function(Context(settings, origins, clock_of(settings.clock), settings_file), **given)

        file = click.option("--settings", "settings_file", type=click.Path(path_type=Path), help="The settings file.")
        folder = click.option("--data", "data_folder", help="The data folder (store.folder).")
        return cli.command(name, help=function.__doc__, context_settings=context_settings)(file(folder(run)))

    return made


@contextmanager
def opened(context: Context) -> Iterator[Store]:
    """The store of these settings."""
    from standfirst.store.opening import open_store

    store = open_store(context.settings.store.url, Path(context.settings.store.folder), context.clock)
    try:
        yield store
    finally:
        store.close()


def say(*lines: str) -> None:
    """Print lines."""
    for line in lines:
        click.echo(line)


def complain(*problems: Problem) -> None:
    """Print problems where errors go."""
    for problem in problems:
        click.echo(printable(str(problem)), err=True)


def unreadable(error: OSError) -> Problem:
    """The problem of a file named on the command line, or in a list that it names, that cannot be used."""
    found = error.strerror or str(error)
    return Problem(Stage.SETTINGS, Code.FILE_UNREADABLE, str(error.filename or ""), "", found, "a usable file")


strict_option = click.option("--strict", is_flag=True, help="Exit with status 1 if there were problems.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@command("serve")
@click.option("--port", type=int, help="The port (serve.port).")
def serve(context: Context) -> None:
    """Serve the pages and collect, until stopped."""
    from standfirst.commands import serving

    with serving.listen(context.settings.serve) as listener, opened(context) as store:
        say(f"Standfirst is at {serving.address_of(listener)} (Ctrl-C stops it)")
        arguments = serving.intake_command(context.file, context.settings.store.folder)
        serving.run(store, context.settings, context.clock, listener, arguments)


@command("collect")
@click.option("--watch", is_flag=True, help="Go on until stopped, polling each feed when it is due.")
@click.option("--until-closed", is_flag=True, help="With --watch: stop when standard input closes.")
@click.option("--quiet", is_flag=True, help="No progress and no closing line.")
@strict_option
def collect(context: Context, watch: bool, until_closed: bool, quiet: bool, strict: bool) -> None:
    """Poll every feed once and read the pages that are wanted."""
    from standfirst.commands.running import Collecting, collect_once, collect_watching
    from standfirst.commands.terminal import progress

    tell, done = progress(quiet)
    with opened(context) as store:
        try:
            start: Collecting = collect_watching(until_closed) if watch else collect_once
            tally = asyncio.run(start(store, context.settings, context.clock, tell))
        finally:
            done()
    if not quiet:
        say(tally.line())
    if strict and tally.problems:
        sys.exit(PROBLEMS)


@command("add")
@click.argument("address")
@click.option("--folder", default="", help="The folder to put the feed in.")
def add(context: Context, address: str, folder: str) -> None:
    """Subscribe to a feed, or to the feed that a site names, and take what it holds."""
    from standfirst.commands.running import with_actions

    with opened(context) as store:
        added = asyncio.run(
            with_actions(store, context.settings, context.clock, lambda actions: actions.add(address, folder))
        )
    if added.problem:
        complain(added.problem)
        sys.exit(PROBLEMS)
    say(printable(f"{added.title or added.feed_url}: {added.articles} entries taken from {added.feed_url}"))


@command("import")
@click.argument("file", type=click.File("rb"))
@strict_option
def import_(context: Context, file: Any, strict: bool) -> None:
    """Subscribe to every feed of an OPML file ("-" reads standard input)."""
    from standfirst.commands.running import with_actions

    data = file.read()
    with opened(context) as store:
        taken = asyncio.run(
            with_actions(store, context.settings, context.clock, lambda actions: actions.import_opml(data, file.name))
        )
    complain(*taken.problems)
    say(f"{taken.added} feeds added, {taken.known} known already; {len(taken.problems)} problems.")
    if taken.problems and (strict or not taken.added + taken.known):
        sys.exit(PROBLEMS)


@command("export")
def export(context: Context) -> None:
    """Print every subscription as OPML."""
    from standfirst.commands.actions import PageActions

    with opened(context) as store:
        click.echo(PageActions(store, context.settings, context.clock).export_opml(), nl=False)


@command("feed")
@click.argument("address")
@click.option(
    "--full-text/--no-full-text", default=None, help="Fetch each article's page, or show the feed's own text."
)
@click.option("--news/--not-news", default=None, help="Whether the feed reports events.")
@click.option("--user-agent", help="Sent instead of the usual one; empty for the usual one.")
@click.option(
    "--header", "headers", multiple=True, help="'Name: value', sent to the feed's own site; without: removed."
)
@click.option("--cookies-stdin", is_flag=True, help="Read cookies from standard input; nothing there removes them.")
@click.option("--user", "username", help="The user name; empty removes it.")
@click.option("--password-stdin", is_flag=True, help="Read a password from standard input; nothing there removes it.")
@click.option("--proxy", help="An http://host:port to go through; empty for none.")
@click.option("--folder", help="The folder to put the feed in.")
@click.option("--title", help="What to call the feed; empty for its own title.")
@json_option
def feed(context: Context, address: str, as_json: bool, **given: Any) -> None:
    """Show how one feed does, and choose how it is fetched."""
    from standfirst.commands.choosing import choose, feed_json, feed_lines

    with opened(context) as store:
        found = choose(store, context.settings, context.clock, address, given, sys.stdin)
    if isinstance(found, Problem):
        complain(found)
        sys.exit(PROBLEMS)
    say(*([feed_json(found)] if as_json else feed_lines(found, context.clock())))


@command("read")
@click.argument("source")
@click.option("--as", "form", type=click.Choice(["page", "text"]), default="page", help="page: for a terminal.")
@click.option("--url", default="", help="The address that a saved page had.")
@click.option("--at", type=click.DateTime(["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d"]), help="Tell ages as of this UTC time.")
@json_option
def read(context: Context, source: str, form: str, url: str, at: Any, as_json: bool) -> None:
    """Show one article from a URL, a saved page or a plain-text capture, with no database and no server."""
    from standfirst.commands.reading import in_words, read_source, show

    now = at.replace(tzinfo=context.clock().tzinfo) if at else context.clock()
    found = read_source(source, url, context.settings, context.clock)
    if isinstance(found, Problem):
        click.echo(printable(in_words(found)), err=True)
        sys.exit(PROBLEMS)
    click.echo(show(found, "json" if as_json else form, now), nl=False)


# a word left out begins with a hyphen as options do; with -h for help, every such word with an h in it would be one
@command("search", ignore_unknown_options=True, help_option_names=["--help"])
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", default=20, show_default=True, help="Results at most.")
@json_option
def search(context: Context, words: tuple[str, ...], limit: int, as_json: bool) -> None:
    """Find articles, newest first: all words; "a phrase" in quotes; -word excludes."""
    from standfirst.commands.terminal import river_lines, rows_json

    with opened(context) as store:
        items = store.search(OWNER, " ".join(words), limit=max(1, limit)).items
    say(*([rows_json(items)] if as_json else river_lines(items) or ["nothing found"]))


@command("problems")
@json_option
def problems(context: Context, as_json: bool) -> None:
    """List stored problems, the latest first."""
    from standfirst.commands.terminal import problem_lines, rows_json

    with opened(context) as store:
        rows = store.problems(OWNER)
    say(*([rows_json(rows)] if as_json else problem_lines(rows) or ["no problems"]))


@command("settings")
@json_option
def settings_(context: Context, as_json: bool) -> None:
    """Print every setting, its value and where it came from."""
    from standfirst.commands.terminal import rows_json, setting_lines

    say(*([rows_json(context.origins)] if as_json else setting_lines(context.origins)))


@command("doctor")
def doctor(context: Context) -> None:
    """Check this installation and say what is wrong and what to do."""
    from standfirst.commands.checkup import examine

    findings = examine(context.settings)
    say(*(str(finding) for finding in findings))
    if not all(finding.well for finding in findings):
        sys.exit(PROBLEMS)


@command("demo")
@click.option("--port", type=int, help="The port (serve.port).")
@click.option(
    "--seconds",
    type=click.IntRange(1, 86400),
    default=20,
    show_default=True,
    help="In how many seconds the newsstand's days pass.",
)
def demo(context: Context, seconds: int) -> None:
    """Serve the built-in newsstand: fictional outlets whose days pass in seconds; no network, nothing kept."""
    from standfirst.commands.demo import run_demo

    run_demo(context.settings, seconds, say)


@cli.group()
def evaluate() -> None:
    """Measure a stage against documents with known answers."""


def _evaluation(name: str, module: str) -> None:
    # its --data names the documents, so it takes none of the options of commands that have a store
    @evaluate.command(name)
    @click.option("--data", "data", type=click.Path(exists=True, path_type=Path), required=True, help="The documents.")
    @click.option("--predictions", type=click.Path(path_type=Path), help="Write what came out, a JSON line a document.")
    @click.option("--json", "out", type=click.Path(path_type=Path), help="Write the figures as JSON.")
    def run(data: Path, predictions: Path | None, out: Path | None) -> None:
        """Score the stage over a folder of documents with known answers."""
        import importlib

        from standfirst.commands.terminal import write_json

        try:
            figures, lines = importlib.import_module(module).run(data, predictions)
            if out:
                write_json(out, figures)
        except OSError as error:
            raise SettingsError((unreadable(error),)) from None
        say(*lines)


def main() -> None:
    """Run the command line; every error of ours becomes words and an exit status."""
    try:
        cli(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(USAGE)
    except SettingsError as error:
        complain(*error.problems)
        sys.exit(USAGE)
    except MissingExtraError as error:
        click.echo(str(error), err=True)
        sys.exit(USAGE)
    except StoreError as error:
        click.echo(printable(str(error)), err=True)
        sys.exit(UNAVAILABLE)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # the reader of a pipe went away (`standfirst search x | head`): not an error
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(0)


for _name, _module in (("feeds", "feeds"), ("extraction", "extraction"), ("states", "states")):
    _evaluation(_name, f"standfirst.evaluate.{_module}")
