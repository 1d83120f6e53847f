"""The voice code through the whole skill: what it stops, what it costs, and that nobody can read it."""

from __future__ import annotations

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner

from skill.app import shopper_key
from skill.cli import main
from skill.commerce.merchant import Shopper
from tests.conversations.replay import WORLDS
from tests.talk import Talk, furnish, kept, lambda_door, send_through

HOME, CODE = "amzn1.ask.account.HOME", "amzn1.ask.account.CODE"


@pytest.fixture
def harbor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The Lambda door of a shop with a household, and with a shopper whose code is 4071."""
    monkeypatch.setenv("SAYSO_CATALOGUES", str(tmp_path / "catalogues"))
    door = lambda_door(f"sqlite:{tmp_path / 'shop.db'}", monkeypatch=monkeypatch)
    furnish(door, world=WORLDS / "household.json")
    return door


@pytest.fixture
def talking(harbor: ModuleType) -> Talk:
    return Talk(send_through(harbor), user=CODE, shop="Harbor Corner")


def about(door: ModuleType, user: str = CODE) -> Shopper:
    found: Shopper = door.app.store.visit(shopper_key(user, secret=door.app.settings.shopper_secret)).shopper
    return found


def wait_for_code(talk: Talk) -> None:
    talk.say("check out")
    talk.say("yes")


def linked_anew(door: ModuleType, user: str) -> None:
    envelope = json.loads(Path("tests/requests/account_linked.json").read_text("utf-8"))["request"]
    envelope["context"]["System"]["user"]["userId"] = user
    assert "outputSpeech" not in send_through(door)(envelope)["response"]


def test_alexa_is_told_to_listen_for_four_digits(talking: Talk) -> None:
    talking.say("check out")
    directives = talking.say("yes").response["response"]["directives"]
    asked = [each["slotToElicit"] for each in directives if each["type"] == "Dialog.ElicitSlot"]
    assert asked == ["code"]


@pytest.mark.parametrize("said", ["4071", "four zero seven one", "forty seventy one", "4 0 7 1", "it's 4071"])
def test_the_right_code_places_the_order(harbor: ModuleType, talking: Talk, said: str) -> None:
    wait_for_code(talking)
    talking.say(said)
    assert [order["status"] for order in kept(harbor, CODE)["orders"]] == ["placed"]


def test_after_three_misses_the_right_code_fails_and_the_cart_is_kept(
    harbor: ModuleType, talking: Talk
) -> None:
    wait_for_code(talking)
    for wrong in ("1111", "2222", "3333"):
        last = talking.say(wrong)
    assert last.ended
    wait_for_code(talking)
    talking.say("4071")
    assert kept(harbor, CODE)["orders"] == []
    assert kept(harbor, CODE)["cart"] == {"kettle": 1}


def test_a_right_code_takes_earlier_misses_back(harbor: ModuleType, talking: Talk) -> None:
    wait_for_code(talking)
    for said in ("1111", "2222", "4071"):
        talking.say(said)
    assert about(harbor).code_misses == 0


def test_what_is_not_four_digits_costs_no_try(harbor: ModuleType, talking: Talk) -> None:
    wait_for_code(talking)
    talking.say("four zero seven")
    talking.say("um I forgot")
    assert about(harbor).code_misses == 0


def test_a_repeated_wrong_answer_counts_once(harbor: ModuleType, talking: Talk) -> None:
    wait_for_code(talking)
    wrong = talking.say("1111")
    again = send_through(harbor)(wrong.request)
    assert about(harbor).code_misses == 1
    assert again == wrong.response


def test_a_repeated_right_answer_places_one_order(harbor: ModuleType, talking: Talk) -> None:
    wait_for_code(talking)
    right = talking.say("4071")
    assert send_through(harbor)(right.request)["response"]["outputSpeech"]
    assert len(kept(harbor, CODE)["orders"]) == 1


def test_guesses_sent_at_once_gain_no_tries(harbor: ModuleType, talking: Talk) -> None:
    wait_for_code(talking)
    asked = talking.say("9999").request
    guesses = []
    for number in [*range(1000, 1012), 4071]:
        guess = json.loads(json.dumps(asked))
        guess["request"]["requestId"] = f"guess-{number}"
        guess["request"]["intent"]["slots"]["code"]["value"] = str(number)
        guesses.append(guess)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send_through(harbor), guesses[:-1]))
    assert len(answers) == 12
    assert about(harbor).code_misses == 3
    send_through(harbor)(guesses[-1])
    assert kept(harbor, CODE)["orders"] == []


@pytest.mark.parametrize("reset", ["linked anew", "unlocked", "unlocked, code forgotten"])
def test_a_lock_is_opened_by_linking_anew_or_by_the_shop(
    harbor: ModuleType, talking: Talk, reset: str
) -> None:
    wait_for_code(talking)
    for wrong in ("1111", "2222", "3333"):
        talking.say(wrong)
    if reset == "linked anew":
        linked_anew(harbor, CODE)
    else:
        options = ["--forget-code"] if "forgotten" in reset else []
        done = CliRunner().invoke(main, ["shopper", "unlock", "--user", CODE, *options])
        assert done.exit_code == 0
    assert about(harbor).code_misses == 0
    assert bool(about(harbor).code) is (reset == "unlocked")
    wait_for_code(talking)
    if reset == "unlocked":
        talking.say("4071")
    assert len(kept(harbor, CODE)["orders"]) == 1


def test_a_new_code_is_kept_only_when_said_twice_alike(harbor: ModuleType) -> None:
    talk = Talk(send_through(harbor), user=HOME, shop="Harbor Corner")
    for said in ("set a voice code", "8306", "8307"):
        talk.say(said)
    assert not about(harbor, HOME).code
    for said in ("8306", "eight three zero six"):
        talk.say(said)
    assert about(harbor, HOME).code


def test_the_offer_comes_once_and_again_with_a_repeated_yes(harbor: ModuleType) -> None:
    talk = Talk(send_through(harbor), user="amzn1.ask.account.NEW", shop="Harbor Corner")
    for said in ("add a copper kettle", "check out"):
        talk.say(said)
    placed = talk.say("yes")
    assert send_through(harbor)(placed.request) == placed.response
    assert not placed.ended
    talk.say("no")
    for said in ("add a copper kettle", "check out"):
        talk.say(said)
    assert talk.say("yes").ended


def test_the_code_is_nowhere_to_be_read(harbor: ModuleType, caplog: pytest.LogCaptureFixture) -> None:
    talk = Talk(send_through(harbor), user=HOME, shop="Harbor Corner")
    with caplog.at_level(logging.DEBUG):
        turns = [talk.say(said) for said in ("set a voice code", "8306", "8306", "change my code", "8306")]
    assert not [turn for turn in turns if "8306" in json.dumps(turn.response)]
    assert "8306" not in caplog.text
    assert "8306" not in about(harbor, HOME).code.partition("$")[0]


def test_small_orders_ask_for_no_code(harbor: ModuleType, talking: Talk) -> None:
    for said in ("empty my cart", "yes", "add sourdough bread", "check out", "yes"):
        talking.say(said)
    assert len(kept(harbor, CODE)["orders"]) == 1


def test_a_child_can_neither_order_nor_set_a_code(harbor: ModuleType) -> None:
    talk = Talk(send_through(harbor), user=HOME, shop="Harbor Corner")
    child = partial(talk.say, person="amzn1.ask.person.KIM")
    before = kept(harbor, HOME)["orders"]
    for said in ("add a copper kettle", "check out", "yes", "order it", "set a voice code", "1234", "1234"):
        child(said)
    assert kept(harbor, HOME)["orders"] == before
    assert kept(harbor, HOME)["cart"] == {"eggs": 1, "kettle": 1}
    assert not about(harbor, HOME).code


def test_persons_are_kept_as_hashes(harbor: ModuleType, tmp_path: Path) -> None:
    talk = Talk(send_through(harbor), user=HOME, shop="Harbor Corner")
    talk.say("add sourdough bread", person="amzn1.ask.person.MAYA")
    files = [file.read_bytes() for file in tmp_path.glob("shop.db*")]
    assert files
    assert not any(b"amzn1.ask.person" in file for file in files)


@pytest.mark.parametrize("said_already", [[], ["1 1 1 1"]])
def test_a_code_set_meanwhile_elsewhere_is_asked_for(harbor: ModuleType, said_already: list[str]) -> None:
    one, other = (Talk(send_through(harbor), user=HOME, shop="Harbor Corner") for _ in range(2))
    for said in ("set a voice code", *said_already):
        one.say(said)
    for _ in range(3):
        # Every request has an id of its own.
        other.say("help")
    for said in ("set a voice code", "4 0 7 1", "4 0 7 1"):
        other.say(said)
    code = about(harbor, HOME).code
    assert code
    assert "your four digit code" in one.say("1 1 1 1").speech
    assert about(harbor, HOME).code == code
    for said in (*["help"] * 6, "4 0 7 1", "2 2 2 2", "2 2 2 2"):
        one.say(said)
    assert about(harbor, HOME).code not in ("", code)
