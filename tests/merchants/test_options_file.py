"""`[[options]]` of a shop file become groups, or a message that names place and remedy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from skill.api.shop import written as as_form
from skill.commerce.options import Group, Option
from skill.errors import BadInput
from skill.merchants.shop_file import ShopFile, read_shop
from tests.merchants.test_shop_file import SAMPLE, written

FULL = """
name = "Corner Store"
[[options]]
id = "size"
name = "size"
category = ["Coffee bar"]
least = 1
before = true
[[options.option]]
id = "small"
name = "small"
[[options.option]]
id = "large"
name = {en = "large", de = "groß"}
form = {de = "großer"}
price = 100
heard = ["big"]
[[options]]
id = "shots"
name = "shots"
sku = ["latte"]
most = 3
[[options.option]]
id = "shot"
name = "shot"
price = 80
most = 3
form = {en = {one = "a shot", other = "{count} shots"}}
twice = {en = ["double shot"]}
[[options]]
id = "engraving"
name = {en = "engraving"}
sku = ["mug"]
text = 12
price = 500
heard = {en = ["engraved with"]}
"""
GROUP = '[[options]]\nid = "size"\nname = "size"\nsku = ["latte"]\n'


def test_groups_of_options_become_the_shops_own(tmp_path: Path) -> None:
    size, shots, engraving = read_shop(written(tmp_path, FULL)).options
    assert size == Group(
        id="size",
        names={"en": "size"},
        categories=("Coffee bar",),
        least=1,
        before=True,
        options=(
            Option(id="small", names={"en": "small"}),
            Option(
                id="large",
                names={"en": "large", "de": "groß"},
                surcharge=100,
                forms={"de": {"one": "großer", "other": "großer"}},
                heard={"en": ("big",)},
            ),
        ),
    )
    assert (shots.most, shots.options[0].most, shots.options[0].twice) == (3, 3, {"en": ("double shot",)})
    assert (engraving.length, engraving.surcharge, engraving.heard) == (12, 500, {"en": ("engraved with",)})


@pytest.mark.parametrize("sample", [True, False])
def test_what_the_api_tells_of_options_is_read_as_they_are(tmp_path: Path, sample: bool) -> None:
    facts = read_shop(SAMPLE if sample else written(tmp_path, FULL))
    told = as_form(facts, heard={}).model_dump(mode="json", by_alias=True)
    assert facts.options
    assert ShopFile.model_validate(told).facts().options == facts.options


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        (GROUP, "options.0", "give either option or text"),
        (GROUP + 'text = 5\noption = [{id = "a", name = "a"}]', "options.0", "give either option or text"),
        ('[[options]]\nid = "size"\nname = "size"\ntext = 5', "options.0", "give it category or sku"),
        (GROUP + "text = 5\n" + GROUP + "text = 5", "options", "'size' stands twice"),
        (GROUP + 'default = "b"\noption = [{id = "a", name = "a"}]', "options.0", "'b' is none of its"),
        (GROUP + "text = 5\nleast = 2", "options.0", "least is more than most"),
        (GROUP + 'price = 5\noption = [{id = "a", name = "a"}]', "options.0", "give each option its own"),
        (GROUP + 'option = [{id = "a", name = "a"}, {id = "a", name = "b"}]', "options.0", "id stands twice"),
        (GROUP + 'option = [{id = "A b", name = "a"}]', "options.0.option.0.id", "pattern"),
        (
            GROUP + 'option = [{id = "a", name = "a", form = {en = {one = "a"}}}]',
            "options.0.option.0.form",
            "en needs the forms one, other",
        ),
        (
            GROUP + 'option = [{id = "a", name = "a", form = {xx = "a"}}]',
            "options.0.option.0.form",
            "'xx' is not spoken",
        ),
    ],
)
def test_options_nobody_could_choose_are_refused_with_the_remedy(
    tmp_path: Path, text: str, place: str, told: str
) -> None:
    with pytest.raises(BadInput) as refused:
        read_shop(written(tmp_path, f'name = "Corner Store"\n{text}\n'))
    assert re.search(rf"shop\.toml(:\d+)?: {re.escape(place)}", str(refused.value))
    assert told in str(refused.value)
