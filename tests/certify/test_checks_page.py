"""What the checks read: each is made to fail by breaking the one thing it looks at."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from skill.certify.candidate import read_package
from skill.certify.check import Candidate
from skill.certify.models import name_problems
from skill.commerce.publishing import EVERYWHERE
from tests.certify.world import PACKAGE, Json, changed, faults, looked, with_facts, with_manifest, with_model

PAGE = "publishingInformation/locales/en-US"
LEGAL = "privacyAndCompliance/locales/de-DE"
ENDPOINT = {"uri": "https://shop.example/alexa", "sslCertificateType": "SelfSigned"}


@pytest.mark.parametrize(
    ("check", "path", "value", "what"),
    [
        ("store-texts", f"{PAGE}/name", "  ", "en-US: no name"),
        ("store-texts", f"{PAGE}/summary", "x" * 161, "the summary has 161 letters; 160 may be"),
        ("store-texts", f"{PAGE}/description", None, "en-US: no description"),
        ("store-texts", f"{PAGE}/description", "Of {shop}", "a placeholder stands in the description"),
        ("store-texts", f"{PAGE}/keywords", [], "1 to 30 keywords"),
        ("store-texts", f"{PAGE}/keywords", ["x" * 151], "1 to 30 keywords"),
        ("description", f"{PAGE}/description", "You can set a voice code.", "account linking"),
        ("description", f"{PAGE}/description", "Link your account.", "the voice code"),
        ("marks", f"{PAGE}/name", "Wagon for Alexa", "the name holds 'Alexa'"),
        ("marks", f"{LEGAL}/privacyPolicyUrl", "https://my-amazon.example/p", "holds 'amazon'"),
        ("example-phrases", f"{PAGE}/examplePhrases", ["Alexa, open Saffron Wagon"], "3 example phrases"),
        ("privacy-policy", f"{LEGAL}/privacyPolicyUrl", None, "de-DE: no link"),
        ("privacy-policy", f"{LEGAL}/privacyPolicyUrl", "http://shop.example/", "is not https"),
        ("terms-of-use", f"{LEGAL}/termsOfUseUrl", None, "de-DE: no link"),
        ("permissions", "permissions", [], "alexa::profile:email:read is used and not declared"),
        ("compliance", "privacyAndCompliance/allowsPurchases", False, "allowsPurchases is False"),
        ("compliance", "privacyAndCompliance/isChildDirected", None, "isChildDirected is None"),
        ("testing-instructions", "publishingInformation/testingInstructions", " ", "no testing instructions"),
        ("endpoint", "apis/custom/endpoint", None, "not told where the skill is"),
        ("endpoint", "apis/custom/endpoint", ENDPOINT, "a trusted certificate"),
        ("endpoint", "events/endpoint", None, "events go elsewhere"),
        ("package-current", f"{PAGE}/summary", "Another", "publishingInformation is not what the shop says"),
        ("package-current", "permissions", None, "permissions is not what the shop says"),
    ],
)
def test_a_check_reads_what_is_broken(
    candidate: Candidate, check: str, path: str, value: Any, what: str
) -> None:
    assert faults(candidate, check) == []
    found = faults(with_manifest(candidate, path, value), check)
    assert any(what in one for one in found), found


@pytest.mark.parametrize(
    ("first", "fine"),
    [
        ("Alexa, open Saffron Wagon", True),
        ("alexa start saffron wagon", True),
        ("Alexa, open the other shop", False),
        ("open Saffron Wagon", False),
        ("Saffron Wagon", False),
        ("Alexa, Saffron Wagon", False),
    ],
)
def test_the_first_example_opens_the_skill_by_its_name(candidate: Candidate, first: str, fine: bool) -> None:
    shown = [first, "what's on offer", "where's my order"]
    found = faults(with_manifest(candidate, f"{PAGE}/examplePhrases", shown), "example-phrases")
    assert (found == []) is fine


def test_an_example_that_is_no_sample_is_found(candidate: Candidate) -> None:
    shown = ["Alexa, open Saffron Wagon", "what's on offer", "sing me a song"]
    found = faults(with_manifest(candidate, f"{PAGE}/examplePhrases", shown), "example-phrases")
    assert found == ["en-US: 'sing me a song' is none of the sample utterances"]


def test_a_permission_nobody_uses_is_found(candidate: Candidate) -> None:
    declared = [*candidate.package.manifest["permissions"], {"name": "alexa::profile:mobile_number:read"}]
    found = faults(with_manifest(candidate, "permissions", declared), "permissions")
    assert found == ["alexa::profile:mobile_number:read is declared and not used"]


def test_icons_that_are_not_there_are_found(candidate: Candidate) -> None:
    assert faults(candidate, "icons") == []
    bare = replace(candidate, package=replace(candidate.package, icons={}))
    assert "en-US: no icon of 108 by 108 pixels" in faults(bare, "icons")
    unnamed = with_manifest(candidate, f"{PAGE}/largeIconUri", None)
    assert faults(unnamed, "icons") == ["en-US: no icon of 512 by 512 pixels"]


@pytest.mark.parametrize(
    ("break_", "what"),
    [
        (lambda folder: (folder / "skill.json").unlink(), "skill.json is not there"),
        (lambda folder: (folder / "skill.json").write_text("{"), "skill.json cannot be read"),
        (lambda folder: (folder / "skill.json").write_text("[]"), "skill.json holds no JSON object"),
        (lambda folder: (folder / "interactionModels/custom/ar-SA.json").unlink(), "ar-SA.json is not there"),
        (lambda folder: (folder / "interactionModels/custom/fr-FR.json").write_text("{}"), "fr-FR is not"),
        (lambda folder: (folder / "assets/images/smallIcon.png").write_bytes(b"GIF"), "is no PNG file"),
    ],
)
def test_a_broken_package_is_found(
    candidate: Candidate, tmp_path: Path, break_: Callable[[Path], Any], what: str
) -> None:
    assert faults(candidate, "package") == []
    folder = tmp_path / "package"
    shutil.copytree(PACKAGE, folder)
    break_(folder)
    found = faults(replace(candidate, package=read_package(folder, candidate.facts)), "package")
    assert len(found) == 1
    assert what in found[0]


def intent(name: str, language: Json) -> Json:
    found: Json = next(one for one in language["intents"] if one["name"] == name)
    return found


def kind(name: str, language: Json) -> Json:
    found: Json = next(one for one in language["types"] if one["name"] == name)
    return found


@pytest.mark.parametrize(
    ("break_", "what"),
    [
        (lambda all_: intent("Checkout", all_)["samples"].append("pay 5 €"), "'pay 5 €' is no sample"),
        (lambda all_: intent("Checkout", all_)["samples"].append("x" * 201), "is no sample"),
        (lambda all_: intent("Checkout", all_)["samples"].append("pay {how}"), "which is not declared"),
        (lambda all_: intent("Checkout", all_)["samples"].append("Check out"), "'Check out' twice"),
        (lambda all_: intent("Checkout", all_)["samples"].append("hello"), "is a sample of"),
        (lambda all_: intent("Checkout", all_).update(samples=[]), "Checkout has no samples"),
        (lambda all_: intent("Checkout", all_).update(name="Check out"), "is no name of an intent"),
        (lambda all_: intent("FindProduct", all_)["samples"].append("{query}"), "free words"),
        (lambda all_: intent("AddToCart", all_)["slots"][0].update(type="Nothing"), "which is not there"),
        (lambda all_: all_["intents"].append(intent("Checkout", all_)), "the intent Checkout stands twice"),
        (lambda all_: kind("Position", all_).update(values=[]), "the type Position has no values"),
        (
            lambda all_: kind("Position", all_)["values"].append({"id": "1", "name": {"value": "uno"}}),
            "the id '1' stands twice",
        ),
        (
            lambda all_: kind("Position", all_)["values"].append({"name": {"value": "x" * 141}}),
            "longer than 140 letters",
        ),
        (lambda all_: all_["intents"].remove(intent("AddToCart", all_)), "which is no intent"),
    ],
)
def test_a_model_that_breaks_a_rule_is_found(
    candidate: Candidate, break_: Callable[[Json], Any], what: str
) -> None:
    one = replace(candidate, locales=("en-US",))
    found = faults(with_model(one, break_), "models")
    assert any(what in problem for problem in found), found


def test_a_model_that_is_not_there_is_found(candidate: Candidate) -> None:
    assert faults(candidate, "models") == []
    bare = replace(candidate, package=replace(candidate.package, models={}), locales=("de-DE",))
    assert faults(bare, "models") == ["de-DE: there is no interaction model"]


def test_a_model_of_another_version_is_found_and_one_with_a_catalog_is_not(candidate: Candidate) -> None:
    assert faults(candidate, "models-current") == []
    other = with_model(candidate, lambda all_: intent("Checkout", all_)["samples"].pop())
    assert faults(other, "models-current") == ["en-US: the model is not the one of this version of the shop"]
    named = {
        "valueSupplier": {"type": "CatalogValueSupplier", "valueCatalog": {"catalogId": "a", "version": "1"}}
    }

    def supply(all_: Json) -> None:
        kind("Product", all_).pop("values")
        kind("Product", all_).update(named)

    assert faults(with_model(candidate, supply), "models-current") == []


@pytest.mark.parametrize("name", ["StopIntent", "CancelIntent", "HelpIntent", "FallbackIntent", "NoIntent"])
def test_a_built_in_that_is_missing_is_found(candidate: Candidate, name: str) -> None:
    assert faults(candidate, "built-ins") == []
    less = with_model(candidate, lambda all_: all_["intents"].remove(intent(f"AMAZON.{name}", all_)))
    assert faults(less, "built-ins") == [f"en-US: AMAZON.{name} is missing"]


@pytest.mark.parametrize(
    ("name", "locale", "what"),
    [
        ("saffron wagon", "en-US", None),
        ("müllers laden", "de-DE", None),
        ("عربة الزعفران", "ar-SA", None),
        ("joe's corner store", "en-US", None),
        ("x", "en-US", "2 to 50"),
        ("wagon " * 9, "en-US", "2 to 50"),
        ("Saffron Wagon", "en-US", "capital letters"),
        ("saffron  wagon", "en-US", "stray spaces"),
        ("wagon no 7", "en-US", "holds 7"),
        ("wagon & sons", "en-US", "holds &"),
        ("saffron wagon", "ar-SA", "own letters"),
        ("عربة الزعفران", "de-DE", "own letters"),
        ("saffron", "en-US", "one word"),
        ("the wagon", "en-US", "an article"),
        ("alexa shop", "en-US", "wake word 'alexa'"),
        ("amazon's wagon", "en-US", None),
        ("open wagon", "en-US", "launch word 'open'"),
        ("öffne den laden", "de-DE", "launch word 'öffne'"),
        ("wagon and sons", "en-US", "connecting word 'and'"),
        ("laden mit herz", "de-DE", "connecting word 'mit'"),
        ("متجر من الزعفران", "ar-SA", "connecting word 'من'"),
    ],
)
def test_an_invocation_name_keeps_amazons_rules(name: str, locale: str, what: str | None) -> None:
    found = list(name_problems(name, locale=locale))
    assert any(what in problem for problem in found) if what else found == [], found


def test_a_name_that_breaks_them_is_found_in_the_model(candidate: Candidate) -> None:
    assert faults(candidate, "invocation-name") == []
    named = with_model(candidate, lambda all_: all_.update(invocationName="Wagon"))
    assert "en-US: the invocation name 'Wagon' has capital letters" in faults(named, "invocation-name")


def test_a_skill_that_is_not_opened_by_its_sellers_name_is_found(candidate: Candidate) -> None:
    assert faults(candidate, "seller-name") == []
    named = with_model(candidate, lambda all_: all_.update(invocationName="my groceries"))
    assert faults(named, "seller-name") == [
        "en-US: the skill is opened by 'my groceries', and the seller is 'Saffron Wagon'"
    ]


def test_account_linking_needs_both_ends_of_it(candidate: Candidate, tmp_path: Path) -> None:
    assert faults(candidate, "account-linking") == []
    skill, linking = candidate.facts.skill, candidate.facts.linking
    assert skill
    assert skill.account
    assert linking
    unchecked = with_facts(candidate, tmp_path, linking=None)
    assert faults(unchecked, "account-linking") == [
        "the shop checks no account: whoever brings any token may order"
    ]
    untold = with_facts(candidate, tmp_path, skill=replace(skill, account=None))
    assert faults(untold, "account-linking") == ["Alexa is not told where accounts are linked"]
    asking = with_facts(candidate, tmp_path, linking=replace(linking, scopes=("shop", "admin")))
    assert faults(asking, "account-linking") == [
        "tokens must carry the scope admin, which Alexa does not ask for"
    ]
    told = changed(candidate.package.linking, "accountLinkingRequest/clientId", "other")
    old = replace(candidate, package=replace(candidate.package, linking=told))
    assert faults(old, "account-linking") == ["accountLinking.json is not what the shop says today"]


def test_a_shop_that_says_something_new_has_an_old_package(candidate: Candidate, tmp_path: Path) -> None:
    skill = candidate.facts.skill
    assert skill
    moved = replace(skill, privacy_policy={EVERYWHERE: "https://shop.example/new"})
    assert faults(with_facts(candidate, tmp_path, skill=moved), "package-current") == [
        "skill.json: privacyAndCompliance is not what the shop says today"
    ]


def test_pages_are_read_when_somebody_asks_for_it(candidate: Candidate) -> None:
    asked: list[str] = []

    def reach(url: str) -> str:
        asked.append(url)
        return "is not there (404)" if "privacy" in url else ""

    online = replace(candidate, reach=reach)
    assert faults(online, "privacy-policy") == [
        "https://saffronwagon.example/privacy cannot be read: is not there (404)"
    ]
    assert faults(online, "terms-of-use") == []
    assert asked == ["https://saffronwagon.example/privacy", "https://saffronwagon.example/terms"]


def answering(status: int) -> Callable[[bytes, Mapping[str, str]], int]:
    return lambda body, headers: status


def silent(body: bytes, headers: Mapping[str, str]) -> int:
    raise ConnectionError("its certificate is not trusted")


def test_an_endpoint_that_answers_what_amazon_did_not_sign_is_found(candidate: Candidate) -> None:
    assert faults(candidate, "unsigned") == []
    assert faults(replace(candidate, knock=answering(200)), "unsigned") == [
        "a request without a signature is answered with 200",
        "a request signed by somebody else is answered with 200",
    ]
    assert faults(replace(candidate, knock=silent), "unsigned") == [
        "the endpoint cannot be asked: its certificate is not trusted"
    ]


def test_the_certificate_of_a_web_endpoint_must_be_trusted(candidate: Candidate) -> None:
    assert looked(candidate, "certificate").outcome == "not applicable"
    web = with_manifest(candidate, "apis/custom/endpoint", {**ENDPOINT, "sslCertificateType": "Trusted"})
    assert looked(web, "certificate").outcome == "by hand"
    asked = replace(web, url="https://shop.example/alexa", knock=answering(400))
    assert looked(asked, "certificate").outcome == "pass"
    assert faults(replace(asked, knock=silent), "certificate") == [
        "the endpoint cannot be trusted: its certificate is not trusted"
    ]
    assert faults(replace(asked, url="http://shop.example/alexa"), "certificate") == [
        "http://shop.example/alexa is not https"
    ]


def test_a_skill_knows_its_id_and_answers_no_other(candidate: Candidate) -> None:
    assert faults(candidate, "skill-id") == faults(candidate, "other-skills") == []
    unknown = replace(candidate, skills=frozenset())
    assert faults(unknown, "skill-id") == ["no skill is known: anybody's would be answered"]
    assert looked(unknown, "other-skills").outcome == "not applicable"
    assert faults(replace(candidate, skills=frozenset({"shop"})), "skill-id") == ["shop is no skill id"]
    assert faults(replace(candidate, answers=lambda _: True), "other-skills") == [
        "requests for somebody else's skill are answered"
    ]


@pytest.mark.parametrize(("secret", "what"), [("sayso-development", "everybody knows"), ("short", "guessed")])
def test_a_secret_that_is_none_is_found(candidate: Candidate, secret: str, what: str) -> None:
    assert faults(candidate, "secret") == []
    found = faults(replace(candidate, settings=replace(candidate.settings, secret=secret)), "secret")
    assert len(found) == 1
    assert what in found[0]


def test_what_is_for_development_is_found(candidate: Candidate) -> None:
    assert faults(candidate, "development") == []
    still = replace(candidate.settings, fixed_now=datetime(2026, 1, 1, tzinfo=UTC), assume_linked=True)
    assert faults(replace(candidate, settings=still), "development") == [
        "everybody counts as linked",
        "the clock stands still",
    ]


def test_a_check_that_fails_itself_is_a_fault_like_any_other(candidate: Candidate) -> None:
    broken = replace(candidate, package=replace(candidate.package, manifest={"permissions": 1}))
    found = looked(broken, "permissions")
    assert found.outcome == "fail"
    assert "could not be looked at: TypeError" in json.dumps(found.as_json())
