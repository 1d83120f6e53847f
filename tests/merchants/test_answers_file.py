"""The desk, special days and the time for returns, as the shop file has them, and as a store keeps them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from skill.commerce.desk import Desk, Reported, Step, Summary
from skill.commerce.hours import Special
from skill.commerce.merchant import Case
from skill.errors import BadInput
from skill.merchants.shop_file import read_shop
from skill.storage import case_items, items, shop_items
from tests.talk import NOW

HEAD = 'name = "Pine"\ncurrency = "USD"\n'
WHOLE = (
    HEAD
    + """
[hours]
mon = "08:00-20:00"
[[hours_except]]
date = 2026-12-25
name = "Christmas"
[[hours_except]]
date = 2026-12-24
hours = "09:00-14:00"
name = { de = "Heiligabend" }
[desk]
email = "desk@pine.example"
minutes = 15
hours = { mon = "09:00-17:00", tue = "closed" }
[returns]
days = 14
"""
)


def written(folder: Path, text: str) -> Path:
    file = folder / "shop.toml"
    file.write_text(text, "utf-8")
    return file


def test_what_is_written_is_what_the_shop_knows_and_its_store_keeps(tmp_path: Path) -> None:
    facts = read_shop(written(tmp_path, WHOLE))
    assert facts.hours is not None
    assert facts.hours.special == (
        Special(date(2026, 12, 25), None, {"en": "Christmas"}),
        Special(date(2026, 12, 24), (time(9), time(14)), {"de": "Heiligabend"}),
    )
    assert facts.desk == Desk(email="desk@pine.example", minutes=15, days={"mon": (time(9), time(17))})
    assert facts.returns_days == 14
    told = replace(facts.desk, reported=Reported(minutes=3, until=NOW + timedelta(hours=1)))
    kept = replace(facts, desk=told)
    assert shop_items.load_facts(items.from_text(items.to_text(shop_items.dump_facts(kept)))) == kept


def test_a_file_without_them_is_a_shop_without_them(tmp_path: Path) -> None:
    facts = read_shop(written(tmp_path, HEAD))
    assert (facts.hours, facts.desk, facts.returns_days) == (None, Desk(), None)
    assert facts.desk_hours is None
    dumped = shop_items.dump_facts(facts)
    assert not {"desk", "returns_days"} & dumped.keys()
    assert shop_items.load_facts(items.from_text(items.to_text(dumped))) == facts


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[hours_except]]\ndate = 2026-12-25\n", "hours_except needs hours"),
        (
            '[hours]\nmon = "08:00-20:00"\n' + "[[hours_except]]\ndate = 2026-12-25\n" * 2,
            "hours_except: date '2026-12-25' stands twice",
        ),
        ('[desk]\nemail = "no address"\n', "desk.email: is no e-mail address"),
        ("[desk]\nminutes = -1\n", "desk.minutes: "),
        ('[desk]\nhours = { someday = "09:00-17:00" }\n', "desk.hours: "),
        ("[returns]\ndays = 0\n", "returns.days: "),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(BadInput, match=r".") as refused:
        read_shop(written(tmp_path, HEAD + text))
    assert told in str(refused.value)


def test_a_case_is_kept_with_what_the_desk_has_to_do_with() -> None:
    step = Step(intent="AskShop", said=(["ask_shop.unknown"],), words={"query": "x"}, miss=True)
    summary = Summary(locale="de-DE", steps=(step, Step(intent="Help")), cart=((2, "Milch"),))
    case = Case(id="c", reference="1", about="general", opened_at=NOW, summary=summary)
    loaded = case_items.load_case(items.from_text(items.to_text(case_items.dump_case(case))))
    assert loaded.summary is not None
    assert loaded.summary.cart == summary.cart
    assert [(one.intent, one.words, one.miss) for one in loaded.summary.steps] == [
        ("AskShop", {"query": "x"}, True),
        ("Help", {}, False),
    ]
