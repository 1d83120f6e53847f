"""The recorded conversations that the page about the journey links to, to be read one after the other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from skill.speech.locale import locales
from tests.docs.schema_page import cell
from tests.talk import ROOT

FOLDER = ROOT / "tests" / "conversations"
JOURNEY = ROOT / "docs" / "journey.md"
_LINK = re.compile(r"conversations\.md#([a-z]{2}-[a-z]{2})-(\w+)\)")


def linked() -> tuple[tuple[str, str], ...]:
    """Locale and name of each conversation that is linked to, in the order of the page. Raises KeyError for a
    locale that is not spoken."""
    known = {locale.lower(): locale for locale in locales()}
    found = _LINK.findall(JOURNEY.read_text("utf-8"))
    return tuple(dict.fromkeys((known[locale], name) for locale, name in found))


def lines() -> Iterator[str]:
    yield "What [the journey](../journey.md) links to. Each of these is played by `make test`, word by word."
    for locale, name in linked():
        path = FOLDER / locale / f"{name}.json"
        talk = json.loads(path.read_text("utf-8"))
        yield from ("", f"## {locale} {name}", "", f"{cell(talk['wants'])} (`{path.relative_to(ROOT)}`)", "")
        yield from ("| Shopper | Shop |", "|---|---|")
        yield from (_turn(turn, locale) for turn in talk["turns"])


def _turn(turn: dict[str, Any], locale: str) -> str:
    later = "*later:* " if turn.get("ahead") else "*back again:* " if turn.get("new_session") else ""
    return f"| {later}{_did(turn, locale)} | {_words(turn.get('hears', ''), locale)} |"


def _did(turn: dict[str, Any], locale: str) -> str:
    said = turn.get("say")
    if said == "!launch":
        return "*opens the shop*"
    if said is not None:
        return _words(said, locale)
    return "*says nothing*" if turn.get("silence") else "*touches the screen*"


def _words(text: str, locale: str) -> str:
    return f'<bdi lang="{locale[:2]}">{cell(text)}</bdi>'
