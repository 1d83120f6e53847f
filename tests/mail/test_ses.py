"""Letters through the API of Amazon SES, as moto's server speaks it."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_string
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import boto3
import pytest
from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID

from skill.mail.open import open_post
from skill.mail.ses import Ses
from skill.merchants.letters import NotSent, Post
from tests.programs import moto_on_a_socket

ANN, SHOP = "ann@home.example", "orders@shop.example"


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "letters")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "letters")


@pytest.fixture
def endpoint() -> Iterator[str]:
    with moto_on_a_socket() as address:
        yield address


def letter() -> EmailMessage:
    made = EmailMessage()
    made["Subject"], made["From"], made["To"] = "شكرًا", SHOP, ANN
    made.set_content("Danke.")
    return made


def opened(endpoint: str) -> Post:
    post = open_post(f"ses:eu-central-1@{endpoint}")
    assert isinstance(post, Ses)
    return post


def test_a_letter_leaves_by_ses_as_it_was_written(endpoint: str) -> None:
    v1 = boto3.client("ses", region_name="eu-central-1", endpoint_url=endpoint)
    v1.verify_domain_identity(Domain="shop.example")
    opened(endpoint).send(letter(), sender=SHOP, to=ANN)
    [sent] = get_backend("ses")[DEFAULT_ACCOUNT_ID]["eu-central-1"].sent_messages
    # moto counts the one in the header besides.
    assert (sent.source, {*sent.destinations}) == (SHOP, {ANN})
    message = message_from_string(sent.raw_data, policy=default)
    assert message["Subject"] == "شكرًا"
    assert message.get_content().strip() == "Danke."


def test_a_sender_ses_does_not_know_is_told_and_may_be_mended(endpoint: str) -> None:
    with pytest.raises(NotSent, match="MessageRejected") as caught:
        opened(endpoint).send(letter(), sender="orders@unknown.example", to=ANN)
    assert not caught.value.final
    assert "example" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "code", "final"),
    [(429, "TooManyRequestsException", False), (400, "BadRequestException", True), (500, "Oops", False)],
)
def test_what_ses_refuses_for_good_is_final(status: int, code: str, final: bool) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.send_header("x-amzn-ErrorType", code)
            self.end_headers()
            self.wfile.write(b'{"message": "not for ann@home.example"}')

        def log_message(self, format: str, *args: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        with pytest.raises(NotSent, match=code) as caught:
            opened(f"http://127.0.0.1:{http.server_port}").send(letter(), sender=SHOP, to=ANN)
    finally:
        http.shutdown()
        http.server_close()
        thread.join()
    assert caught.value.final is final
    assert ANN not in str(caught.value)


def test_ses_that_is_away_may_be_back_later() -> None:
    with pytest.raises(NotSent, match="EndpointConnectionError") as caught:
        opened("http://127.0.0.1:1").send(letter(), sender=SHOP, to=ANN)
    assert not caught.value.final
