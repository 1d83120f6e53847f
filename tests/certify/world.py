"""A deployment of the sample shop that lacks nothing, and ways of breaking it in one place."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from skill.app import App
from skill.certify.candidate import candidate_of
from skill.certify.check import Candidate, Fault
from skill.certify.checklist import Result, requirements, result
from skill.certify.scratch import Scratch, Send, skill_door
from skill.commerce.merchant import Linking, Mailing
from skill.deployment import Shops
from skill.settings import Settings
from skill.shop import NOBODY
from tests.talk import ROOT, publish_sample

PACKAGE = ROOT / "skill-package"
SKILL = "amzn1.ask.skill.12345678-abcd-4321-abcd-1234567890ab"
Json = dict[str, Any]
Tamper = Callable[[Mapping[str, Any], Json], Json]


def sample_settings(folder: Path, **more: Any) -> Settings:
    return Settings(store=f"sqlite:{folder / 'shop.db'}", catalogues=folder / "catalogues", **more)


def complete(folder: Path) -> Candidate:
    """The sample shop on a deployment where nothing is missing. Its letters would leave, but nobody sends
    any."""
    shops = Shops(
        sample_settings(
            folder,
            secret="a secret of this shop's own",
            skill_ids=frozenset({SKILL}),
            mail="smtp://127.0.0.1:1",
        )
    )
    store = shops.main.store
    publish_sample(shops.main)
    facts = store.visit(NOBODY).facts
    linking = Linking(
        issuer="https://id.example", audience="shop", jwks="https://id.example/keys", scopes=("shop",)
    )
    store.publish(replace(facts, linking=linking, mail=Mailing(sender="orders@shop.example")), stock={})
    (folder / "scratch").mkdir()
    return candidate_of(shops, package=PACKAGE, folder=folder / "scratch")


def looked(candidate: Candidate, id: str) -> Result:
    return result(next(one for one in requirements() if one.id == id), candidate)


def faults(candidate: Candidate, id: str) -> list[str]:
    """What a check finds missing."""
    return [found.what for found in looked(candidate, id).findings if isinstance(found, Fault)]


def with_manifest(candidate: Candidate, path: str, value: Any) -> Candidate:
    """The candidate with something else at a place of its manifest; None takes the place away."""
    manifest = changed(candidate.package.manifest, path, value)
    return replace(candidate, package=replace(candidate.package, manifest=manifest))


def with_model(candidate: Candidate, change: Callable[[Json], Any], *, locale: str = "en-US") -> Candidate:
    """The candidate with another language model in one locale."""
    model = copy.deepcopy(dict(candidate.package.models[locale]))
    change(model["interactionModel"]["languageModel"])
    models = {**candidate.package.models, locale: model}
    return replace(candidate, package=replace(candidate.package, models=models))


def with_facts(candidate: Candidate, folder: Path, **facts: Any) -> Candidate:
    """The candidate of a shop with other facts."""
    other = replace(candidate.facts, **facts)
    return replace(candidate, facts=other, scratch=Scratch(candidate.settings, other, folder))


def tampered(candidate: Candidate, folder: Path, tamper: Tamper) -> Candidate:
    """The candidate with every answer tampered with, in English alone."""

    def door(app: App) -> Send:
        send = skill_door(app)
        return lambda raw: tamper(raw, send(raw))

    return behind(candidate, folder, door)


def behind(candidate: Candidate, folder: Path, door: Callable[[App], Send]) -> Candidate:
    """The candidate behind another door, in English alone."""
    scratch = Scratch(candidate.settings, candidate.facts, folder, door)
    return replace(candidate, scratch=scratch, locales=("en-US",))


def changed(tree: Mapping[str, Any], path: str, value: Any) -> Json:
    """A copy with `value` at a place like "a.b.c"; None takes the place away."""
    made: Json = copy.deepcopy(dict(tree))
    *above, last = path.split("/")
    place = made
    for name in above:
        place = place[name]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return made


def intent_of(raw: Mapping[str, Any]) -> str:
    """What a request means: its intent, or else its type."""
    request = raw["request"]
    return str(request.get("intent", {}).get("name", request["type"]))


def respeak(response: Json, old: str, new: str) -> Json:
    """The response with other words in its speech."""
    speech = response.get("response", {}).get("outputSpeech")
    if speech:
        speech["ssml"] = speech["ssml"].replace(old, new)
    return response


def speech(response: Json, words: str) -> Json:
    """The response with these words and no others."""
    response["response"]["outputSpeech"] = {"type": "SSML", "ssml": f"<speak>{words}</speak>"}
    return response
