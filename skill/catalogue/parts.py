"""What a catalogue version keeps beside the engine's index: records by row, memory-mapped, in parts.

A part is written once: the first by a build, one more by each update. A row is a record's number over all
parts; the engine stores it with each document, so that a hit costs a slice and no parsing.
"""

from __future__ import annotations

import mmap
import weakref
from array import array
from bisect import bisect_right
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

OFFSETS = ".offsets"
BYTES = ".bytes"


class PartWriter:
    """Records of one part, written as a stream; the offsets follow when it is closed."""

    def __init__(self, folder: Path, name: str, *, number: int) -> None:
        self._stem = folder / f"{name}-{number:03}"
        self._file = self._stem.with_suffix(BYTES).open("wb")
        self._offsets = array("I", [0])
        self._at = 0

    def add(self, record: bytes) -> None:
        """The next row."""
        self._file.write(record)
        self._at += len(record)
        self._offsets.append(self._at)

    def __enter__(self) -> PartWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        self._stem.with_suffix(OFFSETS).write_bytes(self._offsets.tobytes())


class Parts:
    """The records of a name, over all its parts; safe to share between threads."""

    def __init__(self, folder: Path, name: str) -> None:
        self._starts: list[int] = []
        self._parts: list[tuple[memoryview, memoryview]] = []
        self.rows = 0
        for path in by_number(folder, f"{name}-*{OFFSETS}"):
            offsets = mapped(path).cast("I")
            self._starts.append(self.rows)
            self._parts.append((offsets, mapped(path.with_suffix(BYTES))))
            self.rows += len(offsets) - 1

    def __getitem__(self, row: int) -> bytes:
        if len(self._starts) == 1:
            offsets, data = self._parts[0]
        else:
            at = bisect_right(self._starts, row) - 1
            offsets, data = self._parts[at]
            row -= self._starts[at]
        return data[offsets[row] : offsets[row + 1]].tobytes()


def mapped(path: Path) -> memoryview:
    """A file's bytes, read from disk as they are looked at."""
    if path.stat().st_size == 0:
        return memoryview(b"")
    with path.open("rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def count_parts(folder: Path, name: str) -> int:
    """How many parts of a name a folder has."""
    return sum(1 for _ in folder.glob(f"{name}-*{OFFSETS}"))


def by_number(folder: Path, pattern: str) -> list[Path]:
    """The files of a pattern by the number in their names."""
    # As names, part 1000 would come before part 999.
    return sorted(folder.glob(pattern), key=lambda path: int(path.stem.rpartition("-")[2]))


def write_lines(path: Path, lines: Iterable[bytes]) -> None:
    """Sorted lines, to be looked up by `find_line`."""
    path.write_bytes(b"".join(sorted(line + b"\n" for line in lines)))


def find_line(data: memoryview, key: bytes) -> bytes | None:
    """What follows `key` and a tab in sorted lines; None when no line begins so. Halves its way there."""
    text: mmap.mmap = data.obj  # type: ignore[assignment]
    if not data:
        return None
    wanted, low, high = key + b"\t", 0, len(data)
    while low < high:
        middle = (low + high) // 2
        begin = text.rfind(b"\n", low, middle) + 1 or low
        end = text.find(b"\n", begin, len(data))
        line = text[begin:end]
        if line.startswith(wanted):
            return line[len(wanted) :]
        if line < wanted:
            low = end + 1
        else:
            high = begin
    return None


def linked(folder: Path, owner: object) -> Path:
    """A new writable folder of links to a version's files (its locks left out), removed with its owner."""
    import shutil  # these take a while, and only a function's package needs them
    from tempfile import mkdtemp

    links = Path(mkdtemp(prefix="sayso-catalogue-"))
    weakref.finalize(owner, shutil.rmtree, links, True)
    for file in folder.iterdir():
        if file.suffix != ".lock":
            (links / file.name).symlink_to(file.resolve())
    return links
