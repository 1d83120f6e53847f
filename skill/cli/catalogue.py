"""The shop's catalogue from the command line: looked into and verified."""

from __future__ import annotations

import json
from dataclasses import asdict

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from skill.catalogue.explaining import as_json
from skill.catalogue.manifest import read_manifest
from skill.catalogue.search import CatalogueIndex
from skill.catalogue.words import load, understand
from skill.cli.common import (
    ensure_open,
    facts_of,
    main,
    open_app,
    tells_what_is_wrong,
)
from skill.cli.explained import show
from skill.commerce.recommend import FLOOR
from skill.errors import BadInput, CatalogueNotLinked
from skill.merchants import together
from skill.merchants.together import DAYS


@main.group()
def catalogue() -> None:
    """The shop's catalogue."""


@catalogue.command("search")
@click.argument("text")
@click.option("--locale", help="The language or locale to search in (the shop's own when left out).")
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True)
@click.option("--explain", is_flag=True, help="Show how the words were read and how each score came about.")
@click.option("--json", "json_", is_flag=True, help="Everything as one JSON object.")
@tells_what_is_wrong
def search(text: str, locale: str | None, limit: int, explain: bool, json_: bool) -> None:
    """Look TEXT up as if it had been said."""
    app = open_app()
    ensure_open(app)
    facts = facts_of(app)
    shelves = CatalogueIndex(app.settings.folder / facts.catalogue)
    language = (locale or facts.locale)[:2]
    if language not in shelves.manifest.languages:
        known = ", ".join(shelves.manifest.languages)
        raise BadInput(f"the catalogue has no names in {locale}; it is searched in {known}")
    minor = 10**facts.terms.minor_digits
    query = understand(text, words=load(language), now=app.clock(), minor_per_major=minor)
    explained = shelves.explain(query, limit=limit)
    if json_:
        click.echo(json.dumps(as_json(explained, locale=locale or facts.locale), ensure_ascii=False))
        return
    show(explained, locale=locale or facts.locale, details=explain)


@catalogue.command("verify")
@tells_what_is_wrong
def verify() -> None:
    """Compare every file of the live catalogue with its manifest."""
    app = open_app()
    facts = facts_of(app)
    folder = app.settings.folder / facts.catalogue
    try:
        manifest = read_manifest(folder, anew=True)
    except CatalogueNotLinked as error:
        raise BadInput(f"{folder}: is not whole; import the feed again") from error
    size = sum(file.bytes for file in manifest.files.values())
    click.echo(
        f"{manifest.version}: {manifest.products} products in {', '.join(manifest.languages)}; "
        f"{len(manifest.files)} files, {size} bytes, all as they were written"
    )


@catalogue.command("pairs")
@click.option(
    "--shoppers",
    type=click.IntRange(min=FLOOR),
    help="So many must have bought both [default: the shop file's, or 5].",
)
@click.option(
    "--days", type=click.IntRange(1, 3650), default=DAYS, show_default=True, help="Orders that count."
)
@click.option("--json", "json_", is_flag=True, help="What it came to as one JSON object.")
@tells_what_is_wrong
def pairs(shoppers: int | None, days: int, json_: bool) -> None:
    """Count what is bought together, from the shop's own orders, for whoever asks what goes with what.

    Shoppers are counted, not orders, and two products are kept together only where enough shoppers bought
    both, so that nobody can be recognised. A running server counts once a day by itself."""
    app = open_app()
    floor = shoppers or facts_of(app).recommend.together
    counting = "{task.completed:,.0f} orders"
    with Progress(
        SpinnerColumn(),
        TextColumn(counting),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task("orders", total=None)
        done = together.count(
            app.store,
            now=app.clock(),
            floor=floor,
            days=days,
            progress=lambda count: bar.update(task, completed=count),
        )
    if json_:
        click.echo(json.dumps({**asdict(done), "floor": floor, "days": days}))
        return
    click.echo(
        f"{done.products} products go with others, in {done.pairs} pairs that {floor} shoppers or more "
        f"bought: from {done.baskets} orders of {done.shoppers} shoppers in {days} days"
    )
