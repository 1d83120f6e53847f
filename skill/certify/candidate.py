"""The deployment that the environment describes, as a candidate: what is read of it, and how it is asked."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from skill.alexa.manifest import ICONS, published
from skill.alexa.package import LINKING, MANIFEST, MODELS, icons
from skill.catalogues import Catalogues
from skill.certify.check import Candidate, Package
from skill.certify.scratch import Door, Scratch, skill_door
from skill.commerce.merchant import Facts
from skill.deployment import Shops
from skill.errors import BadInput
from skill.merchants.sources import NotFetched
from skill.merchants.webhooks import NotSent
from skill.server import create_app, verifier
from skill.shop import NOBODY
from skill.web.fetch import fetch
from skill.web.post import post

# A page is read for so long, in seconds, and so far, in bytes.
_SECONDS, _BYTES = 10.0, 5_000_000


def candidate_of(
    shops: Shops,
    *,
    package: Path,
    folder: Path,
    url: str = "",
    online: bool = False,
    local: bool = False,
    door: Door = skill_door,
) -> Candidate:
    """The candidate. `package` is the skill package's folder, `folder` an empty one that is thrown away
    afterwards; `url` the web endpoint to be asked (empty: this deployment's, without a wire); `online`: pages
    are fetched; `local`: from this machine too. Nothing is written to the live store. Raises
    CatalogueNotLinked where there is no shop."""
    app = shops.main
    facts, settings = app.store.visit(NOBODY).facts, app.settings
    registered = {id for id, shop in app.store.skills().items() if shop == settings.shop}
    return Candidate(
        settings=settings,
        facts=facts,
        catalogue=Catalogues(settings).live(facts.catalogue),
        locales=published(facts),
        package=read_package(package, facts),
        scratch=Scratch(settings, facts, folder, door),
        skills=settings.skill_ids | registered,
        knock=_over_the_wire(url) if url else _in_process(shops),
        answers=lambda application: shops.of(application) is not None,
        url=url,
        reach=_reach(folder, local=local) if online else None,
    )


def read_package(folder: Path, facts: Facts) -> Package:
    """The skill package in `folder`, as far as it can be read."""
    broken: list[str] = []

    def read(path: Path, *, needed: bool = True) -> Mapping[str, Any]:
        try:
            found = json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            if needed:
                broken.append(f"{path} is not there")
        except (OSError, ValueError) as error:
            broken.append(f"{path} cannot be read: {error}")
        else:
            if isinstance(found, dict):
                return found
            broken.append(f"{path} holds no JSON object")
        return {}

    manifest = read(folder / MANIFEST).get("manifest", {})
    models = {locale: read(folder / MODELS / f"{locale}.json") for locale in published(facts)}
    extra = {path.stem for path in (folder / MODELS).glob("*.json")} - models.keys()
    broken += (f"{folder / MODELS}: {locale} is not published" for locale in sorted(extra))
    try:
        pictures = icons(facts, folder)
    except BadInput as error:
        broken.append(str(error))
        pictures = {}
    return Package(
        manifest=manifest if isinstance(manifest, dict) else {},
        models={locale: model for locale, model in models.items() if model},
        linking=read(folder / LINKING, needed=False),
        icons={name: url for name, url in pictures.items() if name in ICONS},
        broken=tuple(broken),
    )


def _in_process(shops: Shops) -> Callable[[bytes, Mapping[str, str]], int]:
    web = create_app(shops.main, verify=verifier(shops), shops=shops).test_client()

    def knock(body: bytes, headers: Mapping[str, str]) -> int:
        with _quiet():
            return int(web.post("/alexa", data=body, headers=dict(headers)).status_code)

    return knock


@contextmanager
def _quiet() -> Iterator[None]:
    """What we do to the endpoint is no news for its log."""
    log = logging.getLogger("sayso")
    before, log.disabled = log.disabled, True
    try:
        yield
    finally:
        log.disabled = before


def _over_the_wire(url: str) -> Callable[[bytes, Mapping[str, str]], int]:
    def knock(body: bytes, headers: Mapping[str, str]) -> int:
        try:
            return post(url, body=body, headers=headers, allow_local=True)
        except NotSent as error:
            raise ConnectionError(str(error)) from None

    return knock


def _reach(folder: Path, *, local: bool) -> Callable[[str], str]:
    def reach(url: str) -> str:
        try:
            found = fetch(url, most=_BYTES, seconds=_SECONDS, folder=folder, allow_local=local)
        except NotFetched as error:
            return str(error).partition(": ")[2].partition(";")[0]
        if (path := getattr(found, "path", None)) is not None:
            Path(path).unlink(missing_ok=True)
        return ""

    return reach
