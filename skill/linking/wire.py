"""One request to an identity provider, under limits a voice turn can bear."""

from __future__ import annotations

import logging
import socket
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPException
from queue import Empty, Queue
from threading import Thread
from typing import Protocol
from urllib.parse import urlsplit

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from skill.commerce.url import is_safe_url

MAX_BYTES = 64 * 1024
SECONDS = 2.0
log = logging.getLogger("sayso")


class Unreachable(Exception):
    """The provider gave no usable answer; the text says why, and holds nothing of what was sent."""


class Fetch(Protocol):
    def __call__(self, url: str, *, form: bytes | None = None, headers: Mapping[str, str] = ...) -> bytes:
        """What `url` answers with status 200: to a GET, or to a POST of `form`. Raises Unreachable."""
        ...


def fetch(
    url: str, *, form: bytes | None = None, headers: Mapping[str, str] = {}, seconds: float = SECONDS
) -> bytes:
    """What `url` answers with status 200, as `ask` has it. Raises Unreachable."""
    status, content = ask(url, form=form, headers=headers, seconds=seconds)
    if status != 200:
        raise Unreachable(f"status {status}")
    return content


def ask(
    url: str, *, form: bytes | None = None, headers: Mapping[str, str] = {}, seconds: float = SECONDS
) -> tuple[int, bytes]:
    """The status and at most 64 KiB of what `url` answers, within `seconds` from looking up its name to the
    last byte. Redirects are not followed, proxies not used, compressed answers not taken. Raises Unreachable,
    also for a URL that is neither https nor on this machine."""
    if not is_safe_url(url):
        raise Unreachable("the URL is not https")
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=seconds)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    done: Queue[tuple[int, bytes] | Exception] = Queue()

    def run() -> None:
        try:
            done.put(_answer(connection, target, form, headers))
        except Exception as error:
            done.put(error)
        finally:
            connection.close()

    # No timeout of a socket covers the look-up of a name, nor a server that sends a byte a second: the wait
    # for a thread covers both.
    Thread(target=run, name="identity provider", daemon=True).start()
    try:
        answer = done.get(timeout=seconds)
    except Empty:
        _hang_up(connection)
        raise Unreachable(f"no answer within {seconds:g} s") from None
    if isinstance(answer, tuple):
        return answer
    if isinstance(answer, Unreachable | OSError | HTTPError | HTTPException | ValueError):
        raise Unreachable(str(answer) if isinstance(answer, Unreachable) else type(answer).__name__)
    raise answer


def _answer(
    connection: HTTPConnection, target: str, form: bytes | None, headers: Mapping[str, str]
) -> tuple[int, bytes]:
    own = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "sayso"}
    if form is not None:
        own["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(
        "GET" if form is None else "POST",
        target,
        body=form,
        headers={**own, **headers},
        preload_content=False,
        decode_content=False,
    )
    response = connection.getresponse()
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise Unreachable("the answer is compressed")
    content = response.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise Unreachable(f"the answer is larger than {MAX_BYTES} bytes")
    return response.status, content


def _hang_up(connection: HTTPConnection) -> None:
    """Make the thread's read end, wherever it is."""
    held = getattr(connection, "sock", None)
    if held is not None:
        with suppress(OSError):
            held.shutdown(socket.SHUT_RDWR)
