"""What the standard library works out anew in every process, kept in a package from when that was made: the
methods `dataclass` writes and compiles, and regular expressions.

Compiling the same 120 classes and 160 expressions again is a sixth of a cold start. `lambda/prepare.py`
writes them down; without its file, which only packages have, nothing happens here. The text itself is the
key, so what the file does not hold, as when Lambda's Python writes other methods, is compiled as ever."""

from __future__ import annotations

import builtins
import dataclasses
import marshal
from collections.abc import Mapping
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("ready.bin")
# Texts of methods to their code, and expressions with their flags to what `_sre` makes one of: marshalled, so
# that only what is used is read.
Methods = Mapping[str, bytes]
Patterns = Mapping[tuple[str | bytes, int], bytes]


def made_by() -> tuple[bytes, int]:
    """The forms this Python keeps code and expressions in."""
    return MAGIC_NUMBER, _expressions()._sre.MAGIC


def use(file: Path = FILE) -> bool:
    """Have what `file` holds taken from it, in the whole process; whether there is such a file, and of this
    Python."""
    try:
        made, methods, patterns = marshal.loads(file.read_bytes())
    except FileNotFoundError:
        return False
    if made != made_by():
        return False
    # The module's own name goes before the builtin.
    vars(dataclasses)["exec"] = _executing(methods)
    expressions = _expressions()
    expressions.compile = _compiling(patterns, make=expressions._sre.compile, otherwise=expressions.compile)
    return True


def _expressions() -> Any:
    # Only now, as the name is private: a Python that has it no more does without what is ready.
    from re import _compiler  # type: ignore[attr-defined]

    return _compiler


def _executing(methods: Methods) -> Any:
    def execute(text: str, globals: dict[str, Any], locals: dict[str, Any]) -> None:
        known = methods.get(text)
        builtins.exec(text if known is None else marshal.loads(known), globals, locals)

    return execute


def _compiling(patterns: Patterns, *, make: Any, otherwise: Any) -> Any:
    def compile(pattern: Any, flags: int = 0) -> Any:
        # Whatever else may be compiled need not even have a hash.
        known = patterns.get((pattern, flags)) if type(pattern) in (str, bytes) else None
        return otherwise(pattern, flags) if known is None else make(*marshal.loads(known))

    return compile
