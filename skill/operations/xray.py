"""A turn as a subsegment of the function's own segment in AWS X-Ray, without the SDK, whose import takes
longer than a turn. The daemon takes documents by UDP:
https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from time import time

from skill.operations.trace import hexadecimal
from skill.operations.turn import FAULT, Tell, TurnRecord, fields, values

# Where Lambda says which trace an invocation belongs to, and who takes its documents.
HEADER = "_X_AMZN_TRACE_ID"
DAEMON = "AWS_XRAY_DAEMON_ADDRESS"
_PREFIX = b'{"format": "json", "version": 1}\n'


def parts(header: str) -> tuple[str, str, bool]:
    """Root, parent and whether it is sampled, of a tracing header; empty where it does not tell."""
    told = dict(part.partition("=")[::2] for part in header.split(";"))
    root, parent = told.get("Root", ""), told.get("Parent", "")
    version, *ids = root.split("-")
    if version != "1" or [*map(len, ids)] != [8, 24] or not all(map(hexadecimal, (*ids, parent))):
        return "", "", False
    return root, parent, told.get("Sampled") == "1"


def trace_of(header: str) -> str:
    """The trace's id as W3C writes it: 32 hexadecimal letters; empty without."""
    return parts(header)[0].removeprefix("1-").replace("-", "")


def subsegment(turn: TurnRecord, header: str, *, ends: float, id: str) -> bytes | None:
    """The datagram for a turn that ended at `ends` (seconds since 1970); None where its trace is not kept."""
    root, parent, sampled = parts(header)
    if not sampled:
        return None
    told = {**values(turn), **fields(turn), "Shop": turn.shop, "Intent": turn.intent}
    document = {
        "type": "subsegment",
        "name": "turn",
        "id": id,
        "trace_id": root,
        "parent_id": parent,
        "start_time": ends - turn.milliseconds / 1000,
        "end_time": ends,
        "fault": turn.outcome == FAULT,
        "annotations": {name: value for name, value in told.items() if value != ""},
    }
    return _PREFIX + json.dumps(document, separators=(",", ":")).encode()


def turns_by_udp(environ: Mapping[str, str], *, now: Callable[[], float] = time) -> Tell | None:
    """What sends each turn to the daemon the environment names; None where it names none. A datagram that
    nobody takes is lost, and nobody waits for it."""
    host, _, port = environ.get(DAEMON, "").rpartition(":")
    if not host or not port.isdigit():
        return None

    def tell(turn: TurnRecord) -> None:
        # Read each time: the trace is another with each invocation.
        datagram = subsegment(turn, environ.get(HEADER, ""), ends=now(), id=secrets.token_hex(8))
        if datagram is not None:
            # Only now: most turns are not sampled.
            import socket

            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
                wire.setblocking(False)
                wire.sendto(datagram, (host.strip("[]"), int(port)))

    return tell
