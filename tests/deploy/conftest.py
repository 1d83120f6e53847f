"""The package for AWS Lambda, built once a run, and its doors in a process of their own."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from cfnlint.decode import decode

from tests.talk import ROOT

PATIENCE = 420
# Nothing of this machine: no environment, no site packages, no folder but the package.
_START = """
import sys
package, door = sys.argv[1:]
sys.path.insert(0, package)
import json
from importlib import import_module
handler = import_module(door).lambda_handler
class Context:
    aws_request_id = "test"
    def get_remaining_time_in_millis(self):
        return 30_000
for line in sys.stdin:
    print("ANSWER", json.dumps(handler(json.loads(line), Context())))
"""
Start = Callable[..., list[Any]]


@pytest.fixture(scope="session")
def template() -> dict[str, Any]:
    """template.yaml as it is written, before SAM makes of it what CloudFormation knows."""
    read, problems = decode(str(ROOT / "template.yaml"))
    assert problems == []
    plain: dict[str, Any] = json.loads(json.dumps(read))
    return plain


@pytest.fixture(scope="session")
def runtime() -> str:
    """The Python that the function runs on, where this machine has it."""
    found = subprocess.run(["make", "-s", "python313"], cwd=ROOT, capture_output=True, text=True, check=True)
    if not found.stdout.strip():
        pytest.skip("no Python 3.13 here: the package for Lambda is neither built nor started")
    return found.stdout.strip()


@pytest.fixture(scope="session")
def package(runtime: str) -> Path:
    """The folder that `make package` fills; the zip file lies beside it."""
    folder = ROOT / "build"
    folder.mkdir(exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        # Tests run in several processes, of which one builds it.
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = subprocess.run(
            ["make", "package"], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    assert made.returncode == 0, made.stderr
    return folder / "package"


@pytest.fixture
def start(package: Path, runtime: str, tmp_path: Path) -> Start:
    """Starts a door of the package with an environment and nothing else of this machine; its answers to
    events, one after the other."""

    def run(door: str, events: Sequence[Any], *, environ: Mapping[str, str]) -> list[Any]:
        done = subprocess.run(
            [runtime, "-I", "-S", "-B", "-W", "error", "-c", _START, str(package), door],
            cwd=tmp_path,
            env={"PATH": os.defpath, **environ},
            input="".join(f"{json.dumps(event)}\n" for event in events),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        told = [line.partition(" ") for line in done.stdout.splitlines()]
        return [json.loads(rest) for word, _, rest in told if word == "ANSWER"]

    return run
