"""Serve the newsstand alone, with every article printed: `python -m standfirst.newsstand [--port 8802]`."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import click

from standfirst.newsstand.manifest import latest_start
from standfirst.newsstand.server import Newsstand


@click.command()
@click.option("--port", default=8802, show_default=True, help="The loopback port; 0 for any free one.")
def main(port: int) -> None:
    """Serve the fictional outlets until interrupted."""
    stand = Newsstand(lambda: datetime.now(UTC), port=port, start=latest_start(datetime.now(UTC)))
    stand.start()
    click.echo("# Settings with which Standfirst reads it:\n[fetch.resolve]")
    for name, address in stand.resolve().items():
        click.echo(f'"{name}" = "{address}"')
    click.echo("\n# Feeds:\n" + "\n".join(f"#   {url}" for url in stand.feeds()))
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        stand.stop()


if __name__ == "__main__":
    main()
