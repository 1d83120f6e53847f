"""The nearest store, by what Alexa tells of the device and what is known of the shopper."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from skill.alexa.request import turn
from skill.app import shopper_key
from skill.commerce.contact import Address, Contact, Coordinates
from tests.conversations.replay import WORLDS
from tests.talk import NOW, USER, Talk, furnish, lambda_door, send_through

LOCATED = {
    "locationServices": {"access": "ENABLED", "status": "RUNNING"},
    "timestamp": "2026-11-21T14:59:30Z",
    "coordinate": {"latitudeInDegrees": 42.72, "longitudeInDegrees": -73.7, "accuracyInMeters": 12.1},
}


@pytest.fixture
def bay(tmp_path: Path, catalogues: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setenv("SAYSO_CATALOGUES", str(catalogues / "bay"))
    opened = lambda_door(f"sqlite:{tmp_path / 'shop.db'}", monkeypatch=monkeypatch)
    furnish(opened, world=WORLDS / "windows.json")
    return opened


def shopper(door: ModuleType, located: Mapping[str, Any] | None = None) -> Talk:
    """Somebody whose device tells where it is."""
    through = send_through(door)

    def send(envelope: dict[str, Any]) -> dict[str, Any]:
        if located is not None:
            envelope["context"]["Geolocation"] = located
        return through(envelope)

    return Talk(send, shop="Harbor Corner")


def lives_at(door: ModuleType, code: str) -> None:
    key = shopper_key(USER, secret=door.app.settings.shopper_secret)
    about = door.app.store.visit(key).shopper
    contact = Contact(address=Address(code=code), source="account", at=NOW)
    door.app.store.put_shopper(key, about=replace(about, contact=contact))


@pytest.mark.parametrize(
    "wish",
    [
        "pick it up at the nearest store",
        "I'll pick it up at the store closest to me",
        "collect it at the closest one",
    ],
)
def test_the_store_nearest_to_the_device_is_chosen_and_said(bay: ModuleType, wish: str) -> None:
    talk = shopper(bay, LOCATED)
    assert "ready at Troy, 12 River Road in Troy, today from 2 PM" in talk.say(wish).speech


@pytest.mark.parametrize(("code", "store"), [("12207", "Harbor Street"), ("12180-4410", "Troy")])
def test_who_does_not_tell_where_they_are_gets_the_store_of_their_postal_code(
    bay: ModuleType, code: str, store: str
) -> None:
    lives_at(bay, code)
    assert f"ready at {store}" in shopper(bay).say("pick it up at the nearest store").speech


def test_where_the_device_is_counts_more_than_where_its_owner_lives(bay: ModuleType) -> None:
    lives_at(bay, "12207")
    assert "ready at Troy" in shopper(bay, LOCATED).say("pick it up at the nearest store").speech


def test_who_lives_in_no_stores_part_is_asked_which(bay: ModuleType) -> None:
    lives_at(bay, "90210")
    answer = shopper(bay).say("pick it up at the nearest store")
    assert answer.speech.startswith("I do not know which one is nearest to you. ")


def test_the_nearest_store_is_told_first(bay: ModuleType) -> None:
    told = shopper(bay, LOCATED).say("where is the nearest store").speech
    assert told.index("Troy") < told.index("Harbor Street")


def envelope(located: Any) -> dict[str, Any]:
    return {
        "request": {"type": "LaunchRequest", "requestId": "r", "locale": "en-US"},
        "context": {"System": {"user": {"userId": "u"}}, "Geolocation": located},
    }


def test_a_fresh_and_exact_position_is_the_devices_place() -> None:
    assert turn(envelope(LOCATED), now=NOW).place == Coordinates(42.72, -73.7)


def changed(path: str, value: Any) -> Any:
    located: Any = deepcopy(LOCATED)
    *parents, last = path.split(".")
    place = located
    for name in parents:
        place = place[name]
    place[last] = value
    return located


@pytest.mark.parametrize(
    "located",
    [
        None,
        [],
        "here",
        {},
        changed("coordinate", None),
        changed("timestamp", "2026-11-21T12:00:00Z"),
        changed("timestamp", 7),
        changed("locationServices.access", "DISABLED"),
        changed("locationServices.status", "STOPPED"),
        changed("coordinate.latitudeInDegrees", 91),
        changed("coordinate.latitudeInDegrees", "42.72"),
        changed("coordinate.longitudeInDegrees", float("nan")),
        changed("coordinate.longitudeInDegrees", 10**400),
        changed("coordinate.longitudeInDegrees", True),
        changed("coordinate.accuracyInMeters", 50_000),
        changed("coordinate.accuracyInMeters", -1),
    ],
)
def test_what_is_stale_vague_forbidden_or_no_position_costs_the_place_and_not_the_turn(located: Any) -> None:
    assert turn(envelope(located), now=NOW).place is None


def test_no_log_shows_where_anybody_is() -> None:
    assert "42.72" not in repr(turn(envelope(LOCATED), now=NOW))
