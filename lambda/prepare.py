"""Makes a package for AWS Lambda quick to wake: python3.13 lambda/prepare.py build/package

What every cold start would work out is worked out once, by the runtime's Python: see `skill/ready.py`. And
the descriptions of AWS's services lose what no program reads, most of the JSON that every client would parse.
To be run once all files are there, and before they are compiled. The same files make the same bytes.
"""

from __future__ import annotations

import dataclasses
import gzip
import json
import marshal
import os
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module, reload
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from pathlib import Path
from re import _compiler, _parser  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any

# The standard library's own, loaded before this runs, whose expressions every start compiles.
_AGAIN = ("string", "textwrap", "tokenize", "json.scanner", "json.decoder", "json.encoder")


def lighten(data: Path) -> None:
    """Take what is prose out of botocore's descriptions, unpack them, and leave the addresses of those
    services alone that are described."""
    for path in sorted([*data.glob("*/*/*.json"), *data.glob("*/*/*.json.gz")]):
        described = _without_prose(json.loads(_read(path)))
        # These alone botocore looks up by name, in every call to S3.
        for parameter in described.get("clientContextParams", {}).values():
            parameter["documentation"] = ""
        path.unlink()
        _write(path.with_name(path.name.removesuffix(".gz")), described)
    services = {path.name for path in data.iterdir() if path.is_dir()}
    # Where an address is known by another name than its client.
    services |= {"email"} if "sesv2" in services else set()
    path = data / "endpoints.json"
    endpoints = json.loads(_read(path))
    for partition in endpoints["partitions"]:
        known = partition["services"]
        partition["services"] = {name: known[name] for name in known if name in services}
    _write(path, endpoints)


def record(package: Path) -> bytes:
    """What `skill.ready` reads: all that loading the package's modules compiles. In a process that has
    loaded nothing of it before."""
    sys.path.insert(0, str(package))
    # It looks for files first, whose names are expressions too.
    sys.meta_path.insert(0, Foreign(package))
    methods, patterns = _recorded()
    for name in _AGAIN:
        reload(import_module(name))
    for name in _modules(package):
        try:
            import_module(name)
        except Exception:
            # For a machine of one's own, whose packages are not carried; or it needs what another machine
            # compiled. Whether a package works is asked by whoever starts it, and this one only by the clock.
            continue
    _make_clients()
    made_by = import_module("skill.ready").made_by()
    return marshal.dumps((made_by, methods, patterns))


class Foreign(Loader):
    """Finds, in place of a compiled module that is for another machine than this, one with nothing in it: the
    classes and expressions are those of Python's own files."""

    def __init__(self, package: Path) -> None:
        here = _machine(Path(sys.executable))
        self._names = {
            ".".join((*path.relative_to(package).parts[:-1], path.name.partition(".")[0]))
            for path in package.rglob("*.so")
            if _machine(path) != here
        }

    def find_spec(self, name: str, *_: Any) -> ModuleSpec | None:
        """As importlib asks, before it looks for itself."""
        return ModuleSpec(name, self) if name in self._names else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """An empty one, whatever is asked of it."""
        module = ModuleType(spec.name)
        module.__getattr__ = lambda name: type(name, (), {})  # type: ignore[method-assign]
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run."""


def _machine(file: Path) -> bytes:
    """What a file of machine code says it is for: in ELF, its first bytes and two of them besides."""
    with file.open("rb") as code:
        head = code.read(20)
    return head[:6] + head[18:]


def _recorded() -> tuple[dict[str, bytes], dict[tuple[str | bytes, int], bytes]]:
    """The methods and expressions that are compiled from now on."""
    methods: dict[str, bytes] = {}
    patterns: dict[tuple[str | bytes, int], bytes] = {}
    plain = _compiler.compile

    def execute(text: str, globals: dict[str, Any], locals: dict[str, Any]) -> None:
        code = compile(text, "<string>", "exec", dont_inherit=True)
        methods[text] = marshal.dumps(code)
        exec(code, globals, locals)

    def compile_pattern(pattern: Any, flags: int = 0) -> Any:
        found = plain(pattern, flags)
        # A subclass may be equal and is not the same.
        if type(pattern) in (str, bytes):
            patterns[pattern, int(flags)] = marshal.dumps(_parts(pattern, flags))
        return found

    vars(dataclasses)["exec"] = execute
    _compiler.compile = compile_pattern
    re.purge()
    return methods, patterns


def _parts(pattern: str | bytes, flags: int) -> tuple[Any, ...]:
    """What `re` makes an expression of, last of all: as `re._compiler.compile` has it."""
    parsed = _parser.parse(pattern, flags)
    state = parsed.state
    names: list[str | None] = [None] * state.groups
    for name, at in state.groupdict.items():
        names[at] = name
    code = [int(word) for word in _compiler._code(parsed, flags)]
    return pattern, int(flags | state.flags), code, state.groups - 1, dict(state.groupdict), tuple(names)


def _modules(package: Path) -> Iterator[str]:
    yield "lambda.handler"
    yield "lambda.worker"
    for found in pkgutil.walk_packages([str(package / "skill")], "skill.", onerror=lambda _: None):
        if not found.name.endswith("__main__"):
            yield found.name


def _make_clients() -> None:
    """Some of botocore is only loaded, and some expressions only compiled, when a client is made."""
    client, config = import_module("skill.aws").client, import_module("botocore.config").Config()
    for service in ("dynamodb", "s3"):
        client(service, config=config, region="us-east-1", key=("nobody", "nothing"))


def _without_prose(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _without_prose(one)
            for name, one in value.items()
            # A member of that name is no text, but a shape.
            if not (name == "documentation" and isinstance(one, str))
        }
    return [_without_prose(one) for one in value] if isinstance(value, list) else value


def _read(path: Path) -> bytes:
    content = path.read_bytes()
    return gzip.decompress(content) if path.suffix == ".gz" else content


def _write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")), "utf-8")


def main() -> None:
    """Prepare the package in the folder that is named."""
    package = Path(sys.argv[1]).resolve()
    lighten(package / "botocore" / "data")
    # One from before would be used, and nothing compiled.
    ready = package / "skill" / "ready.bin"
    ready.unlink(missing_ok=True)
    # In a process that has loaded nothing yet. Its store is nowhere, and never asked. Some expressions list
    # what a set holds, in an order that differs from run to run unless it is told not to.
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    env |= {"PYTHONHASHSEED": "0", "SAYSO_STORE": "dynamodb:nowhere@http://127.0.0.1:9"}
    # A package not yet compiled warns of backslashes in the SDK's docstrings.
    command = [sys.executable, "-P", "-s", "-S", "-B", "-W", "ignore", __file__, "--record", str(package)]
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, check=True)
    ready.write_bytes(done.stdout)


if __name__ == "__main__":
    if sys.argv[1] == "--record":
        sys.stdout.buffer.write(record(Path(sys.argv[2])))
    else:
        main()
