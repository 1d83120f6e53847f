"""The package for AWS Lambda and what it is measured beside: folders as Lambda would unpack them, and the
Python that runs them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.bench import ROOT

# What people start from, and what most skills carry: as `sam build` installs it.
PEER = ("ask-sdk-core>=1.19,<2", "boto3>=1.35", "pydantic>=2.11")
_PATIENCE = 600


@dataclass(frozen=True, slots=True)
class Package:
    """A folder as Lambda unpacks it. `zip`: bytes as they travel; `unpacked`: bytes of its files."""

    folder: Path
    zip: int
    unpacked: int


@cache
def runtime() -> str:
    """The Python of Lambda's runtime: PYTHON313, or what make finds. The one that runs now where there is no
    such, which the figures then say."""
    if named := os.environ.get("PYTHON313"):
        return named
    found = subprocess.run(["make", "-s", "python313"], cwd=ROOT, capture_output=True, text=True, check=False)
    return found.stdout.strip() if found.returncode == 0 and found.stdout.strip() else sys.executable


def version(python: str) -> str:
    """ "3.13.0"."""
    code = "import platform; print(platform.python_version())"
    return _run([python, "-c", code]).strip()


def ours(folder: Path) -> Package:
    """Our package, made in `folder` by the very program that makes the one to be deployed; where that cannot
    run, for want of its Python, the like of it."""
    package, python = folder / "ours", runtime()
    program = ROOT / "lambda" / "package.py"
    if program.exists() and version(python).startswith("3.13."):
        _run([python, str(program), str(package), str(folder / "ours.zip")])
    else:
        _install(python, package, ["-r", str(ROOT / "lambda" / "requirements.txt")])
        for name in ("skill", "lambda"):
            shutil.copytree(ROOT / name, package / name, ignore=shutil.ignore_patterns("__pycache__"))
        services = package / "botocore" / "data"
        for path in services.iterdir():
            if path.is_dir() and path.name not in ("dynamodb", "s3", "sesv2"):
                shutil.rmtree(path)
        _run([python, str(ROOT / "lambda" / "prepare.py"), str(package)])
        compiled(package)
    return _measured(package)


def peer(folder: Path) -> Package:
    """The peer's packages, as `sam build` leaves them: without bytecode, and nothing taken away."""
    _install(runtime(), folder / "peer", PEER)
    return _measured(folder / "peer")


def compiled(folder: Path) -> None:
    """Bytecode for all of a folder, that is never compared with its source."""
    options = ["-f", "-q", "--invalidation-mode", "unchecked-hash"]
    # The SDK's docstrings have backslashes that Python warns of.
    _run([runtime(), "-W", "ignore", "-m", "compileall", *options, str(folder)])


def _install(python: str, folder: Path, wanted: Sequence[str]) -> None:
    options = ["--quiet", "--disable-pip-version-check", "--root-user-action", "ignore", "--no-compile"]
    _run([python, "-m", "pip", "install", *options, "--target", str(folder), *wanted])


def _measured(folder: Path) -> Package:
    packed = folder.with_suffix(".measured.zip")
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in files:
            archive.write(path, path.relative_to(folder))
    size = packed.stat().st_size
    packed.unlink()
    return Package(folder, size, sum(path.stat().st_size for path in files))


def _run(command: Sequence[str]) -> str:
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=_PATIENCE, check=True
    )
    return done.stdout
