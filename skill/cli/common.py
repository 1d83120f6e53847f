"""What every command needs: the shop as the environment has it, and errors in one line."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from skill.app import App, build, shopper_key
from skill.commerce.merchant import Linking
from skill.devtools.sample_shop import ensure_shop
from skill.errors import BadInput, CatalogueNotLinked
from skill.settings import from_environment
from skill.storage.open import prepare

DEFAULT_USER = "amzn1.ask.account.ME"
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


def open_app(*, assume_linked: bool = False, identity: Linking | None = None) -> App:
    """The shop as the environment describes it; `identity` as in `build`."""
    settings = from_environment(os.environ)
    prepare(settings.store)
    settings = replace(settings, assume_linked=settings.assume_linked or assume_linked)
    return build(settings, identity=identity)


def catalogue_folder(app: App) -> Path:
    """Where this shop's catalogue versions lie."""
    return app.settings.catalogues / app.settings.shop


def to_shelves(app: App) -> Callable[[Path], None]:
    """What takes a finished version to where functions fetch it from, if SAYSO_SHELVES names a place."""
    shelf = app.settings.shelf
    if not shelf:
        return lambda _: None

    def push_there(folder: Path) -> None:
        # boto3 takes its time, and few need it.
        from skill.storage.shelves import push

        push(folder, to=shelf)

    return push_there


def key_of(app: App, user: str) -> str:
    """The key a user's data is kept under."""
    return shopper_key(user, secret=app.settings.secret)


def ensure_open(app: App) -> None:
    """Make sure there is a shop to talk to."""
    ensure_shop(app.store, folder=catalogue_folder(app), now=app.clock())
