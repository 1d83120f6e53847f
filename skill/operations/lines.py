"""The log of a shop that somebody hosts: text to read, or one JSON object a line to collect."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime

from skill.errors import BadInput
from skill.logs import guard_logs
from skill.operations.round import RoundRecord
from skill.operations.turn import TurnRecord, fields

log = logging.getLogger("sayso")
TEXT = "%(levelname)s %(name)s %(message)s"
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
# Where a record carries what a line holds besides; nobody else's extras are believed.
_FIELDS = "sayso"


class JsonLines(logging.Formatter):
    """One JSON object a record: `time` (ISO 8601, UTC), `level`, `logger`, `message`, and the fields of a
    turn or a round."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, _FIELDS, {}),
        }
        return json.dumps(line, ensure_ascii=False)


def settings_of(text: str) -> tuple[int, logging.Formatter]:
    """The level and format that SAYSO_LOG asks for: "json" or "text" (the default), and a level, in either
    order. JSON tells of every turn, text of what went wrong, unless a level is named. Raises BadInput."""
    words = text.replace(",", " ").split()
    levels = [word.upper() for word in words if word.upper() in _LEVELS]
    forms = [word.lower() for word in words if word.lower() in ("json", "text")]
    if len(levels) > 1 or len(forms) > 1 or len(levels) + len(forms) < len(words):
        raise BadInput(f'SAYSO_LOG={text!r}: write "json" or "text" and one of {", ".join(_LEVELS)}')
    as_json = forms == ["json"]
    level = levels[0] if levels else "INFO" if as_json else "WARNING"
    return logging.getLevelNamesMapping()[level], JsonLines() if as_json else logging.Formatter(TEXT)


def apply_log_settings(environ: Mapping[str, str]) -> None:
    """Let the root logger write to standard error as SAYSO_LOG asks, unless somebody gave it handlers, and
    guard what it writes. Raises BadInput."""
    level, formatter = settings_of(environ.get("SAYSO_LOG", ""))
    root = logging.getLogger()
    if not root.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(formatter)
        root.addHandler(handler)
        root.setLevel(level)
    guard_logs()


def turn_logged(turn: TurnRecord) -> None:
    """Log a turn."""
    if log.isEnabledFor(logging.INFO):
        told = {**asdict(turn), **fields(turn)}
        del told["kind"]
        if not turn.session:
            # It goes on, or is none.
            del told["session"]
        what = " ".join(filter(None, (turn.kind, turn.intent, turn.outcome)))
        log.info("turn: %s in %.1f ms", what, turn.milliseconds, extra={_FIELDS: told})


def round_logged(done: RoundRecord) -> None:
    """Log a round in which something happened."""
    if done.told or done.dead or done.settled or done.due:
        told = asdict(done)
        what = ", ".join(f"{value} {name}" for name, value in told.items() if name != "shop")
        log.info("round for %s: %s", done.shop, what, extra={_FIELDS: {"event": "round", **told}})
