"""Every locale says everything, the same way: prompts, utterances and word lists, checked as data."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel import Locale

from skill.alexa.model import TYPES
from skill.catalogue.analyser import fold
from skill.catalogue.words import load, whole_amount
from skill.commerce.availability import bound
from skill.commerce.memory import KINDS as KNOWN_KINDS
from skill.commerce.notices import BY_KIND
from skill.commerce.notices import KINDS as KINDS_TOLD
from skill.commerce.order import CANCELLABLE, NEXT
from skill.commerce.quantity import COUNT, FEW, MASS, VOLUME
from skill.commerce.unit_price import UNITS
from skill.dialogue.charging import REASONS as REFUSALS
from skill.dialogue.choosing import COMPARATIVE
from skill.dialogue.intent import KINDS, Intent
from skill.dialogue.variants import COLOUR, KIND, SIZE
from skill.intents import everything
from skill.merchants.letters import LETTERS
from skill.speech.locale import Prompt, data, locales, table, tables
from skill.speech.utterances import expand, file_name, samples

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "skill").rglob("*.py"))
INTENTS = everything()
KNOWN = {"common", "mail", "screen", *map(file_name, INTENTS)}
KEY = re.compile(r"[a-z_]+\.[a-z_]+")
HOLE = re.compile(r"\{(\w+)\}")
LISTED = [kind for kind, name in TYPES.items() if not name.startswith("AMAZON.") and kind != "product"]
REASONS = {
    bound(left=0, limit=None).reason,
    bound(left=None, limit=0).reason,
    bound(left=None, limit=None).reason,
}
# Cheaper and dearer are told by how much.
COMPARED = COMPARATIVE - {"cheaper", "dearer", "other_brand"}
# Notices that go by letter.
NOTICED = [kind for kind, channels in BY_KIND.items() if "mail" in channels]
# Keys put together at run time, by the f-string that does it.
COMPOSED = {
    "order_status.{}": {f"order_status.{status}" for status in NEXT},
    "screen.is_{}": {f"screen.is_{status}" for status in NEXT},
    "cancel_order.is_{}": {f"cancel_order.is_{status}" for status in NEXT.keys() - CANCELLABLE},
    "pay_order.because_{}": {f"pay_order.because_{reason}" for reason in REFUSALS},
    "add_to_cart.{}": {f"add_to_cart.{reason}" for reason in REASONS},
    "add_to_cart.{}_reached": {f"add_to_cart.{reason}_reached" for reason in REASONS},
    "refine_search.none_{}": {"refine_search.none_bigger", "refine_search.none_smaller"},
    "sort_results.by_{}": {f"sort_results.by_{order}" for order in data("types", "en-US")["order"]},
    "remember.item_{}": {f"remember.item_{kind}" for kind in KNOWN_KINDS},
    "{}_code": {"launch.reward_code", "launch.friend_code"},
    "compare_products.is_{}": {f"compare_products.is_{trait}" for trait in COMPARED},
    "ask_unit_price.per_{}": {f"ask_unit_price.per_{unit}" for unit in UNITS},
    "find_product.which_{}": {f"find_product.which_{by}" for by in (COLOUR, SIZE, KIND)},
    "{}_without_tax": {
        "checkout.total_without_tax",
        "checkout.total_free_delivery_without_tax",
        "checkout.total_pickup_without_tax",
    },
    "mail.subject_{}": {f"mail.subject_{letter}" for letter in (*LETTERS.values(), *NOTICED)},
    "mail.intro_{}": {f"mail.intro_{letter}" for letter in (*LETTERS.values(), *NOTICED)},
    **{
        f"turn_on_notices.{name}_{{}}": {f"turn_on_notices.{name}_{kind}" for kind in KINDS_TOLD}
        for name in ("offer", "on", "already")
    },
    "turn_on_notices.by_{}": {f"turn_on_notices.by_{way}" for way in ("alexa", "mail", "both")},
    "stop_alerts.no_{}": {f"stop_alerts.no_{kind}" for kind in KINDS_TOLD},
    "{}_today": {f"remind_me.{key}_today" for key in ("shall_order", "shall_cart", "set")},
    "amend_order.unpaid_{}": {f"amend_order.unpaid_{reason}" for reason in ("refused", "action", "unknown")},
    "common.{}": {"common.fault", "common.fault_closed", "common.unsupported"},
}
every_locale = pytest.mark.parametrize("locale", locales())
every_intent = pytest.mark.parametrize("intent", INTENTS.values(), ids=lambda intent: str(intent.name))


def prompts(locale: str) -> dict[str, Prompt]:
    found = {name: table(name, locale).prompts for name in tables(locale)}
    return {f"{name}.{key}": prompt for name, keys in found.items() for key, prompt in keys.items()}


def wordings(prompt: Prompt) -> list[str]:
    if isinstance(prompt, str):
        return [prompt]
    return list(prompt) if isinstance(prompt, tuple) else list(prompt.values())


@cache
def nodes() -> tuple[ast.AST, ...]:
    return tuple(node for path in SOURCES for node in ast.walk(ast.parse(path.read_text("utf-8"))))


@cache
def composed() -> frozenset[str]:
    """Every f-string that makes a key, with holes where its values stand."""
    shapes = (
        "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        for node in nodes()
        if isinstance(node, ast.JoinedStr)
    )
    return frozenset(shape for shape in shapes if shape.split(".")[0] in KNOWN or shape in COMPOSED)


@cache
def named() -> frozenset[str]:
    """Every string in the source that is the key of a prompt, or would be."""
    parts = {id(part) for node in nodes() if isinstance(node, ast.JoinedStr) for part in node.values}
    texts = (
        node.value
        for node in nodes()
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts
    )
    return frozenset(text for text in texts if KEY.fullmatch(text) and text.split(".")[0] in KNOWN)


def test_each_locale_is_listed_once_as_language_and_region() -> None:
    assert len(set(locales())) == len(locales())
    assert all(re.fullmatch("[a-z]{2}-[A-Z]{2}", locale) for locale in locales())


@every_locale
def test_every_intent_has_its_table_and_every_table_its_intent(locale: str) -> None:
    assert set(tables(locale)) == KNOWN


def test_every_key_put_together_at_run_time_is_known_here() -> None:
    assert composed() == set(COMPOSED)


@every_locale
def test_every_key_the_skill_says_has_a_prompt(locale: str) -> None:
    assert named().union(*COMPOSED.values()) - prompts(locale).keys() == set()


@every_locale
def test_every_prompt_is_said_somewhere(locale: str) -> None:
    assert prompts(locale).keys() - named().union(*COMPOSED.values()) == set()


@every_locale
def test_a_plural_has_exactly_the_forms_its_language_needs(locale: str) -> None:
    needed = {*Locale(locale[:2]).plural_form.tags, "other"}
    wrong = {
        key for key, prompt in prompts(locale).items() if isinstance(prompt, dict) and set(prompt) != needed
    }
    assert wrong == set()


@every_locale
def test_every_wording_of_a_prompt_has_the_same_placeholders(locale: str) -> None:
    for key, prompt in prompts(locale).items():
        counted = {"count"} if isinstance(prompt, dict) else set()
        holes = {frozenset(HOLE.findall(text)) - counted for text in wordings(prompt)}
        first = wordings(prompts(locales()[0])[key])[-1]
        assert holes == {frozenset(HOLE.findall(first)) - counted}, key


@every_locale
def test_a_wording_is_a_clean_sentence(locale: str) -> None:
    for key, prompt in prompts(locale).items():
        for text in wordings(prompt):
            assert text == " ".join(text.split()), key
            assert not set("{}<>") & set(HOLE.sub("", text)), key


def said() -> Iterator[tuple[str, set[str]]]:
    """Each prompt said by a literal key, with the values it is given."""
    for node in nodes():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say":
            key, given = node.args[0], {keyword.arg for keyword in node.keywords}
            if isinstance(key, ast.Constant) and None not in given:
                yield str(key.value), {name for name in given if name}


@every_locale
def test_every_placeholder_is_filled_where_its_prompt_is_said(locale: str) -> None:
    known = prompts(locale)
    for key, given in said():
        assert {hole for text in wordings(known[key]) for hole in HOLE.findall(text)} <= given, key


@every_locale
@every_intent
def test_utterances_use_declared_slots_and_hide_none(locale: str, intent: Intent) -> None:
    for utterance in table(file_name(intent.name), locale).utterances:
        assert set(HOLE.findall(utterance)) <= intent.slots.keys(), utterance
        for group in re.findall(r"\([^()]*\)|\[[^\[\]]*\]", utterance):
            assert "{" not in group, utterance
        for sample in expand(utterance):
            assert not set("()[]|") & set(sample), utterance
            assert len(HOLE.findall(sample)) == len(set(HOLE.findall(sample))), utterance


@every_locale
@every_intent
def test_free_words_stand_alone_behind_a_carrier(locale: str, intent: Intent) -> None:
    free = {slot for slot, kind in intent.slots.items() if kind == "query"}
    for sample in samples(intent, locale=locale):
        if free & set(HOLE.findall(sample)):
            assert len(HOLE.findall(sample)) == 1, sample
            assert HOLE.sub("", sample).strip(), sample


@every_locale
@every_intent
def test_what_may_be_asked_for_is_never_a_whole_sample(locale: str, intent: Intent) -> None:
    if intent.elicits:
        assert [sample for sample in samples(intent, locale=locale) if HOLE.fullmatch(sample)] == []


def heard_alike(sample: str, intent: Intent) -> str:
    """The sample with its slots by type: two of one type are one to whoever listens."""
    return HOLE.sub(lambda hole: f"{{{TYPES[intent.slots[hole[1]]]}}}", sample.lower())


@every_locale
def test_no_two_intents_share_a_sample(locale: str) -> None:
    users: dict[str, set[str]] = defaultdict(set)
    for intent in INTENTS.values():
        for sample in samples(intent, locale=locale):
            users[heard_alike(sample, intent)].add(intent.name)
    for name, words in data("types", locale)["builtin"].items():
        for word in words:
            users[word].add(name)
    assert {sample: names for sample, names in users.items() if len(names) > 1} == {}


def test_every_declared_slot_is_of_a_kind_and_every_kind_has_a_type() -> None:
    assert {kind for intent in INTENTS.values() for kind in intent.slots.values()} <= KINDS
    assert TYPES.keys() == KINDS


@every_locale
@pytest.mark.parametrize("kind", LISTED)
def test_every_list_of_values_is_there_and_no_word_means_two_things(locale: str, kind: str) -> None:
    values = data("types", locale)[kind]
    assert values
    means: dict[str, set[str]] = defaultdict(set)
    for id, words in values.items():
        for word in words:
            means[fold(word)].add(id)
    assert {word: ids for word, ids in means.items() if len(ids) > 1} == {}


@every_locale
def test_no_product_stands_twice_in_the_list(locale: str) -> None:
    products = data("types", locale)["product"]
    assert len({fold(name) for name in products}) == len(products) > 0


@every_locale
def test_positions_and_built_in_words_mean_something(locale: str) -> None:
    types = data("types", locale)
    assert {"1", "2", "3", "last"} <= types["position"].keys()
    assert set(types["builtin"]) <= INTENTS.keys()


@every_locale
def test_every_amount_in_the_list_is_one_to_the_grammar(locale: str) -> None:
    words = load(locale[:2])
    for phrase in (phrase for phrases in data("types", locale)["amount"].values() for phrase in phrases):
        assert whole_amount(phrase, words=words) is not None, phrase


@every_locale
def test_the_word_lists_are_written_as_they_are_matched(locale: str) -> None:
    raw = data("words", locale)
    lists = [
        raw[name] for name in ("stop", "head", "tail", "joins", "and", "not", "or", "lacking", "fractions")
    ]
    lists += [*raw["price"].values(), *raw["units"].values(), *raw["weekday"].values(), raw["day_offset"]]
    lists += [entry["words"] for entry in raw["amount"]]
    assert [word for words in lists for word in words if fold(word) != word] == []


@every_locale
def test_the_word_lists_name_every_unit_day_and_way_to_bound_a_price(locale: str) -> None:
    words = load(locale[:2])
    known = {*MASS, *VOLUME, *COUNT, "piece", "pack", "dozen"}
    assert set(words.units.values()) <= known
    assert {"lb", "kg", "g", "oz", "l", "ml", "dozen", "pack", "piece"} <= set(words.units.values())
    assert {amount.unit for _, amount in words.fixed} <= {*known, FEW}
    assert {*words.days.values()} == {1, 2, 3, 4, 5, 6, 7}
    assert {-1, 0, 1} <= {*words.offsets.values()}
    assert {kind for kind, _ in words.price} == {"between", "under", "over", "about", "at"}


@every_locale
def test_the_skill_is_opened_by_two_words_or_more(locale: str) -> None:
    invocation = data("skill", locale)["invocation"]
    assert len(invocation.split()) > 1
    assert invocation == invocation.lower()
