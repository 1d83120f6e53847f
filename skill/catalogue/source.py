"""Bytes of a feed as text: unpacked (gzip, zip) and decoded, as a stream and with a bound on everything.

What a file is tells its content, never its name. Nothing is guessed of the character set: UTF-8, UTF-16 by
its byte order mark or its zero bytes, others by being declared."""

from __future__ import annotations

import codecs
import gzip
import io
import lzma
import re
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, BinaryIO

from skill.catalogue.feed_values import Unclear

# A million products with long descriptions are 2 GB.
MAX_BYTES = 8 * 2**30
# Text packs to a tenth or a thirtieth, the most monotonous feed to a hundredth; zip bombs to a thousandth.
MAX_RATIO = 250
# Below that nothing bursts.
_HARMLESS = 32 * 2**20
# What is spooled to memory before a temporary file is made.
_SPOOLED = 8 * 2**20
_CHUNK = 64 * 1024
HEAD = 64 * 1024
# Characters of one line; a row of a thousand columns has less.
MAX_LINE = 2**20
# What the standard library raises of files that are packed wrongly.
_UNPACKING = (
    *(OSError, EOFError, ValueError, IndexError, RuntimeError, struct.error),
    *(zlib.error, zipfile.BadZipFile, lzma.LZMAError),
)
_GZIP, _ZIP = b"\x1f\x8b", (b"PK\x03\x04", b"PK\x05\x06")
_DECLARED = re.compile(r"""<\?xml[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
# Python's ways to write text in text, which no file is in.
_NOT_CHARSETS = frozenset(
    ["idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "utf-7", "mbcs", "oem"]
)
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


@dataclass(frozen=True, slots=True)
class Source:
    """The text: `stream` gives it as UTF-8 without a byte order mark, U+FFFD for bytes that are none;
    `head` is how it begins (up to HEAD bytes), still to be read from `stream`."""

    stream: io.BufferedReader
    head: str

    def lines(self) -> Iterator[str]:
        """Lines with their ends. One longer than MAX_LINE is cut there."""
        text = io.TextIOWrapper(self.stream, encoding="utf-8", newline="")
        while line := text.readline(MAX_LINE):
            yield line
            while len(line) >= MAX_LINE and not line.endswith(("\n", "\r")):
                line = text.readline(MAX_LINE)


def open_source(stream: BinaryIO, *, encoding: str | None = None) -> Source:
    """The text of a feed. `encoding`: what it is declared to be in, beside the file. Raises Unclear, at once
    or from any later reading: "not_readable", "several_files", "no_file", "too_large", "bomb",
    "unknown_charset"."""
    plain = _unpacked(_buffered(_Raw(stream)))
    start = plain.peek(HEAD)
    charset, skipped = _charset(start, encoding)
    plain.read(skipped)
    text = _buffered(_Recoded(plain, charset))
    return Source(text, text.peek(HEAD)[:HEAD].decode("utf-8", "ignore"))


def _charset(start: bytes, declared: str | None) -> tuple[str, int]:
    """The character set, and how many bytes its mark takes."""
    for mark, charset in _BOMS:
        if start.startswith(mark):
            return charset, len(mark)
    if declared is None and len(start) >= 4:
        even, odd = start[0:400:2].count(0), start[1:400:2].count(0)
        half = len(start[:400]) // 2
        # Delimiters and digits at least are ASCII in any language, every other byte of them zero.
        if odd > half // 3 and not even:
            return "utf-16-le", 0
        if even > half // 3 and not odd:
            return "utf-16-be", 0
    found = _DECLARED.match(start[:400].decode("latin-1").lstrip())
    name = declared or (found[1] if found else "utf-8")
    try:
        # Refuses codecs that are no text.
        io.TextIOWrapper(io.BytesIO(), encoding=name)
        known = codecs.lookup(name)
        if known.name.replace("_", "-") in _NOT_CHARSETS:
            raise LookupError(name)
    except (LookupError, ValueError):
        raise Unclear("unknown_charset", charset=name) from None
    # Declared in bytes that are no UTF-16 themselves, it has been saved as something else since.
    if found and not declared and known.name.startswith(("utf-16", "utf-32")):
        return "utf-8", 0
    return known.name, 0


class _Raw(io.RawIOBase):
    """A stream of any kind as a raw one, whole chunks at a time."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        got = 0
        while got < len(buffer):
            chunk = self._stream.read(len(buffer) - got)
            if not chunk:
                break
            buffer[got : got + len(chunk)] = chunk
            got += len(chunk)
        return got


def _buffered(raw: io.RawIOBase) -> io.BufferedReader:
    # As long as nothing is read, a peek shows a whole buffer.
    return io.BufferedReader(raw, HEAD)


def _unpacked(plain: io.BufferedReader) -> io.BufferedReader:
    """Twice at most: a zip of a gzip."""
    for _ in range(2):
        start = plain.peek(4)[:4]
        if start.startswith(_GZIP):
            plain = _from_gzip(plain)
        elif start in _ZIP:
            plain = _buffered(_from_zip(plain))
    return plain


class _Counted(io.RawIOBase):
    """Counts what goes through."""

    def __init__(self, stream: io.BufferedReader) -> None:
        self._stream = stream
        self.count = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        chunk = self._stream.read(size)
        self.count += len(chunk)
        return chunk


class _Unpacked(io.RawIOBase):
    """What a packed stream unpacks to, within bounds. Raises Unclear for what cannot be unpacked."""

    def __init__(
        self, stream: gzip.GzipFile | IO[bytes], packed: Callable[[], int], spool: IO[bytes] | None = None
    ) -> None:
        self._stream = stream
        self._packed = packed
        self._spool = spool
        self._count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        try:
            chunk = self._stream.read(min(len(buffer), _CHUNK))
        except _UNPACKING as error:
            raise Unclear("not_readable", detail=_detail(error)) from error
        self._count += len(chunk)
        if self._count > MAX_BYTES:
            raise Unclear("too_large", limit=f"{MAX_BYTES:,}")
        if self._count > _HARMLESS and self._count > self._packed() * MAX_RATIO:
            raise Unclear("bomb", ratio=str(MAX_RATIO))
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        self._stream.close()
        if self._spool:
            self._spool.close()
        super().close()


def _from_gzip(packed: io.BufferedReader) -> io.BufferedReader:
    counted = _Counted(packed)
    return _buffered(_Unpacked(gzip.GzipFile(fileobj=counted), lambda: counted.count))


def _from_zip(packed: io.BufferedReader) -> io.RawIOBase:
    """The one file of a zip archive, which must be read from its end: a stream goes to a temporary file."""
    spool = tempfile.SpooledTemporaryFile(_SPOOLED)  # noqa: SIM115
    try:
        return _one_file(packed, spool)
    except BaseException:
        spool.close()
        raise


def _one_file(packed: io.BufferedReader, spool: IO[bytes]) -> io.RawIOBase:
    try:
        shutil.copyfileobj(packed, spool, _CHUNK)
        archive = zipfile.ZipFile(spool)
        files = [file for file in archive.infolist() if not _hidden(file)]
        if not files:
            raise Unclear("no_file")
        if len(files) > 1:
            named = ", ".join(file.filename[:80] for file in files[:10])
            raise Unclear("several_files", files=named + (" …" if len(files) > 10 else ""))
        if files[0].file_size > MAX_BYTES:
            raise Unclear("too_large", limit=f"{MAX_BYTES:,}")
        if files[0].flag_bits & 1:
            raise Unclear("not_readable", detail="it wants a password")
        size = files[0].compress_size
        return _Unpacked(archive.open(files[0]), lambda: size, spool)
    except _UNPACKING as error:
        raise Unclear("not_readable", detail=_detail(error)) from error


def _hidden(file: zipfile.ZipInfo) -> bool:
    """Folders, and what file managers add unasked."""
    parts = file.filename.split("/")
    return not parts[-1] or parts[0] == "__MACOSX" or parts[-1].startswith(".") or parts[-1] == "Thumbs.db"


def _detail(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:120]


class _Recoded(io.RawIOBase):
    """Text of any character set as UTF-8."""

    def __init__(self, stream: io.BufferedReader, charset: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(charset)("replace")
        self._rest = b""
        self._over = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        while not self._rest and not self._over:
            chunk = self._stream.read(_CHUNK)
            self._over = not chunk
            try:
                told = self._decoder.decode(chunk, final=self._over)
            except (UnicodeError, ValueError) as error:
                raise Unclear("not_readable", detail=_detail(error)) from error
            # Some character sets can write half a pair.
            self._rest = told.encode("utf-8", "replace")
        got = self._rest[: len(buffer)]
        self._rest = self._rest[len(got) :]
        buffer[: len(got)] = got
        return len(got)

    def close(self) -> None:
        self._stream.close()
        super().close()
