"""What a shop's own people do for a shopper."""

from __future__ import annotations

import secrets
from dataclasses import replace

import click

from skill.cli.common import key_of, main, open_app, tells_what_is_wrong
from skill.errors import BadInput


@main.group()
def shopper() -> None:
    """What the shop does for one shopper."""


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
