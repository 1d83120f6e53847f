"""Letters by SMTP: one connection a letter, to a server that takes mail for others (RFC 6409)."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from threading import Timer
from typing import Any

from skill.merchants.letters import NotSent

# Seconds for one word of the server, and for a whole letter.
SECONDS, IN_ALL = 10.0, 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Smtp:
    """`security`: "tls" from the first byte, "starttls", or "" for none; `tls` whom to trust (None: as this
    machine does). `seconds` for each answer of the server, `in_all` for a letter."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    security: str = ""
    seconds: float = SECONDS
    in_all: float = IN_ALL
    tls: ssl.SSLContext | None = None

    def __repr__(self) -> str:
        return f"Smtp({self.host}:{self.port})"

    def send(self, message: EmailMessage, *, sender: str, to: str) -> None:
        """Hand the letter over; the server has it when this returns. Raises NotSent: final when this
        recipient or this letter is refused for good (a 5xx answer)."""
        begun = False
        try:
            with self._connected(sender.rpartition("@")[2]) as server:
                begun = True
                server.send_message(message, from_addr=sender, to_addrs=[to])
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            raise NotSent(f"the recipient was refused ({code})", final=code >= 500) from None
        except smtplib.SMTPSenderRefused as error:
            # For the merchant to mend, after which it can go.
            raise NotSent(f"the sender was refused ({error.smtp_code})", rest=True) from None
        except smtplib.SMTPDataError as error:
            final = error.smtp_code >= 500
            raise NotSent(f"the letter was refused ({error.smtp_code})", final=final) from None
        except smtplib.SMTPResponseException as error:
            # What the server says besides may name somebody.
            raise NotSent(f"{type(error).__name__} ({error.smtp_code})", rest=True) from None
        except (smtplib.SMTPException, OSError, ValueError) as error:
            reason = f"the mail server did not take it: {type(error).__name__}"
            raise NotSent(reason, rest=True, maybe=begun) from None

    @contextmanager
    def _connected(self, name: str) -> Iterator[smtplib.SMTP]:
        """A server that knows us by `name`, and who we are if it asks."""
        limits: dict[str, Any] = {"timeout": self.seconds, "in_all": self.in_all, "local_hostname": name}
        server: _Limited
        if self.security == "tls":
            server = _Secure(self.host, self.port, context=self._trust(), **limits)
        else:
            server = _Limited(self.host, self.port, **limits)
        try:
            if self.security == "starttls":
                server.starttls(context=self._trust())
            if self.user:
                server.login(self.user, self.password)
            yield server
            # The letter is theirs by now, however they take leave.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
        finally:
            server.last_call.cancel()
            server.close()

    def _trust(self) -> ssl.SSLContext:
        return self.tls or ssl.create_default_context()


class _Limited(smtplib.SMTP):
    """A connection of `in_all` seconds at most: a time limit of a socket ends no server that says a byte now
    and then."""

    def __init__(self, host: str, port: int, *, in_all: float, **options: Any) -> None:
        self.last_call = Timer(in_all, self._hang_up)
        self.last_call.daemon = True
        self.last_call.start()
        try:
            super().__init__(host, port, **options)
        except BaseException:
            self.last_call.cancel()
            self.close()
            raise

    def _hang_up(self) -> None:
        """Make whoever reads from it stop, wherever they are."""
        if self.sock is not None:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)


class _Secure(_Limited, smtplib.SMTP_SSL):
    """The same, with TLS from the first byte."""
