"""Letters over real SMTP, to a server on this machine that can be away, slow, and of another opinion."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from skill.errors import BadInput
from skill.mail.open import open_post
from skill.mail.smtp import Smtp
from skill.merchants.letters import NotSent
from tests.alexa.pki import authority, signer
from tests.mail.servers import Server, served
from tests.programs import free_port

ANN, SHOP = "ann@home.example", "orders@shop.example"


@pytest.fixture
def server() -> Iterator[Server]:
    with served() as up:
        yield up


def letter(text: str = "Danke für deine Bestellung.") -> EmailMessage:
    made = EmailMessage()
    made["Subject"], made["To"] = "Bestellung", ANN
    made.set_content(text)
    return made


def refused(post: Smtp) -> NotSent:
    with pytest.raises(NotSent) as caught:
        post.send(letter(), sender=SHOP, to=ANN)
    assert ANN not in str(caught.value)
    return caught.value


def test_a_letter_arrives_as_it_was_written(server: Server) -> None:
    Smtp(host="127.0.0.1", port=server.port).send(letter(), sender=SHOP, to=ANN)
    [message] = server.arrived
    assert message.get_content().strip() == "Danke für deine Bestellung."
    assert server.envelopes == [(SHOP, [ANN])]


@pytest.mark.parametrize(("answer", "final"), [("550 no ann@home.example", True), ("451 later", False)])
def test_a_refused_recipient_is_final_and_a_greylisted_one_is_not(
    server: Server, answer: str, final: bool
) -> None:
    server.to_recipient = answer
    error = refused(Smtp(host="127.0.0.1", port=server.port))
    assert error.final is final
    assert str(error) == f"the recipient was refused ({answer[:3]})"


@pytest.mark.parametrize(("answer", "final"), [("554 spam", True), ("452 full", False)])
def test_a_letter_refused_for_good_is_not_tried_again(server: Server, answer: str, final: bool) -> None:
    server.to_letter = answer
    assert refused(Smtp(host="127.0.0.1", port=server.port)).final is final


def test_a_server_that_is_away_may_be_back_later() -> None:
    error = refused(Smtp(host="127.0.0.1", port=free_port()))
    assert not error.final
    assert "ConnectionRefused" in str(error)


@contextmanager
def babbling(words: bytes, *, every: float) -> Iterator[int]:
    """A server that says a byte of `words` now and then, and never ends."""
    listening = socket.create_server(("127.0.0.1", 0))
    gone = threading.Event()

    def babble() -> None:
        try:
            talk, _ = listening.accept()
        except OSError:
            return
        with talk:
            for at in range(10_000):
                if gone.wait(every):
                    return
                try:
                    talk.sendall(words[at % len(words)].to_bytes(1, "big"))
                except OSError:
                    return

    thread = threading.Thread(target=babble)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        gone.set()
        listening.close()
        thread.join()


@pytest.mark.parametrize(("words", "every"), [(b"x", 60.0), (b"220-welcome\r\n", 0.01)])
def test_no_server_holds_a_letter_for_longer_than_the_limit(words: bytes, every: float) -> None:
    with babbling(words, every=every) as port:
        began = time.monotonic()
        error = refused(Smtp(host="127.0.0.1", port=port, seconds=0.5, in_all=1.0))
        assert not error.final
        assert time.monotonic() - began < 3


@pytest.fixture
def tls(tmp_path: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """What a server on this machine shows, and who trusts it."""
    now, day = datetime.now(UTC), timedelta(days=1)
    root = authority("mail root", since=now - day, until=now + day)
    leaf = signer(root, names=["localhost"], since=now - day, until=now + day)
    assert root.certificate
    (tmp_path / "server.pem").write_bytes(leaf.key_pem + leaf.chain)
    shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shown.load_cert_chain(tmp_path / "server.pem")
    trust = ssl.create_default_context(
        cadata=root.certificate.public_bytes(Encoding.PEM).decode(),
    )
    return shown, trust


def test_the_password_goes_over_tls_alone_and_to_a_server_that_is_trusted(
    tls: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    shown, trust = tls
    with served(tls_context=shown, require_starttls=True, asks=True) as server:
        post = Smtp(
            host="localhost",
            port=server.port,
            user="shop",
            password="p@ss",
            security="starttls",
            tls=trust,
        )
        post.send(letter(), sender=SHOP, to=ANN)
        assert len(server.arrived) == 1
        assert server.logins == [b"shop:p@ss"]
        # Nobody vouches for this one as far as the machine knows.
        assert "SSLCertVerificationError" in str(refused(replace(post, tls=None)))
        wrong = refused(replace(post, password="guess"))
        assert (str(wrong), wrong.final) == ("SMTPAuthenticationError (535)", False)


def test_a_server_without_starttls_is_not_spoken_to_in_the_clear(server: Server) -> None:
    post = Smtp(host="127.0.0.1", port=server.port, user="shop", password="p@ss", security="starttls")
    assert "SMTPNotSupportedError" in str(refused(post))
    assert server.logins == []


@pytest.mark.parametrize(
    ("spec", "made"),
    [
        ("smtp://mail.example", Smtp(host="mail.example", port=587)),
        ("smtp://localhost:8025", Smtp(host="localhost", port=8025)),
        ("smtps://mail.example", Smtp(host="mail.example", port=465, security="tls")),
        (
            "smtp://shop%40x:p%40ss@mail.example:2525?starttls=1",
            Smtp(host="mail.example", port=2525, user="shop@x", password="p@ss", security="starttls"),
        ),
    ],
)
def test_one_line_of_the_settings_names_the_server(spec: str, made: Smtp) -> None:
    assert open_post(spec) == made


def test_nobody_is_written_to_without_a_line() -> None:
    assert open_post("") is None


@pytest.mark.parametrize(
    "spec",
    [
        "smtp://user:secret@mail.example",
        "smtp://user:secret@mail.example?starttls=0",
        "smtp://",
        "smtp://mail.example:port",
        "smtp://mail.example/path",
        "smtp://mail.example?tls=1",
        "smtp://mail.example?starttls=maybe",
        "ses:",
        "ses:EU WEST",
        "http://mail.example",
    ],
)
def test_a_line_that_cannot_be_used_is_refused_without_showing_it(spec: str) -> None:
    with pytest.raises(BadInput, match="SAYSO_MAIL") as caught:
        open_post(spec)
    assert "secret" not in str(caught.value)


def test_a_password_is_shown_nowhere() -> None:
    assert "p@ss" not in repr(open_post("smtp://shop:p%40ss@mail.example?starttls=1"))
