"""A locale's data, read from `skill/locales`: a region extends its language and holds what differs."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from skill.errors import BadInput

_ROOT = Path(__file__).parent.parent / "locales"
Prompt = str | Mapping[str, str] | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One intent's texts: `utterances` as written, `prompts` by name (a string, plural categories, or
    variants that rotate)."""

    utterances: tuple[str, ...]
    prompts: Mapping[str, Prompt]


@lru_cache(maxsize=1)
def locales() -> tuple[str, ...]:
    """The locales spoken, as in `locales.toml`."""
    return tuple(tomllib.loads((_ROOT / "locales.toml").read_text("utf-8"))["locales"])


def nearest(locale: str) -> str:
    """The spoken locale closest to a requested one: itself, one of its language, or the first."""
    known = locales()
    if locale in known:
        return locale
    return next((other for other in known if other[:2] == locale[:2].lower()), known[0])


def tables(locale: str) -> tuple[str, ...]:
    """The names of all tables (one an intent, and "common") of a locale."""
    skip = {"faq", "publishing", "search", "skill", "types", "words"}
    return tuple(sorted(path.stem for path in (_ROOT / locale[:2]).glob("*.toml") if path.stem not in skip))


@lru_cache(maxsize=512)
def table(name: str, locale: str) -> Table:
    """One table, a region's entries over its language's. Files are read when first needed: a turn
    touches two or three of them. Raises BadInput when the table does not exist."""
    raw = _read(f"{locale[:2]}/{name}.toml")
    if raw is None:
        # Only now: no turn reads the manual.
        from skill.manual import LOCALE

        raise BadInput(
            f"skill/locales/{locale[:2]}/{name}.toml does not exist; every intent needs its table",
            topic=LOCALE,
        )
    region = _read(f"{locale}/{name}.toml") or {}
    prompts = {**raw.get("prompts", {}), **region.get("prompts", {})}
    return Table(
        tuple(region.get("utterances", raw.get("utterances", ()))),
        {key: tuple(value) if isinstance(value, list) else value for key, value in prompts.items()},
    )


@lru_cache(maxsize=64)
def data(name: str, locale: str) -> Mapping[str, Any]:
    """Other data of a locale ("types", "skill", "publishing"), the region's entries over its language's."""
    return {**(_read(f"{locale[:2]}/{name}.toml") or {}), **(_read(f"{locale}/{name}.toml") or {})}


def _read(path: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads((_ROOT / path).read_text("utf-8"))
    except FileNotFoundError:
        return None
