"""A screen as an APL document of ours and the data it is bound to."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from skill.alexa.request import TOUCHED

_FOLDER = Path(__file__).parent / "apl"
TOKEN = "sayso"
_NOT_DRAWN = frozenset({"sku", "called"})


def drawn(screen: Mapping[str, Any]) -> dict[str, Any]:
    """The directive that draws a worded screen."""
    direction = "RTL" if screen["rtl"] else "LTR"
    document = {**kept(screen["kind"]), "layoutDirection": direction, "lang": screen["locale"]}
    bound = {name: value for name, value in screen.items() if name not in ("kind", "locale", "rtl")}
    bound["rows"] = _called(bound["rows"])
    return {
        "type": "Alexa.Presentation.APL.RenderDocument",
        "token": f"{TOKEN}-{screen['kind']}",
        "document": document,
        "datasources": {"payload": _safe(bound)},
    }


@lru_cache(maxsize=8)
def kept(kind: str) -> Mapping[str, Any]:
    """The document of a kind of screen, with the layouts it shares with the others."""
    shared, own = (json.loads((_FOLDER / f"{name}.json").read_text("utf-8")) for name in ("shared", kind))
    layouts = {**shared["layouts"], **own.get("layouts", {})}
    return {**shared, **own, "layouts": _used(own["mainTemplate"], layouts)}


def _used(template: Any, layouts: Mapping[str, Any]) -> dict[str, Any]:
    """The layouts that a template is made of; a response must stay small."""
    wanted, found = [template], dict[str, Any]()
    while wanted:
        match wanted.pop():
            case dict() as part:
                name = str(part.get("type"))
                if name in layouts and name not in found:
                    found[name] = layouts[name]
                    wanted.append(layouts[name])
                wanted += part.values()
            case list() as parts:
                wanted += parts
    return {name: layouts[name] for name in layouts if name in found}


def _called(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows that can be touched, with what they are called for whoever cannot see them."""
    touched = ("touch", "sku")
    return [
        {**row, "called": f"{row['name']} {row['detail']}".strip()} if any(map(row.get, touched)) else {**row}
        for row in rows
    ]


def _safe(value: Any) -> Any:
    """Text as APL draws it, where "<" begins markup; a touch's arguments and what an accessibility
    label says are not drawn."""
    if isinstance(value, str):
        return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if isinstance(value, dict):
        safe = {name: inner if name in _NOT_DRAWN else _safe(inner) for name, inner in value.items()}
        if touch := value.get("touch"):
            safe["touch"] = [TOUCHED, *touch]
        return safe
    if isinstance(value, list):
        return [_safe(inner) for inner in value]
    return value
