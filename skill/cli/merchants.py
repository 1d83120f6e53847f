"""What opens a shop to its merchant's own programs: keys for the merchant API."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta

import click
from rich.console import Console
from rich.table import Table

from skill.app import App
from skill.cli.common import main, open_app, tells_what_is_wrong
from skill.commerce.key import MAX_KEYS, PREFIX, SCOPES, Key, made, rotated
from skill.errors import BadInput


@main.group()
def merchant() -> None:
    """What the shop's own programs need."""


@merchant.group()
def key() -> None:
    """Keys for the merchant API (/merchant/v1). Each opens this shop and no other."""


@key.command()
@click.option("--label", required=True, help="What the key is for, as the list tells it.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(sorted(SCOPES)),
    help="What the key may do; may be repeated (both when left out).",
)
@tells_what_is_wrong
def create(label: str, scopes: tuple[str, ...]) -> None:
    """Make a key. It is shown this once; only its hash is kept."""
    app = open_app()
    _room(app)
    secret = _secret()
    new = made(label, secret=secret, id=_id(), now=app.clock(), scopes=scopes or SCOPES)
    app.store.save_keys(new)
    _show(secret, new)


@key.command("list")
@tells_what_is_wrong
def list_keys() -> None:
    """The keys of this shop, and what each may still do."""
    app = open_app()
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in ("id", "label", "ends in", "may", "made", "state"):
        table.add_column(title)
    for one in app.store.api_keys():
        made_on = one.created.date().isoformat()
        table.add_row(one.id, one.label, one.last4, " ".join(sorted(one.scopes)), made_on, _state(one, app))
    if not table.rows:
        click.echo("this shop has no key")
        return
    Console().print(table, markup=False)


@key.command()
@click.argument("id")
@click.option(
    "--keep-hours",
    type=click.IntRange(0, 24 * 30),
    default=24,
    show_default=True,
    help="How long the old key still opens the shop.",
)
@tells_what_is_wrong
def rotate(id: str, keep_hours: int) -> None:
    """Make a new key in place of the key ID, which lives on for a while."""
    app = open_app()
    old = _usable(app, id)
    _room(app)
    secret = _secret()
    new, ending = rotated(old, secret=secret, id=_id(), now=app.clock(), keep=timedelta(hours=keep_hours))
    app.store.save_keys(new, ending)
    _show(secret, new)
    click.echo(f"the old key {old.id} opens the shop until {ending.expires:%Y-%m-%d %H:%M %Z}")


@key.command()
@click.argument("id")
@tells_what_is_wrong
def revoke(id: str) -> None:
    """Close the shop to the key ID, at once and for good."""
    app = open_app()
    app.store.save_keys(replace(_usable(app, id), revoked=app.clock()))
    click.echo(f"the key {id} opens nothing any more")


def _usable(app: App, id: str) -> Key:
    found = next((one for one in app.store.api_keys() if one.id == id), None)
    if found is None:
        raise BadInput(f"{id}: this shop has no such key; see 'sayso merchant key list'")
    if not found.usable(app.clock()):
        raise BadInput(
            f"{id}: this key opens nothing any more; make another with 'sayso merchant key create'"
        )
    return found


def _room(app: App) -> None:
    if sum(one.usable(app.clock()) for one in app.store.api_keys()) >= MAX_KEYS:
        raise BadInput(
            f"this shop has {MAX_KEYS} keys; revoke one that is not used: 'sayso merchant key list'"
        )


def _state(one: Key, app: App) -> str:
    if one.revoked:
        return f"revoked {one.revoked.date()}"
    if one.expires is None:
        return "open"
    return f"{'until' if one.usable(app.clock()) else 'ended'} {one.expires:%Y-%m-%d %H:%M %Z}"


def _show(secret: str, new: Key) -> None:
    click.echo(f"{secret}\nkey {new.id} ({' '.join(sorted(new.scopes))}); it is not shown again")


def _secret() -> str:
    return PREFIX + secrets.token_urlsafe(32)


def _id() -> str:
    return f"k{secrets.token_hex(4)}"
