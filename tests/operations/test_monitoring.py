"""What those who run the shop ask its web server: does it live, can it answer, what did it count."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from skill.alexa.request import MalformedRequest
from skill.app import build
from skill.operations.exposition import Exposition
from skill.operations.round import RoundRecord
from skill.server import METRICS_TOKEN, create_app
from skill.settings import Settings
from tests.operations.served import LAUNCH, Served, post, served, wait_until_ready
from tests.programs import free_port
from tests.talk import ROOT, furnish, lambda_door, publish_sample


def opened(door: ModuleType, **how: Any) -> FlaskClient:
    return create_app(door.app, verify=how.pop("verify", None), **how).test_client()


def counts(text: str) -> dict[str, float]:
    """What Prometheus reads, all shops and intents together."""
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found[sample.name] = found.get(sample.name, 0.0) + sample.value
    return found


def test_a_process_lives_whatever_its_store_does(door: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door.app.store, "visit", lambda _: 1 / 0)
    assert opened(door).get("/health/live").status_code == 200


def test_it_is_ready_while_store_and_catalogue_can_be_read(door: ModuleType) -> None:
    answer = opened(door).get("/health/ready")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok"})


def test_it_is_not_ready_without_a_catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = lambda_door(f"sqlite:{tmp_path / 'empty.db'}", monkeypatch=monkeypatch)
    answer = opened(empty).get("/health/ready")
    assert (answer.status_code, answer.get_json()) == (503, {"status": "no catalogue linked"})


def test_it_is_not_ready_when_the_catalogues_files_are_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAYSO_CATALOGUES", str(tmp_path / "catalogues"))
    door = lambda_door(f"sqlite:{tmp_path / 'shop.db'}", monkeypatch=monkeypatch)
    furnish(door)
    shutil.rmtree(tmp_path / "catalogues")
    assert opened(door).get("/health/ready").status_code == 503


def test_it_is_not_ready_when_the_store_fails_and_nothing_of_it_is_told(
    door: ModuleType, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(_: str) -> None:
        raise OSError(5, "at 10.0.0.7, password hunter2")

    monkeypatch.setattr(door.app.store, "visit", away)
    answer = opened(door).get("/health/ready")
    assert (answer.status_code, answer.get_json()) == (503, {"status": "the store cannot be read"})
    assert "not ready: OSError 5 at " in caplog.text
    assert "hunter2" not in caplog.text


def test_it_is_not_ready_once_it_was_told_to_stop(door: ModuleType) -> None:
    client = opened(door, stopping=lambda: True)
    assert client.get("/health/ready").get_json() == {"status": "stopping"}
    assert client.get("/health/ready").status_code == 503
    assert client.get("/health/live").status_code == 200


def test_prometheus_reads_what_turns_were_and_cost(door: ModuleType) -> None:
    client = opened(door)
    for _ in range(3):
        assert client.post("/alexa", json=LAUNCH).status_code == 200
    assert client.post("/alexa", data=b"[", content_type="application/json").status_code == 400
    assert client.post("/alexa", data=b"{}", content_type="text/plain").status_code == 400
    found = counts(client.get("/metrics").text)
    assert found["sayso_turns_total"] == 3
    assert found["sayso_refused_total"] == 2
    assert found["sayso_cold_starts_total"] == 1
    assert found["sayso_latency_seconds_count"] == 3
    assert found["sayso_round_trips_total"] >= 3


def test_an_envelope_that_is_none_is_refused_once_and_no_fault(door: ModuleType) -> None:
    client = opened(door)
    assert client.post("/alexa", json={"request": {"type": 7}}).status_code == 400
    assert client.post("/alexa", json=[]).status_code == 400
    found = counts(client.get("/metrics").text)
    assert found["sayso_refused_total"] == 2
    assert "sayso_turns_total" not in found
    assert "sayso_faults_total" not in found


def test_faults_are_counted_by_intent(door: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    client = opened(door)
    monkeypatch.setattr(door.app.store, "visit", lambda _: 1 / 0)
    client.post("/alexa", json=LAUNCH)
    found = counts(client.get("/metrics").text)
    assert (found["sayso_turns_total"], found["sayso_faults_total"]) == (1, 1)


def test_rounds_are_counted_and_what_is_left_is_told_as_it_stands() -> None:
    counted = Exposition()
    counted.round(RoundRecord(shop="shop", told=2, dead=1, settled=3, due=5, oldest_untold=90.0))
    counted.round(RoundRecord(shop="shop", told=1, due=0))
    found = counts(counted.text().decode())
    assert (found["sayso_told_total"], found["sayso_dead_total"], found["sayso_settled_total"]) == (3, 1, 3)
    assert (found["sayso_due"], found["sayso_oldest_untold_seconds"]) == (0, 0)


def refuse(*_: Any) -> None:
    raise MalformedRequest("not verified")


@pytest.mark.parametrize(
    ("token", "sent", "status"),
    [
        ("secret", "Bearer secret", 200),
        ("secret", "bearer secret", 200),
        ("secret", "Bearer secre", 404),
        ("secret", "Bearer ", 404),
        ("secret", "Basic secret", 404),
        ("secret", "", 404),
        ("", "", 404),
        ("", "Bearer ", 404),
    ],
)
def test_metrics_are_for_who_knows_the_token(
    door: ModuleType, monkeypatch: pytest.MonkeyPatch, token: str, sent: str, status: int
) -> None:
    monkeypatch.setenv(METRICS_TOKEN, token)
    client = opened(door, verify=refuse)
    assert client.get("/metrics", headers={"Authorization": sent}).status_code == status


def test_workers_add_up_what_they_count(tmp_path: Path) -> None:
    with served(tmp_path, "--workers", "2") as shop:
        for _ in range(12):
            assert shop.send(post(json.dumps(LAUNCH).encode(), b"Connection: close"))[0] == 200
        found = counts(shop.get("/metrics")[1].decode())
    assert found["sayso_turns_total"] == 12
    assert found["sayso_latency_seconds_count"] == 12


def test_a_turn_belongs_to_its_callers_trace(tmp_path: Path) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    with served(tmp_path, SAYSO_LOG="json") as shop:
        traceparent = f"traceparent: 00-{trace}-b7ad6b7169203331-01".encode()
        shop.send(post(json.dumps(LAUNCH).encode(), traceparent))
        shop.send(post(json.dumps(LAUNCH).encode()))
        shop.stop()
    lines = [json.loads(line) for line in shop.log.read_text("utf-8").splitlines() if line.startswith("{")]
    turns = [line["trace"] for line in lines if line.get("event") == "turn"]
    assert turns[0] == trace
    assert len(turns[1]) == 32
    assert turns[1] != trace


COMMANDS = {
    "gunicorn": (
        "gunicorn",
        "--workers",
        "2",
        "--threads",
        "4",
        "--bind",
        "{address}",
        "skill.server:wsgi()",
    ),
    "waitress": ("waitress-serve", "--listen={address}", "--call", "skill.server:wsgi"),
}


@contextmanager
def hosted(command: str, folder: Path, **environ: str) -> Iterator[Served]:
    """The shop in `folder`, served by a WSGI server that is not ours."""
    port, log = free_port(), folder / "log"
    program, *arguments = (part.format(address=f"127.0.0.1:{port}") for part in COMMANDS[command])
    with log.open("wb") as out:
        process = subprocess.Popen(
            [Path(sys.executable).with_name(program), *arguments],
            cwd=ROOT,
            env={**os.environ, "SAYSO_STORE": f"sqlite:{folder / 'shop.db'}", **environ},
            stdout=out,
            stderr=out,
        )
    shop = Served(process, port, log)
    try:
        wait_until_ready(shop)
        yield shop
    finally:
        process.terminate()
        process.wait()


@pytest.mark.parametrize("command", COMMANDS)
def test_any_wsgi_server_can_serve_the_shop(tmp_path: Path, command: str) -> None:
    settings = Settings(store=f"sqlite:{tmp_path / 'shop.db'}", catalogues=tmp_path / "shop-catalogues")
    publish_sample(build(settings))
    with hosted(command, tmp_path, SAYSO_SKILL_ID="amzn1.ask.skill.x") as shop:
        # Signed requests only, and no page.
        assert shop.send(post(json.dumps(LAUNCH).encode()))[0] == 400
        assert shop.get("/")[0] == 404


@pytest.mark.parametrize("command", COMMANDS)
def test_a_wsgi_server_does_not_start_a_shop_that_knows_no_skill(tmp_path: Path, command: str) -> None:
    with pytest.raises(AssertionError, match="set SAYSO_SKILL_ID"), hosted(command, tmp_path):
        pass
