"""What every command needs: the shop as the environment has it, and errors in one line."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import click
from rich.console import Console
from rich.table import Table

from skill import manual
from skill.app import App, build, shopper_key
from skill.commerce.merchant import Facts, Linking
from skill.deployment import Shops
from skill.errors import BadInput, CatalogueNotLinked
from skill.operations.lines import apply_log_settings
from skill.settings import Settings, from_environment
from skill.storage.open import prepare

# The modules of each command.
_MODULES = {
    "catalogue": ("catalogue", "imports", "linked", "alexa"),
    "merchant": ("merchants",),
    "orders": ("orders",),
    "shop": ("shop",),
    "shopper": ("shoppers",),
    "webhook": ("webhooks",),
    "serve": ("serve",),
    **dict.fromkeys(("report", "unanswered"), ("report",)),
    **dict.fromkeys(("record", "replay"), ("record",)),
    **dict.fromkeys(("certify", "manifest"), ("certify",)),
    **dict.fromkeys(("chat", "models", "sample", "say", "scenario", "state"), ("talk",)),
}
DEFAULT_USER = "amzn1.ask.account.ME"
errors = Console(stderr=True)


def tells_what_is_wrong(command: Callable[..., None]) -> Callable[..., None]:
    """What cannot be used is said in one line, with the remedy, and where to read on; the exit code is 2."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except BadInput as error:
            _tell(str(error), topic=error.topic)
        except CatalogueNotLinked:
            _tell(
                "no catalogue is linked to this store: import one with "
                "'sayso catalogue import FEED --shop FILE', or 'sayso sample'",
                topic="feeds",
            )

    return run


def _tell(message: str, *, topic: str) -> NoReturn:
    """Say what is wrong and where to read on, and end."""
    context = click.get_current_context(silent=True)
    words = context.command_path.split()[1:] if context else []
    where = manual.page(topic or manual.topic_of(message, command=words), site=documentation())
    errors.print(f"[bold red]sayso:[/] {message}", highlight=False, soft_wrap=True)
    errors.print(f"  [dim]read on:[/] {where}", highlight=False, soft_wrap=True)
    sys.exit(2)


def documentation() -> str:
    """Where the documentation is published; empty: it is read in the repository."""
    return os.environ.get("SAYSO_DOCS", "")


class _WhenAsked(click.Group):
    """Commands whose modules are loaded when they are asked for: to talk, nobody waits for what imports."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        for name in _MODULES:
            self._load(name)
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        self._load(cmd_name)
        return super().get_command(ctx, cmd_name)

    def _load(self, name: str) -> None:
        for module in _MODULES.get(name, ()):
            import_module(f"skill.cli.{module}")


@click.group(cls=_WhenAsked, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sayso")
def main() -> None:
    """The open-source voice shop. State lives where SAYSO_STORE says (sqlite:.sayso/shop.db)."""
    try:
        apply_log_settings(os.environ)
    except BadInput as error:
        raise click.UsageError(str(error)) from error


def open_app(*, assume_linked: bool = False) -> App:
    """The shop as the environment describes it."""
    return build(_settings(assume_linked=assume_linked))


def open_shops(*, assume_linked: bool = False) -> Shops:
    """All shops of the deployment the environment describes."""
    return Shops(_settings(assume_linked=assume_linked))


def open_development(*, identity: Linking | None = None, movable: bool = True) -> Shops:
    """The same as a developer's machine serves them, see `development`."""
    # Only now: it loads what recordings are made of.
    from skill.developing import development

    return development(_settings(assume_linked=True), identity=identity, movable=movable)


def _settings(*, assume_linked: bool) -> Settings:
    settings = from_environment(os.environ)
    prepare(settings.store)
    return replace(settings, assume_linked=settings.assume_linked or assume_linked)


def facts_of(app: App) -> Facts:
    """The shop's facts. Raises BadInput while it has none."""
    try:
        return app.store.visit(key_of(app, DEFAULT_USER)).facts
    except CatalogueNotLinked:
        raise BadInput("this store has no shop yet: name its shop file with --shop FILE") from None


def key_of(app: App, user: str) -> str:
    """The key a user's data is kept under."""
    return shopper_key(user, secret=app.settings.shopper_secret)


def sessions_of(app: App) -> Path:
    """The folder of the sessions that `say --session` carries on."""
    return app.settings.catalogues.with_name(app.settings.catalogues.name + "-sessions")


def ensure_open(app: App) -> None:
    """Make sure there is a shop to talk to."""
    # Only now: it loads the readers of feeds.
    from skill.devtools.sample_shop import ensure_shop

    ensure_shop(app.store, folder=app.settings.folder, now=app.clock())


def table(*titles: str) -> Table:
    """An empty table with these columns."""
    made = Table(box=None, pad_edge=False, header_style="dim")
    for title in titles:
        made.add_column(title, justify="right" if title in ("products", "moved", "rows", "lost") else "left")
    return made
