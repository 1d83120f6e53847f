"""What a device said and heard is taken down without anybody in it, and becomes recordings."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner, Result

from skill.alexa.handler import ask
from skill.app import shopper_key
from skill.cli import main
from skill.commerce.contact import Address, Contact
from skill.commerce.merchant import Member, Shopper
from skill.developing import taken_down
from skill.devtools.recording_import import recordings
from skill.devtools.recording_log import Taking
from skill.errors import BadInput
from skill.server import create_app
from skill.settings import from_environment
from tests.talk import Talk, furnish, lambda_door, send_through

USER = "amzn1.ask.account.REAL"
PERSON = "amzn1.ask.person.KIMBERLY"
NAMES = ("Kimberly", "van Dyke", "kim@home.example", "12 Elm Street", "Springfield", "62704")
Door = Callable[[], ModuleType]


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "logs" / "turns.jsonl"
    monkeypatch.setenv("SAYSO_RECORD", str(file))
    return file


@pytest.fixture
def door(tmp_path: Path, log: Path, catalogues: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setenv("SAYSO_CATALOGUES", str(catalogues))
    opened = lambda_door(f"sqlite:{tmp_path / 'shop.db'}", monkeypatch=monkeypatch)
    furnish(opened)
    # As the web server does it; what travels to Lambda takes nothing down.
    taking = taken_down(partial(ask, opened.skill), main=opened.app, shop_of=lambda _: opened.app)
    monkeypatch.setattr(opened, "ask", lambda _, event: taking(event))
    return opened


def key(door: ModuleType, id: str) -> str:
    return shopper_key(id, secret=door.app.settings.shopper_secret)


def move_in(door: ModuleType) -> None:
    """A household with a name, an address and a mailbox."""
    contact = Contact(
        name="Kimberly van Dyke",
        email="kim@home.example",
        address=Address(lines=("12 Elm Street",), city="Springfield", code="62704", country="US"),
        source="account",
        at=door.app.clock(),
    )
    about = Shopper(linked=True, members={key(door, PERSON): Member(name="Kimberly")}, contact=contact)
    door.app.store.put_shopper(key(door, USER), about=about)


def sayso(*arguments: str | Path, input: str | None = None) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=input)


def test_nothing_is_taken_down_unless_it_is_asked_for(
    tmp_path: Path, catalogues: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAYSO_CATALOGUES", str(catalogues))
    opened = lambda_door(f"sqlite:{tmp_path / 'shop.db'}", monkeypatch=monkeypatch)
    furnish(opened)
    before = set(tmp_path.iterdir())
    Talk(send_through(opened)).say("add goat milk")
    assert set(tmp_path.iterdir()) - before <= {tmp_path / "shop.db-wal", tmp_path / "shop.db-shm"}


def test_a_conversation_with_a_device_is_taken_down_imported_and_heard_again(
    door: ModuleType, log: Path, tmp_path: Path
) -> None:
    move_in(door)
    talk = Talk(send_through(door), user=USER)
    for text in ("add four goat milks", "check out", "yes"):
        talk.say(text)
    talk.new_session()
    log.write_text("")
    said = [*("!launch", "where's my order", "add four goat milks", "check out", "add lemons")]
    said += ["the first one", "talk to a person", "check out", "yes"]
    heard = [talk.say(text, person=PERSON).speech for text in said]
    assert "Kimberly" in heard[0]
    assert len(log.read_text("utf-8").splitlines()) == len(said)

    result = sayso("record", "import", log, tmp_path / "out")
    assert result.exit_code == 0, result.output
    (file,) = (tmp_path / "out").iterdir()
    assert file.name == "en-US-2026-11-21-1.json"
    made = json.loads(file.read_text("utf-8"))
    assert [turn["intent"] for turn in made["turns"]][:3] == ["LaunchRequest", "OrderStatus", "AddToCart"]
    assert "12 Elm Street" in heard[3]
    assert made["turns"][3]["hears"] == heard[3].replace("12 Elm Street", "1 Test Street")
    assert made["turns"][0]["hears"] == heard[0].replace("Kimberly", "Alex")
    assert made["shopper"]["members"] == {"amzn1.ask.person.1": {"name": "Alex", "child": False}}
    result = sayso("replay", file)
    assert result.exit_code == 0, result.output


def test_no_id_name_address_or_number_of_an_order_stands_in_the_log(door: ModuleType, log: Path) -> None:
    move_in(door)
    talk = Talk(send_through(door), user=USER)
    heard = ""
    for text in ("!launch", "add four goat milks", "check out", "yes"):
        heard += talk.say(text, person=PERSON).speech
    assert "12 Elm Street" in heard
    for text in ("where's my order", "kimberly wants tea"):
        talk.say(text, person=PERSON)
    written = log.read_text("utf-8")
    keys = (key(door, USER), key(door, PERSON))
    for secret in (*NAMES, USER, PERSON, *keys, "request-3", "amzn1.ask.device", "amzn1.ask.skill"):
        assert secret.casefold() not in written.casefold()
    assert "1 Test Street" in written


def test_only_its_owner_may_read_the_log(door: ModuleType, log: Path) -> None:
    assert log.stat().st_mode & 0o777 == 0o600


def test_the_web_server_takes_down_what_devices_send(door: ModuleType, log: Path) -> None:
    web = create_app(door.app, verify=None).test_client()
    launch = {
        "type": "LaunchRequest",
        "requestId": "r",
        "timestamp": "2026-11-21T15:00:00Z",
        "locale": "de-DE",
    }
    user = {"user": {"userId": USER}}
    envelope = {
        "session": {"new": True, "sessionId": "s", **user},
        "context": {"System": user},
        "request": launch,
    }
    assert web.post("/alexa", json=envelope).status_code == 200
    (line,) = map(json.loads, log.read_text("utf-8").splitlines())
    assert line["request"]["request"]["locale"] == "de-DE"
    # The page records for itself.
    web.post("/simulator/say", json={"text": "hello"})
    assert len(log.read_text("utf-8").splitlines()) == 1


def test_a_turn_that_cannot_be_taken_down_is_answered_all_the_same(
    door: ModuleType, log: Path, caplog: pytest.LogCaptureFixture
) -> None:
    talk = Talk(send_through(door), user=USER)
    talk.say("!launch")
    log.unlink()
    log.mkdir()
    assert talk.say("add goat milk").speech.startswith("Added")
    assert "a turn was not taken down" in caplog.text


def test_a_file_that_cannot_be_written_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="cannot be written"):
        Taking(lambda _: {}, file=tmp_path / "file" / "turns.jsonl", kept=lambda _: None)


def test_on_lambda_nothing_may_be_taken_down(tmp_path: Path) -> None:
    environ = {"SAYSO_RECORD": str(tmp_path / "turns.jsonl"), "AWS_LAMBDA_FUNCTION_NAME": "sayso"}
    with pytest.raises(BadInput, match=r"SAYSO_RECORD.*unset it"):
        from_environment(environ)


def test_what_is_no_turn_is_not_taken_down(door: ModuleType, log: Path) -> None:
    event = {
        "context": {"System": {"user": {"userId": USER}}},
        "request": {
            "type": "AlexaSkillEvent.SkillDisabled",
            "requestId": "r",
            "timestamp": "2026-11-21T15:00:00Z",
        },
    }
    send_through(door)(event)
    assert log.read_text("utf-8") == ""


# What the developer console and the command-line tools show.


def envelope(
    intent: str, *, session: str = "amzn1.echo-api.session.1", new: bool = False, **slots: str
) -> Any:
    user = {"userId": "amzn1.ask.account.REAL", "accessToken": "TOKEN"}
    return {
        "version": "1.0",
        "session": {"new": new, "sessionId": session, "user": user, "attributes": {"request": {"type": "x"}}},
        "context": {"System": {"user": user, "device": {"deviceId": "amzn1.ask.device.REAL"}}},
        "request": {
            "type": "IntentRequest",
            "requestId": "amzn1.echo-api.request.REAL",
            "timestamp": "2026-11-21T15:00:00Z",
            "locale": "en-US",
            "intent": {
                "name": intent,
                "slots": {name: {"name": name, "value": value} for name, value in slots.items()},
            },
        },
    }


def response(text: str, *, ends: bool = False) -> dict[str, Any]:
    speech = {"type": "SSML", "ssml": f"<speak>{text}</speak>"}
    return {"version": "1.0", "response": {"outputSpeech": speech, "shouldEndSession": ends}}


ADD, ADDED = envelope("AddToCart", new=True, product="goat milk"), response("Added. Anything else?")
DEBUGGED = {
    "header": {"namespace": "SkillDebugger", "name": "CaptureDebuggingInfo", "messageId": "6e2d"},
    "payload": {
        "skillId": "amzn1.ask.skill.REAL",
        "timestamp": "2026-11-21T15:00:00.105Z",
        "type": "SkillExecutionInfo",
        "content": {
            "invocationRequest": {"endpoint": "arn:aws:lambda:us-east-1:REAL", "body": ADD},
            "invocationResponse": {"body": ADDED},
            "metrics": {"skillExecutionTimeInMilliseconds": 120},
        },
    },
}
SIMULATED = {
    "id": "4a7b",
    "status": "SUCCESSFUL",
    "result": {
        "skillExecutionInfo": {
            "invocations": [
                {
                    "invocationRequest": {"endpoint": "https://x.example", "body": ADD},
                    "invocationResponse": {"body": ADDED},
                }
            ]
        }
    },
}


@pytest.mark.parametrize(
    "log",
    [
        json.dumps(ADD) + "\n" + json.dumps(ADDED),
        json.dumps(ADD, indent=2) + "\n\nJSON Output 1\n" + json.dumps({"body": ADDED}, indent=2),
        "[15:00:00:105] - Directive: SkillDebugger.CaptureDebuggingInfo\n" + json.dumps(DEBUGGED, indent=4),
        json.dumps([DEBUGGED]),
        json.dumps(SIMULATED, indent=2),
    ],
    ids=["lines", "panes", "device log", "list", "simulation"],
)
def test_what_amazons_tools_show_becomes_a_recording(log: str) -> None:
    made, rows = recordings(log, sample="Saffron Wagon")
    assert rows == []
    (found,) = made
    assert found["turns"] == [
        {
            "meant": {"intent": "AddToCart", "slots": {"product": "goat milk"}},
            "intent": "AddToCart",
            "hears": "Added. Anything else?",
        }
    ]
    assert found["now"] == "2026-11-21T15:00:00+00:00"
    assert "REAL" not in json.dumps(found)
    assert "TOKEN" not in json.dumps(found)


def test_each_session_of_a_log_becomes_a_recording_of_its_own(tmp_path: Path) -> None:
    turns = [
        *(ADD, ADDED, envelope("ReviewCart"), response("Your cart holds one item. Anything else?")),
        *(
            envelope("ReviewCart", session="amzn1.echo-api.session.2", new=True),
            response("It is empty.", ends=True),
        ),
    ]
    log = tmp_path / "console.txt"
    log.write_text("\n".join(map(json.dumps, turns)), "utf-8")
    result = sayso("record", "import", log, tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert [len(json.loads(file.read_text())["turns"]) for file in sorted((tmp_path / "out").iterdir())] == [
        2,
        1,
    ]
    again = sayso("record", "import", log, tmp_path / "out")
    assert "en-US-2026-11-21-4.json" in again.output
    assert len(list((tmp_path / "out").iterdir())) == 4


def test_what_cannot_be_used_is_told_line_by_line_and_the_rest_is_imported(tmp_path: Path) -> None:
    other = {**ADD, "request": {**ADD["request"], "type": "Connections.Response"}}
    nobody = {**ADD, "session": {"new": True}}
    lines = [
        json.dumps(ADDED),
        '{"broken": ',
        json.dumps(ADD),
        json.dumps(ADDED),
        json.dumps(other),
        json.dumps(ADDED),
        json.dumps(nobody),
        json.dumps(ADDED),
        json.dumps(ADD),
    ]
    made, rows = recordings("\n".join(lines), sample="")
    assert len(made) == 1
    assert [(row.line, row.what.split(":")[0]) for row in rows] == [
        (1, "no request stands before this response"),
        (2, "is not JSON"),
        (5, "Connections.Response is nothing that a recording holds"),
        (7, "session.sessionId is missing"),
        (9, "no response follows this request"),
    ]
    log = tmp_path / "log"
    log.write_text("\n".join(lines), "utf-8")
    result = sayso("record", "import", log, tmp_path / "out")
    assert result.exit_code == 0
    assert "is not JSON" in result.stderr


@pytest.mark.parametrize(
    "log", ["", "hello", "{", "[1, 2]", '{"request": 3}', '{"response": {}, "request": {}}']
)
def test_a_log_without_a_turn_makes_nothing(log: str, tmp_path: Path) -> None:
    result = sayso("record", "import", "-", tmp_path / "out", input=log)
    assert result.exit_code == 2
    assert "holds no turn" in result.stderr
    assert not (tmp_path / "out").exists()
