"""The command line: thin, one function a command."""

from __future__ import annotations

import json
import logging
import os
import secrets
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial, wraps
from hashlib import sha256
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import open as progress_open

from skill.alexa.handler import ask, build_skill
from skill.alexa.model import build_model
from skill.alexa.typed import Session, Turned, session_from, session_json, turn
from skill.app import App, build, shopper_key
from skill.devtools import scenario as scenarios
from skill.devtools.sample_shop import ensure_shop
from skill.errors import BadInput, CatalogueNotLinked, FeedRejected
from skill.intents import everything
from skill.merchants.publish import Report, publish_feed
from skill.merchants.shop_file import read_shop
from skill.settings import from_environment
from skill.speech.locale import data, locales
from skill.speech.utterances import Matcher
from skill.storage.open import prepare

_DEFAULT_USER = "amzn1.ask.account.ME"
_SHOWN_PROBLEMS = 20
errors = Console(stderr=True)


def tells_what_is_wrong(command: Callable[..., None]) -> Callable[..., None]:
    """What cannot be used is said in one line, with the remedy, and the exit code is 2."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except BadInput as error:
            errors.print(f"[bold red]sayso:[/] {error}", highlight=False, soft_wrap=True)
            sys.exit(2)
        except CatalogueNotLinked:
            errors.print(
                "[bold red]sayso:[/] no catalogue is linked to this store: import one with "
                "'sayso catalogue import FEED --shop FILE', or 'sayso sample'",
                highlight=False,
                soft_wrap=True,
            )
            sys.exit(2)

    return run


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sayso")
def main() -> None:
    """The open-source voice shop. State lives where SAYSO_STORE says (sqlite:.sayso/shop.db)."""
    logging.basicConfig(
        level=os.environ.get("SAYSO_LOG", "WARNING").upper(), format="%(levelname)s %(name)s %(message)s"
    )


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65_535), envvar="PORT", default=8080, show_default=True)
@click.option("--unsigned", is_flag=True, help="Accept requests Amazon did not sign; loopback only.")
@tells_what_is_wrong
def serve(host: str, port: int, unsigned: bool) -> None:
    """Serve the skill endpoint, and with --unsigned the conversation page."""
    from skill import server

    app = _app(assume_linked=unsigned)
    if unsigned:
        _open_shop(app)

    def ready(address: str) -> None:
        facts = app.store.visit(_key(app, _DEFAULT_USER)).facts
        click.echo(f"{facts.name} is open: {address}   (skill endpoint: {address}/alexa)")
        click.echo("Try saying:  find oat milk  ·  add a dozen eggs  ·  what's in my cart")

    server.serve(app, host=host, port=port, unsigned=unsigned, ready=ready)


@main.command()
@click.option("--locale", type=click.Choice(locales()), default=locales()[0], show_default=True)
@click.option("--user", default=_DEFAULT_USER, show_default=True, help="The Alexa user id to be.")
@tells_what_is_wrong
def chat(locale: str, user: str) -> None:
    """Talk to the shop in the terminal; an empty line ends."""
    app = _app(assume_linked=True)
    _open_shop(app)
    talk = _talker(app, locale)
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
@click.option("--user", default=_DEFAULT_USER, show_default=True, help="The Alexa user id to be.")
@click.option("--session", "name", help="Carry a session on from one command to the next under this name.")
@tells_what_is_wrong
def say(text: tuple[str, ...], as_json: bool, locale: str, user: str, name: str | None) -> None:
    """Say sentences to the shop, one turn each. "!launch" opens it without a wish."""
    app = _app(assume_linked=True)
    _open_shop(app)
    talk = _talker(app, locale)
    kept = _session_file(app, user, name) if name else None
    session = _read_session(kept) or _new_session(user, locale)
    for sentence in text:
        turned, session = talk(sentence, session)
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
@click.option("--user", default=_DEFAULT_USER, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@tells_what_is_wrong
def state(user: str, as_json: bool) -> None:
    """What is kept about a shopper: cart, orders, requests for a person."""
    app = _app()
    kept = scenarios.state(app.store, _key(app, user))
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
    app = _app()
    scenarios.load_scenario(
        world, store=app.store, folder=_folder(app), now=app.clock(), key=partial(_key, app)
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
    app = _app()
    _open_shop(app)
    click.echo(app.store.visit(_key(app, _DEFAULT_USER)).facts.name)


@main.group()
def catalogue() -> None:
    """The shop's catalogue."""


@catalogue.command("import")
@click.argument("feed", type=click.Path(path_type=Path))
@click.option(
    "--shop",
    "shop_file",
    type=click.Path(path_type=Path),
    help="The shop file (TOML); the facts in the store when left out.",
)
@tells_what_is_wrong
def import_feed(feed: Path, shop_file: Path | None) -> None:
    """Import FEED, a Google-format product feed (TSV or CSV), and make it live."""
    report = _import(_app(), feed, shop_file)
    click.echo(f"{report.products} products are live as version {report.version}")
    for problem in report.problems[:_SHOWN_PROBLEMS]:
        errors.print(f"  {problem}", highlight=False, markup=False)
    if len(report.problems) > _SHOWN_PROBLEMS:
        errors.print(f"  … and {len(report.problems) - _SHOWN_PROBLEMS} more rows with problems")


@main.command()
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default="interaction_models", show_default=True
)
@tells_what_is_wrong
def models(out: Path) -> None:
    """Build the interaction models of all locales."""
    out.mkdir(parents=True, exist_ok=True)
    for locale in locales():
        target = out / f"{locale}.json"
        target.write_text(model_text(locale), "utf-8")
        click.echo(str(target))


def model_text(locale: str) -> str:
    """The committed form of a locale's interaction model."""
    invocation = os.environ.get("SAYSO_INVOCATION") or data("skill", locale)["invocation"]
    model = build_model(everything().values(), locale=locale, invocation=invocation)
    return json.dumps(model, indent=2, ensure_ascii=False) + "\n"


def _app(*, assume_linked: bool = False) -> App:
    settings = from_environment(os.environ)
    prepare(settings.store)
    return build(replace(settings, assume_linked=settings.assume_linked or assume_linked))


def _folder(app: App) -> Path:
    return app.settings.catalogues / app.settings.shop


def _key(app: App, user: str) -> str:
    return shopper_key(user, secret=app.settings.secret)


def _open_shop(app: App) -> None:
    """Make sure there is a shop to talk to."""
    ensure_shop(app.store, folder=_folder(app), now=app.clock())


def _import(app: App, feed: Path, shop_file: Path | None) -> Report:
    facts = read_shop(shop_file) if shop_file else None
    if facts is None:
        try:
            facts = app.store.visit(_key(app, _DEFAULT_USER)).facts
        except CatalogueNotLinked:
            raise BadInput("this store has no shop yet: name its shop file with --shop FILE") from None
    try:
        return publish_feed(_lines(feed), facts=facts, store=app.store, folder=_folder(app), now=app.clock())
    except FeedRejected as rejected:
        rows = "\n  ".join(rejected.rows[:_SHOWN_PROBLEMS])
        raise BadInput(f"{feed}: not one product is usable; what was live stays live\n  {rows}") from rejected


def _lines(feed: Path) -> Iterator[str]:
    """The feed's lines, with a progress bar on a terminal."""
    try:
        with progress_open(
            feed,
            "rt",
            encoding="utf-8-sig",
            description="Importing",
            console=errors,
            transient=True,
            newline="",
        ) as file:
            yield from file
    except OSError as error:
        raise BadInput(f"{feed}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{feed}: is not UTF-8 (byte {error.start}): save it as UTF-8") from error


def _talker(app: App, locale: str) -> Callable[[str, Session], tuple[Turned, Session]]:
    skill = build_skill(app.respond, clock=app.clock)
    matcher = Matcher(everything().values(), locale=locale)
    # A skill is invoked by its seller's name.
    invocation = app.store.visit(_key(app, _DEFAULT_USER)).facts.name.lower()

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
    return app.settings.catalogues.with_name(app.settings.catalogues.name + "-sessions") / f"{digest}.json"


def _read_session(kept: Path | None) -> Session | None:
    if kept is None or not kept.exists():
        return None
    try:
        return session_from(json.loads(kept.read_text("utf-8")))
    except (ValueError, TypeError, KeyError):
        return None
