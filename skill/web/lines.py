"""A connection to just the address that was checked, encrypted for the host it is the address of, and cut
when the time is up."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from threading import Timer

import certifi

from skill.merchants.sources import NotFetched
from skill.web.places import Place, public

# Seconds to the second try where the server names none.
PAUSE = 1.0


def resolve(host: str, port: int) -> tuple[str, ...]:
    """The addresses of a host, in the order they are to be tried. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def _connect(address: str, port: int, seconds: float) -> socket.socket:
    return socket.create_connection((address, port), seconds)


@cache
def _trusted() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certifi.where())


@dataclass(frozen=True, slots=True, kw_only=True)
class Net:
    """The world outside: names to addresses, a connection to an address within so many seconds, who is
    trusted, and waiting."""

    resolve: Callable[[str, int], Sequence[str]] = resolve
    connect: Callable[[str, int, float], socket.socket] = _connect
    context: Callable[[], ssl.SSLContext] = _trusted
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True, kw_only=True)
class Time:
    """`ends` on the monotonic clock; `quiet`: seconds that may pass without a sign of the server."""

    ends: float
    quiet: float

    @property
    def left(self) -> float:
        return self.ends - time.monotonic()


@contextmanager
def line(place: Place, *, net: Net, time: Time, allow_local: bool) -> Iterator[socket.socket]:
    """A line to a place. The host is resolved once, and each of its addresses must be public (or this
    machine's own with `allow_local`). Raises NotFetched; what goes wrong later on the line is the caller's,
    see `broken`."""
    plain = _connected(place, net=net, time=time, allow_local=allow_local)
    # Shutting a copy ends whatever waits on the line: a handshake, a header that drips.
    copy = plain.dup()
    watch = Timer(max(time.left, 0), _cut, (copy,))
    watch.daemon = True
    watch.start()
    held = plain
    try:
        if place.scheme == "https":
            held = _encrypted(plain, place, net=net, time=time)
        yield held
    finally:
        watch.cancel()
        watch.join()
        copy.close()
        held.close()


def broken(place: Place, time: Time) -> NotFetched:
    """What to say of a line that ended before the answer did."""
    if time.left <= 0:
        return NotFetched(f"{place.shown}: took too long; have it served faster, or packed (gzip)")
    return NotFetched(f"{place.shown}: the connection broke off; try again later", again=PAUSE)


def _encrypted(plain: socket.socket, place: Place, *, net: Net, time: Time) -> socket.socket:
    try:
        return net.context().wrap_socket(plain, server_hostname=place.host)
    except ssl.SSLCertVerificationError as error:
        why = f"its certificate is not trusted ({error.verify_message}); ask its owner for a valid one"
        raise NotFetched(f"{place.shown}: {why}") from error
    except ssl.SSLEOFError as error:
        raise broken(place, time) from error
    except ssl.SSLError as error:
        if time.left <= 0:
            raise broken(place, time) from error
        raise NotFetched(f"{place.shown}: does not speak TLS there; check the port, and https") from error
    except OSError as error:
        raise broken(place, time) from error


def _connected(place: Place, *, net: Net, time: Time, allow_local: bool) -> socket.socket:
    trouble: OSError | None = None
    for address in _addresses(place, net=net, time=time, allow_local=allow_local):
        if time.left <= 0:
            break
        try:
            plain = net.connect(address, place.port, min(time.quiet, time.left))
        except OSError as error:
            trouble = error
            continue
        plain.settimeout(time.quiet)
        return plain
    if time.left <= 0:
        raise broken(place, time) from trouble
    why = "cannot be reached; check the address, and whether its server is up"
    raise NotFetched(f"{place.shown}: {why}", again=PAUSE) from trouble


def _addresses(place: Place, *, net: Net, time: Time, allow_local: bool) -> Sequence[str]:
    pool = ThreadPoolExecutor(max_workers=1)
    try:
        found = pool.submit(net.resolve, place.host, place.port).result(max(time.left, 0))
    except (OSError, UnicodeError) as error:
        if time.left <= 0:
            raise broken(place, time) from error
        why = "the host is not known; check the name in the address"
        raise NotFetched(f"{place.shown}: {why}", again=PAUSE) from error
    finally:
        pool.shutdown(wait=False)
    for text in found:
        address = ipaddress.ip_address(text.partition("%")[0])
        fine = public(address) and place.scheme == "https"
        if not fine and not (allow_local and address.is_loopback):
            why = "leads into a network that is not public; link an address that anybody can reach"
            raise NotFetched(f"{place.shown}: {why}")
    return found


def _cut(copy: socket.socket) -> None:
    with suppress(OSError):
        copy.shutdown(socket.SHUT_RDWR)
