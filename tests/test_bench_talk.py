"""What the conversation is measured with measures rightly; needs neither the shared data nor Node."""

from __future__ import annotations

import tomllib
from collections import Counter

import pytest

from skill.intents import everything
from skill.speech.locale import locales
from tests.bench.__main__ import sectioned
from tests.bench.confusion import (
    HELD_OUT,
    PARTS,
    confusions,
    filled,
    held_out,
    stolen,
    table,
    thieves,
)
from tests.bench.errands import WORLDS, errands
from tests.bench.utterances import MEANT, Reached, Sentence, missed, right, share

EGGS = Sentence("add eggs", frozenset({"AddToCart"}))
LATER = Sentence("keep it for later", frozenset({"SaveForLater"}))
PICK = Sentence("oat milk", frozenset({"FindProduct", "NameProduct"}))
ASKED = (EGGS, LATER, PICK)
REACHED = (Reached("AddToCart", {}), Reached("NameProduct", {}), Reached("", {}))
LEAST = {"en-US": 120, "de-DE": 80, "ar-SA": 80}


def test_a_sentence_is_right_in_any_of_its_intents() -> None:
    assert right(PICK, Reached("FindProduct", {"query": "oat milk"}), locale="en-US")
    assert right(PICK, Reached("NameProduct", {"product": "oat milk"}), locale="en-US")
    assert not right(PICK, Reached("AddToCart", {"product": "oat milk"}), locale="en-US")


@pytest.mark.parametrize(
    ("locale", "swallowed"), [("en-US", "find oat milk"), ("de-DE", "such Milch"), ("ar-SA", "دور حليب")]
)
def test_a_command_taken_for_a_name_is_missed(locale: str, swallowed: str) -> None:
    assert not right(PICK, Reached("NameProduct", {"product": swallowed}), locale=locale)


def test_shares_and_what_was_missed() -> None:
    assert share(ASKED, REACHED, locale="en-US") == pytest.approx(100 / 3)
    assert missed(ASKED, REACHED, locale="en-US") == (
        '"keep it for later" → NameProduct',
        '"oat milk" → nothing',
    )


def test_only_confusions_stand_in_the_table() -> None:
    cells = confusions(ASKED, REACHED, locale="en-US")
    assert cells == {"SaveForLater": Counter(NameProduct=1), "FindProduct": Counter(nothing=1)}
    assert table({"en-US": cells}) == [
        "| Meant | en-US |",
        "|---|---|",
        "| FindProduct | nothing 1 |",
        "| SaveForLater | NameProduct 1 |",
    ]


def test_thieves_are_told_apart_by_who_made_them() -> None:
    cells = {"Finish": Counter(No=2, NameProduct=1), "Undo": Counter(NameProduct=2, nothing=4)}
    assert thieves(cells, builtin=True) == "No 2 (Finish 2)"
    assert thieves(cells, builtin=False) == "NameProduct 3 (Undo 2, Finish 1)"
    assert thieves({}, builtin=True) == "nothing"


def test_a_stolen_sample_names_both_intents() -> None:
    assert stolen(ASKED, REACHED) == (
        'FindProduct → nothing (1): "oat milk"',
        'SaveForLater → NameProduct (1): "keep it for later"',
    )


def test_slots_are_filled_with_what_their_kind_takes() -> None:
    kinds = {"quantity": "number", "product": "product", "without": "product"}
    said = filled("swap {quantity} {product} for {without}", kinds, locale="en-US", known=True)
    assert "{" not in said
    assert said.startswith("swap 3 ")
    thing, other = said.removeprefix("swap 3 ").split(" for ")
    assert thing != other
    assert "blorvex" in filled("add {product}", kinds, locale="en-US", known=False)


@pytest.mark.parametrize("locale", LEAST)
def test_the_held_out_sentences_can_be_read_and_are_enough(locale: str) -> None:
    looked_at, later = (held_out(locale)[part] for part in PARTS)
    assert len(looked_at) >= LEAST[locale]
    assert len(later) >= 70
    assert len({sentence.text for sentence in (*looked_at, *later)}) == len(looked_at) + len(later)


def test_every_locale_has_held_out_sentences_errands_and_a_shop_for_them() -> None:
    spoken = set(locales())
    assert {file.stem for file in HELD_OUT.glob("*.tsv")} == spoken
    assert {file.stem for file in WORLDS.glob("*.json")} == spoken
    assert all(set(errand.turns) == spoken for errand in errands())


def test_what_sentences_mean_are_intents_we_have() -> None:
    meant = tomllib.loads(MEANT.read_text("utf-8"))
    named = {name for kind in ("family", "sentence") for names in meant[kind].values() for name in names}
    every = [sentence for locale in LEAST for part in held_out(locale).values() for sentence in part]
    named |= {name for sentence in every for name in sentence.meant}
    assert named <= set(everything())


def test_a_section_is_replaced_between_its_markers() -> None:
    text = "a\n<!-- x: begin -->\nold\n<!-- x: end -->\nb\n"
    assert sectioned(text, {"x": "new"}) == "a\n<!-- x: begin -->\nnew\n<!-- x: end -->\nb\n"
    with pytest.raises(SystemExit):
        sectioned("no markers", {"x": "new"})
