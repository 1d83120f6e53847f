"""What opens a shop to its merchant's own programs: keys for the merchant API."""

from __future__ import annotations

import re
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

_SKILL = re.compile(r"amzn1\.(?:ask\.skill|echo-sdk-ams\.app)\.[A-Za-z0-9-]{1,100}")
_SHOP = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@main.group()
def merchant() -> None:
    """The merchants of this deployment, and what their own programs need."""


@merchant.command("add")
@click.argument("skill")
@click.option("--shop", required=True, help="The shop's name in this deployment, as SAYSO_SHOP has it.")
@tells_what_is_wrong
def add_skill(skill: str, shop: str) -> None:
    """Let SKILL (its application id) be SHOP. One deployment serves many: each shop has a catalogue, stock,
    shoppers and keys of its own; SAYSO_SHOP names the one a command is about."""
    if not _SKILL.fullmatch(skill):
        raise BadInput(f"{skill!r} is no skill id; the developer console shows it: amzn1.ask.skill.…")
    if not _SHOP.fullmatch(shop):
        raise BadInput(f"{shop!r} is no name of a shop: up to 40 small letters, digits and hyphens")
    store = open_app().store
    if not store.put_skill(skill, shop=shop):
        other = store.shop_of(skill)
        raise BadInput(f"this skill is {other} already; take it away first with 'sayso merchant remove'")
    click.echo(f"{skill} is {shop} now; what is running hears of it within a minute")


@merchant.command("remove")
@click.argument("skill")
@tells_what_is_wrong
def remove_skill(skill: str) -> None:
    """Answer SKILL no more. Its shop stays as it is."""
    store = open_app().store
    shop = store.shop_of(skill)
    if shop is None:
        raise BadInput(f"{skill} is not registered; 'sayso merchant list' tells which are")
    store.drop_skill(skill)
    click.echo(f"{skill} is no longer {shop}")


@merchant.command("list")
@tells_what_is_wrong
def list_skills() -> None:
    """The skills of this deployment, and the shop each is."""
    app = open_app()
    own = dict.fromkeys(app.settings.skill_ids, app.settings.shop)
    skills = dict(app.store.skills()) | own
    if not skills:
        click.echo(f"no skill is registered: any is the shop {app.settings.shop}")
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in ("skill", "shop"):
        table.add_column(title)
    for skill, shop in sorted(skills.items(), key=lambda pair: (pair[1], pair[0])):
        table.add_row(skill, shop)
    Console(soft_wrap=True).print(table, markup=False)


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
