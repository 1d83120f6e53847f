"""The experiments of a shop file: what can be said, and what is refused with its remedy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from skill.errors import BadInput
from skill.merchants.experiment_file import ExperimentEntry
from skill.merchants.shop_file import read_shop

SHOP = 'name = "Harbor"\ncurrency = "USD"\n'
ONE = """
[[experiment]]
id = "hello"
prompt = "launch.first_time"
[[experiment.arm]]
id = "usual"
[[experiment.arm]]
id = "short"
text = {text}
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "shop.toml"
    path.write_text(SHOP + text, "utf-8")
    return path


def test_two_wordings_are_read_and_written_back(tmp_path: Path) -> None:
    path = written(
        tmp_path, ONE.replace("{text}", '{ en = "Hi, {shop} here.", de-DE = "Hallo, hier ist {shop}." }')
    )
    [one] = read_shop(path).experiments
    assert (one.id, one.prompt, [arm.id for arm in one.arms]) == (
        "hello",
        "launch.first_time",
        ["usual", "short"],
    )
    assert [one.arms[1].text(locale) for locale in ("en-GB", "de-DE", "ar-SA")] == [
        "Hi, {shop} here.",
        "Hallo, hier ist {shop}.",
        None,
    ]
    assert ExperimentEntry.of(one).experiment(language="en") == one


def test_a_wording_without_a_language_is_the_shops(tmp_path: Path) -> None:
    [one] = read_shop(written(tmp_path, ONE.replace("{text}", '"Hi, {shop} here."'))).experiments
    assert one.arms[1].texts == {"en": "Hi, {shop} here."}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (ONE.replace("{text}", '"Hi {name}."'), "{name} is not told in launch.first_time; there is {shop}"),
        (ONE.replace("{text}", '{ fr = "Salut." }'), "'fr' is not spoken"),
        (
            ONE.replace("{text}", '"Hi"').replace("launch.first_time", "launch.nothing"),
            "no sentence is called",
        ),
        (
            ONE.replace("{text}", '"Hi"').replace("launch.first_time", "nowhere.at_all"),
            "no sentence is called",
        ),
        (ONE.replace("{text}", '"Hi"').replace("launch.first_time", "rate_order.noted"), "in several forms"),
        (ONE.replace("{text}", '"Hi"').replace('"short"', '"usual"'), "need ids of their own"),
        (ONE.replace("{text}", '"Hi"') * 2, "stands twice"),
        (ONE.replace("{text}", '"Hi"').split("[[experiment.arm]]")[0], "arm: is missing"),
    ],
)
def test_what_could_not_be_said_is_refused_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_shop(written(tmp_path, text))
    assert re.search(r"shop\.toml(:\d+)?: ", str(refused.value))
    assert told in str(refused.value)
