"""Builds what runs on AWS Lambda: python3.13 lambda/package.py build/package build/sayso-lambda.zip

The skill, its doors and what they need, with the bytecode of the runtime's Python, and nothing else. Wheels
of the function's machine are taken whatever machine this is, so a Mac builds it too. The same sources and the
same versions of packages make the same bytes.
"""

from __future__ import annotations

import argparse
import ast
import compileall
import os
import py_compile
import shutil
import stat
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
# What `Runtime` in template.yaml says: bytecode is of one minor version, compiled packages too.
RUNTIME = (3, 13)
# Where Lambda unpacks it. Bytecode names its source, and names another one only until it is first loaded.
TASK = "/var/task"
# Amazon Linux 2023, which python3.13 runs on, has glibc 2.34. By what Lambda calls an architecture.
_GLIBC = ("manylinux_2_34", "manylinux_2_28", "manylinux_2_17", "manylinux2014")
MACHINES = {"x86_64": "x86_64", "arm64": "aarch64"}
# What only a machine of one's own has, and what of it may be tried elsewhere: cards that are charged nowhere.
_LEFT_OUT = ("skill/certify", "skill/cli", "skill/devtools")
_NEEDED = ("skill/devtools/__init__.py", "skill/devtools/cards.py")
# The services of AWS that clients are made of; botocore brings the descriptions of four hundred.
SERVICES = ("dynamodb", "s3", "sesv2")
# What packages bring besides that no program reads.
_UNREAD = ("*.c", "*.cpp", "*.h", "*.pxd", "*.pyi", "*.pyx")
# What pip writes about its own work: where from, when asked for, and digests of what is trimmed here.
_BY_PIP = ("INSTALLER", "RECORD", "REQUESTED", "direct_url.json")


def make(folder: Path, *, machine: str) -> None:
    """Fill `folder` anew. Raises subprocess.CalledProcessError when pip or `prepare.py`, which have said why,
    cannot."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    _install(folder, machine=machine)
    _trim(folder)
    _copy_ours(folder)
    _leave_out(folder)
    subprocess.run([sys.executable, str(ROOT / "lambda" / "prepare.py"), str(folder)], check=True)
    _same_everywhere(folder)
    _compile(folder)


def pack(folder: Path, file: Path) -> None:
    """The folder as a zip file, whole or not at all: in order, and without the times and rights of this
    machine."""
    part = file.with_suffix(".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in _files(folder):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix())
            entry.compress_type = zipfile.ZIP_DEFLATED
            # As of Unix, whoever packs: Lambda has to be able to read it.
            entry.create_system = 3
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, path.read_bytes())
    part.replace(file)


def size(folder: Path) -> int:
    """Bytes of all files."""
    return sum(path.stat().st_size for path in _files(folder))


def _install(folder: Path, *, machine: str) -> None:
    platforms = [word for glibc in _GLIBC for word in ("--platform", f"{glibc}_{MACHINES[machine]}")]
    python = ".".join(map(str, RUNTIME))
    options = ["--quiet", "--disable-pip-version-check", "--no-compile", "--root-user-action", "ignore"]
    options += ["--only-binary", ":all:", "--implementation", "cp", "--python-version", python, *platforms]
    wanted = str(ROOT / "lambda" / "requirements.txt")
    subprocess.run(
        [sys.executable, "-m", "pip", "install", *options, "--target", str(folder), "-r", wanted], check=True
    )


def _trim(folder: Path) -> None:
    """Take away what the skill never reads."""
    shutil.rmtree(folder / "bin", ignore_errors=True)
    for pattern in _UNREAD:
        _remove(folder.rglob(pattern))
    _remove(path for name in _BY_PIP for path in folder.glob(f"*.dist-info/{name}"))
    _remove([*folder.glob("*/tests")])
    described = folder / "botocore" / "data"
    _remove(path for path in described.iterdir() if path.is_dir() and path.name not in SERVICES)
    _remove(described.rglob("examples-*.json"))
    # Versions of a service that are only named, not described.
    _remove(path.parent for path in described.glob("*/*/*") if not [*path.parent.glob("service-2.json*")])
    # Sentences are rendered in the languages there are, and in what those languages fall back to.
    spoken = {path.name for path in (ROOT / "skill" / "locales").iterdir() if path.is_dir()} | {"root"}
    data = (folder / "babel" / "locale-data").glob("*.dat")
    _remove(path for path in data if path.stem.partition("_")[0] not in spoken)


def _copy_ours(folder: Path) -> None:
    shutil.copytree(ROOT / "skill", folder / "skill", ignore=shutil.ignore_patterns("__pycache__"))
    for path in _LEFT_OUT:
        shutil.rmtree(folder / path)
    for path in _NEEDED:
        (folder / path).parent.mkdir(exist_ok=True)
        shutil.copyfile(ROOT / path, folder / path)
    (folder / "lambda").mkdir()
    for door in ("handler.py", "worker.py"):
        shutil.copyfile(ROOT / "lambda" / door, folder / "lambda" / door)
    # A catalogue may travel along; without one, versions are fetched from the shelves.
    if (catalogues := ROOT / "catalogues").is_dir():
        shutil.copytree(catalogues, folder / "catalogues")


def _leave_out(folder: Path) -> None:
    """Take away what cannot be imported there, as it needs packages that are not carried, or needs what does:
    the doors of a machine of one's own, readers of feeds."""
    there = {path.name.partition(".")[0] for path in folder.iterdir()} | sys.stdlib_module_names
    needs: dict[Path, set[str]] = {path: _needs(path) for path in sorted((folder / "skill").rglob("*.py"))}
    ours = {_name(ROOT, path) for path in (ROOT / "skill").rglob("*.py")}
    absent = ours - {_name(folder, path) for path in needs}
    gone = {
        path
        for path, names in needs.items()
        if names & absent or {name.partition(".")[0] for name in names} - there
    }
    while more := {
        path
        for path, names in needs.items()
        if path not in gone and names & {_name(folder, each) for each in gone}
    }:
        gone |= more
    _remove([*gone])


def _needs(path: Path) -> set[str]:
    """The modules that are imported with a file; not those it imports when it comes to need them."""
    needed = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.Import):
            needed |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            needed |= {node.module, *(f"{node.module}.{each.name}" for each in node.names)}
    return needed


def _name(folder: Path, path: Path) -> str:
    parts = path.relative_to(folder).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def _compile(folder: Path) -> None:
    """Bytecode that is never compared with its source, which nobody changes there: every start saves looking
    at each file."""
    # The SDK's own, about backslashes in its docstrings.
    warnings.simplefilter("ignore", SyntaxWarning)
    done = compileall.compile_dir(
        folder,
        maxlevels=50,
        quiet=1,
        stripdir=str(folder),
        prependdir=TASK,
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
    if not done:
        raise SystemExit("Some file does not compile; it is named above.")


def _same_everywhere(folder: Path) -> None:
    """Rights as Lambda needs them, whatever this machine's habits are."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _files(folder: Path) -> Iterator[Path]:
    """All files, in an order that no file system decides."""
    yield from sorted(path for path in folder.rglob("*") if path.is_file())


def _remove(paths: Iterator[Path] | Sequence[Path]) -> None:
    for path in sorted(paths):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def main() -> None:
    """Make folder and zip file, and say how large they are."""
    arguments = argparse.ArgumentParser(description="Build the package for AWS Lambda.")
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("zip", type=Path)
    arguments.add_argument("--machine", choices=sorted(MACHINES), default="x86_64")
    asked = arguments.parse_args()
    if sys.version_info[:2] != RUNTIME:
        raise SystemExit("This is not Python {}.{}, which the function runs on.".format(*RUNTIME))
    # Constants that are sets are written in the order of their hashes, which differ from run to run.
    if os.environ.get("PYTHONHASHSEED") != "0":
        environ = {**os.environ, "PYTHONHASHSEED": "0"}
        raise SystemExit(subprocess.run([sys.executable, *sys.argv], env=environ, check=False).returncode)
    make(asked.folder, machine=asked.machine)
    pack(asked.folder, asked.zip)
    print(f"{asked.folder}: {size(asked.folder) / 1e6:.1f} MB for {asked.machine}")
    print(f"{asked.zip}: {asked.zip.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
