"""The Flask door: what it refuses, what it tells, and that it never opens unsigned to the world."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from flask.testing import FlaskClient

from skill.alexa.request import MalformedRequest
from skill.commerce.url import is_loopback
from skill.errors import BadInput
from skill.server import MAX_BODY, create_app, serve

LAUNCH = json.loads((Path(__file__).parent / "requests" / "launch.json").read_text("utf-8"))["request"]


@pytest.fixture
def client(door: ModuleType) -> FlaskClient:
    return create_app(door.app, verify=None).test_client()


@pytest.mark.parametrize(
    ("body", "mimetype"),
    [
        (b"", "application/json"),
        (b"not json", "application/json"),
        (b"[]", "application/json"),
        (b"null", "application/json"),
        (b'{"request": 3}', "application/json"),
        (b'{"request": {"type": 7}}', "application/json"),
        (b"\xff\xfe\x00", "application/json"),
        (b"[" * 20_000, "application/json"),
        (b'{"request": {"type": "LaunchRequest"}}', "text/plain"),
        (b" " * (MAX_BODY + 1), "application/json"),
    ],
)
def test_what_is_no_alexa_request_is_refused_with_a_reason(
    client: FlaskClient, body: bytes, mimetype: str
) -> None:
    answer = client.post("/alexa", data=body, content_type=mimetype)
    assert answer.status_code == 400
    assert answer.get_json()["error"]


def test_a_request_that_cannot_be_verified_is_refused_before_anything_is_read(door: ModuleType) -> None:
    seen: list[bytes] = []

    def refuse(body: bytes, headers: Any, now: datetime) -> None:
        seen.append(body)
        raise MalformedRequest("not verified: signature")

    web = create_app(door.app, verify=refuse).test_client()
    answer = web.post("/alexa", json=LAUNCH)
    assert answer.status_code == 400
    assert json.loads(seen[0]) == LAUNCH
    assert web.get("/").status_code == 404
    assert web.post("/simulator/say", json={"text": "hello"}).status_code == 404


def test_health_names_the_shop_and_says_when_there_is_none(
    client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/health").get_json()["shop"] == "Saffron Wagon"
    from tests.talk import lambda_door

    empty = lambda_door(f"sqlite:{tmp_path / 'empty.db'}", monkeypatch=monkeypatch)
    answer = create_app(empty.app, verify=None).test_client().get("/health")
    assert answer.status_code == 503


def test_a_fault_is_spoken_and_the_open_question_survives(
    door: ModuleType, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    attributes = {"v": 1, "question": {"intent": "EmptyCart", "awaiting": "confirmed"}}
    session = {**LAUNCH["session"], "new": False, "attributes": attributes}
    request = {**LAUNCH["request"], "type": "IntentRequest", "intent": {"name": "FindProduct"}}
    monkeypatch.setattr(door.app.store, "visit", lambda shopper: 1 / 0)
    web = create_app(door.app, verify=None).test_client()
    answer = web.post("/alexa", json={**LAUNCH, "session": session, "request": request}).get_json()
    assert answer["sessionAttributes"] == attributes
    assert answer["response"]["shouldEndSession"] is False
    assert "Sorry" in answer["response"]["outputSpeech"]["ssml"]
    [record] = caplog.records
    assert record.message.startswith("turn failed: ZeroDivisionError at tests/test_server.py:")


@pytest.mark.parametrize(
    "asked",
    [{}, {"text": ""}, {"text": 3}, {"text": "hi", "session": {"x": 1}}, {"text": "hi", "session": 5}],
)
def test_the_page_is_told_what_it_sent_wrong(client: FlaskClient, asked: dict[str, Any]) -> None:
    answer = client.post("/simulator/say", json=asked)
    assert answer.status_code == 400
    assert answer.get_json()["error"]


def test_a_conversation_through_the_page_keeps_its_session(client: FlaskClient) -> None:
    first = client.post("/simulator/say", json={"text": "add goat milk"}).get_json()
    second = client.post(
        "/simulator/say", json={"text": "make it two", "session": first["session"]}
    ).get_json()
    assert second["heard"]["intent"] == "ChangeQuantity"
    assert second["state"]["cart"] == {"milk-goat-nannybrook-qt": 2}


def test_a_page_of_another_host_cannot_reach_the_shop(client: FlaskClient) -> None:
    assert client.get("/", headers={"Host": "shop.example:8080"}).status_code == 400
    assert client.get("/", headers={"Host": "localhost:8080"}).status_code == 200


@pytest.mark.parametrize(
    ("host", "is_ours"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("192.168.1.4", False),
        ("::", False),
        ("shop.example", False),
        ("127.0.0.1.shop.example", False),
    ],
)
def test_loopback_is_this_machine_only(host: str, is_ours: bool) -> None:
    assert is_loopback(host) is is_ours


@pytest.mark.parametrize(
    ("host", "unsigned", "remedy"),
    [
        ("0.0.0.0", True, "--unsigned"),
        ("192.168.1.4", True, "--unsigned"),
        ("127.0.0.1", False, "SAYSO_SKILL_ID"),
    ],
)
def test_it_refuses_to_start_open_to_the_world_or_blind(
    door: ModuleType, host: str, unsigned: bool, remedy: str
) -> None:
    with pytest.raises(BadInput, match=remedy):
        serve(door.shops, host=host, port=0, unsigned=unsigned, ready=lambda address: None)


def test_sayso_serve_opens_a_shop_from_nothing(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "SAYSO_STORE": f"sqlite:{tmp_path / 'shop.db'}", "PORT": str(port)}
    server = subprocess.Popen(
        [sys.executable, "-m", "skill", "serve", "--unsigned"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        first = server.stdout.readline()
        assert f"http://127.0.0.1:{port}" in first
        assert "Try saying" in server.stdout.readline()
        body = json.dumps(LAUNCH).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/alexa", body, {"Content-Type": "application/json"}
        )
        for _ in range(50):
            try:
                with urllib.request.urlopen(request, timeout=5) as answer:
                    assert "Saffron Wagon" in answer.read().decode()
                break
            except ConnectionError:
                time.sleep(0.1)
    finally:
        server.terminate()
        server.wait(timeout=10)
        if server.stdout:
            server.stdout.close()
