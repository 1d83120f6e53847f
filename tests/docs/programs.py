"""Programs that are not ours, or would reach AWS and Amazon: what is typed is held against what they take."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.util import find_spec

import click
from botocore import xform_name
from botocore.session import Session

from skill.cli import main
from tests.talk import ROOT

Words = Sequence[str]
# What the AWS CLI takes of every command, and its commands that are no operation of a service.
_AWS_ALWAYS = {"--query", "--output", "--region"}
_AWS_OWN = {
    ("configure", "sso"): set(),
    ("logs", "tail"): {"--follow"},
    ("s3", "rb"): {"--force"},
}
# The ASK CLI, as its command reference has it:
# https://developer.amazon.com/en-US/docs/alexa/smapi/ask-cli-command-reference.html
_ASK = {
    "configure": set(),
    "deploy": {"--target"},
    "dialog": {"--locale", "--replay"},
    "smapi": {"--skill-id", "--stage", "--account-linking-request"},
}
_ASK_SMAPI = {"update-account-linking-info", "submit-skill-for-certification"}
# Known to everybody, and harmless: what they are given is no claim of ours.
_PLAIN = {"cd", "curl", "cut", "date", "jq", "out", "read", "rm", "unset"}
# Asked of SAM's own commands, in its own environment.
_SAM_SAYS = """
import json
from importlib import import_module
places = {"validate": "validate", "build": "command", "deploy": "command", "delete": "command"}
commands = {name: import_module(f"samcli.commands.{name}.{place}").cli for name, place in places.items()}
print(json.dumps({name: [option for each in found.params for option in each.opts]
                  for name, found in commands.items()}))
"""
_GIT = {"clone", "pull", "checkout"}


def option_of(words: Words) -> set[str]:
    """The long options among words."""
    return {word.split("=")[0] for word in words if word.startswith("--")}


def held_to_sayso(words: Words) -> None:
    """Fail unless every command and option there is one; what it is given may be left out."""
    found: click.Command = main
    for place, word in enumerate(words):
        if not isinstance(found, click.Group) or word.startswith("-"):
            break
        inner = found.get_command(click.Context(found), word)
        assert inner is not None, f"sayso has no {' '.join(words[: place + 1])}"
        found = inner
    known = {name for each in found.params for name in each.opts}
    assert option_of(words) <= known | {"--help"}, f"sayso {' '.join(words)}"


def _make(words: Words) -> None:
    goals = [word for word in words if "=" not in word]
    assert set(goals) <= _targets(), f"make {' '.join(words)}"
    variables = {word.split("=")[0] for word in words} - set(goals)
    assert all(f"$({name})" in _makefile() for name in variables), f"make {' '.join(words)}"


@cache
def _makefile() -> str:
    return (ROOT / "Makefile").read_text("utf-8")


@cache
def _targets() -> set[str]:
    return {
        name for line in re.findall(r"^([a-z][\w -]*):", _makefile(), re.MULTILINE) for name in line.split()
    }


def _python(words: Words) -> None:
    assert words[0] == "-m", f"python {' '.join(words)}"
    assert find_spec(words[1]) is not None, f"there is no module {words[1]}"
    if words[1].startswith("tests."):
        folder = ROOT / words[1].replace(".", "/")
        sources = [folder.with_suffix(".py")] if folder.with_suffix(".py").exists() else folder.glob("*.py")
        text = "".join(path.read_text("utf-8") for path in sources)
        assert all(f'"{option}"' in text for option in option_of(words)), f"python {' '.join(words)}"
    if words[1] == "tests.bench" and words[2:]:
        assert find_spec(f"tests.bench.{words[2]}") is not None, f"there is no benchmark {words[2]}"


def _pytest(words: Words) -> None:
    paths = [word for word in words if "/" in word]
    assert all((ROOT / path).exists() for path in paths), f"pytest {' '.join(words)}"


def _pip(words: Words) -> None:
    extra = re.fullmatch(r"\.\[(\w+)\]", words[-1])
    assert words[0] == "install"
    assert words[-1] == "." or (extra and f"\n{extra[1]} = [" in (ROOT / "pyproject.toml").read_text("utf-8"))


def _aws(words: Words) -> None:
    service, operation = words[:2]
    options = option_of(words) - _AWS_ALWAYS
    if (service, operation) in _AWS_OWN:
        assert options <= _AWS_OWN[service, operation], f"aws {' '.join(words)}"
        return
    model = _service(service)
    name = {xform_name(each, "-"): each for each in model.operation_names}[operation]
    members = model.operation_model(name).input_shape
    takes = {xform_name(each, "-") for each in (members.members if members else ())}
    assert {option.removeprefix("--").removeprefix("no-") for option in options} <= takes, operation


@cache
def _service(name: str):  # type: ignore[no-untyped-def]
    return Session().get_service_model(name)


def _ask(words: Words) -> None:
    assert option_of(words) <= _ASK[words[0]], f"ask {' '.join(words)}"
    assert words[0] != "smapi" or words[1] in _ASK_SMAPI


def _sam(words: Words) -> None:
    """What SAM itself takes, where it is installed."""
    takes = _sam_options()
    assert not takes or option_of(words) <= set(takes[words[0]]), f"sam {' '.join(words)}"


@cache
def _sam_options() -> Mapping[str, Sequence[str]]:
    python = ROOT / ".tools" / "sam" / "bin" / "python"
    if not python.exists():
        return {}
    done = subprocess.run([python, "-c", _SAM_SAYS], capture_output=True, text=True, check=True)
    told: Mapping[str, Sequence[str]] = json.loads(done.stdout)
    return told


def _git(words: Words) -> None:
    assert words[0] in _GIT


def _server(words: Words) -> None:
    """Another WSGI server; tests/test_server.py runs the factory under both."""
    assert any("skill.server:wsgi" in word for word in words)


def _installer(words: Words) -> None:
    """Programs of the reader's machine that install something: only that they are told to."""
    assert "install" in words or words[:2] == ("python", "install")


def _sqlite3(words: Words) -> None:
    assert words[1].startswith("VACUUM INTO")


_KNOWN: dict[str, Callable[[Words], None]] = {
    "make": _make,
    "python": _python,
    "pytest": _pytest,
    "pip": _pip,
    "aws": _aws,
    "ask": _ask,
    "sam": _sam,
    "git": _git,
    "gunicorn": _server,
    "waitress-serve": _server,
    "pyenv": _installer,
    "uv": _installer,
    "npm": _installer,
    "sqlite3": _sqlite3,
    "sayso": held_to_sayso,
}


def held_to(program: str, words: Words) -> None:
    """Fail unless the program is known here and takes these words."""
    name = program.removeprefix(".venv/bin/")
    if name in _PLAIN:
        return
    assert name in _KNOWN, f"nothing here knows {program}: give it a look in tests/docs/programs.py"
    _KNOWN[name](tuple(words))


def knows(program: str) -> bool:
    """Whether a word is a program that is looked at here."""
    return program.removeprefix(".venv/bin/") in _KNOWN
