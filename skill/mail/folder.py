"""Letters into a folder, one file each, for whoever develops: nothing leaves the machine."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from email.utils import parsedate_to_datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from skill.merchants.letters import NotSent

SUFFIX = ".eml"
# A Message-ID that can name a file: ours hold an event's id, which sorts by time.
_ID = re.compile(r"<([A-Za-z0-9_-]{1,80})@[^<>\s]+>")
# Files looked at, the newest first, and what is read of one.
_MOST, _BYTES = 200, 1_000_000


@dataclass(frozen=True, slots=True)
class Folder:
    """A letter's file is named after its Message-ID: one sent twice is there once. Letters hold names and
    addresses, so they are their owner's alone to read."""

    path: Path

    def send(self, message: EmailMessage, *, sender: str, to: str) -> None:
        """Keep the letter, with whom it went from and to. Raises NotSent where the folder cannot be
        written."""
        told = f"Return-Path: <{sender}>\r\nDelivered-To: {to}\r\n".encode() + message.as_bytes()
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            # Written beside it first: who reads the folder finds whole letters alone.
            with NamedTemporaryFile(dir=self.path, prefix=".", delete=False) as file:
                file.write(told)
            Path(file.name).replace(self.path / _name(message, told))
        except OSError as error:
            raise NotSent(f"the folder did not take it: {type(error).__name__}", rest=True) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter as its reader sees it; `text` is the part without markup."""

    id: str
    at: datetime | None
    to: str
    subject: str
    text: str


def kept_letters(path: Path, *, to: Set[str], limit: int = 50) -> Iterator[Letter]:
    """The letters in a folder that went to one of these addresses, newest first. A folder that is not there
    holds none."""
    if not to:
        return
    files = sorted(path.glob(f"[!.]*{SUFFIX}"), key=lambda file: file.name, reverse=True)
    for file in files[:_MOST]:
        letter = _letter(file)
        if letter is not None and letter.to in to:
            yield letter
            if (limit := limit - 1) <= 0:
                return


@lru_cache(maxsize=2 * _MOST)
def _letter(file: Path) -> Letter | None:
    """What a file holds, which never changes; None for what is no letter."""
    try:
        with file.open("rb") as opened:
            message = BytesParser(EmailMessage, policy=default).parsebytes(opened.read(_BYTES))
        body = message.get_body(("plain",))
        return Letter(
            id=file.stem,
            at=parsedate_to_datetime(message["Date"]) if message["Date"] else None,
            to=str(message["Delivered-To"] or ""),
            subject=str(message["Subject"] or ""),
            text=str(body.get_content()).replace("\r\n", "\n") if body else "",
        )
    except (OSError, ValueError, LookupError):
        return None


def _name(message: EmailMessage, told: bytes) -> str:
    found = _ID.fullmatch(str(message["Message-ID"] or ""))
    return (found[1] if found else sha256(told).hexdigest()[:40]) + SUFFIX
