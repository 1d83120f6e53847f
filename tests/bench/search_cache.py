"""Catalogues that take long to build, kept in .bench until their format or the way they are made changes."""

from __future__ import annotations

import gc
import hashlib
import json
import shutil
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from skill.catalogue.index import build
from skill.catalogue.manifest import FORMAT
from tests.bench import ROOT, NotReady
from tests.bench.labelled import product_of
from tests.bench.peers import Bm25s, Fts5
from tests.bench.scale import SCALE, catalogue

CACHE = ROOT / ".bench"
# What zstd -19 does; a version travels compressed.
LEVEL = 19


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A catalogue of ours. `seconds`: what building it took, `stream` of them for making the products.
    `wire`: bytes by kind of file, compressed; `disk`: as they lie there. `source`: which code built it."""

    seconds: float
    stream: float
    wire: Mapping[str, int]
    disk: int
    source: str


def place(count: int) -> Path:
    """Where what belongs to the scale catalogue of `count` products is kept."""
    return CACHE / f"{count}-s{SCALE}"


def ours(count: int, *, fresh: bool = False) -> tuple[Path, Built]:
    """The version folder of the scale catalogue and how it was built, built now if it is not there."""
    folder = place(count) / f"ours-f{FORMAT}"
    stamp = folder.with_suffix(".json")
    if stamp.exists() and folder.exists() and not fresh:
        built = Built(**json.loads(stamp.read_text("utf-8")))
        if built.source != source():
            _say(f"{count:,}: skill/catalogue has changed since it was built; --fresh builds it again")
        return folder, built
    shutil.rmtree(folder, ignore_errors=True)
    stamp.unlink(missing_ok=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    _say(f"{count:,}: building ours …")
    started = time.perf_counter()
    for record in catalogue(count):
        product_of(record)
    stream = time.perf_counter() - started
    started = time.perf_counter()
    build(map(product_of, catalogue(count)), folder=folder, version="bench", language="en")
    seconds = time.perf_counter() - started
    _say(f"{count:,}: built in {seconds:.0f} s; compressing …")
    disk = sum(file.stat().st_size for file in files(folder))
    built = Built(seconds=seconds, stream=stream, wire=wire(folder), disk=disk, source=source())
    stamp.write_text(json.dumps(asdict(built)), "utf-8")
    gc.collect()
    return folder, built


def fts5(count: int, *, fresh: bool = False) -> Path:
    """The same catalogue in FTS5."""
    path = place(count) / "fts5.db"
    if fresh or not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _say(f"{count:,}: building FTS5 …")
        partial = path.with_suffix(".partial")
        Fts5(partial, records=catalogue(count)).close()
        partial.rename(path)
    return path


def bm25s(count: int, *, fresh: bool = False) -> Path:
    """The same catalogue in bm25s."""
    folder = place(count) / "bm25s"
    if fresh or not (folder / "ids.json").exists():
        _say(f"{count:,}: building bm25s …")
        Bm25s(records=catalogue(count), folder=folder)
        gc.collect()
    return folder


def files(folder: Path) -> Iterator[Path]:
    """What of a version travels: all but its locks."""
    return (file for file in sorted(folder.rglob("*")) if file.is_file() and file.suffix != ".lock")


def wire(folder: Path) -> dict[str, int]:
    """Bytes of a version's files after zstd, by suffix. Raises NotReady when zstandard is not installed."""
    try:
        import zstandard
    except ImportError as error:
        raise NotReady("zstandard is not installed: make .venv/.bench") from error
    bytes_of: dict[str, int] = defaultdict(int)
    for file in files(folder):
        counted = _Counted()
        compressor: Any = zstandard.ZstdCompressor(level=LEVEL, threads=-1)
        with file.open("rb") as read:
            compressor.copy_stream(read, counted, size=file.stat().st_size)
        bytes_of[file.suffix or file.name] += counted.bytes
    return dict(bytes_of)


def source() -> str:
    """A short hash of the code and word lists that decide what an index holds."""
    parts = (ROOT / "skill" / "catalogue").glob("*.py"), (ROOT / "skill" / "locales" / "en").glob("*.toml")
    return _hashed(file for some in parts for file in sorted(some))


class _Counted:
    """A file that keeps nothing but its length."""

    def __init__(self) -> None:
        self.bytes = 0

    def write(self, data: bytes) -> int:
        self.bytes += len(data)
        return len(data)


def _hashed(paths: Iterable[Path]) -> str:
    whole = hashlib.sha256()
    for path in paths:
        whole.update(path.name.encode() + path.read_bytes())
    return whole.hexdigest()[:12]


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
