"""The skill package, as `ask deploy` and SMAPI's skill package API take it: manifest, models, icons.

Layout: https://developer.amazon.com/en-US/docs/alexa/smapi/skill-package-api-reference.html. An icon in the
package is named by "file://assets/images/…" (https://github.com/alexa/ask-cli/pull/487)."""

from __future__ import annotations

import json
import shutil
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

from skill.alexa.manifest import ICONS, SMALL, Lack, invocation, lacking, linking, manifest, published
from skill.alexa.model import Catalog, built, model_text
from skill.commerce.merchant import Facts
from skill.errors import BadInput

FOLDER = "skill-package"
IMAGES = Path("assets") / "images"
MODELS = Path("interactionModels") / "custom"
MANIFEST, LINKING, RESOURCES = "skill.json", "accountLinking.json", "ask-resources.json"
_PNG = b"\x89PNG\r\n\x1a\n"
_HEAD = 33
# As ASK CLI 2 writes it.
_RESOURCES_VERSION = "2020-03-31"


class Incomplete(BadInput):
    """Raised when the store lacks what it cannot do without; `lacks` says all of it."""

    def __init__(self, lacks: Sequence[Lack]) -> None:
        super().__init__("; ".join(f"{lack.what}: {lack.remedy}" for lack in lacks))
        self.lacks = tuple(lacks)


def write_package(
    facts: Facts,
    *,
    out: Path,
    endpoint: str = "",
    catalogs: Mapping[str, Catalog] | None = None,
) -> tuple[Path, ...]:
    """Write the package into the folder `out`, and beside it ask-resources.json unless there is one; the
    files written. `catalogs` by locale: where the names of products come from. Icons that lie there already
    stay. Raises Incomplete or BadInput, and then nothing was written."""
    given = _icons_given(facts)
    found = icons(facts, out, given=given)
    if lacks := tuple(lacking(facts, icons=found)):
        raise Incomplete(lacks)
    texts = {
        out / MODELS / f"{locale}.json": model_text(
            built(locale, invocation=invocation(facts, locale), catalog=(catalogs or {}).get(locale)),
            locale=locale,
        )
        for locale in published(facts)
    }
    texts[out / MANIFEST] = as_text(manifest(facts, icons=found, endpoint=endpoint))
    if account := linking(facts):
        texts[out / LINKING] = as_text(account)
    if not (resources := out.parent / RESOURCES).exists():
        texts[resources] = as_text(_resources(out))
    for name, source in given.items():
        target = out / IMAGES / f"{name}.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists() or not source.samefile(target):
            shutil.copyfile(source, target)
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tuple(texts)


def icons(facts: Facts, out: Path, *, given: Mapping[str, Path] | None = None) -> dict[str, str]:
    """The address of each icon there is, as the manifest names it: https, or a file of the package in `out`
    that is there or `given`. Raises BadInput when one of them is no such picture."""
    found = {}
    for name, side in ICONS.items():
        stated = _stated(facts, name)
        path = (given or {}).get(name) or out / IMAGES / f"{name}.png"
        if stated.startswith("https://"):
            found[name] = stated
        elif path.exists():
            if problem := icon_problem(path, side):
                raise BadInput(f"{path}: {problem}")
            found[name] = f"file://{(IMAGES / f'{name}.png').as_posix()}"
    return found


def icon_problem(path: Path, side: int) -> str:
    """What keeps a file from being a PNG picture of `side` by `side` pixels; empty when nothing does."""
    head = path.read_bytes()[:_HEAD]
    whole = len(head) == _HEAD and head[:8] == _PNG and head[12:16] == b"IHDR"
    if not whole or crc32(head[12:29]) != struct.unpack(">I", head[29:33])[0]:
        return "is no PNG file; save it as PNG"
    width, height = struct.unpack(">II", head[16:24])
    if (width, height) != (side, side):
        return f"is {width} by {height} pixels; it must be {side} by {side}"
    return ""


def as_text(value: Mapping[str, Any]) -> str:
    """JSON as it is committed."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _stated(facts: Facts, name: str) -> str:
    if facts.skill is None:
        return ""
    return facts.skill.small_icon if name == SMALL else facts.skill.large_icon


def _icons_given(facts: Facts) -> dict[str, Path]:
    """The files the shop names. Raises BadInput where one is missing."""
    named = {name: _stated(facts, name) for name in ICONS}
    given = {name: Path(text) for name, text in named.items() if text and not text.startswith("https://")}
    if missing := next((path for path in given.values() if not path.is_file()), None):
        raise BadInput(f"{missing}: there is no such icon; correct [skill] in the shop file")
    return given


def _resources(out: Path) -> dict[str, Any]:
    return {
        "askcliResourcesVersion": _RESOURCES_VERSION,
        "profiles": {"default": {"skillMetadata": {"src": f"./{out.name}"}}},
    }
