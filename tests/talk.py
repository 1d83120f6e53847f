"""Talking to the shop in tests: through AWS Lambda's door, with a world, a clock and request ids that
never change."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path
from types import ModuleType
from typing import Any

from skill.alexa.typed import Session, Turned, touch, turn
from skill.app import App, shopper_key
from skill.catalogue.feed import read_feed
from skill.commerce.merchant import Facts
from skill.commerce.product import Product
from skill.devtools.matchers import matcher_of
from skill.devtools.scenario import load_scenario, read_scenario, state
from skill.merchants.publish import Place, Wanted, publish
from skill.merchants.shop_file import read_heard, read_shop

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "skill" / "devtools" / "sample"
NOW = datetime.fromisoformat("2026-11-21T15:00:00+00:00")
USER = "amzn1.ask.account.TEST"
Send = Callable[[dict[str, Any]], dict[str, Any]]


def lambda_door(store: str, *, now: datetime = NOW, monkeypatch: Any, linked: bool = True) -> ModuleType:
    """A fresh copy of lambda/handler.py, built from an environment as AWS would build it."""
    environment = {
        "SAYSO_STORE": store,
        "SAYSO_NOW": now.isoformat(),
        "SAYSO_ASSUME_LINKED": str(int(linked)),
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    spec = importlib.util.spec_from_file_location("lambda_door", ROOT / "lambda" / "handler.py")
    assert spec is not None
    assert spec.loader is not None
    door = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(door)
    return door


def furnish(door: ModuleType, *, world: Path | None = None) -> None:
    """Put the sample shop, or the described `world`, into the door's store."""
    app = door.app
    folder = app.settings.catalogues / app.settings.shop
    if world:
        key = partial(shopper_key, secret=app.settings.secret)
        load_scenario(read_scenario(world), store=app.store, folder=folder, now=app.clock(), key=key)
        return
    publish_sample(app)


def publish_sample(app: App, *, but: Callable[[Product], bool] = lambda _: False) -> None:
    """Make the sample shop live, without the products that `but` names."""
    languages, rows = sample_feed()
    place = Place(store=app.store, folder=app.settings.catalogues / app.settings.shop, clock=app.clock)
    facts, heard = sample_file()
    wanted = Wanted(facts=facts, languages=languages, heard=heard, yes=True)
    publish((row for row in rows if not but(row[1])), place=place, wanted=wanted)


@lru_cache(maxsize=1)
def sample_file() -> tuple[Facts, Mapping[str, Sequence[str]]]:
    """The sample shop's facts, and how its names are heard."""
    return read_shop(SAMPLE / "shop.toml"), read_heard(SAMPLE / "shop.toml")


@lru_cache(maxsize=1)
def sample_feed() -> tuple[tuple[str, ...], tuple[tuple[int, Product], ...]]:
    """The sample shop's other languages, and its products with their rows."""
    with (SAMPLE / "feed.tsv").open("rb") as file:
        feed = read_feed(file, language="en")
        rows = [(row, item) for row, item in feed.numbered if isinstance(item, Product)]
    return feed.languages, tuple(rows)


class Talk:
    """One shopper talking: each sentence is one request with an id of its own."""

    def __init__(
        self,
        send: Send,
        *,
        locale: str = "en-US",
        user: str = USER,
        now: datetime = NOW,
        shop: str = "Saffron Wagon",
        screen: bool = False,
    ) -> None:
        self._send = send
        self._shop = shop
        self._locale = locale
        self._now = now
        self._count = 0
        self._screen = screen
        self.session = Session(id="session-1", user=user, locale=locale, screen=screen)
        self.last: Turned | None = None

    def say(self, text: str, *, person: str | None = None) -> Turned:
        """Say one sentence, Alexa recognising this person; a closed session is opened anew by the next."""
        if self.last and self.last.ended:
            self.new_session()
        self.session = replace(self.session, person=person)
        self._count += 1
        turned, self.session = turn(
            text,
            session=self.session,
            matcher=matcher_of(self._locale),
            send=self._send,
            now=self._now,
            request_id=f"request-{self._count}",
            invocation=self._shop.lower(),
        )
        self.last = turned
        return turned

    def touch(self, *arguments: Any) -> Turned:
        """Touch what sends these arguments."""
        self._count += 1
        self.last, self.session = touch(
            arguments,
            session=self.session,
            send=self._send,
            now=self._now,
            request_id=f"request-{self._count}",
        )
        return self.last

    def new_session(self) -> None:
        """Hang up and come back: nothing but the store remembers."""
        count = int(self.session.id.rsplit("-", 1)[1]) + 1
        self.session = Session(
            id=f"session-{count}", user=self.session.user, locale=self._locale, screen=self._screen
        )
        self.last = None


def kept(door: ModuleType, user: str = USER) -> Mapping[str, Any]:
    """Cart, orders and requests for a person, as the store has them."""
    app = door.app
    return state(app.store, shopper_key(user, secret=app.settings.shopper_secret))


def shop_name(door: ModuleType, locale: str = "en-US") -> str:
    """The name the shop in the door's store goes by in a locale."""
    facts = door.app.store.visit(shopper_key(USER, secret=door.app.settings.shopper_secret)).facts
    name: str = facts.called(locale)
    return name


def send_through(door: ModuleType) -> Send:
    """The Lambda door, with JSON on both sides as over the wire."""

    def send(envelope: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(
            json.dumps(door.lambda_handler(json.loads(json.dumps(envelope)), None))
        )
        return answer

    return send
