"""The self-hosted endpoint as Amazon calls it: signed requests get an answer, everything else a 400."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from skill.server import create_app, verifier
from tests.alexa import pki
from tests.talk import NOW, ROOT, furnish, kept, lambda_door

SKILL = "amzn1.ask.skill.11111111-1111-4111-8111-111111111111"
ADDRESS = "https://s3.amazonaws.com/echo.api/echo-api-cert-12.pem"
AUTHORITY = pki.authority("Test Root")
AMAZON = pki.signer(pki.authority("Test Intermediate", signed_by=AUTHORITY), AUTHORITY)


@pytest.fixture
def client(tmp_path: Path, catalogues: Path, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """The endpoint with verification on, trusting a throw-away authority."""
    monkeypatch.setenv("SAYSO_CATALOGUES", str(catalogues))
    monkeypatch.setenv("SAYSO_SKILL_ID", SKILL)
    door = lambda_door(f"sqlite:{tmp_path / 'shop.db'}", monkeypatch=monkeypatch)
    furnish(door)
    assert AUTHORITY.certificate is not None
    check = verifier(door.shops, fetch=lambda _: AMAZON.chain, roots=[AUTHORITY.certificate])
    opened = create_app(door.app, verify=check).test_client()
    opened.door = door  # type: ignore[attr-defined]
    return opened


def envelope(*, skill: str = SKILL) -> bytes:
    """Somebody adds goat milk, this second."""
    raw = json.loads((ROOT / "tests" / "requests" / "add_with_a_number.json").read_text("utf-8"))["request"]
    raw["request"]["timestamp"] = NOW.strftime("%Y-%m-%dT%H:%M:%SZ")
    for place in (raw["session"], raw["context"]["System"]):
        place["application"]["applicationId"] = skill
    return json.dumps(raw).encode()


def post(client: FlaskClient, body: bytes, *, signed: bytes | None = None, address: str = ADDRESS) -> Any:
    headers = {
        "Content-Type": "application/json;charset=UTF-8",
        "SignatureCertChainUrl": address,
        "Signature-256": AMAZON.sign(body if signed is None else signed),
    }
    return client.post("/alexa", data=body, headers=headers)


def test_a_signed_request_is_answered(client: FlaskClient) -> None:
    answer = post(client, envelope())
    assert answer.status_code == 200
    assert "goat milk" in answer.get_json()["response"]["outputSpeech"]["ssml"]
    assert kept(client.door)["cart"] == {"milk-goat-nannybrook-qt": 2}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("reason", "body", "options"),
    [
        ("signature", envelope(), {"signed": b"something else"}),
        ("application", envelope(skill="amzn1.ask.skill.99999999-9999-4999-8999-999999999999"), {}),
        ("chain_url", envelope(), {"address": "https://s3.example.com/echo.api/echo-api-cert-12.pem"}),
    ],
)
def test_anything_else_is_refused_and_writes_nothing(
    client: FlaskClient, reason: str, body: bytes, options: dict[str, Any]
) -> None:
    answer = post(client, body, **options)
    assert answer.status_code == 400
    assert reason in answer.get_json()["error"]
    assert kept(client.door)["cart"] == {}  # type: ignore[attr-defined]


def test_an_unsigned_request_is_refused(client: FlaskClient) -> None:
    answer = client.post("/alexa", data=envelope(), content_type="application/json")
    assert answer.status_code == 400
    assert "header" in answer.get_json()["error"]


def test_a_request_sent_again_is_refused(client: FlaskClient) -> None:
    body = envelope()
    assert post(client, body).status_code == 200
    again = post(client, body)
    assert again.status_code == 400
    assert "replay" in again.get_json()["error"]
    assert kept(client.door)["cart"] == {"milk-goat-nannybrook-qt": 2}  # type: ignore[attr-defined]


def test_an_event_that_could_not_be_carried_out_may_be_sent_again(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = json.loads(envelope())
    raw["request"] = {**raw["request"], "type": "AlexaSkillEvent.SkillDisabled"}
    body = json.dumps(raw).encode()
    app = client.door.app  # type: ignore[attr-defined]

    def away(*_: object, **__: object) -> None:
        raise OSError("the store is away")

    with monkeypatch.context() as broken:
        broken.setattr(type(app), "happened", away)
        assert post(client, body).status_code == 500
    assert post(client, body).status_code == 200
    assert post(client, body).status_code == 400


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "BREW"])
def test_every_other_method_is_refused_alike(client: FlaskClient, method: str) -> None:
    answer = client.open("/alexa", method=method, data=envelope(), content_type="application/json")
    assert answer.status_code == 400
