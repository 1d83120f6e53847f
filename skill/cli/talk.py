"""Talking to the shop, and the worlds and models to talk about."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path

import click

from skill.alexa import model as alexa
from skill.alexa.handler import Skill, ask
from skill.alexa.model import Catalog, built
from skill.alexa.typed import Session, Turned, session_from, session_json, turn
from skill.app import App
from skill.cli.common import (
    DEFAULT_USER,
    ensure_open,
    key_of,
    main,
    open_app,
    sessions_of,
    tells_what_is_wrong,
)
from skill.devtools import scenario as scenarios
from skill.devtools.matchers import matcher_of
from skill.errors import BadInput
from skill.speech.locale import data, locales

Talk = Callable[[str, Session], tuple[Turned, Session]]
_FILE = click.Path(path_type=Path, dir_okay=False)


@main.command()
@click.option("--locale", type=click.Choice(locales()), default=locales()[0], show_default=True)
@click.option("--user", default=DEFAULT_USER, show_default=True, help="The Alexa user id to be.")
@click.option("--record", type=_FILE, help="Write the conversation into FILE, for sayso replay.")
@tells_what_is_wrong
def chat(locale: str, user: str, record: Path | None) -> None:
    """Talk to the shop in the terminal; an empty line ends."""
    app = open_app(assume_linked=True)
    ensure_open(app)
    with _recorded(_talker(app, locale), app=app, user=user, file=record) as talk:
        _chat(talk, user=user, locale=locale)


def _chat(talk: Talk, *, user: str, locale: str) -> None:
    session = _new_session(user, locale)
    turned, session = talk("!launch", session)
    while True:
        click.secho(f"Alexa: {turned.speech}", fg="cyan")
        if turned.ended:
            session = _new_session(user, locale)
            click.secho("(the session is closed; say something to open a new one)", dim=True)
        try:
            text = input("You:   ").strip()
        except (EOFError, KeyboardInterrupt):
            text = ""
        if not text:
            return
        turned, session = talk(text, session)


@main.command()
@click.argument("text", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a turn.")
@click.option("--locale", type=click.Choice(locales()), default=locales()[0], show_default=True)
@click.option("--user", default=DEFAULT_USER, show_default=True, help="The Alexa user id to be.")
@click.option("--person", help="The Alexa person id of the voice that is recognised.")
@click.option("--session", "name", help="Carry a session on from one command to the next under this name.")
@click.option("--record", type=_FILE, help="Write the conversation into FILE, for sayso replay.")
@tells_what_is_wrong
def say(
    text: tuple[str, ...],
    as_json: bool,
    locale: str,
    user: str,
    person: str | None,
    name: str | None,
    record: Path | None,
) -> None:
    """Say sentences to the shop, one turn each. "!launch" opens it without a wish."""
    if name and record:
        raise BadInput("--record: begins with a new session, so it goes without --session")
    app = open_app(assume_linked=True)
    ensure_open(app)
    kept = _session_file(app, user, name) if name else None
    session = _read_session(kept) or _new_session(user, locale)
    with _recorded(_talker(app, locale), app=app, user=user, file=record) as talk:
        for sentence in text:
            turned, session = talk(sentence, replace(session, person=person))
            if as_json:
                click.echo(json.dumps(turned.as_json(), ensure_ascii=False))
            else:
                click.echo(f"> {sentence}\n{turned.speech}")
            if turned.ended:
                session = _new_session(user, locale)
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(session_json(session), ensure_ascii=False), "utf-8")


@main.command()
@click.option("--user", default=DEFAULT_USER, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@tells_what_is_wrong
def state(user: str, as_json: bool) -> None:
    """What is kept about a shopper: cart, orders, requests for a person."""
    app = open_app()
    kept = scenarios.state(app.store, key_of(app, user))
    if as_json:
        click.echo(json.dumps(kept, ensure_ascii=False))
        return
    for title, entries in kept.items():
        click.echo(f"{title}: {json.dumps(entries, ensure_ascii=False, indent=2)}")


@main.group()
def scenario() -> None:
    """Described worlds, for tests and demonstrations."""


@scenario.command("load")
@click.argument("file", type=click.Path(path_type=Path))
@tells_what_is_wrong
def load_scenario(file: Path) -> None:
    """Put the world described in FILE into the store."""
    world = scenarios.read_scenario(file)
    app = open_app()
    scenarios.load_scenario(
        world, store=app.store, folder=app.settings.folder, now=app.clock(), key=partial(key_of, app)
    )
    click.echo(f"{world.shop.name}: {len(world.products)} products, {len(world.shoppers)} shoppers")


@scenario.command("schema")
def scenario_schema() -> None:
    """Print the JSON Schema of a scenario file."""
    click.echo(json.dumps(scenarios.schema(), indent=2))


@main.command()
@tells_what_is_wrong
def sample() -> None:
    """Import the sample shop, unless this store has a catalogue already."""
    app = open_app()
    ensure_open(app)
    click.echo(app.store.visit(key_of(app, DEFAULT_USER)).facts.name)


@main.command()
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default="interaction_models", show_default=True
)
@click.option("--locale", "only", type=click.Choice(locales()), multiple=True, help="May be repeated.")
@click.option("--catalog", help="The Alexa catalog that product names come from: 'sayso catalogue alexa'.")
@click.option("--version", default="1", show_default=True, help="The catalog's version.")
@tells_what_is_wrong
def models(out: Path, only: tuple[str, ...], catalog: str | None, version: str) -> None:
    """Build the interaction models of all locales, or of those named."""
    if catalog and len(only) != 1:
        raise BadInput("--catalog: a catalog holds the names of one locale; name it with --locale")
    named = Catalog(catalog, version) if catalog else None
    out.mkdir(parents=True, exist_ok=True)
    for locale in only or locales():
        target = out / f"{locale}.json"
        target.write_text(model_text(locale, catalog=named), "utf-8")
        click.echo(str(target))


def model_text(locale: str, *, catalog: Catalog | None = None) -> str:
    """The committed form of a locale's interaction model. Raises BadInput when Amazon would not take it."""
    invocation = os.environ.get("SAYSO_INVOCATION") or data("skill", locale)["invocation"]
    return alexa.model_text(built(locale, invocation=invocation, catalog=catalog), locale=locale)


@contextmanager
def _recorded(talk: Talk, *, app: App, user: str, file: Path | None) -> Iterator[Talk]:
    """`talk`, and at the end all that was said and heard in `file`, as `skill.cli.recorder` has it."""
    if file is None:
        yield talk
        return
    # Only now: it reads described worlds.
    from skill.cli.recorder import recorded

    with recorded(talk, app=app, user=user, file=file) as taken:
        yield taken


def _talker(app: App, locale: str) -> Talk:
    skill = Skill(lambda _: app, app.clock)
    matcher = matcher_of(locale)
    # A skill is invoked by its seller's name.
    invocation = app.store.visit(key_of(app, DEFAULT_USER)).facts.called(locale).lower()

    def talk(text: str, session: Session) -> tuple[Turned, Session]:
        return turn(
            text,
            session=session,
            matcher=matcher,
            send=partial(ask, skill),
            now=app.clock(),
            request_id=f"amzn1.echo-api.request.{secrets.token_hex(12)}",
            invocation=invocation,
        )

    return talk


def _new_session(user: str, locale: str) -> Session:
    return Session(id=f"amzn1.echo-api.session.{secrets.token_hex(12)}", user=user, locale=locale)


def _session_file(app: App, user: str, name: str) -> Path:
    digest = sha256(f"{user}\n{name}".encode()).hexdigest()[:24]
    return sessions_of(app) / f"{digest}.json"


def _read_session(kept: Path | None) -> Session | None:
    if kept is None or not kept.exists():
        return None
    try:
        return session_from(json.loads(kept.read_text("utf-8")))
    except (ValueError, TypeError, KeyError):
        return None
