"""What a log may hold: what went wrong and where, never with whom.

Libraries put what they were sent into their messages and exceptions: a whole item with its address, a URL
with a token in it. So of what others log, and of every exception that is not ours, the log tells kind and
place."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from traceback import walk_tb

NAME = "sayso"
# The innermost calls of an exception, and the exceptions that led to one another.
_CALLS = 8
_LINKS = 4
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,79}")
# Where packages lie: what comes before tells of the machine alone.
_HOMES = ("site-packages", "dist-packages", "lambda", "skill", "tests")


def fault(error: BaseException) -> str:
    """An exception in one line without its message, which may hold what somebody said: its type, the code by
    which AWS, SQLite, the system or a payment provider classes it, the innermost calls, and what led to
    it."""
    return "; after ".join(_told(one) for one in _chain(error))


def guard_logs() -> None:
    """Let no handler of the root logger write what `Guard` keeps back. To be called by a door once its
    handlers are there; safe to repeat."""
    for handler in logging.getLogger().handlers:
        if not any(isinstance(known, Guard) for known in handler.filters):
            handler.addFilter(Guard())


class Guard(logging.Filter):
    """Rewrites a record for its handler. Ours keeps its message, with `fault` in place of exceptions that are
    not ours; of others' warnings and errors the place is left, and what is less than a warning is dropped."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.partition(".")[0] == NAME:
            message = _message(record)
        elif record.levelno < logging.WARNING:
            return False
        else:
            message = _place(record)
        if record.exc_info and record.exc_info[1]:
            message = f"{message}: {fault(record.exc_info[1])}"
        record.msg, record.args = message, ()
        record.exc_info = record.exc_text = None
        return True


def _message(record: logging.LogRecord) -> str:
    args = record.args
    if isinstance(args, tuple):
        record.args = tuple(_safe(arg) for arg in args)
    try:
        return record.getMessage()
    except Exception:
        # Logging itself would print the arguments.
        return _place(record)


def _safe(arg: object) -> object:
    """Our own exceptions have texts that name nobody."""
    ours = type(arg).__module__.partition(".")[0] == "skill"
    return fault(arg) if isinstance(arg, BaseException) and not ours else arg


def _place(record: logging.LogRecord) -> str:
    return f"at {_short(record.pathname)}:{record.lineno} in {record.funcName}"


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen and len(seen) < _LINKS:
        yield one
        seen.add(id(one))
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)


def _told(error: BaseException) -> str:
    frames = list(walk_tb(error.__traceback__))[-_CALLS:]
    calls = [f"{_short(frame.f_code.co_filename)}:{line}" for frame, line in frames]
    codes = "".join(f" {code}" for code in _codes(error))
    return f"{type(error).__name__}{codes}" + (f" at {', '.join(reversed(calls))}" if calls else "")


def _codes(error: BaseException) -> Iterator[str]:
    answer = getattr(error, "response", None)
    known = answer.get("Error") if isinstance(answer, dict) else None
    found: list[object] = [known.get("Code")] if isinstance(known, dict) else []
    found += [getattr(error, "sqlite_errorname", None)]
    if type(error).__module__.partition(".")[0] == "stripe":
        found += [getattr(error, "code", None)]
    yield from (code for code in found if isinstance(code, str) and _CODE.fullmatch(code))
    numbers = (getattr(error, name, None) for name in ("errno", "http_status"))
    yield from (str(number) for number in numbers if isinstance(number, int))


def _short(path: str) -> str:
    parts = Path(path).parts
    homes = [at for name in _HOMES for at in range(len(parts) - 1, -1, -1) if parts[at] == name]
    if not homes:
        return "/".join(parts[-2:])
    return "/".join(parts[homes[0] + parts[homes[0]].endswith("-packages") :])
