"""What `sayso serve` does with what is no HTTP, with who is slow, and when it is told to stop."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from skill.serving import SILENCE, SMALL
from tests.operations.served import HEAD, LAUNCH, Served, answer, post, served

BODY = json.dumps(LAUNCH).encode()
CHUNKED = b"POST /alexa HTTP/1.1\r\n" + HEAD + b"Transfer-Encoding: chunked\r\n"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("served")) as running:
        yield running


def lines(*extra: bytes, line: bytes = b"POST /alexa HTTP/1.1", host: bytes = HEAD) -> bytes:
    return line + b"\r\n" + host + b"".join(one + b"\r\n" for one in extra) + b"\r\n"


MALFORMED = {
    "no request line": b"GARBAGE\r\n\r\n",
    "no version": b"GET /\r\n\r\n",
    "another version": lines(line=b"GET / HTTP/9.9"),
    "http/2 in clear": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "tls": bytes.fromhex("16030100b5010000b10303") + bytes(100) + b"\r\n\r\n",
    "a control character in the method": lines(line=b"PO\x01ST /alexa HTTP/1.1"),
    "a null in a header": lines(b"A: b\x00c"),
    "a header without a colon": lines(b"foo"),
    "a space before the colon": lines(b"foo : bar"),
    "a bare line feed": lines(b"foo: bar\nbaz: 1"),
    "no host": lines(line=b"GET /health HTTP/1.1", host=b""),
    "a header of a megabyte": lines(b"A: " + b"a" * 1_000_000),
    "20,000 headers": lines(*(b"A%d: b" % n for n in range(20_000))),
    "an address of 100 kB": lines(line=b"GET /" + b"a" * 100_000 + b" HTTP/1.1"),
    "a negative length": lines(b"Content-Length: -5") + b"abcde",
    "a length that is no number": lines(b"Content-Length: five") + b"abcde",
    "a signed length": lines(b"Content-Length: +5") + b"abcde",
    "two lengths": lines(b"Content-Length: 3", b"Content-Length: 4") + b"abcd",
    "a length in a list": lines(b"Content-Length: 3, 3") + b"abc",
    "a length beyond reason": lines(b"Content-Length: 99999999999999999999") + b"abc",
    "a length and chunks": CHUNKED + b"Content-Length: 3\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    "an unknown coding": lines(b"Transfer-Encoding: gzip") + b"abc",
    "a hidden coding": lines(b"Transfer-Encoding: xchunked") + b"3\r\nabc\r\n0\r\n\r\n",
    "a chunk without a size": CHUNKED + b"\r\nzz\r\nabc\r\n0\r\n\r\n",
    "a chunk longer than its size": CHUNKED + b"\r\n2\r\nabc\r\n0\r\n\r\n",
    "too large": post(b" " * (SMALL + 1)),
    "too large by far": post(b" " * 20_000_000),
    "too large in chunks": CHUNKED + b"\r\n" + (b"10000\r\n" + b" " * 65_536 + b"\r\n") * 8 + b"0\r\n\r\n",
    "too large, asking first": lines(b"Expect: 100-continue", b"Content-Length: 300000"),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_what_is_no_http_is_a_bad_request_at_once(shop: Served, case: str) -> None:
    began = time.monotonic()
    status, body = shop.send(MALFORMED[case])
    assert status == 400
    assert time.monotonic() - began < 2
    assert b"Traceback" not in body


@pytest.mark.parametrize("half_close", [False, True], ids=["who waits", "who hangs up"])
@pytest.mark.parametrize(
    "raw",
    [
        post(BODY)[:-1],
        CHUNKED + b"\r\nfffffff\r\nabc",
        b"POST /alexa HTTP/1.1\r\nHo",
        b"GET / HTTP/1.1\nHost: x\n\n",
    ],
    ids=["a length that lies", "a chunk that never ends", "half a header", "line feeds alone"],
)
def test_a_request_that_never_ends_is_a_bad_request_soon(shop: Served, raw: bytes, half_close: bool) -> None:
    began = time.monotonic()
    assert shop.send(raw, half_close=half_close)[0] == 400
    assert time.monotonic() - began < (1 if half_close else SILENCE + 1)


def test_a_byte_now_and_then_does_not_keep_a_connection_for_ever(shop: Served) -> None:
    began = time.monotonic()
    with shop.connect() as wire:
        for letter in b"POST /alexa HTTP/1.1\r\nA: " + b"a" * 100:
            try:
                wire.sendall(bytes([letter]))
            except OSError:
                break
            time.sleep(0.1)
            if time.monotonic() - began > 9:
                pytest.fail("nobody minds")
        assert answer(wire)[0] in (0, 400)


def test_what_is_whole_is_answered_whatever_its_form(shop: Served) -> None:
    size = b"%x" % len(BODY)
    assert shop.send(CHUNKED + b"\r\n" + size + b"\r\n" + BODY + b"\r\n0\r\n\r\n")[0] == 200
    assert shop.send(post(BODY, b"Expect: 100-continue"))[0] == 200
    assert shop.send(post(BODY), half_close=True)[0] == 200
    assert shop.send(post(BODY.ljust(SMALL)))[0] == 200


def test_a_connection_is_kept_for_the_next_request(shop: Served) -> None:
    with shop.connect() as wire:
        for _ in range(3):
            wire.sendall(post(BODY))
            assert answer(wire)[0] == 200


def test_two_requests_in_one_go_get_two_answers(shop: Served) -> None:
    with shop.connect() as wire:
        wire.sendall(post(BODY) + post(BODY, b"Connection: close"))
        got = b""
        while more := wire.recv(65_536):
            got += more
    assert got.count(b"HTTP/1.1 200 OK") == 2


def test_who_sends_slowly_holds_up_nobody(shop: Served) -> None:
    slow = [shop.connect() for _ in range(60)]
    try:
        for n, wire in enumerate(slow):
            wire.sendall(post(BODY)[: -5 if n % 2 else 30])
        began = time.monotonic()
        assert shop.send(post(BODY))[0] == 200
        assert time.monotonic() - began < SILENCE
    finally:
        for wire in slow:
            wire.close()


def test_who_is_named_by_a_header_of_a_proxy_is_not_believed(shop: Served) -> None:
    # The page is for this machine's browsers; a header must not make somebody local, or anybody else's host.
    assert shop.get("/", "X-Forwarded-Host: shop.example", "X-Forwarded-For: 1.2.3.4")[0] == 200
    raw = b"GET / HTTP/1.1\r\nHost: shop.example\r\nX-Forwarded-Host: localhost\r\nConnection: close\r\n\r\n"
    assert shop.send(raw)[0] == 400


def test_the_shop_is_well_after_all_that(shop: Served) -> None:
    assert shop.process.poll() is None
    assert shop.send(post(BODY))[0] == 200
    log = shop.log.read_text("utf-8")
    assert "Traceback" not in log
    assert "ERROR" not in log


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_answers_everything_that_has_arrived(tmp_path: Path, workers: int, signum: int) -> None:
    statuses: list[int] = []
    with served(tmp_path, "--threads", "2", "--workers", str(workers)) as shop:
        wires = [shop.connect() for _ in range(100)]
        for wire in wires:
            wire.settimeout(30)
        for wire in wires:
            wire.sendall(post(BODY))
        readers = [threading.Thread(target=lambda w=wire: statuses.append(answer(w)[0])) for wire in wires]
        began = time.monotonic()
        assert shop.stop(signum) == 0
        assert time.monotonic() - began < 15
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        for wire in wires:
            wire.close()
        with pytest.raises(ConnectionRefusedError):
            shop.connect()
    assert statuses == [200] * 100


def test_a_stop_gives_back_the_leases(tmp_path: Path) -> None:
    for _ in range(2):
        with served(tmp_path, SAYSO_LOG="json") as shop:
            assert shop.stop() == 0
    # A lease that was not given back would hold for half an hour.
    db = sqlite3.connect(tmp_path / "shop.db")
    held = [json.loads(doc) for (doc,) in db.execute("SELECT doc FROM documents WHERE kind = 'lease'")]
    db.close()
    # Of orders, feeds, and what is bought together.
    assert len(held) == 3
    assert all(datetime.fromisoformat(lease["until"]) <= datetime.now(UTC) for lease in held)


def test_a_worker_that_dies_is_replaced_and_the_others_go_on(tmp_path: Path) -> None:
    with served(tmp_path, "--workers", "2") as shop:
        time.sleep(2.5)
        first, *_ = children(shop.process.pid)
        subprocess.run(["kill", "-9", str(first)], check=True)
        until = time.monotonic() + 30
        while (
            len(children(shop.process.pid)) < 2 or first in children(shop.process.pid)
        ) and time.monotonic() < until:
            time.sleep(0.1)
        now = children(shop.process.pid)
        assert len(now) == 2
        assert first not in now
        for _ in range(20):
            assert shop.send(post(BODY))[0] == 200
        assert shop.stop() == 0
    assert "a worker ended with -9 and is started again" in shop.log.read_text("utf-8")


def test_workers_end_with_the_process_that_started_them(tmp_path: Path) -> None:
    with served(tmp_path, "--workers", "2") as shop:
        workers = children(shop.process.pid)
        assert len(workers) == 2
        shop.process.kill()
        shop.process.wait()
        until = time.monotonic() + 30
        while any(map(alive, workers)) and time.monotonic() < until:
            time.sleep(0.1)
        assert not any(map(alive, workers))


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended and is not asked after yet does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text("utf-8").rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def children(pid: int) -> list[int]:
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return [int(line) for line in found.stdout.split()]


def test_a_port_that_is_taken_is_said_with_the_remedy(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        for more in ([], ["--workers", "2"]):
            done = subprocess.run(
                ["sayso", "serve", "--unsigned", "--port", port, *more],
                env={**environment(), "SAYSO_STORE": f"sqlite:{tmp_path / 'shop.db'}"},
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 2
            assert f"port {port} on 127.0.0.1 cannot be opened: Address already in use" in done.stderr


def test_a_socket_that_is_none_is_said(tmp_path: Path) -> None:
    done = subprocess.run(
        ["sayso", "serve", "--unsigned", "--fd", "77"],
        env={**environment(), "SAYSO_STORE": f"sqlite:{tmp_path / 'shop.db'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "--fd 77 is no socket" in done.stderr


def environment() -> dict[str, str]:
    return {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
