"""Real and documented request envelopes against all doors: the web server, unsigned and signed, and Lambda's
handler.

run_corpus.py sends every envelope of ../shared/data/alexa-requests twice, as it was recorded and with a fresh
time and application id; a door fails where it gives neither a valid answer nor a clean 400, and where
signatures are checked also where it takes what was recorded long ago. check_response.py then judges every
answer by Alexa's rules, by itself and against our interaction model.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench import (
    ROOT,
    NotReady,
    Outcome,
    Row,
    checker,
    environment,
    program,
    served_sample,
    shared,
)
from tests.hostile.shop import SKILL, shop

MODEL = ROOT / "interaction_models" / "en-US.json"
MAX_KB = "120"
_SHOWN = 12
_REFUSED = "HTTP status 400"


@dataclass(frozen=True, slots=True)
class Run:
    """One door: how many requests it got, the envelopes it failed on, what the checks say of its answers
    (lines that begin with ERROR or WARN), how many turns its log calls failed, and how many requests it
    refused with 400."""

    requests: int
    failures: tuple[str, ...]
    findings: tuple[str, ...]
    faults: int
    refused: int


def by_server() -> Run:
    """The web server, unsigned, on a free port."""
    with served_sample() as server, TemporaryDirectory(prefix="sayso-bench-") as folder:
        out = Path(folder) / "out.jsonl"
        said = _corpus("--url", server.url, "--out", str(out), settings={})
        return _run(said, out, log=server.log.read_text("utf-8"))


def by_signed_server() -> Run:
    """The web server with signatures, times and skill ids checked; run_corpus.py signs as Amazon does."""
    with TemporaryDirectory(prefix="sayso-bench-") as folder, shop(Path(folder)) as server:
        out = Path(folder) / "out.jsonl"
        signed = ("--url", server.url, "--pki", folder, "--skill-id", SKILL, "--expect-400")
        said = _corpus(*signed, "--out", str(out), settings={})
        return _run(said, out, log=server.log.read_text("utf-8"))


def by_lambda() -> Run:
    """Lambda's handler in a process of its own, by way of lambda_shim.py."""
    with TemporaryDirectory(prefix="sayso-bench-") as folder:
        settings = {"SAYSO_STORE": f"sqlite:{folder}/shop.db", "SAYSO_ASSUME_LINKED": "1"}
        subprocess.run(
            [program("sayso"), "sample"], cwd=ROOT, env=environment(settings), check=True, capture_output=True
        )
        out = Path(folder) / "out.jsonl"
        _, home = checker()
        door = [
            sys.executable,
            str(home / "lambda_shim.py"),
            "lambda.handler:lambda_handler",
            "--path",
            str(ROOT),
        ]
        said = _corpus("--cmd", shlex.join(door), "--out", str(out), settings=settings)
        return _run(said, out, log=said.stderr)


def run() -> Outcome:
    """Failures and errors of all doors, and each finding once."""
    rows, notes = [], []
    doors = (
        ("web server", by_server()),
        ("web server, signed,", by_signed_server()),
        ("Lambda handler", by_lambda()),
    )
    for name, done in doors:
        errors = [line for line in done.findings if line.startswith("ERROR")]
        warnings = [line for line in done.findings if line.startswith("WARN")]
        rows += [
            Row(
                what=f"Envelopes the {name} fails on (and refuses with 400)",
                ours=f"{len(done.failures)} of {done.requests} ({done.refused})",
            ),
            Row(
                what=f"Errors and warnings in the {name}'s answers",
                ours=f"{len(errors)} and {len(warnings)}",
            ),
        ]
        if done.faults:
            notes.append(f"{name}: {done.faults} turns failed inside and were answered with an apology.")
        notes += [f"{name}: {line}" for line in _grouped((*done.failures, *errors, *warnings))]
    return Outcome(tuple(rows), tuple(notes))


def _corpus(*arguments: str, settings: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    python, home = checker()
    envelopes = str(shared("data/alexa-requests"))
    return subprocess.run(
        [str(python), str(home / "run_corpus.py"), "--dir", envelopes, *arguments],
        cwd=ROOT,
        env=environment(settings),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def _run(said: subprocess.CompletedProcess[str], out: Path, *, log: str) -> Run:
    counted = re.search(r"^(\d+) requests, (\d+) failed", said.stdout, re.MULTILINE)
    if not counted:
        raise NotReady(f"run_corpus.py does not run: {(said.stderr or said.stdout).strip()[-400:]}")
    failures = tuple(line for line in said.stdout.splitlines() if line.startswith("FAIL"))
    # The model adds checks and takes none away; run without it too, in case it hides something.
    findings = dict.fromkeys((*_checked(out), *_checked(out, "--model", str(MODEL))))
    # Whether a refusal was right is for run_corpus.py to say; to the other it is worth a warning each.
    refusals = [line for line in findings if line.endswith(_REFUSED)]
    others = tuple(line for line in findings if line not in refusals)
    return Run(int(counted[1]), failures, others, log.count("turn failed"), len(refusals))


def _checked(out: Path, *arguments: str) -> list[str]:
    python, home = checker()
    done = subprocess.run(
        [str(python), str(home / "check_response.py"), str(out), "--max-kb", MAX_KB, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.stderr:
        raise NotReady(f"check_response.py does not run: {done.stderr.strip()[-400:]}")
    return [line for line in done.stdout.splitlines() if line.startswith(("ERROR", "WARN"))]


def _grouped(lines: Sequence[str]) -> list[str]:
    """Each kind of finding once, with how often and one place."""
    kinds: Counter[str] = Counter()
    places: dict[str, str] = {}
    for line in lines:
        kind = re.sub(r"^(\w+) .*?(?:'|\.json\s+)[: ]", r"\1", line)
        kinds[kind] += 1
        places.setdefault(kind, line)
    return [f"{count} × {places[kind]}" for kind, count in kinds.most_common(_SHOWN)]
