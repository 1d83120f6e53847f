"""The little shop, the two kinds of places it is kept in, and the process that serves it and may die."""

from __future__ import annotations

import logging
import sqlite3
import tempfile
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

from botocore.exceptions import BotoCoreError, ClientError

from skill.app import App, build, shopper_key
from skill.devtools.described import Scenario
from skill.devtools.scenario import load_scenario
from skill.dialogue.turn import Turn
from skill.errors import BadInput
from skill.settings import Settings
from skill.speech.render import Answer
from skill.storage.dynamodb import connect
from skill.storage.open import prepare
from tests.bench.faults.bank import Bank
from tests.bench.faults.weather import Killed, Weather
from tests.bench.faults.wire import impatient, stormy_dynamodb, stormy_sqlite
from tests.programs import ministack

STORES = ("sqlite", "dynamodb")
# What is sold, its price in cents, and how many there are for each checkout that is to come (None: not
# counted). The last runs out on the way.
SHELF: Mapping[str, tuple[str, int, float | None]] = {
    "coffee": ("ground coffee", 899, 3),
    "bacon": ("smoked bacon", 649, 3),
    "eggs": ("brown eggs", 479, 3),
    "butter": ("salted butter", 449, None),
    "rice": ("white rice", 399, 3),
    "soap": ("dish soap", 349, 3),
    "honey": ("clover honey", 725, 0.1),
}
SHOP = {
    "name": "Harbor Corner",
    "currency": "USD",
    "timezone": "America/New_York",
    "tax": {"default": 0, "Household": 600},
    "delivery": {"fee": 499, "free_from": 5000, "days": 2},
}
# How a shop is paid that charges cards: by `card_bank`.
CARDS = {"payment": {"provider": "development"}}
# What a store in bad weather may raise: the doors make an apology of it, and the shopper tries again.
FAILURES = (sqlite3.OperationalError, BotoCoreError, ClientError, TimeoutError)
_T = TypeVar("_T")


def stock_for(checkouts: int) -> dict[str, int | None]:
    """What is on the shelf before so many checkouts."""
    return {
        sku: None if share is None else max(2, int(share * checkouts)) for sku, (_, _, share) in SHELF.items()
    }


def scenario(stock: Mapping[str, int | None], **shop: Any) -> Scenario:
    """The shop with this stock; `shop` as in a shop file, besides what is the same for all."""
    products = [
        {
            "sku": sku,
            "names": {"en": name},
            "category": "Household > Cleaning" if sku == "soap" else "Food > Larder",
            "price": price,
            "stock": stock[sku],
        }
        for sku, (name, price, _) in SHELF.items()
    ]
    return Scenario.model_validate({"shop": {**SHOP, **shop}, "products": products})


@dataclass
class Desk:
    """A shop as shoppers reach it. Its process may die any moment, and is then started anew from what is
    stored; `deaths` counts it."""

    settings: Settings
    weather: Weather
    bank: Bank
    wired: Callable[[App], App] = lambda app: app
    deaths: int = 0
    failures: int = 0
    app: App = field(init=False)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Start the process, again where it dies or fails over that."""
        while True:
            try:
                self.app = self.wired(build(self.settings))
                break
            except (Killed, BadInput):
                self.deaths += 1

    def key(self, user: str) -> str:
        return shopper_key(user, secret=self.settings.shopper_secret)

    def respond(self, turn: Turn) -> Answer | None:
        """The answer to a turn; None when it failed or the process died over it."""
        return self.survived(lambda: self.app.respond(turn))

    def survived(self, work: Callable[[], _T]) -> _T | None:
        """What comes of some work of the process; None when it failed or the process died over it."""
        try:
            return work()
        except Killed:
            self.deaths += 1
            self.start()
        except FAILURES:
            self.failures += 1
        return None

    def furnish(self, stock: Mapping[str, int | None], **shop: Any) -> None:
        """Publish the shop, in calm weather."""
        load_scenario(
            scenario(stock, **shop),
            store=self.app.store,
            folder=self.settings.folder,
            now=datetime.now(UTC),
            key=self.key,
        )


@contextmanager
def stormy(spec: str, weather: Weather) -> Iterator[None]:
    """What is opened of this store within stands in the weather, and nobody waits between two tries."""
    kind, _, rest = spec.partition(":")
    if kind == "sqlite":
        # The worker logs every order it could not settle.
        with stormy_sqlite(rest, weather), quiet():
            yield
        return
    # One client for all processes that start: it takes 0.3 s to make, and remembers nothing of a shop.
    client = connect(rest.partition("@")[2])
    stormy_dynamodb(client, weather)
    with impatient(), quiet(), patch("skill.storage.dynamodb.connect", lambda _: client):
        yield


@contextmanager
def quiet() -> Iterator[None]:
    """What the product logs of its trouble is not printed: there is much of it."""
    log = logging.getLogger("sayso")
    log.disabled = True
    try:
        yield
    finally:
        log.disabled = False


@contextmanager
def card_bank(bank: Bank) -> Iterator[None]:
    """The development provider of a card shop is this bank."""
    with patch("skill.devtools.cards.DevelopmentCards", lambda *_, **__: bank):
        yield


@contextmanager
def place(kind: str) -> Iterator[Settings]:
    """The settings of a new, empty place of a kind. Raises NotReady where there is no ministack."""
    with tempfile.TemporaryDirectory(prefix="sayso-faults-") as folder:
        catalogues = Path(folder) / "catalogues"
        if kind == "sqlite":
            yield Settings(store=f"sqlite:{folder}/shop.db", catalogues=catalogues, assume_linked=True)
            return
        with ministack(Path(folder)) as endpoint:
            spec = f"dynamodb:sayso-{uuid.uuid4().hex[:8]}@{endpoint}"
            prepare(spec)
            yield Settings(store=spec, catalogues=catalogues, assume_linked=True)
