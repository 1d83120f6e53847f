"""Every kind of request through both doors, in processes of their own that log all they can; and nothing of a
shopper in what they wrote, whatever went wrong."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import urllib3

from skill.app import App, build, shopper_key
from skill.commerce.contact import Address, Contact
from skill.commerce.key import PREFIX, made
from skill.commerce.merchant import Linking, Member, Shopper
from skill.settings import Settings
from skill.shop import NOBODY
from skill.storage import items
from skill.storage.open import prepare
from tests.programs import free_port, moto_on_a_socket
from tests.storage.stores import cart, line, order_of
from tests.talk import NOW, ROOT, publish_sample

USER, PERSON, TOKEN = "amzn1.ask.account.QUIXOTE7", "amzn1.ask.person.QUIXOTE8", "QUIXOTE9-token"
SAID, NAME, STREET, MAIL = "quixotic marzipan", "Zuleika Dobson", "7 Mile End", "zuleika@dobson.example"
PRIVATE = ("quixot", "zuleika", "dobson", "mile end", "marzipan")
ENVELOPES = [
    json.loads(path.read_text("utf-8"))["request"]
    for path in sorted((ROOT / "tests" / "requests").glob("*.json"))
]
_PERSONAL = {
    "userId": USER,
    "personId": PERSON,
    "value": SAID,
    "accessToken": TOKEN,
    "apiAccessToken": TOKEN,
}
# As Lambda's runtime has it: a handler on the root logger, and what is raised is written down.
LAMBDA = """
import json, logging, sys, traceback
logging.basicConfig(level=logging.DEBUG, format="[%(levelname)s]\\t%(message)s")
from importlib import import_module
door = import_module("lambda.handler")
for line in sys.stdin:
    try:
        door.lambda_handler(json.loads(line), None)
    except BaseException:
        traceback.print_exc()
"""


def personal(thing: Any) -> Any:
    """An envelope as it would come from this shopper."""
    if isinstance(thing, list):
        return [personal(one) for one in thing]
    if not isinstance(thing, dict):
        return thing
    made = {name: _PERSONAL.get(name) or personal(value) for name, value in thing.items()}
    if "userId" in made:
        made["accessToken"] = TOKEN
    return made


def requests() -> Iterator[Any]:
    """Every kind of request we know, and what is none."""
    yield from map(personal, ENVELOPES)
    yield {"version": "1.0", SAID: NAME, "request": {"type": SAID, "requestId": "r"}}
    yield {"request": {"type": "IntentRequest", "intent": {"name": [NAME], "slots": {SAID: STREET}}}}
    yield [NAME]
    yield {"session": NAME, "context": {"System": [SAID]}, "request": {"type": "LaunchRequest"}}


def settled(settings: Settings) -> App:
    """A shop whose identity provider is away, and which knows this shopper."""
    app = build(settings)
    publish_sample(app)
    away = Linking(
        issuer="https://id.example",
        audience="a",
        introspection="http://127.0.0.1:9/",
        client_id="c",
        secret_env="SHOP_SECRET",
    )
    app.store.publish(replace(app.store.visit(NOBODY).facts, linking=away), stock={})
    address = Address(lines=(STREET,), city="London", country="GB")
    app.store.put_shopper(
        key(app),
        about=Shopper(
            account="QUIXOTE-account",
            members={shopper_key(PERSON, secret=app.settings.shopper_secret): Member(name=NAME)},
            contact=Contact(name=NAME, email=MAIL, address=address, source="account", at=NOW),
        ),
    )
    return app


def key(app: App) -> str:
    return shopper_key(USER, secret=app.settings.shopper_secret)


# Reading it fails with what it holds: "Invalid isoformat string: 'Zuleika Dobson, …'".
BROKEN = items.to_text({"code_at": f"{NAME}, {STREET}", "contact": {"name": NAME}})


def clean(log: str) -> str:
    assert log
    found = [line for line in log.splitlines() if any(word in line.lower() for word in PRIVATE)]
    assert not found, found[:5]
    return log


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("unsigned", [True, False], ids=["unsigned", "signed"])
def test_the_web_door_logs_and_counts_nothing_of_a_shopper(tmp_path: Path, unsigned: bool, form: str) -> None:
    store = f"sqlite:{tmp_path / 'shop.db'}"
    app = settled(Settings(store=store, catalogues=tmp_path / "shop-catalogues"))
    secret = PREFIX + "x" * 43
    app.store.save_keys(made("till", secret=secret, id="k1", now=NOW))
    port = free_port()
    environment = {
        **os.environ,
        "SAYSO_STORE": store,
        "SAYSO_LOG": f"{form},DEBUG",
        "SAYSO_STAGE": "test",
        "SAYSO_METRICS_TOKEN": "m",
        "SAYSO_SKILL_ID": "amzn1.ask.skill.00000000-0000-0000-0000-000000000000",
        "SHOP_SECRET": "s",
    }
    log = tmp_path / "log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "skill", "serve", "--port", str(port), *["--unsigned"][: int(unsigned)]],
            env=environment,
            stdout=out,
            stderr=out,
        )
    try:
        http = up(port)
        for _ in range(2):
            web_requests(http, secret)
            asked = http.request("GET", "/metrics", headers={"Authorization": "Bearer m"})
            assert "sayso_refused_total" in clean(asked.data.decode())
            # From here on every read fails.
            broken = app.store._db()  # type: ignore[attr-defined]
            order = order_of(cart(line()), shopper=key(app))
            text = items.to_text({**items.dump_order(order), "placed_at": NAME, "number": "55555"})
            columns = "INSERT OR REPLACE INTO orders (shop, shopper, id, status, placed_at, doc)"
            broken.execute(f"{columns} VALUES ('shop', ?, 'o', 'placed', '1', ?)", (NAME, text))
            broken.execute("INSERT OR REPLACE INTO shoppers VALUES ('shop', ?, ?)", (key(app), BROKEN))
    finally:
        server.terminate()
        server.wait(timeout=20)
    told = clean(log.read_text("utf-8"))
    assert '"_aws":' in told
    if form == "json":
        written = [line for line in told.splitlines() if not line.startswith(("Saffron", "Try "))]
        assert all(isinstance(json.loads(line), dict) for line in written)
    assert "GET /merchant/v1/orders failed: ValueError at skill/storage/" in told
    if unsigned:
        assert "turn failed: ValueError at skill/storage/" in told
        assert "POST /alexa failed: ValueError at skill/storage/" in told
        assert "identity provider cannot be asked" in told
    else:
        assert "request refused: header" in told


def up(port: int) -> urllib3.HTTPConnectionPool:
    http = urllib3.HTTPConnectionPool("127.0.0.1", port, retries=False, timeout=30)
    for _ in range(300):
        try:
            http.request("GET", "/health")
        except urllib3.exceptions.HTTPError:
            time.sleep(0.1)
        else:
            return http
    pytest.fail("the server did not come up")


def web_requests(http: urllib3.HTTPConnectionPool, secret: str) -> None:
    as_json = {"Content-Type": "application/json"}
    for envelope in requests():
        http.request("POST", "/alexa", body=json.dumps(envelope), headers=as_json)
    for body, kind in (
        (NAME, "application/json"),
        (NAME, "text/plain"),
        ("[" * 9_000 + NAME, "application/json"),
    ):
        http.request("POST", "/alexa", body=body, headers={"Content-Type": kind, "Signature-256": TOKEN})
    for said in (
        {"text": SAID, "user": USER},
        {"touch": [SAID, NAME, 1]},
        {"text": SAID, "session": {NAME: 1}},
    ):
        http.request("POST", "/simulator/say", body=json.dumps(said), headers=as_json)
    for bearer in (TOKEN, secret):
        sent = {"Authorization": f"Bearer {bearer}", **as_json}
        for path in ("orders", "shop", "products", f"orders/{TOKEN}", f"orders?{TOKEN}={NAME}", TOKEN):
            http.request("GET", f"/merchant/v1/{path}".replace(" ", "%20"), headers=sent)
        http.request("PUT", "/merchant/v1/shop", body=json.dumps({"name": [NAME]}), headers=sent)
    http.request("GET", f"/{TOKEN}?name={TOKEN}")


@pytest.fixture
def endpoint() -> Iterator[str]:
    """DynamoDB on a socket."""
    with moto_on_a_socket() as address:
        yield address


def test_the_lambda_door_logs_nothing_of_a_shopper(tmp_path: Path, endpoint: str) -> None:
    table = f"logs-{uuid.uuid4().hex}"
    store = f"dynamodb:{table}@{endpoint}"
    prepare(store)
    app = settled(Settings(store=store, catalogues=tmp_path / "catalogues"))
    daemon = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    daemon.bind(("127.0.0.1", 0))
    daemon.setblocking(False)
    environment = {
        **os.environ,
        "SAYSO_STORE": store,
        "SAYSO_CATALOGUES": str(tmp_path / "catalogues"),
        "SHOP_SECRET": "s",
        "SAYSO_STAGE": "test",
        "AWS_XRAY_DAEMON_ADDRESS": f"127.0.0.1:{daemon.getsockname()[1]}",
        "_X_AMZN_TRACE_ID": "Root=1-581cf771-a006649127e371903a2de979;Parent=70de5b6f19ff9a0b;Sampled=1",
    }

    def run() -> str:
        done = subprocess.run(
            [sys.executable, "-c", LAMBDA],
            cwd=ROOT,
            env=environment,
            input="\n".join(map(json.dumps, requests())),
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        assert '"_aws":' in done.stdout
        assert "annotations" in clean(traced(daemon))
        return clean(done.stdout + done.stderr)

    assert "identity provider cannot be asked" in run()
    there = {"PK": {"S": f"U#{key(app)}"}, "SK": {"S": "PROFILE"}, "doc": {"S": BROKEN}}
    app.store._client.put_item(TableName=table, Item=there)  # type: ignore[attr-defined]
    assert "turn failed: ValueError at skill/storage/" in run()
    app.store._client.delete_table(TableName=table)  # type: ignore[attr-defined]
    told = run()
    assert "turn failed: ResourceNotFoundException ResourceNotFoundException at " in told
    assert "NotAnswered: ResourceNotFoundException" in told
    daemon.close()


def traced(daemon: socket.socket) -> str:
    """What arrived for X-Ray since it was last asked, as far as the system kept it."""
    found = []
    with suppress(BlockingIOError):
        while True:
            found.append(daemon.recv(65_536).decode())
    return "\n".join(found)
