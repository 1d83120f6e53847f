"""One file an intent. A module here with an `INTENT` is part of the shop; nothing else registers it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib import import_module
from pathlib import Path

from skill.dialogue.intent import Intent


class Everything(Mapping[str, Intent]):
    """All intents by name. A module is loaded when its intent is first asked for: a turn needs one or two of
    them, and all together are a tenth of a cold start. May be shared by threads."""

    def __init__(self) -> None:
        # Each module's file name is its intent's name in snake case.
        stems = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))
        self._modules = {"".join(map(str.capitalize, stem.split("_"))): stem for stem in stems}

    def __getitem__(self, name: str) -> Intent:
        found: Intent = import_module(f"{__name__}.{self._modules[name]}").INTENT
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __len__(self) -> int:
        return len(self._modules)

    def __contains__(self, name: object) -> bool:
        # Mapping's own would load it.
        return name in self._modules


@lru_cache(maxsize=1)
def everything() -> Mapping[str, Intent]:
    """All intents by name."""
    return Everything()
