"""A screen in the words of a locale: text to be drawn, still free of any platform."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from skill.dialogue.reply import say
from skill.dialogue.screen import Action, Row, Screen
from skill.dialogue.turn import Touch
from skill.speech.render import Wording, label
from skill.speech.spoken import right_to_left

# What the buttons beside a line do, for whoever cannot see their signs.
_LABELS = {"plus": say("screen.one_more"), "minus": say("screen.one_less"), "remove": say("screen.remove")}


def worded(screen: Screen, wording: Wording) -> dict[str, Any]:
    """The screen as JSON, each text as it is written in the locale and empty where there is none. A touch is
    its act and what it is on."""
    wording = replace(wording, written=True)
    labels = _LABELS if screen.kind == "cart" else {}
    return {
        "kind": screen.kind,
        "locale": wording.locale,
        "rtl": right_to_left(wording.locale),
        "title": _capital(label(screen.title, wording)),
        "text": label(screen.text, wording),
        "rows": [_row(row, screen.kind, wording) for row in screen.rows],
        "sums": [
            {"label": label(one.label, wording), "amount": label(one.amount, wording), "main": one.main}
            for one in screen.sums
        ],
        "actions": [_action(action, wording) for action in screen.actions],
        "labels": {name: label(one, wording) for name, one in labels.items()},
    }


def _row(row: Row, kind: str, wording: Wording) -> dict[str, Any]:
    """What this kind of screen shows of a row, and no more: carts are long and responses short."""
    shown: dict[str, Any] = {
        "name": _capital(row.name),
        "detail": row.detail,
        "price": label(row.price, wording) if row.price else "",
    }
    note = label(row.note, wording) if row.note else ""
    match kind:
        case "list":
            return shown | {"note": note, "place": row.place, "touch": _touch(row.touch)}
        case "item":
            held = label(say("screen.in_cart", count=row.count), wording) if row.count else ""
            return shown | {"note": note, "in_cart": held}
        case "cart":
            return shown | {"count": row.count, "sku": row.sku}
        case _:
            return shown | {"count": row.count}


def _action(action: Action, wording: Wording) -> dict[str, Any]:
    return {"label": label(action.label, wording), "touch": _touch(action.touch), "main": action.main}


def _touch(touch: Touch | None) -> list[str]:
    return [touch.act, touch.on] if touch else []


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
