"""The web server of `sayso serve`: waitress, and what a public endpoint asks of it besides.

Waitress reads a whole request before a thread has to do with it, so that who sends slowly holds up nobody.
Added here: nobody may take for ever, what is no HTTP is answered 400, and a stop answers what has arrived."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from waitress import create_server, wasyncore
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.utilities import BadRequest

# Bytes of a request's line and headers.
HEADER_BYTES = 64 * 1024
# Seconds a request may take to arrive, and a second more for so many bytes of it.
SECONDS, BYTES_A_SECOND = 5.0, 10_000
# Seconds without a byte of a request that has begun; more for a body larger than SMALL, which is an upload.
SILENCE, UPLOAD_SILENCE = 1.5, 20.0
SMALL = 256 * 1024
# Bytes of too large a body that are read before the connection is cut.
SWALLOWED = 64 * 1024 * 1024
# Connections at once; more wait until one is closed.
CONNECTIONS = 500
# Seconds a connection is kept for the next request.
IDLE_SECONDS = 75
BACKLOG = 1024
# Bytes of an answer that are gathered before some are sent.
ANSWER_BYTES = 18_000
# Seconds that a stop waits for what is in hand.
GRACE = 10.0
# The same for what was sent just before the stop and is not read yet.
_ARRIVING = 0.25
_SIGNALS = (signal.SIGTERM, signal.SIGINT)
Limit = Callable[[str], int]


class _Parser(HTTPRequestParser):  # type: ignore[misc]
    """Waitress's parser. What it refuses is a bad request, whatever else might be said of it; and so is more
    than `limit` allows at a path, a framing that two readers could read in two ways, and another protocol."""

    limit: Limit
    closing: Callable[[], bool]
    error: Any
    too_large = ""

    @property
    def patience(self) -> float:
        """Seconds that may pass without a byte."""
        return UPLOAD_SILENCE if self.headers_finished and self.limit(self.path) > SMALL else SILENCE

    def received(self, data: bytes) -> int:
        """As many bytes of `data` as belong to this request."""
        first = not self.headers_finished
        taken: int = super().received(data)
        if self.headers_finished and self.error is None:
            self.error = (self._framing() if first else None) or self._size()
        if self.error is not None:
            self.error = BadRequest(self.error.body)
            self.completed, self.expect_continue = True, False
        # Said in the answer, so that the next request goes to who takes over.
        if self.completed and self.closing():
            self.headers["CONNECTION"] = "close"
        return taken

    def _framing(self) -> BadRequest | None:
        if self.version not in ("1.0", "1.1"):
            return BadRequest("HTTP/1.0 and HTTP/1.1 are spoken here")
        if self.version == "1.1" and "HOST" not in self.headers:
            return BadRequest("Host is missing")
        # Chunked with a length was given one of its own when it is complete.
        if self.chunked and "CONTENT_LENGTH" in self.headers and not self.completed:
            return BadRequest("Content-Length and Transfer-Encoding exclude each other")
        return None

    def _size(self) -> BadRequest | None:
        """Too large a body is read to its end, and kept nowhere: who is still sending hears no answer."""
        most, length = self.limit(self.path), max(self.content_length, self.body_bytes_received)
        if length > most and not self.too_large:
            self.too_large = f"the body is larger than {most} bytes"
            if self.body_rcv is not None:
                self.body_rcv.buf.close()
                self.body_rcv.buf = _Void()
        if self.too_large and (self.completed or self.expect_continue or length > SWALLOWED):
            return BadRequest(self.too_large)
        return None


class _Void:
    """Where the rest of a body goes that nobody wants."""

    def append(self, data: bytes) -> None:
        """Take no notice."""

    def close(self) -> None:
        """There is nothing to close."""

    def __len__(self) -> int:
        return 0


class _Channel(HTTPChannel):  # type: ignore[misc]
    """Waitress's connection, which knows how long a request has been arriving."""

    request: Any
    since: float | None = None
    latest = 0.0
    arrived = 0

    def received(self, data: bytes) -> bool:
        """Take what was read from the connection."""
        self.latest = time.monotonic()
        if self.since is None:
            self.since, self.arrived = self.latest, 0
        self.arrived += len(data)
        taken: bool = super().received(data)
        if self.request is None:
            self.since = None
        return taken

    def handle_read(self) -> None:
        """Read; who says that nothing more comes, in the middle of a request, still hears what is wrong."""
        if self.request is not None and self._ended():
            self.give_up("the request ends too early")
        else:
            super().handle_read()

    def late(self, now: float) -> bool:
        """Whether the request that is arriving takes too long."""
        if self.since is None or self.request is None:
            return False
        most = SECONDS + self.arrived / BYTES_A_SECOND
        return now - self.since > most or now - self.latest > self.request.patience

    def give_up(self, why: str) -> None:
        """Answer the request that is arriving as it is, and close."""
        with self.requests_lock:
            request, self.request, self.since = self.request, None, None
            if request is None or self.requests:
                self.will_close = True
                return
            request.error = BadRequest(why)
            self.requests.append(request)
        self.server.add_task(self)

    def busy(self) -> bool:
        """Whether something of a request has arrived, or of an answer is to be sent."""
        return bool(self.requests or self.total_outbufs_len or self.request is not None)

    def _ended(self) -> bool:
        try:
            peeked: bytes = self.socket.recv(1, socket.MSG_PEEK)
        except OSError:
            return False
        return not peeked


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises OSError."""
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    opened = socket.socket(family, kind, protocol)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind(address)
        opened.listen(BACKLOG)
    except OSError:
        opened.close()
        raise
    return opened


class Stop:
    """Whether this process was asked to end, or the `leader` that started it is gone, however that ended."""

    def __init__(self, *, leader: int | None = None) -> None:
        self._asked, self._leader = False, leader
        self.wake: Callable[[], object] = lambda: None

    def __call__(self) -> bool:
        return self._asked or (self._leader is not None and os.getppid() != self._leader)

    def ask(self, *_: object) -> None:
        """Ask it to end: a handler of signals."""
        self._asked = True
        self.wake()


@contextmanager
def stopped_by_signals(stop: Stop) -> Iterator[None]:
    """Within, SIGTERM and SIGINT ask to stop; only a program's main thread may say so."""
    before: dict[int, Any] = {}
    for one in _SIGNALS:
        before[one] = signal.signal(one, _asking(stop))
    try:
        yield
    finally:
        for known, handler in before.items():
            signal.signal(known, handler)


def _asking(stop: Stop) -> Callable[[int, FrameType | None], None]:
    return lambda _signal, _frame: stop.ask()


def run(
    application: Callable[..., Any],
    *,
    sock: socket.socket,
    stop: Stop,
    limit: Limit,
    threads: int,
    grace: float = GRACE,
) -> None:
    """Serve a WSGI application on a listening socket until `stop`, then answer what has arrived, for `grace`
    seconds at most, and close. `limit` tells the bytes of body that a path takes. Whoever stands in front may
    say what they like of whom they speak for: headers of proxies are dropped."""
    connections: dict[int, Any] = {}
    server = create_server(
        application,
        map=connections,
        sockets=[sock],
        threads=threads,
        backlog=BACKLOG,
        connection_limit=CONNECTIONS,
        channel_timeout=IDLE_SECONDS,
        max_request_header_size=HEADER_BYTES,
        # Ours is asked first, and knows the path.
        max_request_body_size=1 << 40,
        # An answer goes out in one piece, head and body together.
        send_bytes=ANSWER_BYTES,
        asyncore_use_poll=True,
        clear_untrusted_proxy_headers=True,
        log_socket_errors=False,
        ident=None,
    )
    parser = type("Parser", (_Parser,), {"limit": staticmethod(limit), "closing": staticmethod(stop)})
    server.channel_class = type("Channel", (_Channel,), {"parser_class": parser})
    stop.wake = server.pull_trigger
    pause = 1.0
    while not stop():
        pause = _turn(connections, pause)
    _let_in(server, connections)
    arriving, ends = time.monotonic() + _ARRIVING, time.monotonic() + grace
    while (now := time.monotonic()) < ends and (now < arriving or _busy(connections)):
        _turn(connections, 0.05)
    stop.wake = lambda: None
    server.task_dispatcher.shutdown(timeout=max(0.1, ends - time.monotonic()))
    wasyncore.close_all(connections)


def _turn(connections: dict[int, Any], seconds: float) -> float:
    """Wait for what comes, for so long at most, and see to it; the seconds to wait next."""
    wasyncore.loop(timeout=seconds, use_poll=True, map=connections, count=1)
    now = time.monotonic()
    arriving = [one for one in connections.values() if isinstance(one, _Channel) and one.since is not None]
    for one in arriving:
        if one.late(now):
            one.give_up("the request did not arrive in time")
    return 0.1 if arriving else 1.0


def _let_in(server: Any, connections: dict[int, Any]) -> None:
    """Take those who knocked before the door is shut, and shut it."""
    there = -1
    while there != len(connections):
        there = len(connections)
        server.handle_accept()
    wasyncore.dispatcher.close(server)


def _busy(connections: dict[int, Any]) -> bool:
    return any(isinstance(one, _Channel) and one.busy() for one in connections.values())
