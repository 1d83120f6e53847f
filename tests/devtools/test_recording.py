"""What was said and heard becomes a file that says the same, whoever said it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from skill.cli import main
from skill.commerce.order import spoken_number
from skill.devtools.recording import Exchange, recording_of
from skill.devtools.recording_form import read_recording, recording, recording_text, schema
from skill.devtools.recording_names import numbers, renamed
from skill.errors import BadInput
from tests.conversations.replay import FOLDER, WORLDS
from tests.talk import ROOT

FILES = sorted(FOLDER.glob("*-*/*.json"))
USER = "amzn1.ask.account.HOME"


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAYSO_STORE", f"sqlite:{tmp_path / 'shop.db'}")
    for name in ("SAYSO_CATALOGUES", "SAYSO_NOW", "SAYSO_ASSUME_LINKED"):
        monkeypatch.delenv(name, raising=False)


def sayso(*arguments: str | Path, input: str | None = None) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=input)


def read(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return found


def test_the_published_schema_is_the_one_in_use() -> None:
    published = json.loads((ROOT / "docs" / "recording.schema.json").read_text("utf-8"))
    assert published == schema(), "write it anew: sayso record schema > docs/recording.schema.json"
    assert json.loads(sayso("record", "schema").stdout) == published


def test_every_recorded_conversation_fits_the_schema_and_is_written_as_it_stands() -> None:
    validator = jsonschema.Draft202012Validator(schema())
    assert len(FILES) > 100
    for file in FILES:
        _, raw = read_recording(file)
        validator.validate(raw)
        assert recording_text(raw) == file.read_text("utf-8")


def test_a_scripted_conversation_is_recorded_and_heard_again(tmp_path: Path) -> None:
    file = tmp_path / "made" / "four_goat_milks.json"
    said = sayso("say", "--record", file, "add goat milk", "make it four", "check out", "yes", "add lemons")
    assert said.exit_code == 0, said.output
    made = read(file)
    assert made["wants"] == "four goat milks"
    assert [turn["say"] for turn in made["turns"]][-1] == "add lemons"
    assert all(turn["hears"] in said.stdout for turn in made["turns"])
    assert sayso("replay", file).exit_code == 0


def test_a_chat_is_recorded_with_what_was_kept_before_it(tmp_path: Path) -> None:
    sayso("say", "add goat milk")
    file = tmp_path / "chat.json"
    assert sayso("chat", "--record", file, input="what's in my cart\n\n").exit_code == 0
    made = read(file)
    assert made["shopper"] == {"cart": [{"sku": "milk-goat-nannybrook-qt", "quantity": 1, "price": 499}]}
    assert [turn["say"] for turn in made["turns"]] == ["!launch", "what's in my cart"]
    assert sayso("replay", file).exit_code == 0


@pytest.mark.parametrize("locale", ["de-DE", "ar-SA"])
def test_other_languages_are_recorded_as_well(tmp_path: Path, locale: str) -> None:
    file = tmp_path / "one.json"
    said = {"de-DE": "was ist im Warenkorb", "ar-SA": "وش في السلة"}[locale]
    assert sayso("say", "--locale", locale, "--record", file, "!launch", said).exit_code == 0
    assert read(file)["locale"] == locale
    assert said in file.read_text("utf-8")
    assert sayso("replay", file).exit_code == 0


def test_a_household_is_recorded_under_other_ids(tmp_path: Path) -> None:
    sayso("scenario", "load", WORLDS / "household.json")
    file = tmp_path / "home.json"
    kim = "amzn1.ask.person.KIM"
    sayso(
        "say",
        "--user",
        USER,
        "--person",
        kim,
        "--record",
        file,
        "!launch",
        "add sourdough bread",
        "check out",
    )
    made = read(file)
    assert made["shop"] == "Harbor Corner"
    assert {turn["person"] for turn in made["turns"]} == {"amzn1.ask.person.1"}
    assert made["shopper"]["members"]["amzn1.ask.person.1"] == {"name": "Kim", "child": True}
    assert kim not in file.read_text("utf-8")
    assert USER not in file.read_text("utf-8")
    result = sayso("replay", file)
    assert result.exit_code == 0, result.output


def test_a_voice_code_that_was_said_is_the_one_the_recording_begins_with(tmp_path: Path) -> None:
    world = {
        "shop": {"name": "Kiosk", "orders": {"code_from": 100}},
        "products": [{"sku": "tea", "names": {"en": "Green tea"}, "price": 900, "stock": 9}],
        "shoppers": [{"user": USER, "voice_code": "4071"}],
    }
    (tmp_path / "world.json").write_text(json.dumps(world), "utf-8")
    assert sayso("scenario", "load", tmp_path / "world.json").exit_code == 0
    file = tmp_path / "code.json"
    sayso("say", "--user", USER, "--record", file, "add green tea", "check out", "yes", "4071")
    made = read(file)
    assert made["shopper"]["voice_code"] == "4071"
    assert made["at_the_end"]["orders"][0]["lines"] == {"tea": 1}
    result = sayso("replay", file)
    assert result.exit_code == 0, result.output


def test_no_file_is_overwritten_and_none_is_left_where_nothing_was_said(tmp_path: Path) -> None:
    there = tmp_path / "there.json"
    there.write_text("mine")
    result = sayso("say", "--record", there, "hello")
    assert (result.exit_code, there.read_text()) == (2, "mine")
    assert "is there already" in result.stderr
    result = sayso("say", "--record", there / "one.json", "hello")
    assert result.exit_code == 2
    assert "cannot be" in result.stderr
    result = sayso("say", "--session", "kitchen", "--record", tmp_path / "new.json", "hello")
    assert result.exit_code == 2
    assert "--session" in result.stderr
    assert not (tmp_path / "new.json").exists()


def test_nothing_said_is_nothing_to_record() -> None:
    with pytest.raises(BadInput, match="nothing to record"):
        recording_of([], wants="x", start={})
    with pytest.raises(BadInput, match="nothing to record"):
        recording_of([Exchange(request=None, response={})], wants="x", start={})


@given(before=st.lists(st.integers(1, 99_000), unique=True, max_size=6), since=st.integers(0, 6))
def test_numbers_of_orders_are_those_a_fresh_shop_gives_and_two_never_meet(
    before: list[int], since: int
) -> None:
    placed = [*(spoken_number(count) for count in before)]
    new = [spoken_number(99_100 + count) for count in range(since)]
    start = {"shopper": {"orders": [{"number": number} for number in placed]}}
    orders = [{"number": number, "placed_at": f"2026-11-21T1{place}"} for place, number in enumerate(new)]
    found = numbers(
        start, {"orders": [{"number": number, "placed_at": "2026"} for number in placed] + orders}
    )
    assert len(set(found.values())) == len(found) == len(before) + since
    assert [found[number] for number in new] == [spoken_number(count + 1) for count in range(since)]


def test_numbers_change_in_texts_at_once_and_whole() -> None:
    swapped = {"12345": "54321", "54321": "12345"}
    assert renamed({"a": ["12345 and 54321", "123456"], "12345": 12345}, swapped) == {
        "a": ["54321 and 12345", "123456"],
        "12345": 12345,
    }


@given(
    st.recursive(
        st.none() | st.text() | st.integers(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["wants", "locale", "turns", "say", "touch", "shopper", "now", "at_the_end"]),
                inner,
            )
        ),
    )
)
def test_whatever_is_no_recording_is_refused_by_its_place(raw: Any) -> None:
    with pytest.raises(BadInput, match=r"^that: "):
        recording(raw, called="that")
