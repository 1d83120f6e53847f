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
    conversation: dict[str, Any], *, folder: Path, monkeypatch: Any, store: str | None = None
) -> tuple[list[Turned], dict[str, Any]]:
    """Every turn of a conversation, and what the store keeps at its end. "world" names a scenario file
    (the sample shop without), "now" fixes the clock, "linked" is false for a shopper without account."""
    now = datetime.fromisoformat(conversation.get("now", NOW.isoformat()))
    store = store or f"sqlite:{folder / 'shop.db'}"
    monkeypatch.setenv("SAYSO_CATALOGUES", str(folder / "catalogues"))
    door = lambda_door(store, now=now, monkeypatch=monkeypatch, linked=conversation.get("linked", True))
    furnish(door, world=WORLDS / conversation["world"] if "world" in conversation else None)
    user = conversation.get("user", USER)
    shop = shop_name(door)
    talk = Talk(send_through(door), locale=conversation["locale"], user=user, now=now, shop=shop)
    turns = []
    for turn in conversation["turns"]:
        if turn.get("new_session"):
            talk.new_session()
        turns.append(talk.say(turn["say"]))
    end = dict(kept(door, user))
    orders = [{key: order[key] for key in ("number", "status", "total", "lines")} for order in end["orders"]]
    return turns, {"cart": end["cart"], "orders": orders, "requests": len(end["requests"])}
