"""The sample shop behind the real front door: `sayso serve` in a process of its own, signatures checked."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import uuid
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from skill.dialogue import together
from skill.merchants import numbers, retention
from tests.bench import ROOT, environment, program, served
from tests.hostile.amazon import NAME, Amazon, address, amazon
from tests.hostile.wire import Answer, Post, send

SKILL = "amzn1.ask.skill.00000000-0000-0000-0000-000000000000"
FOREIGN = "amzn1.ask.skill.99999999-9999-4999-8999-999999999999"
_ENVELOPES = ROOT / "tests" / "requests"
# Kinds of documents that come with time, whoever asks for what.
_ROUNDS = frozenset({"lease", numbers.KIND, retention.KIND, together.KIND})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A shop being served: `pid` is the server's process, `url` its skill endpoint, `log` what it wrote to
    stderr, `settings` its environment."""

    port: int
    pid: int
    url: str
    store: Path
    log: Path
    amazon: Amazon
    settings: Mapping[str, str]

    def send(self, post: Post, *, half_closed: bool = False) -> Answer:
        return send(self.port, post.wire(), half_closed=half_closed)

    def post(self, body: bytes | None = None, **faults: Any) -> Post:
        """A signed request, good but for `faults`; without `body`, one that puts something into a cart."""
        return signed(self.amazon, add() if body is None else body, **faults)

    def written(self) -> dict[str, list[Any]]:
        """All that is in the store, but for who makes the rounds and what those write, which goes on by
        itself."""
        with closing(sqlite3.connect(f"file:{self.store}?mode=ro", uri=True)) as db:
            names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            rows = {name: db.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}
        return {name: sorted(repr(row) for row in of if _ROUNDS.isdisjoint(row)) for name, of in rows.items()}

    def healthy(self) -> bool:
        answer = send(self.port, b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        return answer.status == 200


@contextmanager
def shop(folder: Path) -> Iterator[Shop]:
    """Serve the sample shop from `folder` with a stand-in for Amazon. Raises NotReady."""
    with amazon() as stand_in:
        store = folder / "shop.db"
        settings = environment(
            {
                "SAYSO_STORE": f"sqlite:{store}",
                "SAYSO_SKILL_ID": SKILL,
                "SAYSO_ASSUME_LINKED": "1",
                **stand_in.settings(folder),
            }
        )
        subprocess.run([program("sayso"), "sample"], cwd=ROOT, env=settings, check=True, capture_output=True)
        with served(folder, settings=settings) as server:
            port = urlsplit(server.url).port
            assert port is not None
            yield Shop(
                port=port,
                pid=server.pid,
                url=server.url,
                store=store,
                log=server.log,
                amazon=stand_in,
                settings=settings,
            )


def envelope(name: str = "add_with_a_number") -> dict[str, Any]:
    """One of our recorded requests as if sent this second, never the same twice."""
    text = (_ENVELOPES / f"{name}.json").read_text("utf-8")
    raw: dict[str, Any] = json.loads(text)["request"]
    raw["request"]["timestamp"] = moment()
    raw["request"]["requestId"] = f"amzn1.echo-api.request.{uuid.uuid4()}"
    return raw


def moment(offset: float = 0) -> str:
    """The time `offset` seconds from now, as Alexa writes it."""
    then = datetime.now(UTC) + timedelta(seconds=offset)
    return then.strftime("%Y-%m-%dT%H:%M:%SZ")


def add(**parts: Any) -> bytes:
    """Somebody adds milk; `parts` replace top-level members, None removes one."""
    whole = {**envelope(), **parts}
    return json.dumps({name: part for name, part in whole.items() if part is not None}).encode()


def signed(
    stand_in: Amazon,
    body: bytes,
    *,
    file: str = NAME,
    url: str | None = None,
    signature: str | None = None,
    of: bytes | None = None,
    without: tuple[str, ...] = (),
    more: tuple[tuple[str, str], ...] = (),
    **form: str,
) -> Post:
    """`body` signed for the chain in `file`. Otherwise than it should be: the `url` of the chain, the
    `signature` or what it is `of`, headers `without` some or with `more` after them."""
    headers = (
        ("Host", "127.0.0.1"),
        ("Connection", "close"),
        ("Content-Type", "application/json;charset=UTF-8"),
        ("Content-Length", str(len(body))),
        ("SignatureCertChainUrl", address(file) if url is None else url),
        (
            "Signature-256",
            stand_in.sign(body if of is None else of, by=file) if signature is None else signature,
        ),
    )
    kept = tuple((name, value) for name, value in headers if name not in without)
    return Post(headers=kept + more, body=body, **form)
