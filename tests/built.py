"""Catalogue versions that were built before, copied: most tests begin with the same few products, whose index
takes longer to make than all that is said to it."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterable
from itertools import chain, islice
from pathlib import Path
from typing import Any

from skill.catalogue.index import build
from skill.catalogue.manifest import MANIFEST, Manifest, read_manifest, seal
from skill.commerce.product import Product

# More products than a test begins with; what is larger is built each time.
_MOST = 1_000


def building_once(shelf: Path) -> Callable[..., Manifest]:
    """`skill.catalogue.index.build`, but that versions of the same products are copied from `shelf`."""

    def made(
        products: Iterable[Product],
        *,
        folder: Path,
        version: str,
        language: str,
        progress: Callable[[int], None] = lambda _: None,
        **how: Any,
    ) -> Manifest:
        rest = iter(products)
        first = list(islice(rest, _MOST + 1))
        told = (language, sorted(how.items()), first)
        kept = shelf / hashlib.sha256(repr(told).encode()).hexdigest()
        if len(first) > _MOST or not (kept / MANIFEST).exists():
            manifest = build(
                chain(first, rest),
                folder=folder,
                version=version,
                language=language,
                progress=progress,
                **how,
            )
            if len(first) <= _MOST:
                # Never linked: tests that harm a catalogue harm their own.
                shutil.copytree(folder, kept, dirs_exist_ok=True)
            return manifest
        before = read_manifest(kept)
        shutil.copytree(kept, folder)
        progress(before.products)
        return seal(
            folder,
            version=version,
            languages=before.languages,
            products=before.products,
            spoken=before.spoken,
            known=before.files,
        )

    return made
