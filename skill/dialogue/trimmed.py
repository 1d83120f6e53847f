"""What was said, without what names somebody: numbers, names and addresses that are known, and whatever
stands where people say such things. What is left may be kept for the merchant.

No list knows every name: this takes out what can be told, and the shop's word for the rest is that sentences
are kept only of those who agreed, for as long as the shop file says, and go when their shopper says so."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from skill.catalogue.analyser import fold
from skill.catalogue.numerals import digits
from skill.commerce.merchant import Shopper

# In place of what was taken out, and of a number.
GONE, NUMBER = "…", "#"
# Longer than what is said in one breath.
_LONGEST = 160
# Number words alone up to this are no more than articles or counts.
_SMALL = 12
_MAIL = re.compile(r"\S*@\S*")
_DIGITS = re.compile(r"\S*\d\S*")
_ENDS = " .,!?؟،;:"


def trimmed(words: str, *, about: Shopper, language: str) -> str:
    """The words in small letters without what names somebody; empty where too little is left to be worth
    keeping."""
    text = " ".join(words.casefold().split())[:_LONGEST].strip(_ENDS)
    rules = _rules().get(language, {})
    text = _cut(text, rules.get("rest", ()))
    text = _MAIL.sub(GONE, _spelled_mail(text, rules))
    text = _without(text, _known(about))
    text = _places(text, rules)
    text = _numbers(_DIGITS.sub(NUMBER, text), language)
    text = re.sub(rf"{GONE}(?: {GONE})+", GONE, text)
    telling = [word for word in text.split() if word not in (GONE, NUMBER) and len(word) > 1]
    return text if telling else ""


def _cut(text: str, phrases: Sequence[str]) -> str:
    """The text up to where somebody begins to speak of a person."""
    starts = [match.start() for phrase in phrases if (match := re.search(_word(phrase), text))]
    return f"{text[: min(starts)].rstrip()} {GONE}".strip() if starts else text


def _spelled_mail(text: str, rules: Mapping[str, Sequence[str]]) -> str:
    """The text without "ann dot smith at example dot com"."""
    at, dot = _any(rules.get("at", ())), _any(rules.get("dot", ()))
    if not at or not dot:
        return text
    name = rf"\S+(?: (?:{dot}) \S+)*"
    return re.sub(rf"{name} (?:{at}) \S+(?: (?:{dot}) \S+)+", GONE, text)


def _known(about: Shopper) -> list[str]:
    """What is known to name the shopper, or somebody of the household."""
    names = [member.name for member in about.members.values()]
    if contact := about.contact:
        names += [contact.name, *contact.name.split(), contact.email]
        if address := contact.address:
            names += [*address.lines, address.city, address.region, address.code]
    return [name.casefold() for name in names if name.strip()]


def _without(text: str, names: Sequence[str]) -> str:
    if not names:
        return text
    return re.sub(_word(*sorted(names, key=len, reverse=True)), GONE, text)


def _places(text: str, rules: Mapping[str, Sequence[str]]) -> str:
    """The text without the word behind a title, and without streets."""
    if title := _any(rules.get("title", ())):
        text = re.sub(rf"(?<!\w)({title}) \S+", rf"\1 {GONE}", text)
    if street := _any(rules.get("street", ())):
        text = re.sub(rf"(?:\S+ )?\S*(?:{street})(?!\w)", GONE, text)
    if street_of := _any(rules.get("street_of", ())):
        text = re.sub(rf"(?<!\w)(?:{street_of}) \S+", GONE, text)
    return text


def _numbers(text: str, language: str) -> str:
    """The text with a mark for number words that say more than how many."""
    said: list[str] = []
    run: list[str] = []
    for word in (*text.split(), ""):
        if word and _value(word, language) is not None:
            run.append(word)
            continue
        of_a_place = word == GONE or said[-1:] == [GONE]
        alone = len(run) == 1 and not of_a_place and (_value(run[0], language) or 0) <= _SMALL
        said += run if alone else [NUMBER][: len(run)]
        run = []
        said.append(word)
    return " ".join(filter(None, said))


def _value(word: str, language: str) -> int | None:
    found = digits(fold(word), language=language)
    return int(found) if found.isdecimal() and found.isascii() else None


def _word(*phrases: str) -> str:
    return rf"(?<!\w)(?:{_any(phrases)})(?!\w)"


def _any(words: Sequence[str]) -> str:
    return "|".join(map(re.escape, words))


@cache
def _rules() -> Mapping[str, Mapping[str, Sequence[str]]]:
    return tomllib.loads((files("skill.dialogue") / "trimmed.toml").read_text("utf-8"))
