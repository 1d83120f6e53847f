"""The command line: scripted turns, worlds, imports, and what is said when something cannot be used."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from skill.cli import main
from skill.cli.common import _MODULES
from tests.talk import ROOT, SAMPLE

WORLD = ROOT / "tests" / "conversations" / "worlds" / "returning.json"


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SAYSO_STORE", f"sqlite:{tmp_path / 'shop.db'}")
    for name in ("SAYSO_CATALOGUES", "SAYSO_NOW", "SAYSO_ASSUME_LINKED"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def sayso(*arguments: str | Path, input: str | None = None) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=input)


def test_say_answers_each_sentence_in_turn() -> None:
    result = sayso("say", "add goat milk", "make it two", "what's in my cart")
    assert result.exit_code == 0, result.output
    assert "2 of Nannybrook goat milk" in result.output


def test_say_as_json_tells_what_was_heard_and_said_and_the_whole_response() -> None:
    lines = sayso("say", "--json", "add two goat milks", "stop").stdout.splitlines()
    first, second = (json.loads(line) for line in lines)
    assert set(first) == {"heard", "speech", "reprompt", "sessionEnded", "response"}
    assert first["heard"]["intent"] == "AddToCart"
    assert first["heard"]["slots"] == {"quantity": "2", "product": "goat milks"}
    assert first["heard"]["resolved"]["product"]["status"] == "no_match"
    assert first["response"]["version"] == "1.0"
    assert first["sessionEnded"] is False
    assert second["sessionEnded"] is True
    assert second["reprompt"] is None


def test_a_named_session_goes_on_in_the_next_command() -> None:
    sayso("say", "--session", "kitchen", "find oat milk")
    result = sayso("say", "--session", "kitchen", "the second one")
    assert result.output.splitlines()[-1].startswith("Added")
    assert "Added" not in sayso("say", "the second one").output


def test_state_tells_cart_orders_and_requests() -> None:
    sayso(
        "say",
        "--user",
        "ann",
        "add goat milk",
        "make it four",
        "check out",
        "yes",
        "talk to a person",
        "add lemons",
        "the first one",
    )
    kept = json.loads(sayso("state", "--user", "ann", "--json").stdout)
    assert kept["cart"] == {"lemons-each": 1}
    assert kept["orders"][0]["status"] == "placed"
    assert kept["orders"][0]["lines"] == {"milk-goat-nannybrook-qt": 4}
    assert len(kept["requests"]) == 1
    assert json.loads(sayso("state", "--user", "bob", "--json").output)["orders"] == []


def test_a_described_world_is_loaded_and_can_be_talked_to() -> None:
    assert sayso("scenario", "load", WORLD).output == "Harbor Corner: 5 products, 1 shoppers\n"
    user = "amzn1.ask.account.RETURNING"
    assert "67890" in sayso("say", "--user", user, "where's my order").output
    assert [
        order["number"] for order in json.loads(sayso("state", "--user", user, "--json").output)["orders"]
    ] == [
        "67890",
        "56789",
        "45678",
    ]


def test_the_clock_can_be_fixed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAYSO_NOW", "2026-11-22T15:00:00+00:00")
    assert "closed now and opens tomorrow" in sayso("say", "are you open").output


def test_chat_greets_answers_and_ends_on_an_empty_line() -> None:
    result = sayso("chat", input="add goat milk\n\n")
    assert "Welcome to Saffron Wagon" in result.output
    assert "Added Nannybrook goat milk" in result.output
    assert result.exit_code == 0


def test_an_import_tells_what_is_wrong_row_by_row_and_keeps_the_rest(tmp_path: Path) -> None:
    feed = tmp_path / "feed.tsv"
    feed.write_text("id\ttitle\tprice\na\tGood Tea\t1.00 USD\nb\tBad Tea\tone dollar\n", "utf-8")
    result = sayso("catalogue", "import", feed, "--shop", SAMPLE / "shop.toml")
    assert result.exit_code == 0
    assert "1 of 2 rows are for sale, 1 lost." in result.output
    assert "'one dollar' is no amount" in result.output


def test_a_feed_without_one_usable_row_leaves_the_live_one_alone(tmp_path: Path) -> None:
    sayso("sample")
    feed = tmp_path / "feed.tsv"
    feed.write_text("id\ttitle\tprice\na\tTea\tfree\n", "utf-8")
    result = sayso("catalogue", "import", feed)
    assert result.exit_code == 2
    assert "What was live before still is." in result.output
    assert "goat milk" in sayso("say", "find goat milk").output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["scenario", "load", "nowhere.json"], "nowhere.json: cannot be read"),
        (
            ["catalogue", "import", "nowhere.tsv", "--shop", str(SAMPLE / "shop.toml")],
            "nowhere.tsv: cannot be read",
        ),
        (["catalogue", "import", str(SAMPLE / "feed.tsv")], "--shop"),
        (
            ["catalogue", "import", str(SAMPLE / "feed.tsv"), "--shop", str(SAMPLE / "feed.tsv")],
            "is not TOML",
        ),
        (["state"], "no catalogue is linked"),
    ],
)
def test_what_cannot_be_used_is_told_with_the_remedy(arguments: list[str], said: str) -> None:
    result = sayso(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SAYSO_STORE", "mysql:shop"),
        ("SAYSO_STORE", "sqlite:"),
        ("SAYSO_NOW", "tomorrow"),
        ("SAYSO_NOW", "2026-11-21T15:00:00"),
        ("SAYSO_ASSUME_LINKED", "perhaps"),
    ],
)
def test_a_bad_setting_is_named(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    result = sayso("say", "hello")
    assert result.exit_code == 2
    assert name in result.stderr


def test_models_writes_what_is_committed(tmp_path: Path) -> None:
    sayso("models", "--out", tmp_path / "models")
    for built in (tmp_path / "models").iterdir():
        assert built.read_text("utf-8") == (ROOT / "interaction_models" / built.name).read_text("utf-8")


def test_a_sample_whose_catalogue_is_gone_is_built_again(store: Path) -> None:
    sayso("sample")
    shutil.rmtree(store / "shop-catalogues")
    assert "goat milk" in sayso("say", "find goat milk").stdout


def test_a_shop_whose_catalogue_is_gone_is_told_what_to_do(store: Path) -> None:
    sayso("scenario", "load", WORLD)
    shutil.rmtree(store / "shop-catalogues")
    result = sayso("say", "find coffee")
    assert result.exit_code == 2
    assert "import its feed again" in result.stderr


def test_search_lists_what_is_found_in_the_language_asked_for() -> None:
    result = sayso("catalogue", "search", "hafermilch", "--locale", "de-DE", "--limit", "3")
    assert result.exit_code == 0, result.output
    assert result.output.count("Hafermilch") == 3
    assert "score" not in result.output


def test_search_explains_how_words_were_read_and_scores_came_about() -> None:
    result = sayso(
        "catalogue", "search", "bren dull oat milk under five dollars", "--explain", "--limit", "2"
    )
    assert "high=500" in result.output
    assert "brindl" in result.output
    for part in ("text", "together", "plain", "bonus", "covers", "why"):
        assert part in result.output


def test_search_as_json_tells_everything() -> None:
    told = json.loads(sayso("catalogue", "search", "two percent milk", "--json").stdout)
    assert told["query"]["text"] == "2 percent milk"
    assert [word["token"] for word in told["words"]] == ["2", "percent", "milk"]
    assert told["result"]["is"] == "several"
    first = told["hits"][0]
    assert first["sku"].startswith("milk-2pct")
    assert (first["currency"], first["cover"]) == ("USD", 100)
    assert any(why.startswith("milk: title") for why in first["why"])


def test_search_in_a_language_the_catalogue_has_no_names_in_says_which_it_has() -> None:
    result = sayso("catalogue", "search", "mjölk", "--locale", "sv-SE")
    assert result.exit_code == 2
    assert "it is searched in en, de, ar, es, fr" in result.stderr


def test_an_update_changes_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    assert sayso("sample").exit_code == 0
    feed = tmp_path / "new.tsv"
    feed.write_text("id\ttitle\tprice\nnew\tDragon fruit\t4.00 USD\n", "utf-8")
    result = sayso("catalogue", "update", feed, "--remove", "lemons-each")
    assert result.exit_code == 0, result.output
    assert "326 products" in result.output
    assert "Dragon fruit" in sayso("catalogue", "search", "dragon fruit").output
    assert "lemons-each" not in sayso("catalogue", "search", "lemons").output
    assert sayso("catalogue", "verify").output.startswith("2")


def test_verify_finds_a_harmed_file(store: Path) -> None:
    sayso("sample")
    assert sayso("catalogue", "verify").exit_code == 0
    file = next((store / "shop-catalogues").rglob("products-*.bytes"))
    data = bytearray(file.read_bytes())
    data[100] ^= 1
    file.write_bytes(data)
    result = sayso("catalogue", "verify")
    assert result.exit_code == 2
    assert "is not whole" in result.stderr


def test_every_module_of_commands_is_loaded_by_one_of_them() -> None:
    modules = {path.stem for path in (ROOT / "skill" / "cli").glob("*.py") if ".command(" in path.read_text()}
    assert modules == {module for names in _MODULES.values() for module in names}
    listed = sayso("--help").output
    assert all(f"  {name} " in listed for name in _MODULES)
