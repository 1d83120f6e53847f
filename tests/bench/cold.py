"""A cold start of the package: from the start of a process to Lambda's handler having answered its first
request.

Fresh processes of the runtime's Python with nothing but the package on its path, one variant after the other
so that each meets the same machine. Ours with DynamoDB (ministack on this machine; its calls are part of our
time) and with SQLite; beside them a skill on ask-sdk-core that does nothing, with a DynamoDB client made and
pydantic imported, as `sam build` ships it: without bytecode, which never gets any. What Lambda itself adds
(download, runtime) is in neither.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import subprocess
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests import programs
from tests.bench import ROOT, NotReady, Outcome, Row, WrongAnswer, environment, find, launch, program
from tests.bench.packages import Package, compiled, ours, peer, runtime, version

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
_PATH = "import sys\nsys.path.insert(0, sys.argv[2])\n"
_ANSWER = "import json\nprint(json.dumps(lambda_handler(json.loads(sys.argv[1]), None)), flush=True)\n"
_PEER = "ask-sdk-core + boto3 client + pydantic"
_AS_BUILT, _COMPILED = f"{_PEER}, as sam build ships it", f"{_PEER}, with bytecode"
# Packages that need a smaller part of all imports than this are summed up as "other".
_SHOWN = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One thing to start: its program, the package it finds, the request it answers, a word its answer must
    hold, its settings."""

    code: str
    package: Path
    request: Mapping[str, Any]
    says: str
    settings: Mapping[str, str] = field(default_factory=dict)

    def command(self, *options: str) -> list[str]:
        """No environment of Python's, no site packages, no bytecode written."""
        code = _PATH + self.code + _ANSWER
        python = [runtime(), "-I", "-S", "-B", "-W", "ignore", *options]
        return [*python, "-c", code, json.dumps(self.request), str(self.package)]


@dataclass(frozen=True, slots=True)
class Start:
    """Milliseconds to the answer, and of CPU till the process ended."""

    answered: float
    cpu: float


def start(variant: Variant) -> Start:
    """Start a process and wait for its answer."""
    env = environment({**_NOWHERE, **variant.settings})
    before = time.perf_counter()
    process = subprocess.Popen(variant.command(), cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process.stdout as out:
        answer = out.readline()
        spent = (time.perf_counter() - before) * 1e3
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if variant.says not in answer:
        raise WrongAnswer(f"expected {variant.says!r} in {answer}")
    return Start(spent, (used.ru_utime + used.ru_stime) * 1e3)


def medians(variants: Mapping[str, Variant]) -> dict[str, Start]:
    """The medians of RUNS starts of each, after one that fills the system's caches."""
    for variant in variants.values():
        start(variant)
    spent: dict[str, list[Start]] = defaultdict(list)
    for _ in range(RUNS):
        for name, variant in variants.items():
            spent[name].append(start(variant))
    return {
        name: Start(
            statistics.median(one.answered for one in starts), statistics.median(one.cpu for one in starts)
        )
        for name, starts in spent.items()
    }


def imports(variant: Variant) -> str:
    """What a variant imports, by package, each module's own time added up (python -X importtime, which itself
    slows imports down somewhat)."""
    done = subprocess.run(
        variant.command("-X", "importtime"),
        cwd=ROOT,
        env=environment({**_NOWHERE, **variant.settings}),
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
    shown = sorted(
        (name for name in own if own[name] >= _SHOWN * sum(own.values())), key=lambda name: -own[name]
    )
    parts = [f"{name} {own[name]:.0f} ms ({modules[name]})" for name in shown]
    other = sum(time_ for name, time_ in own.items() if name not in shown)
    whole = f"{sum(own.values()):.0f} ms in {sum(modules.values())} modules"
    return f"{whole}: {', '.join(parts)}, other {other:.0f} ms"


@contextmanager
def ministack(folder: Path) -> Iterator[str | None]:
    """The endpoint of a DynamoDB of our own; None where there is none to be had."""
    try:
        programs.installed("ministack", "ministack>=1.5")
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
    """Every variant's median, ours next to the peer that carries as much, and how large the packages are."""
    with TemporaryDirectory(prefix="sayso-bench-") as name:
        folder = Path(name)
        mine, other = ours(folder), peer(folder)
        quick = folder / "compiled"
        shutil.copytree(other.folder, quick)
        compiled(quick)
        variants = _peers(other.folder, quick)
        variants |= _ours("SQLite", mine.folder, sample({**_HERE, "SAYSO_STORE": f"sqlite:{folder}/shop.db"}))
        notes = [f"Python {version(runtime())}, with nothing but the package on its path."]
        with ministack(folder) as endpoint:
            if endpoint is None:
                notes.append("DynamoDB is left out: no ministack can be had.")
            else:
                variants |= _ours("DynamoDB", mine.folder, _dynamodb(endpoint, folder))
            spent = medians(variants)
            notes += [
                f"imports of {what}, {imports(variants[what])}."
                for what in ("DynamoDB, launch", _COMPILED)
                if what in variants
            ]
    rows = [
        _row(what, spent[what], spent[_AS_BUILT]) for what in variants if what not in (_AS_BUILT, _COMPILED)
    ]
    rows += _sizes(mine, other)
    cpu = ", ".join(f"{what} {one.cpu:.0f} ms" for what, one in spent.items())
    notes.append(f"CPU of the whole process, its end among it: {cpu}.")
    notes.append(f"beside them: {_COMPILED}: {spent[_COMPILED].answered:.0f} ms.")
    return Outcome(tuple(rows), tuple(notes))


# No account of this machine's user, whose region and keys are in the programs.
_NOWHERE = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "", "AWS_SHARED_CREDENTIALS_FILE": ""}
_HERE = {"SAYSO_ASSUME_LINKED": "1"}


def _row(what: str, mine: Start, beside: Start) -> Row:
    return Row(
        what=f"Cold start of the package to the first answer, {what}",
        ours=f"{mine.answered:.0f} ms",
        peer=f"{_AS_BUILT}: {beside.answered:.0f} ms",
        ratio=f"{mine.answered / beside.answered:.2f}",
    )


def _sizes(mine: Package, other: Package) -> list[Row]:
    sizes = {"zipped": (mine.zip, other.zip), "unpacked": (mine.unpacked, other.unpacked)}
    return [
        Row(
            what=f"Package, {what}",
            ours=f"{size / 1e6:.1f} MB",
            peer=f"{_AS_BUILT}: {beside / 1e6:.1f} MB",
            ratio=f"{size / beside:.2f}",
        )
        for what, (size, beside) in sizes.items()
    ]


def _peers(as_built: Path, quick: Path) -> dict[str, Variant]:
    code, request = PLAIN + CLIENT + MODEL, launch(user="cold")
    return {
        name: Variant(code=code, package=package, request=request, says="Okay.")
        for name, package in ((_AS_BUILT, as_built), (_COMPILED, quick))
    }


def _ours(store: str, package: Path, settings: Mapping[str, str]) -> dict[str, Variant]:
    requests = {
        "launch": (launch(user="cold"), "Saffron Wagon"),
        "find": (find("oat milk", user="cold"), "oat milk"),
    }
    return {
        f"{store}, {what}": Variant(code=OURS, package=package, request=request, says=says, settings=settings)
        for what, (request, says) in requests.items()
    }


def _dynamodb(endpoint: str, folder: Path) -> dict[str, str]:
    from skill.storage.dynamodb import connect, create_table

    create_table(connect(endpoint), "bench")
    store = f"dynamodb:bench@{endpoint}"
    return sample({**_HERE, "SAYSO_STORE": store, "SAYSO_CATALOGUES": str(folder / "dynamodb")})
