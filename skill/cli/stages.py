"""Shops for recordings to be played in: each in a SQLite file that is thrown away."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from skill.alexa.handler import Skill, ask
from skill.alexa.typed import Send
from skill.app import App, build, shopper_key
from skill.catalogues import Catalogues
from skill.commerce.payment import Cards
from skill.deployment import see_to_orders
from skill.devtools.recording_form import Recording
from skill.devtools.replay import NOW, Stage
from skill.devtools.sample_shop import ensure_shop
from skill.devtools.scenario import load_scenario, read_scenario
from skill.errors import BadInput, CatalogueNotLinked
from skill.settings import Settings
from skill.shop import NOBODY

# Where a recording's world lies: a recording beside it may be called the same.
_WORLDS = ("worlds", "../worlds", "")


@dataclass(slots=True)
class Stages:
    """Shops under `folder`. Worlds are made once, and each recording gets a copy of its own. `own`: the shop
    of the environment, for recordings of it; nothing is written there. Cards are charged nowhere, letters
    go into a folder there, and no identity provider is asked."""

    folder: Path
    own: Callable[[], App]
    _made: dict[tuple[Path | str, datetime], Settings] = field(default_factory=dict)
    _count: int = 0

    def stage(self, recording: Recording, *, file: Path) -> Callable[[datetime], Stage]:
        """The shop that the recording in `file` is of, as `skill.devtools.replay.play` takes it. Raises
        BadInput where it cannot be had."""
        return partial(_open, self.copy(recording, file=file), recording.now or NOW)

    def copy(self, recording: Recording, *, file: Path) -> Settings:
        """Where a copy of that shop is kept, for this recording alone. Raises as `stage` does."""
        now = recording.now or NOW
        shop = _world(recording.world, file) if recording.world else recording.shop or ""
        if (shop, now) not in self._made:
            self._made[shop, now] = self._prepared(shop, now)
        self._count += 1
        copy, made = self.folder / f"played-{self._count}.db", self._made[shop, now]
        with (
            closing(sqlite3.connect(made.store.partition(":")[2])) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
        mail = f"folder:{self.folder / 'letters'}" if recording.letters else ""
        return replace(made, store=f"sqlite:{copy}", assume_linked=recording.linked, mail=mail)

    def _prepared(self, shop: Path | str, now: datetime) -> Settings:
        folder = self.folder / f"made-{len(self._made)}"
        settings = Settings(store=f"sqlite:{folder / 'shop.db'}", catalogues=folder, fixed_now=now)
        if isinstance(shop, str) and shop:
            return self._own(shop, settings)
        app = build(settings)
        if isinstance(shop, Path):
            key = partial(shopper_key, secret=settings.shopper_secret)
            load_scenario(read_scenario(shop), store=app.store, folder=settings.folder, now=now, key=key)
        else:
            ensure_shop(app.store, folder=settings.folder, now=now)
        return settings

    def _own(self, shop: str, settings: Settings) -> Settings:
        """The environment's shop: its facts, what it has in stock, and its catalogue where that lies."""
        own = self.own()
        try:
            facts = own.store.visit(NOBODY).facts
        except CatalogueNotLinked:
            facts = None
        if facts is None or facts.name != shop:
            there = f"is {facts.name}" if facts else "has no shop"
            raise BadInput(
                f"is of {shop}, and the store that SAYSO_STORE names {there}: name that shop's store"
            )
        live = own.settings
        settings = replace(
            settings, shop=live.shop, catalogues=live.catalogues, shelves=live.shelves, fetched=live.fetched
        )
        catalogue = Catalogues(settings).live(facts.catalogue)
        skus = [product.sku for product in catalogue.ranked(limit=max(1, catalogue.manifest.products))]
        cards = Cards(provider="development") if facts.cards else None
        build(settings).store.publish(
            replace(facts, linking=None, cards=cards, revision=0), stock=own.store.stock(skus)
        )
        return settings


def _open(settings: Settings, began: datetime, now: datetime) -> Stage:
    """The shop with its clock at `now`; what has come due since is seen to."""
    app = build(replace(settings, fixed_now=now))
    if now != began:
        see_to_orders(app)
    catalogue = Catalogues(settings).live(app.store.visit(NOBODY).facts.catalogue)
    return Stage(
        now=now,
        send=_wire(app),
        store=app.store,
        products=catalogue.get,
        key=partial(shopper_key, secret=settings.shopper_secret),
    )


def _wire(app: App) -> Send:
    """The skill behind its door, with JSON on both sides as over the wire."""
    skill = Skill(lambda _: app, app.clock)
    return lambda raw: json.loads(json.dumps(ask(skill, json.loads(json.dumps(raw)))))


def _world(name: str, file: Path) -> Path:
    for folder in _WORLDS:
        if (found := file.parent / folder / name).is_file():
            return found.resolve()
    raise BadInput(f"names the world {name!r}, which is not beside it, nor in a folder 'worlds' there")
