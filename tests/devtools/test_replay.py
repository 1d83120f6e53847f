"""A recording is heard again word for word, and what is heard otherwise is shown and can be accepted."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from skill.alexa.typed import Turned
from skill.app import build
from skill.cli import main
from skill.cli.stages import Stages
from skill.devtools.matchers import matcher_of
from skill.devtools.recording_form import recording
from skill.devtools.replay import MAX_WORDS, Played, broken_rules, differences, play
from skill.server import create_app
from tests.conversations.replay import FOLDER, WORLDS
from tests.devtools.talking import Page

FIRST = FOLDER / "en-US" / "first_order.json"
Change = Callable[[dict[str, Any]], object]


def no_shop() -> Any:
    raise AssertionError("this recording needs no shop of the environment")


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Stages:
    return Stages(tmp_path_factory.mktemp("stages"), own=no_shop)


def heard(stages: Stages, raw: dict[str, Any]) -> Played:
    made = recording(raw, called="test")
    return play(made, at=stages.stage(made, file=FOLDER / "test.json"), matcher=matcher_of(made.locale))


def sayso(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def changed(folder: Path, change: Change, file: Path = FIRST) -> Path:
    raw = json.loads(file.read_text("utf-8"))
    change(raw)
    made = folder / "changed.json"
    made.write_text(json.dumps(raw, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return made


def test_a_recording_that_is_heard_as_before_is_the_same() -> None:
    result = sayso("replay", FIRST)
    assert result.exit_code == 0, result.output
    assert result.output == "1 of 1 are heard as they were recorded.\n"


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        (lambda raw: raw["turns"][1].update(hears="Something else."), "-  Something else."),
        (lambda raw: raw["turns"][1].pop("hears"), "turn 2"),
        (lambda raw: raw["turns"][1].update(intent="Help"), "-  intent: Help"),
        (lambda raw: raw["turns"][1].pop("intent"), "+  intent: "),
        (lambda raw: raw["turns"][1].update(ends=True), "-  the session ends: true"),
        (lambda raw: [turn.pop("ends", None) for turn in raw["turns"]], "-  the session ends: false"),
        (lambda raw: raw["at_the_end"].update(cart={"tea": 1}), '-  cart: {"tea": 1}'),
        (lambda raw: raw["at_the_end"]["orders"][0].update(total=1), "at the end"),
        (lambda raw: raw["at_the_end"].update(requests=1), "-  requests: 1"),
        (lambda raw: raw.pop("at_the_end"), "+  requests: 0"),
    ],
)
def test_what_is_heard_otherwise_is_shown_where_it_is(tmp_path: Path, change: Change, shown: str) -> None:
    result = sayso("replay", changed(tmp_path, change))
    assert result.exit_code == 1
    assert shown in result.output
    assert "0 of 1 are heard" in result.output


def test_what_is_heard_now_is_accepted_into_the_file(tmp_path: Path) -> None:
    def only_what_is_said(raw: dict[str, Any]) -> None:
        done = ("say", "new_session")
        raw["turns"] = [{name: turn[name] for name in done if name in turn} for turn in raw["turns"]]
        del raw["at_the_end"]

    file = changed(tmp_path, only_what_is_said)
    assert sayso("replay", file).exit_code == 1
    assert "say" in json.loads(file.read_text("utf-8"))["turns"][0]
    assert sayso("replay", file, "--accept").exit_code == 0
    assert file.read_text("utf-8") == FIRST.read_text("utf-8")
    assert sayso("replay", file).exit_code == 0


def test_what_is_the_same_is_not_written_anew(tmp_path: Path) -> None:
    file = tmp_path / "first.json"
    file.write_bytes(FIRST.read_bytes().replace(b"\n", b"\r\n"))
    assert sayso("replay", file, "--accept").exit_code == 0
    assert b"\r\n" in file.read_bytes()


def test_differences_as_json_name_turn_and_both_sides(tmp_path: Path) -> None:
    file = changed(tmp_path, lambda raw: raw["turns"][1].update(hears="Something else."))
    told = json.loads(sayso("replay", "--json", file).stdout)
    now = json.loads(FIRST.read_text("utf-8"))["turns"][1]["hears"]
    assert told == {
        "file": str(file),
        "same": False,
        "accepted": False,
        "differences": [{"turn": 2, "what": "hears", "recorded": "Something else.", "now": now}],
        "broken": [],
    }


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda raw: raw.pop("wants"), "wants: is missing"),
        (lambda raw: raw["turns"].clear(), "turns: "),
        (lambda raw: raw["turns"][0].pop("say"), "turns.0: a turn has one of"),
        (lambda raw: raw["turns"][0].update(touch=["touch", "yes"]), "turns.0: a turn has one of"),
        (lambda raw: raw["turns"][0].update(speech="?"), "turns.0.speech"),
        (lambda raw: raw.update(world="nowhere.json"), "the world 'nowhere.json'"),
        (lambda raw: raw.update(world="../../etc/passwd"), "world: "),
        (lambda raw: raw.update(world="cards.json", shop="Other"), "two shops"),
        (lambda raw: raw.update(shop="Another Shop"), "is of Another Shop"),
        (lambda raw: raw.update(locale="fr-FR"), "does not speak"),
        (lambda raw: raw.update(shopper={"cart": [{"sku": "no-such"}]}), "'no-such' is no product"),
    ],
)
def test_what_cannot_be_played_is_told_with_file_and_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Change, said: str
) -> None:
    monkeypatch.setenv("SAYSO_STORE", f"sqlite:{tmp_path / 'shop.db'}")
    monkeypatch.delenv("SAYSO_CATALOGUES", raising=False)
    file = changed(tmp_path, change)
    result = sayso("replay", file, FIRST)
    assert result.exit_code == 2
    assert str(file) in result.output
    assert said in result.output
    assert "1 of 2 are heard" in result.output


def test_all_recordings_of_a_folder_are_heard_and_its_worlds_are_none(tmp_path: Path) -> None:
    (tmp_path / "worlds").mkdir()
    (tmp_path / "worlds" / "arrived.json").write_bytes((WORLDS / "arrived.json").read_bytes())
    (tmp_path / "en-US").mkdir()
    for name in ("alerts", "first_order"):
        (tmp_path / "en-US" / f"{name}.json").write_bytes((FOLDER / "en-US" / f"{name}.json").read_bytes())
    assert "2 of 2 are heard" in sayso("replay", tmp_path).output


def turned(speech: str, *, reprompt: str | None, ended: bool) -> Turned:
    return Turned(
        text="",
        intent="Help",
        slots={},
        speech=speech,
        reprompt=reprompt,
        ended=ended,
        request={},
        response={},
    )


@pytest.mark.parametrize(
    ("speech", "reprompt", "ended", "rules"),
    [
        ("Anything else?", "Anything else?", False, 0),
        ("Goodbye.", None, True, 0),
        ("Goodbye?", None, True, 1),
        ("Added.", "Anything else?", False, 1),
        ("Anything else?", None, False, 1),
        ("Goodbye.", "Anything else?", True, 1),
        ("word " * MAX_WORDS + "else?", "Else?", False, 1),
        ("هل تريد شيئًا آخر؟", "شيئًا؟", False, 0),
    ],
)
def test_an_answer_that_breaks_a_rule_is_told(
    speech: str, reprompt: str | None, ended: bool, rules: int
) -> None:
    assert len(broken_rules(turned(speech, reprompt=reprompt, ended=ended))) == rules


def test_who_says_nothing_hears_the_reprompt_and_then_the_session_ends(stages: Stages) -> None:
    turns = [{"say": "find oat milk"}, {"silence": True}, {"silence": True}, {"say": "the second one"}]
    first, again, over, after = heard(stages, {"wants": "x", "locale": "en-US", "turns": turns}).turns
    assert again.speech == first.reprompt
    assert not again.ended
    assert (over.speech, over.ended, over.request["request"]["reason"]) == (
        "",
        True,
        "EXCEEDED_MAX_REPROMPTS",
    )
    assert after.request["session"]["new"] is True


def test_a_screen_is_answered_by_touch_after_a_reprompt(stages: Stages) -> None:
    turns = [
        {"say": "add four goat milks"},
        {"say": "check out"},
        {"silence": True},
        {"touch": ["touch", "yes"]},
    ]
    played = heard(stages, {"wants": "x", "locale": "en-US", "screen": True, "turns": turns})
    assert played.end["orders"][0]["lines"] == {"milk-goat-nannybrook-qt": 4}


def test_what_was_meant_decides_where_words_stand_beside_it(stages: Stages) -> None:
    meant = {
        "intent": "AddToCart",
        "slots": {"product": {"text": "it", "ids": ["lemons-each"]}, "quantity": "2"},
    }
    turns = [{"say": "stop", "meant": meant}]
    played = heard(stages, {"wants": "x", "locale": "en-US", "turns": turns})
    assert played.end["cart"] == {"lemons-each": 2}
    assert played.turns[0].intent == "AddToCart"


def test_the_clock_jumps_between_two_turns(stages: Stages) -> None:
    week = 7 * 24 * 3600
    turns = [{"say": "are you open"}, {"say": "are you open", "new_session": True, "ahead": week}]
    first, then = heard(stages, {"wants": "x", "locale": "en-US", "turns": turns}).turns
    assert first.request["request"]["timestamp"] == "2026-11-21T15:00:00Z"
    assert then.request["request"]["timestamp"] == "2026-11-28T15:00:00Z"


def test_a_request_that_comes_twice_counts_once(stages: Stages) -> None:
    turns = [{"say": "add goat milk", "twice": True}]
    played = heard(stages, {"wants": "x", "locale": "en-US", "turns": turns})
    assert played.end["cart"] == {"milk-goat-nannybrook-qt": 1}
    assert played.broken == ()


def test_what_a_turn_did_stays_when_its_answer_is_lost(stages: Stages) -> None:
    turns = [{"say": "add goat milk", "lost": True}, {"say": "what's in my cart"}]
    played = heard(stages, {"wants": "x", "locale": "en-US", "turns": turns})
    assert (played.turns[0].speech, played.turns[0].ended) == ("", True)
    assert "goat milk" in played.turns[1].speech
    assert played.turns[1].request["session"]["new"] is True


def test_a_shopper_begins_with_what_was_kept_of_them(stages: Stages) -> None:
    kept = {
        "members": {"amzn1.ask.person.1": {"name": "Kim", "child": True}},
        "cart": [{"sku": "lemons-each", "quantity": 3}],
        "orders": [
            {"number": "31415", "placed_at": "2026-11-20T10:00:00Z", "lines": [{"sku": "gone", "price": 100}]}
        ],
    }
    turns = [{"say": "!launch", "person": "amzn1.ask.person.1"}, {"say": "where's order 31415"}]
    raw = {"wants": "x", "locale": "en-US", "shopper": kept, "turns": turns}
    launch, order = heard(stages, raw).turns
    assert launch.speech.startswith("Hi Kim.")
    assert "31415" in order.speech
    assert heard(stages, raw).end["cart"] == {"lemons-each": 3}


def test_a_merchants_own_shop_is_played_with_its_stock_and_stays_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAYSO_STORE", f"sqlite:{tmp_path / 'shop.db'}")
    monkeypatch.delenv("SAYSO_CATALOGUES", raising=False)
    assert sayso("scenario", "load", WORLDS / "arrived.json").exit_code == 0
    file = tmp_path / "own.json"
    turns = [{"say": "add oat milk"}, {"say": "no"}]
    file.write_text(json.dumps({"wants": "x", "locale": "en-US", "shop": "Harbor Corner", "turns": turns}))
    assert sayso("replay", file, "--accept").exit_code == 0
    assert "Sorry, the shop is out of Brindle oat milk" in file.read_text("utf-8")
    assert json.loads(sayso("state", "--user", "amzn1.ask.account.TEST", "--json").stdout)["cart"] == {}


WISHES = (
    *("find oat milk", "add four goat milks", "the second one", "make it two", "check out", "yes", "no"),
    *("where's my order", "what's in my cart", "cancel my order", "talk to a person", "add lemons"),
    *(
        "order the same again",
        "the first one",
        "open saffron wagon",
        "that's all",
        "save it for later",
        "show me what i saved for later",
    ),
)
SAID = st.lists(st.sampled_from(WISHES), min_size=1, max_size=8)


@pytest.fixture(scope="module")
def made_pages(stages: Stages) -> Callable[[], FlaskClient]:
    """Pages of sample shops, each in a store of its own."""
    sample = recording({"wants": "x", "locale": "en-US", "turns": [{"say": "hello"}]}, called="sample")

    def made() -> FlaskClient:
        return create_app(build(stages.copy(sample, file=FOLDER / "test.json")), verify=None).test_client()

    return made


@settings(max_examples=10)
@given(before=SAID, said=SAID, screen=st.booleans(), hangs_up=st.booleans())
def test_a_conversation_just_recorded_is_heard_again_without_a_difference(
    stages: Stages,
    made_pages: Callable[[], FlaskClient],
    before: list[str],
    said: list[str],
    screen: bool,
    hangs_up: bool,
) -> None:
    """Whatever the shopper did before, and however many orders the shop has."""
    web = made_pages()
    past = Page(web)
    for text in before:
        past.say(text)
    page = Page(web, screen=screen)
    for place, text in enumerate(said):
        if hangs_up and place == 3:
            page.hang_up()
        page.say(text)
    made = page.recorded().get_json()
    assert differences(recording(made, called="test"), heard(stages, made)) == []


@settings(max_examples=10)
@given(
    others=st.integers(0, 2),
    said=st.lists(st.sampled_from((*WISHES, "undo that", "stop", "what can I say")), min_size=1, max_size=12),
    screen=st.booleans(),
)
def test_whoever_was_never_here_can_do_anything_and_is_heard_again(
    stages: Stages, made_pages: Callable[[], FlaskClient], others: int, said: list[str], screen: bool
) -> None:
    web = made_pages()
    for count in range(others):
        other = Page(web, user=f"amzn1.ask.account.OTHER{count}")
        for text in ("add four goat milks", "check out", "yes"):
            other.say(text)
    page = Page(web, screen=screen)
    for text in said:
        page.say(text)
    made = page.recorded().get_json()
    assert "shopper" not in made
    assert differences(recording(made, called="test"), heard(stages, made)) == []
