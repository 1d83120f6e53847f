"""The shop file on the merchant's page: looked over, tried in conversation, and made live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from skill.catalogue.manifest import Manifest, read_manifest
from skill.commerce.merchant import Facts
from skill.devtools.trying import Trial, Trying, trying_of
from skill.errors import BadInput, CatalogueNotLinked
from skill.merchants.publish import Place
from skill.merchants.shop_change import built_with, changed
from skill.merchants.shop_file import faults_of, read_heard, read_shop
from skill.shop import NOBODY, Stocking

_BUILT_WITH = {
    "currency": "the currency",
    "language": "the main language (locale)",
    "heard_as": "how names are heard (heard_as)",
}


class Sent(Protocol):
    """A file that was sent."""

    def save(self, dst: Path) -> None: ...


def looked_over(sent: Sent, *, name: str, place: Place, act: str) -> dict[str, Any]:
    """What is wrong with a shop file, line by line, and which parts of the shop it changes; where nothing is
    wrong, `act` is done with it: "try" (this process talks as the file has it), "live", or nothing. Raises
    BadInput where it cannot be read at all, or not be done."""
    with TemporaryDirectory(prefix="sayso-shop-") as folder:
        path = Path(folder) / "shop.toml"
        sent.save(path)
        try:
            faults = faults_of(path)
            if faults:
                found = [{"line": one.line, "place": one.place, "what": one.what} for one in faults]
                return {"file": name, "faults": found, "changes": [], "done": ""}
            facts, heard = read_shop(path), read_heard(path)
        except BadInput as error:
            raise BadInput(str(error).replace(str(path), name)) from error
    before = _live(place)
    manifest = _manifest(before, place)
    if before and manifest:
        language = manifest.languages[0]
        what = built_with(before, facts, language=language, heard=manifest.spoken, wanted=heard)
        if what and act:
            raise BadInput(f"{name}: {_BUILT_WITH[what]} is the catalogue's too; import the feed with it")
    if act == "try":
        _trying(place).now = Trial(name, facts)
    elif act == "live":
        _make_live(facts, before, place)
    return {"file": name, "faults": [], "changes": changed(before, facts), "done": act}


def stop_trying(place: Place) -> None:
    """Let this process talk as the live shop again."""
    _trying(place).now = None


def trial_json(store: Stocking) -> Mapping[str, str] | None:
    """The file that is tried, and the shop's name in it; None where none is."""
    trying = trying_of(store)
    trial = trying.now if trying else None
    return {"file": trial.file, "shop": trial.facts.name} if trial else None


def _make_live(facts: Facts, before: Facts | None, place: Place) -> None:
    if before is None:
        raise BadInput("there is no shop yet: import a feed with this file")
    kept = replace(facts, catalogue=before.catalogue)
    if place.store.publish(kept, stock={}, expecting=before.revision) is None:
        raise BadInput("the shop was changed meanwhile: look at it again")
    if trying := trying_of(place.store):
        trying.now = None


def _trying(place: Place) -> Trying:
    if trying := trying_of(place.store):
        return trying
    raise BadInput("a shop file can be tried where one process serves: sayso serve --unsigned")


def _live(place: Place) -> Facts | None:
    try:
        return place.store.visit(NOBODY).facts
    except CatalogueNotLinked:
        return None


def _manifest(facts: Facts | None, place: Place) -> Manifest | None:
    try:
        return read_manifest(place.folder / facts.catalogue) if facts and facts.catalogue else None
    except CatalogueNotLinked:
        return None
