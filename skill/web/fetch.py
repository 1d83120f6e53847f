"""Fetching a feed from an address that a merchant names: over HTTPS, bounded in size and time, and never from
where only we can reach.

A merchant's address is a stranger's wish to have our server connect somewhere. So the host is resolved once,
every address it has must be a public one, and the connection is made to just the address that was checked;
the certificate must be the host's. Redirects are followed by hand, each checked anew. This is what OWASP's
sheet on server-side request forgery asks for."""

from __future__ import annotations

import codecs
import hashlib
import os
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from email.message import EmailMessage
from http.client import HTTPException
from pathlib import Path, PurePosixPath
from time import monotonic
from urllib.parse import unquote, urljoin, urlsplit

from urllib3.exceptions import HTTPError, InvalidHeader
from urllib3.response import BaseHTTPResponse
from urllib3.util import Retry

from skill.merchants.sources import Fetched, NotFetched, Unchanged
from skill.web.lines import PAUSE, Net, Time, broken
from skill.web.places import Place, place_of
from skill.web.request import answered

# Bytes, packed or unpacked.
MOST = 2_000_000_000
REDIRECTS = 5
# Seconds a server may ask for before the second try.
LONGEST_PAUSE = 10.0
_CHUNK = 1 << 16
_MOVED = frozenset({301, 302, 303, 307, 308})
_HEADER_CHARS = 500
_GZIP = zlib.MAX_WBITS | 16
_NET = Net()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bounds:
    most: int
    time: Time
    allow_local: bool
    folder: Path | None
    net: Net


def fetch(
    url: str,
    *,
    etag: str = "",
    modified: str = "",
    most: int = MOST,
    seconds: float = 900.0,
    quiet: float = 30.0,
    allow_local: bool = False,
    folder: Path | None = None,
    net: Net = _NET,
) -> Fetched | Unchanged:
    """What `url` serves, as a file in `folder` (where the system keeps such files by default) that the caller
    removes; `Unchanged` when the server says that it is still what `etag` and `modified` came with.

    At most `most` bytes, packed or unpacked; within `seconds` all in, and never `quiet` seconds without a
    sign of the server. `https:` only; with `allow_local` this machine's own addresses too, and there
    `http:`. A user and password in the address are sent as Basic authorization to that host alone. A
    connection that fails and an answer 5xx or 429 are tried once more, after Retry-After where that is ten
    seconds or less. Raises NotFetched, with nothing left on disk."""
    time = Time(ends=monotonic() + seconds, quiet=quiet)
    bounds = _Bounds(most=most, time=time, allow_local=allow_local, folder=folder, net=net)
    place = place_of(url, allow_local=allow_local)
    conditions = {"If-None-Match": etag, "If-Modified-Since": modified}
    conditions = {name: value for name, value in conditions.items() if value}
    try:
        return _followed(place, conditions, bounds)
    except NotFetched as trouble:
        pause = trouble.again
        if pause is None or pause > LONGEST_PAUSE or time.left <= pause:
            raise
    net.sleep(pause)
    return _followed(place, conditions, bounds)


def _followed(first: Place, conditions: dict[str, str], bounds: _Bounds) -> Fetched | Unchanged:
    place = first
    for _ in range(REDIRECTS + 1):
        headers = {"Accept": "*/*", "Accept-Encoding": "gzip", **conditions}
        with answered(
            place, headers=headers, net=bounds.net, time=bounds.time, allow_local=bounds.allow_local
        ) as response:
            if response.status not in _MOVED:
                return _received(place, response, conditions, bounds)
            location = response.headers.get("location", "")
        if not location:
            raise NotFetched(f"{place.shown}: redirects without saying where; ask its owner")
        there = urljoin(place.url, location)
        encrypted = place.scheme == "https"
        # Even where this machine's own addresses are allowed, nothing encrypted goes on in the open.
        there_place = place_of(there, allow_local=bounds.allow_local and not encrypted, via=first.shown)
        place = replace(there_place, login=first.login if there_place.origin == first.origin else "")
    raise NotFetched(f"{first.shown}: redirects more than {REDIRECTS} times; link the address where it ends")


def _received(
    place: Place, response: BaseHTTPResponse, conditions: dict[str, str], bounds: _Bounds
) -> Fetched | Unchanged:
    if response.status == 304 and conditions:
        return Unchanged()
    if response.status != 200:
        raise _refused(place, response)
    length = response.headers.get("content-length", "")
    if length.isdecimal() and int(length) > bounds.most:
        raise _too_large(place, bounds)
    packed = response.headers.get("content-encoding", "identity").strip().lower()
    if packed not in ("identity", "gzip", "x-gzip"):
        raise NotFetched(f"{place.shown}: comes packed as {packed[:20]!r}; have it served plain or as gzip")
    parts = _bounded(_arriving(response, place, bounds), place, bounds)
    if packed != "identity":
        parts = _bounded(_unpacked(parts, place), place, bounds)
    path, digest, size = _kept(parts, bounds.folder)
    content_type, charset = _type(response.headers.get("content-type", ""))
    return Fetched(
        path=path,
        digest=digest,
        size=size,
        name=PurePosixPath(unquote(urlsplit(place.path).path)).name,
        content_type=content_type,
        charset=charset,
        etag=_header(response, "etag"),
        modified=_header(response, "last-modified"),
    )


def _kept(parts: Iterable[bytes], folder: Path | None) -> tuple[Path, str, int]:
    """The parts as a file, with their SHA-256 and how many bytes they are; no file when one cannot be had."""
    digest, size = hashlib.sha256(), 0
    try:
        number, name = tempfile.mkstemp(prefix="sayso-feed-", dir=folder)
    except OSError as error:
        raise _unwritten(Path(folder or tempfile.gettempdir()), error) from error
    path = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            for part in parts:
                digest.update(part)
                size += len(part)
                file.write(part)
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _unwritten(path.parent, error) from error
        raise
    return path, digest.hexdigest(), size


def _unwritten(folder: Path, error: OSError) -> NotFetched:
    return NotFetched(f"{folder}: cannot be written: {error.strerror}; make room, or set TMPDIR")


def _arriving(response: BaseHTTPResponse, place: Place, bounds: _Bounds) -> Iterator[bytes]:
    try:
        yield from response.stream(_CHUNK, decode_content=False)
    except (OSError, HTTPError, HTTPException) as error:
        raise broken(place, bounds.time) from error
    if bounds.time.left <= 0:
        # Where no length was told, a line that was cut looks like an end.
        raise broken(place, bounds.time)


def _bounded(chunks: Iterable[bytes], place: Place, bounds: _Bounds) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > bounds.most:
            raise _too_large(place, bounds)
        yield chunk


def _unpacked(chunks: Iterable[bytes], place: Place) -> Iterator[bytes]:
    """Gzip, one or several in a row, a little at a time however much it comes to. What ends in the middle is
    no feed: half of it would take products out of the shop."""
    unpack = zlib.decompressobj(_GZIP)
    begun = False
    try:
        for chunk in chunks:
            while chunk:
                if unpack.eof:
                    unpack = zlib.decompressobj(_GZIP)
                begun = True
                yield unpack.decompress(chunk, _CHUNK)
                chunk = unpack.unused_data if unpack.eof else unpack.unconsumed_tail
    except zlib.error as error:
        raise NotFetched(f"{place.shown}: is sent as gzip but is none; ask its owner") from error
    if begun and not unpack.eof:
        raise NotFetched(f"{place.shown}: ends in the middle; try again later", again=PAUSE)


def _refused(place: Place, response: BaseHTTPResponse) -> NotFetched:
    status, where = response.status, place.shown
    if status in (401, 403):
        remedy = "put user and password into the address as https://user:password@host/…, or have it opened"
        return NotFetched(f"{where}: the server does not let us in ({status}); {remedy}")
    if status in (404, 410):
        return NotFetched(f"{where}: is not there ({status}); link the feed's new address")
    if status == 429 or status >= 500:
        asked, pause = response.headers.get("retry-after", ""), PAUSE
        with suppress(InvalidHeader, OverflowError):
            pause = Retry().parse_retry_after(asked) if asked else PAUSE
        return NotFetched(f"{where}: the server has trouble ({status}); try again later", again=pause)
    return NotFetched(f"{where}: the server answers {status} and no feed; open it in a browser and look")


def _too_large(place: Place, bounds: _Bounds) -> NotFetched:
    most = f"{bounds.most / 1e9:g} GB" if bounds.most >= 10**8 else f"{bounds.most} bytes"
    return NotFetched(f"{place.shown}: is larger than {most}; split the feed, or leave out long texts")


def _header(response: BaseHTTPResponse, name: str) -> str:
    """A value to be handed back as it is; one that could not be is none."""
    value = str(response.headers.get(name, ""))
    return value if len(value) <= _HEADER_CHARS and value.isascii() and value.isprintable() else ""


def _type(said: str) -> tuple[str, str]:
    """The media type of a Content-Type header, and its charset where there is such a one."""
    if not said:
        return "", ""
    message = EmailMessage()
    message["Content-Type"] = " ".join(said.split())
    charset = message.get_content_charset("")
    with suppress(LookupError, ValueError):
        return message.get_content_type(), codecs.lookup(charset).name if charset else ""
    return message.get_content_type(), ""
