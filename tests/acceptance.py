"""What CI checks with tools that are not ours: `python -m tests.acceptance`, where ../shared is present.

Amazon's rules on the interaction models; a real client that talks to the server through them; real request
envelopes at both doors; every answer of the recorded conversations against the rules for a response.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from skill.alexa.typed import Turned
from skill.speech.locale import locales
from tests.bench import ROOT, NotReady, WrongAnswer, checker, node_tools, served_sample
from tests.bench.corpus import Run, by_lambda, by_server, by_signed_server
from tests.bench.errands import errands, played
from tests.bench.utterances import by_client, by_matcher, missed, sentences, share, spoken
from tests.conversations.replay import FOLDER, play

# Per cent of the shared sentences that must reach their intent: through the model by exact template, and
# through our own matcher of typed words.
FLOORS = {"en-US": 90, "de-DE": 85, "ar-SA": 85}
MATCHER_FLOOR = 95
_SHOWN = 10
_ERRAND = (
    "open saffron wagon",
    "find oat milk",
    "what else",
    "the second one",
    "make it three",
    "add a dozen eggs",
    "the organic one",
    "take the eggs off",
    "undo that",
    "that's all",
    "yes",
    "open saffron wagon",
    "where's my order",
    "cancel my order",
    "yes",
    "stop",
)


def models() -> list[str]:
    """Errors of check_model.py in the committed models."""
    python, home = checker()
    files = map(str, sorted((ROOT / "interaction_models").glob("*.json")))
    return _errors([str(python), str(home / "check_model.py"), *files])


def manifest() -> list[str]:
    """Errors of check_model.py in the committed skill package: its manifest and its models."""
    python, home = checker()
    package = ROOT / "skill-package"
    models = map(str, sorted((package / "interactionModels" / "custom").glob("*.json")))
    check = [str(python), str(home / "check_model.py")]
    return [*_errors([*check, "--manifest", str(package / "skill.json")]), *_errors([*check, *models])]


def conversations(*, screen: bool = False) -> list[str]:
    """Errors of check_response.py in the answers of every recorded conversation; `screen`: on a device that
    draws."""
    turns: list[Turned] = []
    for file in sorted(FOLDER.glob("*-*/*.json")):
        with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
            turns += play(
                json.loads(file.read_text("utf-8")), folder=Path(folder), monkeypatch=patch, screen=screen
            )[0]
    lines = [
        json.dumps(
            {"utterance": turn.text, "request": turn.request, "status": 200, "response": turn.response}
        )
        for turn in turns
    ]
    return _checked("\n".join(lines) + "\n")


def errand() -> list[str]:
    """What goes wrong when a real client plays a whole errand against the server."""
    model = str(ROOT / "interaction_models" / "en-US.json")
    with served_sample() as server, tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.jsonl"
        command = ["node", "--no-warnings", str(node_tools() / "drive.js"), "--quiet", "--fail-unmatched"]
        command += ["--model", model, "--url", server.url, "--out", str(out), *_ERRAND]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        found = _checked(out.read_text("utf-8")) if out.exists() else []
    return [
        *found,
        *([f"drive.js ended with {done.returncode}: {done.stderr[-300:]}"] if done.returncode else []),
    ]


def envelopes(door: Callable[[], Run]) -> list[str]:
    """Failures and errors of one door on the shared request envelopes."""
    run = door()
    errors = [finding for finding in run.findings if finding.startswith("ERROR")]
    faults = [f"{run.faults} turns failed inside"] if run.faults else []
    return [*run.failures, *errors, *faults]


def utterances(locale: str) -> list[str]:
    """Whether enough of a locale's shared sentences reach their intent, either way."""
    asked = sentences(spoken(locale))
    with served_sample() as server:
        by_model, unanswered = by_client(asked, server, locale=locale)
    typed = by_matcher(asked, locale=locale)
    found = [f"{unanswered} sentences got no answer"] if unanswered else []
    ways = (("the model", by_model, FLOORS[locale]), ("our matcher", typed, MATCHER_FLOOR))
    for way, reached, floor in ways:
        reaching = share(asked, reached, locale=locale)
        if reaching < floor:
            found.append(f"{reaching:.1f} % reach their intent through {way}; {floor} are asked")
            found += missed(asked, reached, locale=locale)
    return found


def orders(locale: str) -> list[str]:
    """The typical errands that come to no order, or to another than was wanted."""
    found = []
    for each in errands():
        try:
            played(each, locale=spoken(locale))
        except WrongAnswer as fault:
            found.append(str(fault))
    return found


def _checked(transcript: str) -> list[str]:
    python, home = checker()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "transcript.jsonl"
        file.write_text(transcript, "utf-8")
        model = str(ROOT / "interaction_models" / "en-US.json")
        return _errors([str(python), str(home / "check_response.py"), str(file), "--model", model])


def _errors(command: list[str]) -> list[str]:
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    found = [line for line in done.stdout.splitlines() if line.startswith("ERROR")]
    return found or ([done.stderr[-300:]] if done.returncode else [])


def main() -> None:
    """Run every check; the exit code is 1 when one of them found something."""
    checks: dict[str, Callable[[], list[str]]] = {
        "interaction models": models,
        "the skill package": manifest,
        "answers of the recorded conversations": conversations,
        "the same on a device with a screen": lambda: conversations(screen=True),
        "an errand by a real client": errand,
        "request envelopes at the web server": lambda: envelopes(by_server),
        "signed request envelopes at the web server": lambda: envelopes(by_signed_server),
        "request envelopes at the Lambda door": lambda: envelopes(by_lambda),
        **{f"{locale} sentences reach their intent": partial(utterances, locale) for locale in locales()},
        **{f"{locale} errands end in an order": partial(orders, locale) for locale in locales()},
    }
    bad = 0
    for name, check in checks.items():
        try:
            found = check()
        except NotReady as missing:
            found = [f"cannot be checked: {missing}"]
        bad += bool(found)
        print(f"{'FAIL' if found else 'ok  '} {name}", flush=True)
        for line in found[:_SHOWN]:
            print(f"     {line}")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
