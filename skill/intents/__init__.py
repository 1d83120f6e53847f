"""One file an intent. A module here with an `INTENT` is part of the shop; nothing else registers it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from pathlib import Path

from skill.dialogue.intent import Intent


@lru_cache(maxsize=1)
def everything() -> Mapping[str, Intent]:
    """All intents by name; each module's file name is its intent's name in snake case."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))
    found = (import_module(f"{__name__}.{name}").INTENT for name in names)
    return {intent.name: intent for intent in found}
