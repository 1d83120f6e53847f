"""What a shop's own people do for a shopper."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from skill.app import App
from skill.cli.common import facts_of, key_of, main, open_app, sessions_of, tells_what_is_wrong
from skill.commerce.order import is_attributed
from skill.errors import BadInput
from skill.selling import every_order

Command = Callable[..., None]


@main.group()
def shopper() -> None:
    """What the shop does for one shopper."""


def _named(command: Command) -> Command:
    """A command about one shopper, by the only names they have."""
    for option in (
        click.option("--order", metavar="NUMBER", help="Whoever placed the order said aloud as NUMBER."),
        click.option("--account", metavar="SUBJECT", help="Whose orders stand under this linked account."),
        click.option("--user", metavar="ALEXA_ID", help="The shopper's Alexa user id."),
    ):
        command = option(command)
    return command


@shopper.command()
@click.option("--user", required=True, help="The shopper's Alexa user id.")
@click.option("--forget-code", is_flag=True, help="Take the voice code away too; a new one can be set.")
@tells_what_is_wrong
def unlock(user: str, forget_code: bool) -> None:
    """Give back the tries at the voice code, after three wrong ones have locked it."""
    app = open_app()
    key = key_of(app, user)
    about = app.store.visit(key).shopper
    if not about.code:
        click.echo("this shopper has no voice code")
        return
    unlocked = replace(about, code_misses=0)
    if forget_code:
        unlocked = replace(unlocked, code="", next_code="")
    if app.store.save_shopper(unlocked, shopper=key, request_id=f"unlock-{secrets.token_hex(8)}") is None:
        raise BadInput("this shopper is just being served; run the command again")
    click.echo("the voice code is forgotten" if forget_code else "three tries at the voice code again")


@shopper.command()
@_named
@click.option("--output", type=click.Path(path_type=Path), help="Write to this file instead of the terminal.")
@tells_what_is_wrong
def export(user: str | None, account: str | None, order: str | None, output: Path | None) -> None:
    """Tell everything that is kept about a shopper, as JSON. Of the voice code only whether there is one."""
    app = open_app()
    told = {
        "shop": app.settings.shop,
        "exported_at": app.clock().isoformat(),
        "shoppers": [_told(kept) for kept in _found(app, user, account, order)],
    }
    text = json.dumps(told, ensure_ascii=False, indent=2)
    if output is None:
        click.echo(text)
        return
    try:
        # Nobody else on this machine is to read it.
        output.touch(mode=0o600)
        output.write_text(f"{text}\n", "utf-8")
    except OSError as error:
        raise BadInput(f"{output}: cannot be written: {error.strerror}; name another --output") from error
    click.echo(f"{_counted(len(told['shoppers']), 'shopper')} written to {output}")


@shopper.command()
@_named
@click.option("--yes", is_flag=True, help="Do not ask.")
@tells_what_is_wrong
def erase(user: str | None, account: str | None, order: str | None, yes: bool) -> None:
    """Erase a shopper: cart, profile, contact, voice code and cases go. Orders stay with the shop for its
    books, without name and address and who placed them."""
    app = open_app()
    found = _found(app, user, account, order)
    for kept in found:
        click.echo(f"{kept['shopper']}: {_what(kept)}")
    if not yes:
        click.confirm("Erase this for good?", abort=True)
    for kept in found:
        app.store.erase(kept["shopper"], until=app.clock())
    if user is not None:
        _drop_sessions(sessions_of(app), user)
    orders = sum(len(kept["orders"]) for kept in found)
    stay = (
        f"; {_counted(orders, 'order')} stay{'s' * (orders == 1)} without name and address" if orders else ""
    )
    days = facts_of(app).privacy.orders_days
    click.echo(f"erased{stay}" + (f", up to {days} days after it was placed" if orders else ""))


def _found(
    app: App, user: str | None, account: str | None, order: str | None
) -> tuple[Mapping[str, Any], ...]:
    """What is kept about whom the options name. Raises BadInput when that is nobody."""
    facts_of(app)
    if (user is None) + (account is None) + (order is None) != 2:
        raise BadInput("name one shopper: by --user ALEXA_ID, --account SUBJECT or --order NUMBER")
    if user is not None:
        keys = [key_of(app, user)]
        remedy = (
            "the id is looked up by its hash: SAYSO_SHOP, SAYSO_SECRET and SAYSO_STORE must be the skill's"
        )
    elif account is not None:
        keys = list(dict.fromkeys(_of_account(app, account)))
        remedy = "an account is found by its orders: who placed none is named by --user"
    else:
        placed = app.store.numbered(order or "")
        keys = [placed.shopper] if placed and is_attributed(placed) else []
        remedy = "its number is five digits, as it was said"
    found = tuple(kept for kept in map(app.store.export, keys) if _holds(kept))
    if not found:
        raise BadInput(f"nothing is kept about this shopper: erased before, or never there ({remedy})")
    return found


def _of_account(app: App, account: str) -> Iterator[str]:
    """Who placed orders under an account: all of the shop's are looked at, since no index leads from an
    account to a shopper."""
    for order in every_order(app.store):
        if order.account == account and is_attributed(order):
            yield order.shopper


def _drop_sessions(folder: Path, user: str) -> None:
    """Remove what `say --session` noted of this user."""
    for path in folder.glob("*.json"):
        if json.dumps(user, ensure_ascii=False) in path.read_text("utf-8"):
            path.unlink()


def _holds(kept: Mapping[str, Any]) -> bool:
    return any(kept[part] for part in ("profile", "cart", "orders", "cases"))


def _told(kept: Mapping[str, Any]) -> Mapping[str, Any]:
    """As the shopper may read it: a voice code, even sealed, is four digits to try."""
    if not kept["profile"]:
        return kept
    profile = dict(kept["profile"])
    for code in ("code", "next_code"):
        if profile.get(code):
            profile[code] = "set"
    return {**kept, "profile": profile}


def _what(kept: Mapping[str, Any]) -> str:
    profile = kept["profile"] or {}
    parts = [
        *(["a cart"] if kept["cart"] else []),
        *(["a profile"] if profile else []),
        *(["a contact"] if profile.get("contact") else []),
        *(["a voice code"] if profile.get("code") else []),
        *([_counted(len(kept["cases"]), "case")] if kept["cases"] else []),
        *([_counted(len(kept["orders"]), "order")] if kept["orders"] else []),
    ]
    return ", ".join(parts)


def _counted(n: int, thing: str) -> str:
    return f"{n} {thing}" + "s" * (n != 1)
