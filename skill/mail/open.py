"""What letters leave by, from one line of the settings."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from skill.commerce.url import is_loopback
from skill.errors import BadInput
from skill.merchants.letters import Post

_SES = re.compile(r"ses:([a-z0-9-]+)(?:@(https?://\S+))?")
_FOLDER = "folder:"
_PORTS = {"smtp": 587, "smtps": 465}


@lru_cache(maxsize=8)
def open_post(spec: str) -> Post | None:
    """smtp://USER:PASSWORD@HOST:PORT?starttls=1, smtps://… (TLS from the first byte), ses:REGION, or
    folder:PATH, from where nothing leaves this machine; None for an empty text: nobody is written to. User
    and password are percent-encoded. Raises BadInput, which never shows the line, as that holds the password.
    The same for each round: a client of SES takes its time to make."""
    if not spec:
        return None
    if found := _SES.fullmatch(spec):
        # Only now: botocore takes its time.
        from skill.mail.ses import Ses

        return Ses(found[1], endpoint=found[2])
    if folder := folder_of(spec):
        from skill.mail.folder import Folder

        return Folder(folder)
    return _smtp(spec)


def folder_of(spec: str) -> Path | None:
    """The folder that letters are kept in; None where they leave by another way. Raises BadInput."""
    if not spec.startswith(_FOLDER):
        return None
    if not (path := spec.removeprefix(_FOLDER).strip()):
        raise BadInput("SAYSO_MAIL names no folder: write folder:PATH")
    return Path(path).expanduser()


def _smtp(spec: str) -> Post:
    from skill.mail.smtp import Smtp

    try:
        parts = urlsplit(spec)
        port, asked = parts.port, dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
    except ValueError:
        raise BadInput("SAYSO_MAIL is no address: write smtp://HOST:PORT") from None
    if parts.scheme not in _PORTS or not parts.hostname or parts.path not in ("", "/"):
        raise BadInput("SAYSO_MAIL is no address: write smtp://HOST:PORT, smtps://HOST or ses:REGION")
    if asked.keys() - {"starttls"} or asked.get("starttls", "1") not in ("0", "1"):
        raise BadInput("SAYSO_MAIL: only ?starttls=1 may follow the port")
    starttls = asked.get("starttls") == "1"
    security = "tls" if parts.scheme == "smtps" else "starttls" if starttls else ""
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if user and not security and not is_loopback(parts.hostname):
        raise BadInput("SAYSO_MAIL would send its password in the clear: add ?starttls=1 or write smtps://")
    return Smtp(
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        user=user,
        password=password,
        security=security,
    )
