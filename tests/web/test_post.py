"""Posting over a real line: to where everybody may, within its time, once and no further."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from skill.merchants.webhooks import NotSent
from skill.web.lines import Net
from skill.web.post import post
from tests.merchants.receiver import Receiver, receiving

HEADERS = {"webhook-id": "m"}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as opened:
        yield opened


def to_all(*addresses: str) -> Net:
    """A world in which every name has these addresses."""
    return Net(resolve=lambda *_: addresses)


@pytest.mark.parametrize("status", [200, 204, 301, 307, 404, 410, 500])
def test_the_status_is_told_whatever_it_is_and_no_redirect_followed(receiver: Receiver, status: int) -> None:
    receiver.moods["/hook"] = lambda _: status
    assert post(f"{receiver.url}/hook", body=b'{"a": 1}', headers=HEADERS, allow_local=True) == status
    assert receiver.heard == {"/hook": [("m", {"a": 1})]}


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.8",
        "127.0.0.1",
        "169.254.169.254",
        "192.168.1.1",
        "::1",
        "fd00::1",
        "::ffff:10.0.0.8",
        "0.0.0.0",
    ],
)
@pytest.mark.parametrize("local", [False, True])
def test_nothing_is_sent_into_a_network_of_our_own(address: str, local: bool) -> None:
    if local and address in ("127.0.0.1", "::1"):
        pytest.skip("this machine is allowed here")
    with pytest.raises(NotSent, match="not public"):
        post("https://shop.example/hook", body=b"{}", headers={}, net=to_all(address), allow_local=local)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://shop.example/hook", "not encrypted"),
        ("ftp://shop.example/hook", "no web address"),
        ("file:///etc/passwd", "no web address"),
        ("hook", "no web address"),
    ],
)
def test_what_is_no_address_to_send_to_is_refused(url: str, why: str) -> None:
    with pytest.raises(NotSent, match=why):
        post(url, body=b"{}", headers={}, allow_local=True)


def test_one_that_says_nothing_is_given_up_in_time(receiver: Receiver) -> None:
    receiver.moods["/slow"] = lambda _: 3.0
    began = time.monotonic()
    with pytest.raises(NotSent, match=r"no answer within 0\.3 seconds"):
        post(f"{receiver.url}/slow", body=b"{}", headers=HEADERS, allow_local=True, seconds=0.3)
    assert time.monotonic() - began < 2


def test_one_that_drips_its_answer_is_given_up_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            held, _ = server.accept()
            with held:
                held.recv(65_536)
                try:
                    for letter in b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 100:
                        held.sendall(bytes([letter]))
                        time.sleep(0.05)
                except OSError:
                    return

        thread = threading.Thread(target=drip)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        with pytest.raises(NotSent, match="no answer within"):
            post(url, body=b"{}", headers={}, allow_local=True, seconds=0.4)
        thread.join()


def test_one_that_is_not_there_is_told_without_the_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(NotSent, match="cannot be reached") as told:
        post(f"http://127.0.0.1:{port}/?key=opensesame", body=b"{}", headers={}, allow_local=True)
    assert "opensesame" not in str(told.value)
