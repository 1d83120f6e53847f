"""What a catalogue version is made of: every file with its length and digest, so that a folder cut short or
damaged is refused and never half read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from skill.errors import CatalogueNotLinked

MANIFEST = "manifest.json"
# Bumped when fields, rows or analyser change: an index of another format must be built again.
FORMAT = 7
# Digests are compared once; then length and time of change tell whether a file is still the same.
_STAMP = ".verified"


@dataclass(frozen=True, slots=True)
class File:
    """A file of a version: its length in bytes and SHA-256."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`products` counts what the folder holds; its words were analysed in `languages`, the first of which
    is the catalogue's own. `spoken`: names nobody spells and how they are heard ("La Croix": "la croy"),
    from the shop's own list."""

    version: str
    languages: tuple[str, ...]
    products: int
    files: Mapping[str, File] = field(default_factory=dict)
    spoken: Mapping[str, Sequence[str]] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def language(self) -> str:
        return self.languages[0]

    def as_json(self) -> str:
        """The text of the file."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)


def parse_manifest(text: str) -> Manifest:
    """A manifest's text. Raises CatalogueNotLinked when it is none of this format."""
    try:
        raw: dict[str, Any] = json.loads(text)
        languages = tuple(map(str, raw.pop("languages")))
        files = {name: File(**file) for name, file in raw.pop("files").items()}
        manifest = Manifest(**raw, languages=languages, files=files)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise CatalogueNotLinked from error
    if manifest.format != FORMAT or not languages or not files:
        raise CatalogueNotLinked
    return manifest


def read_manifest(folder: Path, *, anew: bool = False) -> Manifest:
    """The manifest of a version whose files are all there, whole and unchanged; `anew` reads them all again.
    Raises CatalogueNotLinked."""
    try:
        manifest = parse_manifest((folder / MANIFEST).read_text("utf-8"))
        if _seen(folder, manifest) != _stamped(folder) or anew:
            for name, file in manifest.files.items():
                if Path(name).name != name or describe(folder / name) != file:
                    raise CatalogueNotLinked
            _stamp(folder, manifest)
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueNotLinked from error
    return manifest


def seal(
    folder: Path,
    *,
    version: str,
    languages: Sequence[str],
    products: int,
    spoken: Mapping[str, Sequence[str]],
    known: Mapping[str, File] | None = None,
) -> Manifest:
    """Write the manifest of what is in `folder`; digests of `known` files are taken over."""
    names = sorted(path.name for path in folder.iterdir() if _belongs(path))
    files = {name: (known or {}).get(name) or describe(folder / name) for name in names}
    manifest = Manifest(version, tuple(languages), products, files, spoken)
    (folder / MANIFEST).write_text(manifest.as_json(), "utf-8")
    _stamp(folder, manifest)
    return manifest


def describe(path: Path) -> File:
    """A file's length and digest, read in pieces."""
    import hashlib  # needed when a version is new here, not at each start

    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return File(path.stat().st_size, digest)


def _belongs(path: Path) -> bool:
    return path.suffix != ".lock" and path.name not in (MANIFEST, _STAMP)


def _seen(folder: Path, manifest: Manifest) -> dict[str, list[int]]:
    stats = {name: (folder / name).stat() for name in manifest.files}
    return {name: [stat.st_size, stat.st_mtime_ns] for name, stat in stats.items()}


def _stamped(folder: Path) -> Any:
    try:
        return json.loads((folder / _STAMP).read_text("utf-8"))
    except (OSError, ValueError):
        return None


def _stamp(folder: Path, manifest: Manifest) -> None:
    try:
        (folder / _STAMP).write_text(json.dumps(_seen(folder, manifest)), "utf-8")
    except OSError:
        # A folder that cannot be written (Lambda's package) is compared each time it is opened.
        return
