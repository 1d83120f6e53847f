"""The interaction models and the names the skill is opened by, against Amazon's rules.

https://developer.amazon.com/en-US/docs/alexa/smapi/interaction-model-schema.html, and of the names
https://developer.amazon.com/en-US/docs/alexa/custom-skills/choose-the-invocation-name-for-a-custom-skill.html."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from skill.alexa.manifest import invocation
from skill.alexa.model import MAX_BYTES, TYPES, built
from skill.certify.check import Candidate, Fault
from skill.certify.scratch import size
from skill.speech.locale import data

_HOLE = re.compile(r"\{([^{}]*)\}")
_INTENT = re.compile(r"(AMAZON\.)?[A-Za-z][A-Za-z_]{0,63}")
_WHITE = re.compile(r"\s+")
_REBUILD = "build it anew: sayso manifest"
_SAMPLE_CHARS, _VALUE_CHARS, _VALUES, _INTENTS = 200, 140, 50_000, 250
# What every skill must know, and what a conversation with questions cannot do without.
_REQUIRED = (
    *("AMAZON.CancelIntent", "AMAZON.HelpIntent", "AMAZON.StopIntent", "AMAZON.FallbackIntent"),
    *("AMAZON.NavigateHomeIntent", "AMAZON.YesIntent", "AMAZON.NoIntent"),
)
# Free words: only with a carrier phrase, and alone.
_PHRASE = "AMAZON.SearchQuery"
# Words that would wake a device, and the makers' own.
_WAKE = frozenset(
    {"alexa", "amazon", "echo", "computer", "ziggy", "skill", "app", "أليكسا", "امازون", "أمازون"}
)
_CONNECTING = {
    "en": {"to", "from", "in", "using", "with", "about", "for", "that", "by", "if", "and", "whether"},
    "de": {"nach", "von", "in", "mit", "über", "für", "dass", "ob", "und", "aus", "zu"},
    "ar": {"من", "إلى", "في", "مع", "عن", "على"},
}
_ARTICLES = {
    "en": {"the", "a", "an", "for", "to", "of", "my"},
    "de": {"der", "die", "das", "ein", "eine", "für", "von"},
}
_LETTERS = {"ar": "ARABIC"}
MAX_INVOCATION = 50


def models_valid(candidate: Candidate) -> Iterator[Fault]:
    """Intents, samples, slots and values of every locale."""
    for locale in candidate.locales:
        model = candidate.package.models.get(locale)
        if model is None:
            yield Fault(f"{locale}: there is no interaction model", _REBUILD)
            continue
        for problem in _problems(model):
            yield Fault(f"{locale}: {problem}", _REBUILD)


def models_current(candidate: Candidate) -> Iterator[Fault]:
    """The models are those of this version and this shop, but for names that come from a catalog."""
    for locale in candidate.locales:
        ours = built(locale, invocation=invocation(candidate.facts, locale))
        there = candidate.package.models.get(locale)
        if there is not None and _comparable(there) != _comparable(ours):
            yield Fault(f"{locale}: the model is not the one of this version of the shop", _REBUILD)


def built_ins(candidate: Candidate) -> Iterator[Fault]:
    """Stop, cancel, help, fallback, home, yes and no are in every model."""
    for locale, model in candidate.package.models.items():
        known = {intent.get("name") for intent in _language(model).get("intents", ())}
        for name in _REQUIRED:
            if name not in known:
                yield Fault(f"{locale}: {name} is missing", _REBUILD)


def invocation_name(candidate: Candidate) -> Iterator[Fault]:
    """The name the skill is opened by can be said, heard and told from a command."""
    for locale in candidate.package.models:
        name = candidate.package.invocation(locale)
        for problem in name_problems(name, locale=locale):
            yield Fault(
                f"{locale}: the invocation name {name!r} {problem}",
                f'write it otherwise: [skill] invocation = {{ {locale[:2]} = "…" }} in the shop file',
            )


def seller_name(candidate: Candidate) -> Iterator[Fault]:
    """A skill that sells is opened by the name of who sells."""
    for locale in candidate.package.models:
        name, seller = candidate.package.invocation(locale), candidate.facts.called(locale)
        if _heard(name) != _heard(seller):
            yield Fault(
                f"{locale}: the skill is opened by {name!r}, and the seller is {seller!r}",
                "open it by the seller's name: take [skill] invocation out of the shop file, or correct "
                "spoken_name there",
            )


def name_problems(name: str, *, locale: str) -> Iterator[str]:
    """What keeps a name from being an invocation name in a locale."""
    words, language = name.split(), locale[:2]
    if not 2 <= len(name) <= MAX_INVOCATION:
        yield f"has {len(name)} characters; 2 to {MAX_INVOCATION} may be"
    if name != name.lower():
        yield "has capital letters"
    if name != " ".join(words):
        yield "has stray spaces"
    if odd := sorted({letter for letter in name if not _speakable(letter)}):
        yield f"holds {' '.join(odd)}: only letters, spaces, apostrophes and periods of abbreviations may be"
    script = _LETTERS.get(language, "LATIN")
    if any(letter.isalpha() and not unicodedata.name(letter, "").startswith(script) for letter in name):
        yield "is not spelled in the locale's own letters"
    if len(words) == 1:
        yield "is one word, which only a brand of the shop's own may be; say its full name"
    if len(words) == 2 and _ARTICLES.get(language, set()) & set(words):
        yield "is two words of which one is an article or a preposition"
    bare = {word.strip(".'’") for word in words}
    opening = {phrase.split()[0] for phrase in _openings(locale)}
    for kind, known in (
        ("wake word", _WAKE),
        ("launch word", opening),
        ("connecting word", _connecting(language)),
    ):
        if found := sorted(bare & known):
            yield f"holds the {kind} {found[0]!r}"


def _openings(locale: str) -> list[str]:
    opening = data("skill", locale)["opening"]
    return [phrase for phrase in (*opening["launch"], *opening["ask"]) if not phrase.startswith("{")]


def _connecting(language: str) -> set[str]:
    return _CONNECTING.get(language, set())


def _speakable(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LM" or letter in " .'’"


def _heard(name: str) -> str:
    """A name as a listener has it: letters and spaces."""
    letters = "".join(letter if unicodedata.category(letter)[0] in "LM" else " " for letter in name.lower())
    return _WHITE.sub(" ", letters).strip()


def _language(model: Mapping[str, Any]) -> Mapping[str, Any]:
    found = model.get("interactionModel", {}).get("languageModel", {})
    return found if isinstance(found, Mapping) else {}


def _comparable(model: Mapping[str, Any]) -> Mapping[str, Any]:
    language = _language(model)
    types = [kind for kind in language.get("types", ()) if kind.get("name") != TYPES["product"]]
    return {**model.get("interactionModel", {}), "languageModel": {**language, "types": types}}


def _problems(model: Mapping[str, Any]) -> Iterator[str]:
    language = _language(model)
    intents, types = list(language.get("intents", ())), list(language.get("types", ()))
    if size(model) > MAX_BYTES:
        yield f"it is larger than {MAX_BYTES} bytes"
    if len(intents) > _INTENTS:
        yield f"{len(intents)} intents; {_INTENTS} may be"
    names = Counter(str(intent.get("name")) for intent in intents)
    yield from (f"the intent {name} stands twice" for name, times in names.items() if times > 1)
    declared = {str(kind.get("name")) for kind in types}
    said: dict[str, str] = {}
    for intent in intents:
        yield from _intent_problems(intent, declared, said)
    for kind in types:
        yield from _type_problems(kind)
    known = {str(intent.get("name")) for intent in intents}
    for asked in model.get("interactionModel", {}).get("dialog", {}).get("intents", ()):
        if asked.get("name") not in known:
            yield f"the dialog asks for slots of {asked.get('name')}, which is no intent"


def _intent_problems(intent: Mapping[str, Any], declared: set[str], said: dict[str, str]) -> Iterator[str]:
    name, samples = str(intent.get("name")), list(intent.get("samples") or ())
    slots = {str(slot.get("name")): str(slot.get("type")) for slot in intent.get("slots") or ()}
    if not _INTENT.fullmatch(name):
        yield f"{name!r} is no name of an intent"
    if not samples and not name.startswith("AMAZON."):
        yield f"{name} has no samples"
    for slot, kind in slots.items():
        if kind not in declared and not kind.startswith("AMAZON."):
            yield f"{name}: the slot {slot} is of the type {kind}, which is not there"
    for sample in samples:
        holes = _HOLE.findall(sample)
        rest = _HOLE.sub(" ", sample)
        if not 0 < len(sample) <= _SAMPLE_CHARS or any(not _sayable(letter) for letter in rest):
            yield f"{name}: {sample!r} is no sample: up to {_SAMPLE_CHARS} letters, spaces and slots"
        if unknown := set(holes) - slots.keys():
            yield f"{name}: {sample!r} has the slot {min(unknown)}, which is not declared"
        if any(slots.get(hole) == _PHRASE for hole in holes) and (len(holes) > 1 or not rest.strip()):
            yield f"{name}: {sample!r} has free words beside a slot, or nothing before them"
        shape = _HOLE.sub(lambda hole: f"{{{slots.get(hole[1])}}}", sample.lower())
        if other := said.get(shape):
            yield (
                f"{sample!r} is a sample of {other} and of {name}"
                if other != name
                else f"{name}: {sample!r} twice"
            )
        said[shape] = name


@lru_cache(maxsize=4096)
def _sayable(letter: str) -> bool:
    return _speakable(letter) or letter in "-_" or unicodedata.category(letter) == "Nd"


def _type_problems(kind: Mapping[str, Any]) -> Iterator[str]:
    name, values = kind.get("name"), list(kind.get("values") or ())
    if not values and not kind.get("valueSupplier"):
        yield f"the type {name} has no values"
    words = [
        word
        for value in values
        for word in (value.get("name", {}).get("value", ""), *(value.get("name", {}).get("synonyms") or ()))
    ]
    if len(words) > _VALUES:
        yield f"the type {name} has {len(words)} values; {_VALUES} may be"
    if bad := next((word for word in words if not 0 < len(str(word).strip()) <= _VALUE_CHARS), None):
        yield f"the type {name}: {bad!r} is empty or longer than {_VALUE_CHARS} letters"
    ids = Counter(value["id"] for value in values if value.get("id"))
    yield from (f"the type {name}: the id {id!r} stands twice" for id, times in ids.items() if times > 1)
