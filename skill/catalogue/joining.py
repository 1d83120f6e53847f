"""Parts of a catalogue version made one: many small updates would otherwise become many small files."""

from __future__ import annotations

from array import array
from contextlib import ExitStack
from heapq import merge
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from shutil import copyfileobj

from skill.catalogue.parts import BYTES, OFFSETS, by_number, mapped


def join_parts(folder: Path, name: str) -> tuple[str, ...]:
    """Make one part of all parts of a name but the first. Rows keep their numbers. Files are made anew, since
    other versions may share the old ones; the names of those there were and are."""
    paths = by_number(folder, f"{name}-*{OFFSETS}")[1:]
    ends, size = array("I", [0]), 0
    joined = folder / f"{name}.joined"
    with joined.open("wb") as out:
        for path in paths:
            ends.extend(size + end for end in mapped(path).cast("I")[1:])
            size += path.with_suffix(BYTES).stat().st_size
            with path.with_suffix(BYTES).open("rb") as file:
                copyfileobj(file, out)
    for path in paths:
        path.unlink()
        path.with_suffix(BYTES).unlink()
    joined.rename(paths[0].with_suffix(BYTES))
    paths[0].write_bytes(ends.tobytes())
    return tuple(file.name for path in paths for file in (path, path.with_suffix(BYTES)))


def join_lines(folder: Path, name: str) -> tuple[str, ...]:
    """The same of files of sorted lines; what stands under one key comes together."""
    paths = by_number(folder, f"{name}-*.lines")[1:]
    joined = folder / f"{name}.joined"
    with ExitStack() as stack, joined.open("wb") as out:
        files = [stack.enter_context(path.open("rb")) for path in paths]
        pairs = (line.rstrip(b"\n").split(b"\t", 1) for line in merge(*files))
        for key, same in groupby(pairs, key=itemgetter(0)):
            words = dict.fromkeys(word for _, found in same for word in found.split(b" "))
            out.write(key + b"\t" + b" ".join(words) + b"\n")
    for path in paths:
        path.unlink()
    joined.rename(paths[0])
    return tuple(path.name for path in paths)
