"""Whole conversations as data, played through the Lambda door."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from skill.alexa.typed import Turned
from tests.talk import NOW, USER, Talk, furnish, kept, lambda_door, send_through, shop_name

FOLDER = Path(__file__).parent
WORLDS = FOLDER / "worlds"


def play(
    conversation: dict[str, Any],
    *,
    folder: Path,
    monkeypatch: Any,
    store: str | None = None,
    screen: bool = False,
) -> tuple[list[Turned], dict[str, Any]]:
    """Every turn of a conversation, and what the store keeps at its end. "world" names a scenario file
    (the sample shop without), "now" fixes the clock, "linked" is false for a shopper without account;
    a turn's "person" is whom Alexa recognises. `screen`: on a device that draws."""
    now = datetime.fromisoformat(conversation.get("now", NOW.isoformat()))
    store = store or f"sqlite:{folder / 'shop.db'}"
    monkeypatch.setenv("SAYSO_CATALOGUES", str(folder / "catalogues"))
    door = lambda_door(store, now=now, monkeypatch=monkeypatch, linked=conversation.get("linked", True))
    furnish(door, world=WORLDS / conversation["world"] if "world" in conversation else None)
    user = conversation.get("user", USER)
    send, locale = send_through(door), conversation["locale"]
    shop = shop_name(door, locale)
    talk = Talk(send, locale=locale, user=user, now=now, shop=shop, screen=screen)
    turns = []
    for turn in conversation["turns"]:
        if turn.get("new_session"):
            talk.new_session()
        turns.append(talk.say(turn["say"], person=turn.get("person")))
    end = dict(kept(door, user))
    told = ("number", "status", "total", "paid", "lines", "coupon", "pickup")
    # Placed in one moment of a clock that stands still, they have no order among themselves.
    newest = sorted(end["orders"], key=lambda order: (order["placed_at"], order["number"]), reverse=True)
    orders = [{key: order[key] for key in told if key in order} for order in newest]
    return turns, {"cart": end["cart"], "orders": orders, "requests": len(end["requests"])}
