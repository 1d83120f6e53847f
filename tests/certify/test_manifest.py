"""The skill package: what is committed is the sample shop's, and what is missing is said first."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from skill.alexa.contact import PERMISSIONS, REMINDERS
from skill.alexa.manifest import EVENTS, ICONS, is_endpoint, linking, manifest, permissions, phrases
from skill.alexa.model import Catalog
from skill.alexa.package import FOLDER, IMAGES, MODELS, Incomplete, icon_problem, icons, write_package
from skill.alexa.request import Kind, kind
from skill.cli import main
from skill.commerce.contact import Coordinates
from skill.commerce.merchant import Branch, Facts
from skill.commerce.publishing import EVERYWHERE, Publishing
from skill.errors import BadInput
from skill.intents import everything
from skill.merchants.shop_file import read_shop
from skill.merchants.skill_file import MAX_TESTING
from skill.speech.locale import data, locales
from skill.speech.utterances import samples
from tests.talk import ROOT, SAMPLE

ARN = "arn:aws:lambda:us-east-1:123456789012:function:sayso:live"
COMMITTED = ROOT / FOLDER
FILES = ("skill.json", "accountLinking.json", *(str(MODELS / f"{locale}.json") for locale in locales()))
every_locale = pytest.mark.parametrize("locale", locales())
FACTS = read_shop(SAMPLE / "shop.toml")
# The same shop, which tells nobody anything unasked.
QUIET = replace(FACTS, notices=None)


def package(folder: Path, facts: Facts = FACTS, **wanted: Any) -> Path:
    out = folder / FOLDER
    shutil.copytree(COMMITTED / "assets", out / "assets", dirs_exist_ok=True)
    write_package(facts, out=out, **{"endpoint": ARN, **wanted})
    return out


def publishing(**said: Any) -> Facts:
    assert FACTS.skill
    return replace(FACTS, skill=replace(FACTS.skill, **said))


def made(facts: Facts = FACTS, **wanted: Any) -> dict[str, Any]:
    found: dict[str, Any] = manifest(facts, icons=icons(facts, COMMITTED), **{"endpoint": ARN, **wanted})[
        "manifest"
    ]
    return found


@pytest.mark.parametrize("name", FILES)
def test_the_committed_package_is_the_sample_shops(name: str, tmp_path: Path) -> None:
    assert (package(tmp_path) / name).read_text("utf-8") == (COMMITTED / name).read_text("utf-8"), (
        f"write it anew: sayso manifest --shop skill/devtools/sample/shop.toml --endpoint {ARN}"
    )


def test_the_package_holds_nothing_else() -> None:
    pictures = {str(IMAGES / f"{name}.png") for name in ICONS}
    found = {str(path.relative_to(COMMITTED)) for path in COMMITTED.rglob("*") if path.is_file()}
    assert found == {*FILES, *pictures}


@every_locale
def test_its_models_are_the_ones_of_interaction_models(locale: str) -> None:
    linked = ROOT / "interaction_models" / f"{locale}.json"
    assert linked.samefile(COMMITTED / MODELS / f"{locale}.json")


def test_ask_resources_name_the_package() -> None:
    resources = json.loads((ROOT / "ask-resources.json").read_text("utf-8"))
    assert (ROOT / resources["profiles"]["default"]["skillMetadata"]["src"]).resolve() == COMMITTED.resolve()


@every_locale
def test_every_locale_is_published_within_amazons_limits(locale: str) -> None:
    told = made()["publishingInformation"]["locales"][locale]
    assert 2 <= len(told["name"]) <= 50
    assert 0 < len(told["summary"]) <= 160
    assert 0 < len(told["description"]) <= 4_000
    assert len(told["examplePhrases"]) == 3
    assert all(len(phrase) <= 200 for phrase in told["examplePhrases"])
    assert 0 < len(told["keywords"]) <= 30
    assert len(set(told["keywords"])) == len(told["keywords"])
    assert "{" not in json.dumps(told, ensure_ascii=False)[1:]


@every_locale
def test_the_first_example_opens_the_skill_and_the_others_are_samples(locale: str) -> None:
    first, *others = (phrase.lower() for phrase in phrases(FACTS, locale))
    opened = (
        phrase.format(shop="x") for phrase in data("skill", locale)["opening"]["launch"] if " " in phrase
    )
    name = FACTS.called(locale).lower()
    assert any(first.endswith(phrase.replace("x", name)) for phrase in opened if phrase.endswith("x"))
    said = {sample.lower() for intent in everything().values() for sample in samples(intent, locale=locale)}
    assert set(others) <= said


def test_a_shop_words_its_own_page() -> None:
    facts = publishing(
        name={"de": "Der Wagen"},
        invocation={EVERYWHERE: "the wagon"},
        summary={"en": "All of {shop} {here}"},
        description={"en-US": "Say: open {opened}"},
        keywords={"ar": ("سلة",)},
        phrases={"en": ("Alexa, open {opened}",)},
    )
    told = made(facts)["publishingInformation"]["locales"]
    assert told["de-DE"]["name"] == "Der Wagen"
    assert told["en-US"]["name"] == "Saffron Wagon"
    assert told["en-US"]["summary"] == "All of Saffron Wagon {here}"
    assert told["en-US"]["description"] == "Say: open the wagon"
    assert told["en-US"]["examplePhrases"] == ["Alexa, open the wagon"]
    assert told["ar-SA"]["keywords"] == ["سلة"]


def test_a_shop_says_where_it_is_offered() -> None:
    told = made(publishing(countries=("DE", "AT")))["publishingInformation"]
    assert (told["isAvailableWorldwide"], told["distributionCountries"]) == (False, ["DE", "AT"])
    told = made(publishing(countries=()))["publishingInformation"]
    assert told["isAvailableWorldwide"] is True
    assert "distributionCountries" not in told


def test_a_shop_is_published_in_the_locales_it_names(tmp_path: Path) -> None:
    out = package(tmp_path, publishing(locales=("de-DE",)))
    told = json.loads((out / "skill.json").read_text("utf-8"))["manifest"]
    assert list(told["publishingInformation"]["locales"]) == ["de-DE"]
    assert list(told["privacyAndCompliance"]["locales"]) == ["de-DE"]
    assert [path.name for path in (out / MODELS).iterdir()] == ["de-DE.json"]


def test_testers_are_told_what_every_shop_and_what_this_one_says() -> None:
    told = made(publishing(testing="Use the account tester."))["publishingInformation"]["testingInstructions"]
    assert told.startswith("1. Enable the skill")
    assert told.endswith("\n\nUse the account tester.")


@every_locale
def test_testers_are_told_no_more_than_amazon_takes(locale: str) -> None:
    facts = replace(publishing(testing="x" * MAX_TESTING), locale=locale)
    assert len(made(facts)["publishingInformation"]["testingInstructions"]) <= 4_000


def test_the_permissions_declared_are_those_the_card_asks_for() -> None:
    assert permissions(QUIET) == ("alexa::devices:all:address:full:read", *PERMISSIONS[1:])
    assert permissions(FACTS) == (*permissions(QUIET), REMINDERS)


def test_where_a_device_is_may_be_asked_only_by_a_shop_with_places() -> None:
    here = Branch(id="a", names={"en": "A"}, addresses={"en": "B"}, place=Coordinates(1.0, 2.0))
    assert permissions(replace(QUIET, stores=(here,)))[3:] == ("alexa::devices:all:geolocation:read",)


@pytest.mark.parametrize("request_type", EVENTS.values())
def test_every_event_subscribed_to_is_one_the_skill_heeds(request_type: str) -> None:
    whose = {"System": {"user": {"userId": "amzn1.ask.account.A"}}}
    assert kind({"context": whose, "request": {"type": request_type}}) is Kind.ACCOUNT


@pytest.mark.parametrize(
    ("endpoint", "told"),
    [
        (ARN, {"uri": ARN}),
        (
            "https://shop.example/alexa",
            {"uri": "https://shop.example/alexa", "sslCertificateType": "Trusted"},
        ),
    ],
)
def test_the_endpoint_is_asked_for_turns_and_events(endpoint: str, told: dict[str, str]) -> None:
    found = made(endpoint=endpoint)
    assert found["apis"]["custom"]["endpoint"] == found["events"]["endpoint"] == told


def test_a_skill_without_endpoint_subscribes_to_nothing() -> None:
    found = made(endpoint="")
    assert "endpoint" not in found["apis"]["custom"]
    assert "events" not in found


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://shop.example/alexa",
        "https://shop.example:8443/a",
        "https://a@shop.example/",
        "sayso:live",
        ARN + " ",
    ],
)
def test_what_alexa_cannot_reach_is_no_endpoint(endpoint: str) -> None:
    assert not is_endpoint(endpoint)


def test_accounts_are_linked_as_the_shop_says_and_no_secret_is_written() -> None:
    told = linking(FACTS)
    assert told
    assert told["accountLinkingRequest"] == {
        "type": "AUTH_CODE",
        "authorizationUrl": "https://id.saffronwagon.example/authorize",
        "accessTokenUrl": "https://id.saffronwagon.example/token",
        "accessTokenScheme": "HTTP_BASIC",
        "clientId": "alexa",
        "scopes": ["shop"],
        "domains": [],
        "skipOnEnablement": True,
    }
    assert linking(replace(FACTS, skill=None)) is None


def test_what_is_missing_is_all_said_and_nothing_is_written(tmp_path: Path) -> None:
    out = tmp_path / FOLDER
    facts = replace(FACTS, skill=Publishing(privacy_policy={"en": "https://shop.example/p"}))
    with pytest.raises(Incomplete) as missing:
        write_package(facts, out=out)
    assert [lack.what for lack in missing.value.lacks] == [
        "de-DE: no privacy policy",
        "ar-SA: no privacy policy",
        "no icon of 108 by 108 pixels",
        "no icon of 512 by 512 pixels",
    ]
    assert list(tmp_path.iterdir()) == []


def test_icons_come_from_files_of_the_shop_or_from_the_web(tmp_path: Path) -> None:
    small = tmp_path / "mine.png"
    shutil.copyfile(COMMITTED / IMAGES / "smallIcon.png", small)
    facts = publishing(small_icon=str(small), large_icon="https://shop.example/large.png")
    out = tmp_path / "out" / FOLDER
    write_package(facts, out=out)
    told = json.loads((out / "skill.json").read_text("utf-8"))
    page = told["manifest"]["publishingInformation"]["locales"]["de-DE"]
    assert page["smallIconUri"] == "file://assets/images/smallIcon.png"
    assert page["largeIconUri"] == "https://shop.example/large.png"
    assert (out / IMAGES / "smallIcon.png").read_bytes() == small.read_bytes()
    assert not (out / IMAGES / "largeIcon.png").exists()


def test_an_icon_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="there is no such icon"):
        write_package(publishing(small_icon="none.png"), out=tmp_path / FOLDER)


def test_a_picture_of_another_size_or_kind_is_no_icon(tmp_path: Path) -> None:
    small, other = COMMITTED / IMAGES / "smallIcon.png", tmp_path / "other.png"
    assert icon_problem(small, 108) == ""
    assert icon_problem(small, 512) == "is 108 by 108 pixels; it must be 512 by 512"
    whole = small.read_bytes()
    for harmed in (b"", whole[:20], b"GIF89a" + whole[6:], whole[:18] + b"\xff" + whole[19:]):
        other.write_bytes(harmed)
        assert icon_problem(other, 108) == "is no PNG file; save it as PNG"


def test_names_of_a_catalog_go_into_the_model_of_their_locale(tmp_path: Path) -> None:
    out = package(tmp_path, catalogs={"de-DE": Catalog("amzn1.ask.interactionModel.catalog.1", "3")})
    german = (out / MODELS / "de-DE.json").read_text("utf-8")
    assert "CatalogValueSupplier" in german
    assert "CatalogValueSupplier" not in (out / MODELS / "en-US.json").read_text("utf-8")


def test_resources_that_are_there_already_stay(tmp_path: Path) -> None:
    (tmp_path / "ask-resources.json").write_text("{}")
    package(tmp_path)
    assert (tmp_path / "ask-resources.json").read_text("utf-8") == "{}"


def command(*words: str, env: dict[str, str] | None = None) -> Any:
    return CliRunner().invoke(main, ["manifest", *words], env=env)


def test_the_command_writes_the_package_of_a_shop_file_and_says_how_it_is_handed_over(tmp_path: Path) -> None:
    out = tmp_path / FOLDER
    shutil.copytree(COMMITTED / "assets", out / "assets")
    shop = str(SAMPLE / "shop.toml")
    done = command("--shop", shop, "--out", str(out), "--catalog", "en-US=abc:2", env={"SAYSO_ENDPOINT": ARN})
    assert done.exit_code == 0, done.output
    assert "ask deploy --target skill-metadata" in done.output
    assert "update-account-linking-info" in done.output
    assert ARN in (out / "skill.json").read_text("utf-8")
    assert '"catalogId": "abc"' in (out / MODELS / "en-US.json").read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "said", "code"),
    [
        ((), "--endpoint", 2),
        (("--endpoint", ARN, "--without-endpoint"), "--endpoint", 2),
        (("--endpoint", "http://shop.example"), "is no endpoint", 2),
        (("--without-endpoint", "--catalog", "xx"), "LOCALE=ID:VERSION", 2),
        (("--without-endpoint",), "no icon of 108 by 108 pixels", 1),
    ],
)
def test_the_command_says_what_it_lacks(words: tuple[str, ...], said: str, code: int, tmp_path: Path) -> None:
    shop = str(SAMPLE / "shop.toml")
    done = command("--shop", shop, "--out", str(tmp_path / "out"), *words, env={"SAYSO_ENDPOINT": ""})
    assert (done.exit_code, said in done.output) == (code, True), done.output
    assert list(tmp_path.iterdir()) == []


def test_the_command_takes_the_shop_of_the_store(tmp_path: Path) -> None:
    env = {"SAYSO_STORE": f"sqlite:{tmp_path / 'shop.db'}", "SAYSO_ENDPOINT": ARN}
    done = command("--out", str(tmp_path / "out"), env=env)
    assert (done.exit_code, "this store has no shop yet" in done.output) == (2, True)
