"""The shop file: looked over, made live, and described for editors."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import click
from rich.console import Console

from skill.api.problem import Refused
from skill.api.shop import put_shop
from skill.app import App
from skill.cli.common import errors, main, open_app, table, tells_what_is_wrong
from skill.errors import BadInput
from skill.merchants.shop_change import changed
from skill.merchants.shop_file import faults_of, read_heard, read_shop, schema

_FILE = click.Path(path_type=Path, dir_okay=False)
# Seconds between two looks at a file that is watched.
_PAUSE = 0.5


@main.group()
def shop() -> None:
    """The shop file: name, terms, hours, answers and all else that is not a product."""


@shop.command("check")
@click.argument("file", type=_FILE)
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each fault.")
@tells_what_is_wrong
def check(file: Path, as_json: bool) -> None:
    """Tell all that is wrong with FILE, line by line, and how to mend it. The exit code is 1 where something
    is, 2 where it cannot be read at all."""
    found = faults_of(file)
    if as_json:
        for one in found:
            click.echo(json.dumps({"line": one.line, "place": one.place, "what": one.what}))
    elif found:
        told = table("line", "place", "what is wrong")
        for one in found:
            told.add_row(str(one.line or ""), one.place, one.what)
        Console().print(told, markup=False)
    else:
        click.echo(f"{file}: nothing is wrong with it")
    raise SystemExit(1 if found else 0)


@shop.command("apply")
@click.argument("file", type=_FILE)
@click.option("--watch", is_flag=True, help="Go on, and make it live again whenever it is saved.")
@tells_what_is_wrong
def apply(file: Path, watch: bool) -> None:
    """Make FILE live; the catalogue stays. What is running has it from the next turn on."""
    app = open_app()
    if watch:
        watched(file, apply=lambda: made_live(app, file))
    else:
        click.echo(made_live(app, file))


@shop.command("schema")
def schema_() -> None:
    """Print the JSON Schema of a shop file, by which editors complete and check it."""
    click.echo(json.dumps(schema(), indent=2))


def made_live(app: App, file: Path) -> str:
    """Make a shop file live; what has changed, in a sentence. Raises BadInput."""
    facts, heard = read_shop(file), read_heard(file)
    try:
        before, after = put_shop(app, facts, heard=heard)
    except Refused as refused:
        told = refused.form()
        raise BadInput(f"{file}: {told.detail} {told.remedy}") from refused
    parts = changed(before, after)
    return f"{after.name}: live; changed: {', '.join(parts)}" if parts else f"{after.name}: all as it was"


def watched(file: Path, *, apply: Callable[[], str], pause: Callable[[float], None] = time.sleep) -> None:
    """Apply a file now and whenever it is saved, until the keyboard interrupts. What is wrong with it is
    told, and the next save waited for."""
    saved = None
    try:
        while True:
            now = file.stat().st_mtime_ns if file.exists() else 0
            if now != saved:
                saved = now
                try:
                    click.echo(apply())
                except BadInput as error:
                    errors.print(f"[bold red]sayso:[/] {error}", highlight=False, soft_wrap=True)
            pause(_PAUSE)
    except KeyboardInterrupt:
        click.echo("no longer watched; what is live stays live")
