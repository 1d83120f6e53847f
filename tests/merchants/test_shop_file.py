"""A shop file becomes the shop's facts, or a message that names place and remedy."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from skill.commerce.merchant import Facts, Faq, Hours
from skill.commerce.totals import Terms
from skill.errors import BadInput
from skill.merchants.shop_file import parse_span, read_shop

SAMPLE = Path(__file__).parents[2] / "skill" / "devtools" / "sample" / "shop.toml"
FULL = """
name = "Corner Store"
currency = "EUR"
locale = "en-GB"
timezone = "Europe/Dublin"
tax_inclusive = true
tax = {default = 2300, Food = 0}
delivery = {fee = 499, free_from = 3500, minimum_order = 1000, days = 1}
hours = {mon = "08:00-20:00", sat = "09:30 - 18:00", sun = "closed"}
[[faq]]
id = "returns"
questions = ["can i return it"]
answer = "Yes."
[[faq]]
id = "age"
questions = ["do you sell wine"]
answer = {en = "No.", de = "Nein."}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "shop.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_full_file_becomes_the_shops_facts(tmp_path: Path) -> None:
    assert read_shop(written(tmp_path, FULL)) == Facts(
        name="Corner Store",
        catalogue="",
        locale="en-GB",
        timezone="Europe/Dublin",
        terms=Terms(
            currency="EUR",
            tax_inclusive=True,
            tax_rates={"default": 2300, "Food": 0},
            delivery_fee=499,
            free_delivery_from=3500,
            minimum_order=1000,
        ),
        hours=Hours({"mon": (time(8), time(20)), "sat": (time(9, 30), time(18))}),
        faqs=(
            Faq("returns", ("can i return it",), {"en": "Yes."}),
            Faq("age", ("do you sell wine",), {"en": "No.", "de": "Nein."}),
        ),
        delivery_days=1,
    )


def test_a_name_is_all_a_shop_must_state(tmp_path: Path) -> None:
    facts = read_shop(written(tmp_path, 'name = "Kiosk"'))
    assert facts == Facts(name="Kiosk", terms=Terms(currency="USD"), catalogue="")


def test_the_sample_shop_is_readable() -> None:
    facts = read_shop(SAMPLE)
    assert facts.name == "Saffron Wagon"
    assert len({faq.id for faq in facts.faqs}) == len(facts.faqs)


@pytest.mark.parametrize(
    ("text", "place", "remedy"),
    [
        ("name =", "", "is not TOML"),
        ("", "name", "is missing; write it"),
        ('name = ""', "name", "at least 1 character"),
        ('name = "K"\nnmae = "K"', "nmae", "is not known here; correct its name or take it out"),
        ('name = "K"\ncurrency = "dollars"', "currency", "[A-Z]{3}"),
        ('name = "K"\ncurrency = "ZZZ"', "currency", "is no ISO 4217 code, as in USD"),
        ('name = "K"\nlocale = "english"', "locale", "[a-z]{2}-[A-Z]{2}"),
        ('name = "K"\nlocale = "tlh-QO"', "locale", "[a-z]{2}-[A-Z]{2}"),
        ('name = "K"\nlocale = "xx-XX"', "locale", "is not spoken; there is en-US"),
        ('name = "K"\ntimezone = "EST5"', "timezone", "as in America/New_York"),
        ('name = "K"\n[tax]\nFood = 6.25', "tax.Food", "valid integer"),
        ('name = "K"\n[tax]\nFood = 20000', "tax.Food", "less than or equal to 10000"),
        ('name = "K"\n[delivery]\nfee = -1', "delivery.fee", "greater than or equal to 0"),
        ('name = "K"\n[delivery]\ndays = 61', "delivery.days", "less than or equal to 60"),
        ('name = "K"\n[delivery]\nfree = 1', "delivery.free", "is not known here"),
        ('name = "K"\n[hours]\nfunday = "closed"', "hours", "funday is none of mon"),
        ('name = "K"\n[hours]\nmon = "8 to 8"', "hours", 'write "08:00-20:00" or "closed"'),
        ('name = "K"\n[hours]\nmon = "20:00-08:00"', "hours", "closes before it opens"),
        ('name = "K"\n[[faq]]\nid = "a"\nquestions = []\nanswer = "b"', "faq.0.questions", "at least 1 item"),
        ('name = "K"\n[[faq]]\nid = "a"\nquestions = ["b"]', "faq.0.answer", "is missing; write it"),
    ],
)
def test_what_is_wrong_is_named_with_file_place_and_remedy(
    tmp_path: Path, text: str, place: str, remedy: str
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(BadInput) as raised:
        read_shop(path)
    message = str(raised.value)
    assert message.startswith(f"{path}: {place}")
    assert remedy in message


def test_further_mistakes_are_counted(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"\(and 2 more\)"):
        read_shop(written(tmp_path, "currency = 1\ntimezone = 2"))


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"none\.toml: cannot be read"):
        read_shop(tmp_path / "none.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(BadInput, match=r"bytes\.toml: cannot be read"):
        read_shop(tmp_path / "bytes.toml")


@pytest.mark.parametrize(
    ("text", "span"),
    [("08:00-20:00", (time(8), time(20))), ("08:15 - 20:45", (time(8, 15), time(20, 45))), ("closed", None)],
)
def test_a_span_is_two_times_or_closed(text: str, span: tuple[time, time] | None) -> None:
    assert parse_span(text) == span
