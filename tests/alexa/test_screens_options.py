"""What a question can be answered with is drawn and touched: options of a drink, answers to a preference."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from skill.dialogue.touch import ACTS
from tests.alexa.test_screens import cart, drawn, seen
from tests.conversations.replay import WORLDS
from tests.talk import Talk, furnish, lambda_door, send_through


@pytest.fixture
def bar(tmp_path: Path, catalogues: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return opened("coffee_bar", tmp_path, catalogues, monkeypatch)


@pytest.fixture
def kitchen(tmp_path: Path, catalogues: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return opened("kitchen", tmp_path, catalogues, monkeypatch)


def opened(world: str, folder: Path, catalogues: Path, patch: pytest.MonkeyPatch) -> ModuleType:
    patch.setenv("SAYSO_CATALOGUES", str(catalogues / world))
    door = lambda_door(f"sqlite:{folder / 'shop.db'}", monkeypatch=patch)
    furnish(door, world=WORLDS / f"{world}.json")
    return door


def looking_at(door: ModuleType, *, locale: str = "en-US") -> Talk:
    return Talk(send_through(door), shop="Harbor Corner", screen=True, locale=locale)


def test_the_sizes_of_a_drink_are_drawn_with_what_they_cost_more(bar: ModuleType) -> None:
    shown = seen(looking_at(bar).say("add a latte"))
    assert shown["kind"] == "list"
    assert shown["title"] == "Size"
    rows = [(row["place"], row["name"], row["price"]) for row in shown["rows"]]
    assert rows[:2] == [(1, "Small", ""), (2, "Medium", "$0.50")]
    assert {row["touch"][1] for row in shown["rows"]} == {"option"}
    assert "option" in ACTS


def test_touching_a_size_makes_the_drink_of_it_and_touching_it_twice_makes_one(bar: ModuleType) -> None:
    guest = looking_at(bar)
    sizes = seen(guest.say("add a latte"))["rows"]
    answer = guest.touch(*sizes[-1]["touch"])
    assert list(cart(bar).values()) == [1]
    assert "size=large" in next(iter(cart(bar)))
    assert seen(answer)["kind"] == "cart"
    # Its question is answered: the button is one of another day.
    guest.touch(*sizes[0]["touch"])
    assert list(cart(bar).values()) == [1]


def test_an_option_of_another_question_or_of_none_does_nothing(bar: ModuleType) -> None:
    guest = looking_at(bar)
    act, kind, on = seen(guest.say("add a latte"))["rows"][0]["touch"]
    mark = on.split()[0]
    for other in (f"{mark} gigantic", f"0123 {on.split()[1]}", mark, "", " "):
        assert guest.touch(act, kind, other).reprompt
    assert cart(bar) == {}
    guest.touch(act, kind, on)
    assert list(cart(bar).values()) == [1]


@pytest.mark.parametrize(
    ("locale", "wish", "first"),
    [
        ("en-US", "recommend a gift", "A child"),
        ("de-DE", "empfiehl mir ein Geschenk", "Ein Kind"),
        ("ar-SA", "انصحني بهدية", "طفل"),
    ],
)
def test_the_answers_to_a_preference_are_drawn_and_touched_one_after_the_other(
    kitchen: ModuleType, locale: str, wish: str, first: str
) -> None:
    cook = looking_at(kitchen, locale=locale)
    for_whom = seen(cook.say(wish))
    assert for_whom["rows"][0]["name"] == first
    where = seen(cook.touch(*for_whom["rows"][0]["touch"]))
    assert where["title"] != for_whom["title"]
    assert cook.touch(*where["rows"][0]["touch"]).reprompt


def test_an_answer_whose_words_might_be_another_s_is_the_one_that_was_touched(door: ModuleType) -> None:
    looking = Talk(send_through(door), screen=True)
    shown = [seen(looking.say(sentence)) for sentence in ("recommend a coffee", "pods", "mild")][-1]
    names = [row["name"] for row in shown["rows"]]
    assert names == ["Up to ten dollars", "From ten dollars up"]
    answer = looking.touch(*shown["rows"][0]["touch"])
    assert "because you said pods and up to ten dollars" in answer.speech


def test_without_a_screen_nothing_is_drawn(bar: ModuleType) -> None:
    assert drawn(Talk(send_through(bar), shop="Harbor Corner").say("add a latte")) is None
