"""The shop file's [recommend]: what a merchant may ask, and what is refused with place and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from skill.api.shop import written
from skill.commerce.merchant import Facts
from skill.commerce.recommend import FLOOR, Recommending
from skill.errors import BadInput
from skill.merchants.shop_file import read_shop
from skill.storage.shop_items import dump_facts, load_facts
from tests.talk import SAMPLE

HEAD = 'name = "Kiosk"\ncurrency = "USD"\n'
TWO = '[[recommend.ask.question.option]]\nname = "{}"\nwords = ["a"]\n'


def read(folder: Path, text: str) -> Facts:
    path = folder / "shop.toml"
    path.write_text(HEAD + text, "utf-8")
    return read_shop(path)


def asking(text: str = "Who is it for", *, options: int = 2, questions: int = 1) -> str:
    question = f'[[recommend.ask.question]]\ntext = "{text}"\n' + "".join(
        TWO.format(f"option {n}") for n in range(options)
    )
    return '[[recommend.ask]]\ncategory = "Food>Drinks"\n' + question * questions


def test_a_shop_that_says_nothing_asks_and_offers_nothing_unasked(tmp_path: Path) -> None:
    assert read(tmp_path, "").recommend == Recommending()
    assert Recommending().together == FLOOR == 5


def test_the_sample_shop_asks_of_coffee_in_three_languages() -> None:
    recommend = read_shop(SAMPLE / "shop.toml").recommend
    guide = recommend.guide(("Food", "Drinks", "Coffee"))
    assert guide is not None
    assert recommend.guide(("Food", "Drinks", "Tea")) is None
    for question in guide.questions:
        assert question.texts.keys() == {"en", "de", "ar"}
        assert all(option.names.keys() == {"en", "de", "ar"} for option in question.options)


def test_a_guide_of_what_lies_deeper_comes_first(tmp_path: Path) -> None:
    text = asking() + asking().replace("Food>Drinks", "Food > Drinks > Tea")
    recommend = read(tmp_path, text).recommend
    found = recommend.guide(("Food", "Drinks", "Tea", "Green"))
    assert found is not None
    assert found.id == "Food > Drinks > Tea"


@pytest.mark.parametrize("facts", [read_shop(SAMPLE / "shop.toml")])
def test_it_is_kept_and_told_to_the_api_as_it_was_written(facts: Facts) -> None:
    assert load_facts(dump_facts(facts)) == facts
    assert written(facts, heard={}).facts().recommend == facts.recommend


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[recommend]\ntogether = 4", "recommend.together: should be greater than or equal to 5"),
        (asking("Who is it for?"), "recommend.ask.0.question.0.text"),
        (asking(options=1), "recommend.ask.0.question.0.option"),
        (asking(options=6), "recommend.ask.0.question.0.option"),
        (asking(questions=4), "recommend.ask.0.question"),
        (asking() + asking(), "stands twice"),
        (asking().replace("Food>Drinks", "Food > > Tea"), "has an empty part"),
        (asking().replace('words = ["a"]\n', ""), "tells no product from another; give words, diet"),
        (asking().replace('words = ["a"]\n', "low = 2\nhigh = 1\n"), "low is more than high"),
        ("[recommend]\nask_nicely = true", "is not known here"),
    ],
)
def test_what_cannot_be_used_is_told_with_its_place(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(BadInput) as refused:
        read(tmp_path, text)
    assert problem in str(refused.value)
