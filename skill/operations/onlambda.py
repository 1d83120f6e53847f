"""Whom a function on AWS Lambda tells: CloudWatch by a line on standard output, X-Ray by a datagram."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from skill.operations import emf
from skill.operations.turn import Tell
from skill.operations.xray import turns_by_udp

if TYPE_CHECKING:
    from skill.operations.round import TellRound

STAGE = "SAYSO_STAGE"
# Lambda's own mark.
_LAMBDA = "AWS_LAMBDA_FUNCTION_NAME"


def stage_of(environ: Mapping[str, str]) -> str:
    """The stage that metrics are told under; empty: none are told, as neither is this Lambda nor was a stage
    named."""
    return environ.get(STAGE, "") or ("dev" if environ.get(_LAMBDA) else "")


def turns(environ: Mapping[str, str]) -> tuple[Tell, ...]:
    """Whom to tell of turns."""
    stage = stage_of(environ)
    if not stage:
        return ()
    traced = turns_by_udp(environ)
    return (emf.turns_to(emf.write_line, stage=stage), *((traced,) if traced else ()))


def rounds(environ: Mapping[str, str]) -> tuple[TellRound, ...]:
    """Whom to tell of the worker's rounds."""
    stage = stage_of(environ)
    return (emf.rounds_to(emf.write_line, stage=stage),) if stage else ()
