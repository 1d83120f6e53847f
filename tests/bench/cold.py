"""A cold start: from the start of a process to Lambda's handler having answered its first request.

Fresh processes, one variant after the other so that each meets the same machine: ours with SQLite and with
DynamoDB (ministack on this machine; its calls are part of our time), and beside them ask-sdk-core with a
handler that does nothing, alone, with a DynamoDB client made, and with pydantic imported besides. Bytecode is
compiled beforehand, as a deployment should. What Lambda itself adds (download, runtime) is not in it.
"""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests import programs
from tests.bench import (
    ROOT,
    NotReady,
    Outcome,
    Row,
    WrongAnswer,
    environment,
    find,
    launch,
    program,
    stop,
)
from tests.programs import installed

RUNS = 15
OURS = (
    "from importlib import import_module\nlambda_handler = import_module('lambda.handler').lambda_handler\n"
)
PLAIN = """
from ask_sdk_core.skill_builder import SkillBuilder
builder = SkillBuilder()
@builder.request_handler(can_handle_func=lambda _: True)
def nothing(handler_input):
    return handler_input.response_builder.speak("Okay.").ask("What else?").response
lambda_handler = builder.lambda_handler()
"""
CLIENT = """
import boto3
boto3.client("dynamodb", region_name="us-east-1", aws_access_key_id="local", aws_secret_access_key="local")
"""
MODEL = """
import pydantic
class Cart(pydantic.BaseModel):
    cid: str
    lines: dict[str, int] = {}
"""
ANSWER = """
import json, sys
print(json.dumps(lambda_handler(json.loads(sys.argv[1]), None)), flush=True)
"""
# Packages that need less than this to import are summed up as "other".
_SHOWN_MS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One thing to start: its program, the request it answers, a word its answer must hold, its settings."""

    code: str
    request: Mapping[str, Any]
    says: str
    settings: Mapping[str, str] = field(default_factory=dict)


def start(variant: Variant) -> float:
    """Milliseconds from starting the process to its answer."""
    command = [sys.executable, "-c", variant.code + ANSWER, json.dumps(variant.request)]
    env = environment(variant.settings)
    before = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    answer = process.stdout.readline()
    spent = (time.perf_counter() - before) * 1e3
    stop(process)
    if variant.says not in answer:
        raise WrongAnswer(f"expected {variant.says!r} in {answer}")
    return spent


def medians(variants: Mapping[str, Variant]) -> dict[str, float]:
    """The median of RUNS starts of each, after one that fills caches and writes bytecode."""
    for variant in variants.values():
        start(variant)
    spent: dict[str, list[float]] = defaultdict(list)
    for _ in range(RUNS):
        for name, variant in variants.items():
            spent[name].append(start(variant))
    return {name: statistics.median(times) for name, times in spent.items()}


def imports(settings: Mapping[str, str]) -> str:
    """What our handler imports, by package, each module's own time added up (python -X importtime, which
    itself slows imports down somewhat)."""
    code = OURS + ANSWER
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", code, json.dumps(launch(user="imports"))],
        cwd=ROOT,
        env=environment(settings),
        capture_output=True,
        text=True,
        check=True,
    )
    own: dict[str, float] = defaultdict(float)
    modules: dict[str, int] = defaultdict(int)
    for found in re.finditer(r"^import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)$", done.stderr, re.MULTILINE):
        package = found[2].split(".")[0]
        own[package] += int(found[1]) / 1e3
        modules[package] += 1
    shown = sorted((name for name in own if own[name] >= _SHOWN_MS), key=lambda name: -own[name])
    parts = [f"{name} {own[name]:.0f} ms ({modules[name]})" for name in shown]
    other = sum(time_ for name, time_ in own.items() if name not in shown)
    whole = f"{sum(own.values()):.0f} ms in {sum(modules.values())} modules"
    return f"{whole}: {', '.join(parts)}, other {other:.0f} ms"


@contextmanager
def ministack(folder: Path) -> Iterator[str | None]:
    """The endpoint of a DynamoDB of our own; None where there is none to be had."""
    try:
        installed("ministack", "ministack>=1.5")
    except NotReady:
        yield None
        return
    with programs.ministack(folder) as endpoint:
        yield endpoint


def sample(settings: dict[str, str]) -> dict[str, str]:
    """These settings, with the sample shop imported where they say."""
    subprocess.run(
        [program("sayso"), "sample"], cwd=ROOT, env=environment(settings), check=True, capture_output=True
    )
    return settings


def run() -> Outcome:
    """Every variant's median, ours next to the peer that carries as much."""
    with TemporaryDirectory(prefix="sayso-bench-") as name:
        folder = Path(name)
        common = {"SAYSO_ASSUME_LINKED": "1", "AWS_EC2_METADATA_DISABLED": "true"}
        sqlite = sample({**common, "SAYSO_STORE": f"sqlite:{folder}/shop.db"})
        variants = _plain() | _ours("SQLite", sqlite)
        notes = [f"imports with SQLite, {imports(sqlite)}."]
        with ministack(folder) as endpoint:
            if endpoint is None:
                notes.append("DynamoDB is left out: no ministack can be had.")
            else:
                dynamodb = _dynamodb(endpoint, folder, common)
                variants |= _ours("DynamoDB", dynamodb)
                notes.append(f"imports with DynamoDB, {imports(dynamodb)}.")
            spent = medians(variants)
    rows = []
    for store, peer in (("SQLite", "ask-sdk-core"), ("DynamoDB", "ask-sdk-core + boto3 client")):
        for what in ("launch", "find"):
            if (mine := spent.get(f"{store}, {what}")) is not None:
                rows.append(
                    Row(
                        what=f"Cold start to the first answer, {store}, {what}",
                        ours=f"{mine:.0f} ms",
                        peer=f"{peer}: {spent[peer]:.0f} ms",
                        ratio=f"{mine / spent[peer]:.1f}",
                    )
                )
    notes.append(
        "beside them: "
        + ", ".join(f"{peer} {spent[peer]:.0f} ms" for peer in _plain())
        + "; the machine and Python alone are in every figure."
    )
    return Outcome(tuple(rows), tuple(notes))


def _plain() -> dict[str, Variant]:
    codes = {
        "ask-sdk-core": PLAIN,
        "ask-sdk-core + boto3 client": PLAIN + CLIENT,
        "ask-sdk-core + boto3 client + pydantic": PLAIN + CLIENT + MODEL,
    }
    request = launch(user="cold")
    return {name: Variant(code=code, request=request, says="Okay.") for name, code in codes.items()}


def _ours(store: str, settings: Mapping[str, str]) -> dict[str, Variant]:
    return {
        f"{store}, launch": Variant(
            code=OURS, request=launch(user="cold"), says="Saffron Wagon", settings=settings
        ),
        f"{store}, find": Variant(
            code=OURS, request=find("oat milk", user="cold"), says="oat milk", settings=settings
        ),
    }


def _dynamodb(endpoint: str, folder: Path, common: Mapping[str, str]) -> dict[str, str]:
    from skill.storage.dynamodb import connect, create_table

    create_table(connect(endpoint), "bench")
    store = f"dynamodb:bench@{endpoint}"
    return sample({**common, "SAYSO_STORE": store, "SAYSO_CATALOGUES": str(folder / "dynamodb")})
