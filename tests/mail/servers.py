"""An SMTP server on this machine that can be away, slow, and of another opinion."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tests.programs import free_port


@dataclass
class Server:
    """An SMTP server: what arrived, and what it answers to each recipient and to a letter."""

    arrived: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    to_recipient: str = "250 OK"
    to_letter: str = "250 OK"
    port: int = 0
    logins: list[bytes] = field(default_factory=list)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.to_letter.startswith("250"):
            message = message_from_bytes(envelope.content, policy=default)
            assert isinstance(message, EmailMessage)
            self.arrived.append(message)
            self.envelopes.append((envelope.mail_from, list(envelope.rcpt_tos)))
        return self.to_letter

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        self.logins.append(data.login + b":" + data.password)
        return AuthResult(success=data.password == b"p@ss", handled=False)


@contextmanager
def served(**options: Any) -> Iterator[Server]:
    server = Server()
    if options.pop("asks", False):
        options |= {"authenticator": server.authenticate, "auth_required": True}
    server.port = free_port()
    up = Controller(server, hostname="127.0.0.1", port=server.port, **options)
    up.start()
    try:
        yield server
    finally:
        up.stop()
