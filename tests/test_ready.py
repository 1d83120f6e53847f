"""What a package has ready is what Python would have made of the same text itself."""

from __future__ import annotations

import marshal
import subprocess
import sys
from importlib.util import module_from_spec
from pathlib import Path
from runpy import run_path
from shutil import copyfile

import botocore
import pytest
from botocore.config import Config
from botocore.loaders import Loader
from botocore.session import Session

from skill.ready import use
from tests.talk import ROOT

PREPARE = str(ROOT / "lambda" / "prepare.py")
# As the program itself starts a process to record.
SETTINGS = {
    "SAYSO_STORE": "dynamodb:nowhere@http://127.0.0.1:9",
    "PYTHONHASHSEED": "0",
    # A package has no bytecode yet, and what comes from bytecode is marshalled in other bytes.
    "PYTHONPYCACHEPREFIX": "/nowhere",
}
SERVICES = ("dynamodb", "s3", "sesv2")
# Tells, on standard output, all dataclasses and expressions of what a turn loads, in full; how much of it was
# compiled by this process, on standard error.
TELL = """
import builtins, dataclasses, pkgutil, re, sys
from importlib import import_module
from pathlib import Path
compiled = []
plain = exec
def execute(text, *scopes):
    compiled.append(isinstance(text, str))
    plain(text, *scopes)
builtins.exec = execute
from re import _compiler
made = _compiler._code
def code(*parsed):
    compiled.append(True)
    return made(*parsed)
_compiler._code = code
from skill.ready import use
used = use(Path(sys.argv[1]))
for found in pkgutil.iter_modules(import_module("skill.dialogue").__path__, "skill.dialogue."):
    import_module(found.name)
def written(code):
    return code.co_code, code.co_names, code.co_varnames, code.co_freevars, code.co_filename
for name in sorted(name for name in sys.modules if name.startswith("skill.")):
    for key, value in sorted(vars(sys.modules[name]).items()):
        if isinstance(value, type) and dataclasses.is_dataclass(value):
            methods = {key: made for key, made in vars(value).items() if hasattr(made, "__code__")}
            print(name, key, [(key, written(made.__code__), made.__defaults__ and len(made.__defaults__))
                              for key, made in sorted(methods.items())])
        if isinstance(value, re.Pattern):
            print(name, key, value.pattern, value.flags, value.groups, sorted(value.groupindex.items()))
print(used, sum(compiled), len(compiled), file=sys.stderr)
"""


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What this Python makes ready of the working tree."""
    file = tmp_path_factory.mktemp("ready") / "ready.bin"
    with file.open("wb") as out:
        command = [sys.executable, PREPARE, "--record", str(ROOT)]
        subprocess.run(command, cwd=ROOT, env=SETTINGS, stdout=out, check=True)
    return file


def told(file: Path) -> tuple[str, str]:
    command = [sys.executable, "-c", TELL, str(file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout, done.stderr


def test_classes_and_expressions_are_the_same_as_compiled_anew(ready: Path, tmp_path: Path) -> None:
    kept, how_kept = told(ready)
    anew, how_anew = told(tmp_path / "none")
    assert "skill.dialogue.conversation Conversation" in kept
    assert kept == anew
    was_used, compiled, _ = how_kept.split()
    assert was_used == "True"
    # What was not compiled is what is kept; only what is done before it is looked into is left.
    assert int(compiled) < int(how_anew.split()[1]) / 10


def test_a_file_that_is_not_there_or_of_another_python_changes_nothing(ready: Path, tmp_path: Path) -> None:
    (_, sre), methods, patterns = marshal.loads(ready.read_bytes())
    other = tmp_path / "other.bin"
    other.write_bytes(marshal.dumps(((b"another", sre), methods, patterns)))
    for file in (other, tmp_path / "none"):
        assert not use(file)
        assert told(file)[1].startswith("False")


def test_what_another_text_says_is_compiled_and_never_mistaken(ready: Path) -> None:
    program = """
import re, sys
from dataclasses import dataclass
from pathlib import Path
from skill.ready import use
assert use(Path(sys.argv[1]))
@dataclass(frozen=True, slots=True)
class NeverSeen:
    just_this: int = 3
assert repr(NeverSeen()) == "NeverSeen(just_this=3)" and NeverSeen() == NeverSeen(3) != NeverSeen(4)
assert re.compile("never (?P<seen>s..n)", re.I).search("NEVER SEEN")["seen"] == "SEEN"
assert re.compile(r"\\{(\\w+)\\}").findall("{a}{b}") == ["a", "b"]
assert re.compile(rb"\\{(\\w+)\\}").findall(b"{a}{b}") == [b"a", b"b"]
"""
    subprocess.run([sys.executable, "-c", program, str(ready)], cwd=ROOT, check=True)


@pytest.fixture(scope="module")
def light(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """A session that knows the descriptions of a package alone."""
    source = Path(botocore.__file__).parent / "data"
    data = tmp_path_factory.mktemp("package") / "botocore" / "data"
    for path in [*source.glob("*.json"), *(path for name in SERVICES for path in source.glob(f"{name}/*/*"))]:
        target = data / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        copyfile(path, target)
    program = "import runpy, sys, pathlib; runpy.run_path(sys.argv[1])['lighten'](pathlib.Path(sys.argv[2]))"
    subprocess.run([sys.executable, "-c", program, PREPARE, str(data)], check=True)
    session = Session()
    session.register_component("data_loader", Loader([str(data)], include_default_search_paths=False))
    return session


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1", "cn-north-1", "us-gov-west-1"])
def test_a_client_of_the_package_finds_the_same_address(light: Session, service: str, region: str) -> None:
    ours, plain = (
        session.create_client(service, region_name=region, config=Config()) for session in (light, Session())
    )
    assert ours.meta.endpoint_url == plain.meta.endpoint_url


@pytest.mark.parametrize("service", SERVICES)
def test_descriptions_lose_their_prose_and_nothing_else(light: Session, service: str) -> None:
    ours, plain = (session.get_service_model(service) for session in (light, Session()))
    assert ours.metadata == plain.metadata
    assert ours.operation_names == plain.operation_names
    assert ours.shape_names == plain.shape_names
    assert [shape for shape in ours.shape_names if ours.shape_for(shape).documentation] == []
    assert [(each.name, each.type, each.documentation) for each in ours.client_context_parameters] == [
        (each.name, each.type, "") for each in plain.client_context_parameters
    ]
    for name in ours.shape_names:
        shape, same = ours.shape_for(name), plain.shape_for(name)
        assert (shape.type_name, shape.metadata) == (same.type_name, same.metadata)
        if shape.type_name == "structure":
            assert {key: part.name for key, part in shape.members.items()} == {
                key: part.name for key, part in same.members.items()
            }
    for kind in ("paginators-1", "waiters-2"):
        known = Loader().list_available_services(kind)
        if service in known:
            loader = light.get_component("data_loader")
            assert loader.load_service_model(service, kind) == Loader().load_service_model(service, kind)


def test_the_same_files_make_the_same_bytes(ready: Path) -> None:
    command = [sys.executable, PREPARE, "--record", str(ROOT)]
    again = subprocess.run(command, cwd=ROOT.parent, env=SETTINGS, capture_output=True, check=True)
    assert again.stdout == ready.read_bytes()


def test_what_another_machine_compiled_is_stood_in_for(tmp_path: Path) -> None:
    """A package for arm64 is made on x86_64 as well, where its compiled modules cannot be loaded."""
    own = bytearray(Path(sys.executable).read_bytes()[:64])
    (tmp_path / "own.abi3.so").write_bytes(own)
    # In ELF that is the machine.
    own[18] ^= 0xFF
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "other.abi3.so").write_bytes(own)
    finder = run_path(PREPARE)["Foreign"](tmp_path)
    assert finder.find_spec("own") is None
    assert finder.find_spec("nothing") is None
    module = module_from_spec(finder.find_spec("deep.other"))
    assert module.Anything.__name__ == "Anything"
