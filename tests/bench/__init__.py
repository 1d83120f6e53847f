"""Benchmarks and what they share: `python -m tests.bench [names…]`, or `make bench`.

A benchmark is a module here with a function `run() -> Outcome`. What it measures against lies in ../shared
and is never copied into the repository; where it is absent a benchmark says so and is left out.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
TOOLS = ROOT / ".tools"
_PATIENCE = 600
_APPLICATION = "amzn1.ask.skill.00000000-0000-0000-0000-000000000000"
# A device's token is a signed JWT of about this length.
_TOKEN = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9." + "c2F5c28tYmVuY2gt" * 60


class NotReady(Exception):
    """What a benchmark needs is not here; the message says what and where it is looked for."""


class WrongAnswer(Exception):
    """The shop did not say what a measured turn has to say, so its time means nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table. `peer` names what was measured beside us and its figure, `ratio` is ours to
    the peer's in the same run."""

    what: str
    ours: str
    peer: str = ""
    ratio: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a benchmark found: rows for the table, notes that stand below it, and what it has to say in a
    section of its own (Markdown)."""

    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    section: str = ""


@dataclass(frozen=True, slots=True)
class Server:
    """A shop being served: `url` is its skill endpoint, `log` what it wrote to stderr, `pid` its process."""

    url: str
    log: Path
    pid: int


def shared(path: str) -> Path:
    """A file or folder of ../shared. Raises NotReady when it is not there."""
    place = SHARED / path
    if not place.exists():
        raise NotReady(f"../shared/{path} is not there; it lies beside the repository's own folder")
    return place


def program(name: str) -> str:
    """A program of this environment ("sayso"). Raises NotReady when it is not installed."""
    place = Path(sys.executable).with_name(name)
    if not place.exists():
        raise NotReady(f"{name} is not beside {sys.executable}; run it by way of make")
    return str(place)


def node_tools() -> Path:
    """Our copy of ../shared/tools with its Node packages, installed on first use."""
    home = _copied_tools()
    if not (home / "node_modules" / "virtual-alexa").exists():
        npm = shutil.which("npm")
        if npm is None:
            raise NotReady("npm is not installed; drive.js needs Node and its packages")
        _install([npm, "install", "--no-audit", "--no-fund", "--prefix", str(home)], "npm install")
    return home


def checker() -> tuple[Path, Path]:
    """The Python that runs the shared checks, in an environment made on first use, and their folder."""
    home, environment = _copied_tools(), TOOLS / "check"
    python, ready = environment / "bin" / "python", environment / ".ready"
    if not ready.exists():
        shutil.rmtree(environment, ignore_errors=True)
        _install([sys.executable, "-m", "venv", str(environment)], "the environment for the checks")
        wanted = str(home / "requirements.txt")
        _install([str(python), "-m", "pip", "install", "--quiet", "-r", wanted], "the checks' packages")
        ready.touch()
    return python, home


@contextmanager
def served_sample() -> Iterator[Server]:
    """The sample shop in a temporary store, served unsigned on a free port of this machine."""
    with tempfile.TemporaryDirectory(prefix="sayso-bench-") as folder:
        settings = environment({"SAYSO_STORE": f"sqlite:{folder}/shop.db"})
        with served(Path(folder), "--unsigned", settings=settings) as server:
            yield server


@contextmanager
def served(folder: Path, *arguments: str, settings: Mapping[str, str]) -> Iterator[Server]:
    """`sayso serve` on a free port with these arguments and this environment; its log lies in `folder`.
    Raises NotReady."""
    log = folder / "server.log"
    with log.open("wb") as stderr:
        process = subprocess.Popen(
            [program("sayso"), "serve", "--port", "0", *arguments],
            cwd=ROOT,
            env=settings,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )
    try:
        assert process.stdout is not None
        _, found, rest = process.stdout.readline().partition("skill endpoint: ")
        if not found:
            raise NotReady(f"the shop does not start: {log.read_text('utf-8')[-500:]}")
        yield Server(rest.strip().rstrip(")"), log, process.pid)
    finally:
        stop(process)


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """The environment of a measured process: ours, with these settings of the shop and no others."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SAYSO_")}
    return {**kept, **settings}


def stop(process: subprocess.Popen[str]) -> None:
    """End a process we started."""
    process.terminate()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()


def percentile(values: Sequence[float], percent: int) -> float:
    """The value below which `percent` of all lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * percent // 100) - 1))]


def launch(*, user: str) -> dict[str, Any]:
    """A shopper opens the shop."""
    return _envelope({"type": "LaunchRequest"}, user=user, turn=0, new=True, attributes={})


def find(product: str, *, user: str) -> dict[str, Any]:
    """ "Ask … to find …": the first sentence of a session."""
    return _intent("FindProduct", {"query": _slot("query", product)}, user=user, turn=0, new=True)


def add_to_cart(product: str, *, user: str, turn: int, attributes: dict[str, Any]) -> dict[str, Any]:
    """ "Add … to my cart" within a session."""
    slots = {
        name: {"name": name, "confirmationStatus": "NONE"} for name in ("quantity", "amount", "position")
    }
    slots["product"] = _slot("product", product)
    return _intent("AddToCart", slots, user=user, turn=turn, new=False, attributes=attributes)


def _copied_tools() -> Path:
    """.tools/shared holds the files of ../shared/tools, renewed when one of them changes. Copied by
    content only: over there they may be read-only, and npm has to write beside them."""
    source, home = shared("tools"), TOOLS / "shared"
    for file in sorted(source.rglob("*")):
        target = home / file.relative_to(source)
        if file.is_dir() or "node_modules" in file.parts:
            continue
        if not target.exists() or target.read_bytes() != file.read_bytes():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
    return home


def _install(command: Sequence[str], what: str) -> None:
    print(f"Installing {what} into .tools (once) …", file=sys.stderr)
    done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False)
    if done.returncode:
        raise NotReady(f"{what} failed: {(done.stderr or done.stdout).strip()[-500:]}")


def _intent(
    name: str,
    slots: dict[str, Any],
    *,
    user: str,
    turn: int,
    new: bool,
    attributes: dict[str, Any] | None = None,
) -> dict[str, Any]:
    request = {
        "type": "IntentRequest",
        "dialogState": "STARTED",
        "intent": {"name": name, "confirmationStatus": "NONE", "slots": slots},
    }
    return _envelope(request, user=user, turn=turn, new=new, attributes=attributes or {})


def _slot(name: str, value: str) -> dict[str, Any]:
    resolutions = {
        "resolutionsPerAuthority": [
            {
                "authority": f"amzn1.er-authority.echo-sdk.{_APPLICATION}.Product",
                "status": {"code": "ER_SUCCESS_NO_MATCH"},
            }
        ]
    }
    return {
        "name": name,
        "value": value,
        "resolutions": resolutions,
        "confirmationStatus": "NONE",
        "source": "USER",
        "slotValue": {"type": "Simple", "value": value, "resolutions": resolutions},
    }


def _envelope(
    request: dict[str, Any], *, user: str, turn: int, new: bool, attributes: dict[str, Any]
) -> dict[str, Any]:
    application, person = {"applicationId": _APPLICATION}, {"userId": f"amzn1.ask.account.{user:A>90}"}
    viewport = {
        "experiences": [
            {"arcMinuteWidth": 246, "arcMinuteHeight": 144, "canRotate": False, "canResize": False}
        ],
        "mode": "HUB",
        "shape": "RECTANGLE",
        "pixelWidth": 1024,
        "pixelHeight": 600,
        "dpi": 160,
        "currentPixelWidth": 1024,
        "currentPixelHeight": 600,
        "touch": ["SINGLE"],
        "video": {"codecs": ["H_264_42", "H_264_41"]},
    }
    return {
        "version": "1.0",
        "session": {
            "new": new,
            "sessionId": f"amzn1.echo-api.session.{user}",
            "application": application,
            "attributes": attributes,
            "user": person,
        },
        "context": {
            "Viewports": [
                {
                    "type": "APL",
                    "id": "main",
                    "shape": "RECTANGLE",
                    "dpi": 160,
                    "presentationType": "STANDARD",
                    "canRotate": False,
                    "configuration": {
                        "current": {
                            "mode": "HUB",
                            "video": {"codecs": ["H_264_42", "H_264_41"]},
                            "size": {"type": "DISCRETE", "pixelWidth": 1024, "pixelHeight": 600},
                        }
                    },
                }
            ],
            "Viewport": viewport,
            "Extensions": {"available": {"aplext:backstack:10": {}}},
            "System": {
                "application": application,
                "user": person,
                "device": {
                    "deviceId": f"amzn1.ask.device.{'D' * 120}",
                    "supportedInterfaces": {
                        "AudioPlayer": {},
                        "Alexa.Presentation.APL": {"runtime": {"maxVersion": "2024.3"}},
                    },
                },
                "person": {"personId": f"amzn1.ask.person.{'P' * 100}"},
                "apiEndpoint": "https://api.amazonalexa.com",
                "apiAccessToken": _TOKEN,
            },
        },
        "request": {
            **request,
            "requestId": f"amzn1.echo-api.request.{user}.{turn}",
            "timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "locale": "en-US",
        },
    }
