"""Where a shop's programs listen for what happens, from the command line."""

from __future__ import annotations

import secrets
import sys
from functools import partial

import click
from rich.console import Console
from rich.progress import track

from skill.app import App
from skill.cli.common import errors, main, open_app, table, tells_what_is_wrong
from skill.commerce.event import Event
from skill.errors import BadInput
from skill.merchants import webhooks
from skill.merchants.sources import shown
from skill.merchants.telling import NotTold, revived
from skill.merchants.told import moment
from skill.merchants.webhooks import Endpoint

_MOST_DEAD = 10_000


@main.group()
def webhook() -> None:
    """Where the shop's programs listen: each is told what happens, signed as Standard Webhooks has it."""


@webhook.command("add")
@click.argument("url")
@click.option("--events", default="", help="Kinds it wants, as in order.placed,case (all when left out).")
@tells_what_is_wrong
def add(url: str, events: str) -> None:
    """Tell URL what happens from now on. The secret is shown this once."""
    from skill.web.places import place_of

    place_of(url, allow_local=True)
    app = open_app()
    new = Endpoint(
        id=f"we_{secrets.token_hex(6)}",
        url=url,
        secret=_secret(),
        created=app.clock(),
        events=webhooks.checked_events(kind.strip() for kind in events.split(",") if kind.strip()),
    )
    added = webhooks.add(app.store, new)
    click.echo(f"{added.secret}\n{added.id} ({shown(url)}); the secret is not shown again")


@webhook.command("list")
@tells_what_is_wrong
def list_all() -> None:
    """The shop's webhooks, and whether they are told."""
    app = open_app()
    told = table("id", "address", "events", "since", "state")
    for one in webhooks.endpoints(app.store):
        state = f"closed: {one.closed}" if one.closed else "open"
        told.add_row(one.id, shown(one.url), ", ".join(one.events) or "all", _day(one), state)
    Console(soft_wrap=True).print(told if told.rows else "this shop has no webhook", markup=False)


@webhook.command("remove")
@click.argument("id")
@tells_what_is_wrong
def remove(id: str) -> None:
    """Tell the webhook ID nothing any more."""
    app = open_app()
    _known(app, id)
    webhooks.remove(app.store, id)
    click.echo(f"{id} is told nothing any more")


@webhook.command("rotate")
@click.argument("id")
@click.option(
    "--keep-hours",
    type=click.IntRange(0, 24 * 30),
    default=webhooks.OVERLAP,
    show_default=True,
    help="How long what is sent is signed with the old secret too.",
)
@tells_what_is_wrong
def rotate(id: str, keep_hours: int) -> None:
    """Make a new secret for the webhook ID; it is shown this once."""
    app = open_app()
    turned = webhooks.rotated(_known(app, id), secret=_secret(), now=app.clock(), hours=keep_hours)
    webhooks.keep(app.store, turned)
    until = f"{turned.old_until:%Y-%m-%d %H:%M %Z}"
    click.echo(f"{turned.secret}\nthe old secret holds until {until}; neither is shown again")


@webhook.command("test")
@click.argument("id")
@tells_what_is_wrong
def test(id: str) -> None:
    """Send the webhook ID a message of the type webhook.test, and tell what it answers."""
    from skill.web.post import post

    app = open_app()
    endpoint, now = _known(app, id), app.clock()
    message = {"type": "webhook.test", "timestamp": moment(now), "data": {}}
    try:
        status = webhooks.sent(
            endpoint,
            message,
            id=f"test_{secrets.token_hex(8)}",
            post=partial(post, allow_local=True),
            now=now,
        )
    except NotTold as error:
        raise BadInput(f"{shown(endpoint.url)}: {error}") from error
    click.echo(f"{shown(endpoint.url)} answered {status}")
    if not 200 <= status < 300:
        errors.print("  only 2xx counts as heard: what happens would be sent again and again", markup=False)
        sys.exit(2)


@webhook.command("dead")
@click.option("--limit", type=click.IntRange(1, 1_000), default=50, show_default=True)
@tells_what_is_wrong
def dead(limit: int) -> None:
    """What was given up after the last try, newest first, and why."""
    app = open_app()
    told = table("event", "kind", "about", "since", "tries", "what went wrong")
    for event in app.store.dead_events(limit=limit):
        told.add_row(event.id, event.kind, event.about, moment(event.at), str(event.tries), event.error)
    Console(soft_wrap=True).print(told if told.rows else "nothing was given up", markup=False)


@webhook.command("replay")
@click.argument("id", required=False, default="")
@click.option("--all", "every", is_flag=True, help="Everything that was given up.")
@tells_what_is_wrong
def replay(id: str, every: bool) -> None:
    """Tell the event ID once more, whether it was given up or not; 'sayso serve' or the worker does it. What
    was given up goes to those who do not know of it, what was told to every webhook anew."""
    if bool(id) is every:
        raise BadInput("name one event, as 'sayso webhook dead' tells them, or give --all")
    app = open_app()
    if every:
        found = app.store.dead_events(limit=_MOST_DEAD)
        again = sum(
            _again(app, event)
            for event in track(found, description="replaying", console=errors, disable=len(found) < 100)
        )
        click.echo(f"{again} events are told again")
        return
    event = app.store.event(id)
    if event is None:
        raise BadInput(f"{id}: there is no such event; 'sayso webhook dead' tells which were given up")
    if event.state == "waiting" or not _again(app, event):
        raise BadInput(f"{id}: it is being told already")
    click.echo(f"{id} is told again")


def _again(app: App, event: Event) -> bool:
    return app.store.save_event(event, changed=revived(event, now=app.clock()))


def _known(app: App, id: str) -> Endpoint:
    found = webhooks.endpoint(app.store, id)
    if found is None:
        raise BadInput(f"{id}: this shop has no such webhook; see 'sayso webhook list'")
    return found


def _secret() -> str:
    return webhooks.secret_of(secrets.token_bytes(32))


def _day(one: Endpoint) -> str:
    return one.created.date().isoformat()
