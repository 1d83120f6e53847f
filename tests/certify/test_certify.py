"""`sayso certify`: the whole list, as a person and as a program reads it."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from skill.certify.candidate import candidate_of
from skill.certify.check import Candidate
from skill.certify.checklist import LOOKS, requirements, results
from skill.cli import main
from skill.deployment import Shops
from skill.errors import BadInput
from skill.server import create_app, verifier
from skill.storage.open import prepare
from tests.certify.world import PACKAGE, SKILL, faults, sample_settings
from tests.serving import serving
from tests.talk import publish_sample


def test_every_requirement_is_looked_at_or_left_to_a_person() -> None:
    ids = [requirement.id for requirement in requirements()]
    assert len(set(ids)) == len(ids)
    assert {one.id for one in requirements() if not one.hand} == LOOKS.keys()


@pytest.mark.parametrize("requirement", requirements(), ids=lambda one: str(one.id))
def test_every_requirement_is_a_sentence_with_amazons_page(requirement: Any) -> None:
    assert re.fullmatch(r"[A-Z].*\.", requirement.asks)
    assert requirement.source.startswith("https://developer.amazon.com/en-US/docs/alexa/")
    assert requirement.group in ("functional", "voice", "privacy", "purchases", "security", "by hand")


def test_a_deployment_that_lacks_nothing_passes(candidate: Candidate) -> None:
    found = {one.requirement.id: one for one in results(replace(candidate, locales=("en-US", "ar-SA")))}
    assert {id: one.findings for id, one in found.items() if one.outcome == "fail"} == {}
    assert {id for id, one in found.items() if one.outcome == "not applicable"} == {"cards", "certificate"}
    by_hand = {one.id for one in requirements() if one.hand}
    assert {id for id, one in found.items() if one.outcome == "by hand"} == by_hand | {"testing-instructions"}


def dumped(path: Path) -> Iterator[str]:
    with sqlite3.connect(path) as base:
        yield from base.iterdump()


def test_the_sample_shop_of_a_developer_lacks_what_development_does_without(tmp_path: Path) -> None:
    settings = sample_settings(tmp_path)
    prepare(settings.store)
    shops = Shops(settings)
    publish_sample(shops.main)
    before = list(dumped(tmp_path / "shop.db"))
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    sample = replace(candidate_of(shops, package=PACKAGE, folder=scratch), locales=("en-US",))
    failed = {one.requirement.id for one in results(sample) if one.outcome == "fail"}
    assert failed == {"account-linking", "e-mail", "skill-id", "secret"}
    assert list(dumped(tmp_path / "shop.db")) == before, "the live store was written to"


def test_a_check_nobody_knows_is_named(candidate: Candidate) -> None:
    with pytest.raises(BadInput, match="there is no check 'looks'"):
        list(results(candidate, only=["looks"]))


def certify(folder: Path, *words: str, **env: str) -> Any:
    place = {"SAYSO_STORE": f"sqlite:{folder / 'shop.db'}", "SAYSO_SECRET": "", "SAYSO_SKILL_ID": "", **env}
    return CliRunner().invoke(main, ["certify", "--package", str(PACKAGE), *words], env=place)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    spec = f"sqlite:{folder / 'shop.db'}"
    prepare(spec)
    done = CliRunner().invoke(main, ["sample"], env={"SAYSO_STORE": spec})
    assert done.exit_code == 0, done.output
    return folder


def test_the_command_says_what_is_missing_and_what_to_do(shop: Path) -> None:
    done = certify(shop, "--only", "skill-id", "--only", "built-ins", "--only", "cards", "--only", "rights")
    assert done.exit_code == 1
    lines = [line.rstrip() for line in done.output.splitlines()]
    assert "✓ built-ins" in done.output
    assert "✗ skill-id" in done.output
    assert "      → set SAYSO_SKILL_ID to the skill's id, or register it: sayso merchant add" in lines
    assert "? rights" in done.output
    assert "– cards" in done.output
    assert lines[-1] == "1 pass, 1 not applicable, 1 fail, 1 by hand"


def test_the_command_passes_where_nothing_is_missing(shop: Path) -> None:
    done = certify(
        shop, "--only", "skill-id", "--only", "secret", SAYSO_SKILL_ID=SKILL, SAYSO_SECRET="x" * 32
    )
    assert (done.exit_code, "2 pass" in done.output) == (0, True), done.output


def test_the_command_tells_programs_too(shop: Path) -> None:
    done = certify(shop, "--json", "--only", "secret", "--only", "device", "--only", "cards")
    assert done.exit_code == 1
    told = json.loads(done.stdout)
    assert told["passed"] is False
    assert told["outcomes"] == {"fail": 1, "by hand": 1, "not applicable": 1}
    by_id = {one["id"]: one for one in told["checks"]}
    assert by_id["secret"]["missing"] == [
        {
            "what": "the secret is the one everybody knows, for development",
            "remedy": "set SAYSO_SECRET to a long random word",
        }
    ]
    assert by_id["cards"]["notes"] == ["the merchant bills; no cards are charged"]
    assert by_id["device"]["source"].startswith("https://developer.amazon.com/")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--only", "looks"), "there is no check 'looks'"),
        (("--endpoint", "shop.example"), "as in https://HOST"),
    ],
)
def test_the_command_refuses_what_it_cannot_look_at(shop: Path, words: tuple[str, ...], said: str) -> None:
    done = certify(shop, *words)
    assert (done.exit_code, said in done.output) == (2, True)


@contextmanager
def served(shops: Shops, *, unsigned: bool) -> Iterator[str]:
    """The address of a real server with these shops."""
    web = create_app(shops.main, verify=None if unsigned else verifier(shops), shops=shops)
    with serving(web) as address:
        yield address


@pytest.mark.parametrize(
    ("unsigned", "lacking"),
    [
        (False, []),
        (True, ["a request without a signature is answered with 200"]),
    ],
)
def test_a_running_endpoint_is_asked_over_the_wire(
    shop: Path, tmp_path: Path, unsigned: bool, lacking: list[str]
) -> None:
    shops = Shops(replace(sample_settings(shop), catalogues=shop / "shop-catalogues"))
    with served(shops, unsigned=unsigned) as address:
        asked = candidate_of(shops, package=PACKAGE, folder=tmp_path, url=f"{address}/alexa")
        assert faults(asked, "unsigned")[:1] == lacking
    gone = faults(asked, "unsigned")
    assert len(gone) == 1
    assert gone[0].startswith("the endpoint cannot be asked")


def test_a_page_is_fetched_only_online(shop: Path, tmp_path: Path) -> None:
    shops = Shops(replace(sample_settings(shop), catalogues=shop / "shop-catalogues"))
    with served(shops, unsigned=True) as address:
        online = candidate_of(shops, package=PACKAGE, folder=tmp_path, online=True, local=True)
        assert online.reach
        assert online.reach(f"{address}/health") == ""
        assert online.reach(f"{address}/nowhere") == "is not there (404)"
    assert candidate_of(shops, package=PACKAGE, folder=tmp_path).reach is None
    assert list(tmp_path.iterdir()) == []


def test_a_store_without_a_shop_is_named(tmp_path: Path) -> None:
    done = certify(tmp_path)
    assert (done.exit_code, "no catalogue is linked" in done.output) == (2, True)
