"""Fetching a certificate chain over HTTPS, from a server that may be slow, silent or hostile."""

from __future__ import annotations

import io
import socket
import ssl
import threading
import time
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from http.client import HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

import certifi

PEM_BYTES = 64 * 1024
# An answer to Alexa's request is due within 2 seconds, a refusal too.
SECONDS = 1.5
# Look-ups of names that may hang at once, each with a thread that nothing can end.
CONNECTING = 16

_connecting = threading.BoundedSemaphore(CONNECTING)


def fetch_https(
    url: str,
    *,
    context: ssl.SSLContext | None = None,
    seconds: float = SECONDS,
    at: tuple[str, int] | None = None,
) -> bytes:
    """Return what `url` serves with status 200, at most 64 KiB of it, within `seconds` all in.

    The limit covers name resolution, connecting, the handshake and every read together, so that neither a
    silent nor a dripping server can hold the caller. Redirects are refused and proxies ignored. `context`
    is for servers that do not chain to certifi's roots. `at`: host and port to connect to in place of the
    url's, which the server must still prove to be. Raises `OSError` or `http.client.HTTPException`, and
    `ValueError` for a malformed `url`.
    """
    ends = time.monotonic() + seconds
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 443
    context = context or ssl.create_default_context(cafile=certifi.where())
    with _connected(at or (host, port), ends=ends) as plain:
        plain.settimeout(_left(ends))
        with context.wrap_socket(plain, server_hostname=host) as secure:
            request = HTTPSConnection(host, port, context=context)
            request.sock = secure
            secure.settimeout(_left(ends))
            request.request("GET", parts.path, headers={"Connection": "close"})
            with HTTPResponse(secure, method="GET") as response:
                response.fp.close()
                response.fp = io.BufferedReader(_Wire(secure, ends=ends))
                response.begin()
                if response.status != 200:
                    raise HTTPException(f"status {response.status}")
                content = response.read(PEM_BYTES + 1)
                if response.length:
                    raise HTTPException("answer cut short")
    if len(content) > PEM_BYTES:
        raise HTTPException("answer too large")
    return content


def _left(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError("out of time")
    return left


def _connected(address: tuple[str, int], *, ends: float) -> socket.socket:
    # In a thread, for the system's resolver takes no time limit. Half of what is left for each address of the
    # host, so that a dead first one leaves time for the next.
    timeout = _left(ends) / 2
    if not _connecting.acquire(blocking=False):
        raise OSError("too many connections are being opened")
    opened: Future[socket.socket] = Future()

    def connect() -> None:
        try:
            found = socket.create_connection(address, timeout=timeout)
        except Exception as error:
            with suppress(InvalidStateError):
                opened.set_exception(error)
        else:
            try:
                opened.set_result(found)
            except InvalidStateError:
                # Nobody waits any more.
                found.close()
        finally:
            _connecting.release()

    # No pool: the interpreter waits for a pool's threads before it ends.
    threading.Thread(target=connect, name="sayso-connect", daemon=True).start()
    try:
        return opened.result(_left(ends))
    except TimeoutError:
        if opened.cancel():
            raise
        # It came at the last moment.
        return opened.result()


class _Wire(io.RawIOBase):
    """A connection whose reads all end at one moment, which a timeout for each read would not give."""

    def __init__(self, secure: ssl.SSLSocket, *, ends: float) -> None:
        self._secure = secure
        self._ends = ends

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._secure.settimeout(_left(self._ends))
        return self._secure.recv_into(buffer)
