"""A screen as an APL document of ours and the data it is bound to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from ask_sdk_model.interfaces.alexa.presentation.apl import RenderDocumentDirective

from skill.alexa.request import TOUCHED

_FOLDER = Path(__file__).parent / "apl"
TOKEN = "sayso"


def drawn(screen: Mapping[str, Any]) -> RenderDocumentDirective:
    """The directive that draws a worded screen."""
    direction = "RTL" if screen["rtl"] else "LTR"
    document = {**kept(screen["kind"]), "layoutDirection": direction, "lang": screen["locale"]}
    bound = {name: value for name, value in screen.items() if name not in ("kind", "locale", "rtl")}
    return RenderDocumentDirective(
        token=f"{TOKEN}-{screen['kind']}", document=document, datasources={"payload": _safe(bound)}
    )


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


def _safe(value: Any) -> Any:
    """Text as APL reads it, where "<" begins markup; a touch's arguments are no text."""
    if isinstance(value, dict):
        touch = {"touch": [TOUCHED, *value["touch"]]} if value.get("touch") else {}
        return {name: inner if name == "sku" else _safe(inner) for name, inner in value.items()} | touch
    if isinstance(value, list):
        return [_safe(inner) for inner in value]
    if isinstance(value, str):
        return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return value
