"""The reference: pages made of what the code says of itself. `python -m tests.docs` writes them; a test fails
where one is old."""

from __future__ import annotations

import inspect
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from skill.api.document import document
from skill.api.web import MOUNT, all_routes
from skill.catalogue.problem import kinds
from skill.certify.checklist import LOOKS, requirements
from skill.cli import main
from skill.devtools import recording_form, scenario
from skill.intents import everything
from skill.merchants.shop_file import ShopFile
from skill.operations import metrics
from skill.operations.exposition import Exposition
from skill.settings import Settings
from skill.speech.locale import locales
from skill.speech.utterances import file_name, samples
from tests.docs import talks
from tests.docs.picture import picture
from tests.docs.schema_page import cell, entries, page_of
from tests.talk import ROOT, SAMPLE

FOLDER = ROOT / "docs" / "reference"
# What the report calls the levels of what may be wrong.
_LEVELS = {"error": "lost", "warning": "doubt", "voice": "sound"}
_MADE = "<!-- Made by `make docs` from the code. -->"
Lines = Iterator[str]


def made() -> dict[Path, str]:
    """Every file that is made, as it is to be now."""
    pages = {
        FOLDER / f"{name}.md": "\n".join([f"# {title}", "", _MADE, "", *lines()]).rstrip() + "\n"
        for name, (title, lines) in _PAGES.items()
    }
    return {**pages, ROOT / "docs" / "architecture.svg": picture()}


def variables() -> dict[str, dict[str, str]]:
    """What is told of each environment variable, by name."""
    return tomllib.loads((ROOT / "skill" / "settings.toml").read_text("utf-8"))


def commands(found: click.Command = main, path: str = "sayso") -> Iterator[tuple[str, click.Command]]:
    """Every command with the words that call it, groups before theirs."""
    yield path, found
    if isinstance(found, click.Group):
        context = click.Context(found)
        for name in found.list_commands(context):
            inner = found.get_command(context, name)
            assert inner is not None
            yield from commands(inner, f"{path} {name}")


def _commands() -> Lines:
    yield "`sayso COMMAND --help` says the same. Exit codes: 0 all is well, 1 it looked and found something,"
    yield "2 what it was given cannot be used."
    for path, found in commands():
        context = click.Context(found, info_name=path)
        yield from ("", f"## {path}", "")
        told = (found.help or "").split("\f")[0]
        yield re.sub(r"(?<!\n)\n(?!\n)", " ", inspect.cleandoc(told))
        if isinstance(found, click.Group):
            continue
        yield from ("", "```text", " ".join([path, *found.collect_usage_pieces(context)]), "```")
        options = [each for each in found.params if isinstance(each, click.Option) and not each.hidden]
        if options:
            yield from ("", "| Option | |", "|---|---|")
        for option in options:
            words, about = option.get_help_record(context) or ("", "")
            # A bar in code would end the cell for some readers.
            yield f"| `{cell(words.replace('|', ' / '))}` | {cell(about)} |"


def _settings() -> Lines:
    yield "Environment variables. What is empty or not set leaves what holds otherwise."
    yield from ("", "| Variable | | Otherwise | For example |", "|---|---|---|---|")
    for name, told in variables().items():
        default = f"`{told['default']}`" if "default" in told else "–"
        yield f"| `{name}` | {cell(told['what'])} | {default} | `{told['example']}` |"
    yield from ("", "The variables that `[payment] secret_env` and `[linking] secret_env` of the")
    yield "[shop file](shop-file.md) name are read as well; AWS's own are read by its libraries."


def _shop_file() -> Lines:
    yield "TOML; `sayso catalogue import FEED --shop SHOP.toml` reads it. Money is in minor units of the"
    yield "currency, rates are in basis points (600 is 6 %)."
    yield from page_of(ShopFile.model_json_schema(), top="The shop file")
    yield from ("", "## An example", "", "The sample shop's, without its answers (`[[faq]]`).", "")
    text = (SAMPLE / "shop.toml").read_text("utf-8")
    yield from (
        "```toml",
        re.sub(r"\n\[\[faq\]\].*?(?=\n\[(?!\[faq)|\Z)", "", text, flags=re.DOTALL).strip(),
        "```",
    )


def _scenario() -> Lines:
    yield "JSON; [described worlds](../scenarios.md) tells what for. `sayso scenario schema` prints the"
    yield "schema."
    yield from page_of(scenario.schema(), top="A world")


def _recording() -> Lines:
    yield "JSON; [how to record and hear again](../talk-and-test.md#record). `sayso record schema` prints the"
    yield "schema."
    yield from page_of(recording_form.schema(), top="A recording")


def _merchant_api() -> Lines:
    told = document(all_routes(), prefix=MOUNT, version="")
    yield f"Under `{MOUNT}`; the OpenAPI 3.1 document is at `{MOUNT}/openapi.json`. How to begin:"
    yield "[the merchant API](../merchant-api.md)."
    yield from ("", told["info"]["description"], "")
    yield from ("| | | Body | Answers |", "|---|---|---|---|")
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            body = operation.get("requestBody", {}).get("content", {})
            answers = ", ".join(sorted(operation["responses"]))
            about = operation.get("summary", "")
            takes = ", ".join(_model(each.get("schema", {})) or kind for kind, each in body.items())
            yield f"| `{method.upper()} {path}` | {cell(about)} | {cell(takes)} | {answers} |"
    yield from entries(told["components"]["schemas"])


def _model(schema: Mapping[str, Any]) -> str:
    name = str(schema.get("$ref", "")).rsplit("/", 1)[-1]
    return f"[{name}](#{name.lower()})" if name else ""


def _intents() -> Lines:
    intents = everything()
    yield f"{len(intents)} intents, each one module of `skill/intents` and one table in each locale. The"
    yield "sentences are the first of each table."
    for name, intent in sorted(intents.items()):
        yield from (
            "",
            f"## {name}",
            "",
            cell(inspect.getdoc(import_module(f"skill.intents.{file_name(name)}")) or ""),
        )
        if intent.slots:
            slots = ", ".join(f"`{slot}` ({kind})" for slot, kind in intent.slots.items())
            yield from ("", f"Slots: {slots}.")
        said = {locale: samples(intent, locale=locale) for locale in locales()}
        if any(said.values()):
            yield from ("", "| Locale | Sentences | For example |", "|---|---|---|")
        for locale, ways in said.items():
            if ways:
                yield f'| {locale} | {len(ways):,} | <bdi lang="{locale[:2]}">{cell(ways[0])}</bdi> |'


def _checks() -> Lines:
    yield "What `sayso certify` looks at, as Amazon asks for it. *By hand*: it says what a person has to do."
    yield from ("", "| Check | Asks | Looked at |", "|---|---|---|")
    for each in requirements():
        how = "by `sayso certify`" if each.id in LOOKS else "by hand"
        yield f"| `{each.id}` ({each.group}) | [{cell(each.asks)}]({each.source}) | {how} |"


def _feed_problems() -> Lines:
    yield "What an import may find wrong, by its code; [the report](../catalogue.md#the-report) says which"
    yield "rows and which field it is about, and fills in the words in braces."
    for code, told in sorted(kinds().items()):
        yield from ("", f"## {code}", "", f"*{_LEVELS[told.level]}:* … {told.what}.", "", told.why, "")
        yield f"**To mend it:** {told.mend}."


def _metrics() -> Lines:
    yield "What they mean and what to do about them: [operate](../operate.md#metrics)."
    yield from (
        "",
        "## CloudWatch",
        "",
        f"Namespace `{metrics.NAMESPACE}`.",
        "",
        "| Metric | Unit | Of |",
        "|---|---|---|",
    )
    for name, unit in metrics.UNITS.items():
        of = "turns" if name in metrics.OF_TURNS else "rounds"
        yield f"| `{name}` | {unit} | {of}{', by intent too' if name in metrics.OF_INTENTS else ''} |"
    yield from ("", "## Prometheus", "", "At `/metrics`.", "", "| Metric | Type | |", "|---|---|---|")
    told = Exposition().text().decode()
    kinds = dict(re.findall(r"^# TYPE (\w+) (\w+)$", told, re.MULTILINE))
    for name, about in re.findall(r"^# HELP (\w+) (.+)$", told, re.MULTILINE):
        if not name.endswith("_created"):
            yield f"| `{name}` | {kinds[name]} | {cell(about)} |"


_PAGES: dict[str, tuple[str, Callable[[], Lines]]] = {
    "commands": ("Commands", _commands),
    "settings": ("Settings", _settings),
    "shop-file": ("The shop file", _shop_file),
    "scenario": ("Scenario files", _scenario),
    "recording": ("Recordings", _recording),
    "merchant-api": ("The merchant API, route by route", _merchant_api),
    "intents": ("Intents", _intents),
    "conversations": ("Conversations of the journey", talks.lines),
    "checks": ("Checks", _checks),
    "feed-problems": ("What may be wrong with a feed", _feed_problems),
    "metrics": ("Metrics", _metrics),
}
# What the table of settings says of defaults, as the code has them.
DEFAULTS = {
    "SAYSO_STORE": Settings().store,
    "SAYSO_SECRET": Settings().secret,
    "SAYSO_SHOP": Settings().shop,
    "SAYSO_CATALOGUES": str(Settings().catalogues),
    "SAYSO_STRIPE_API": Settings().stripe_api,
    "SAYSO_LWA": Settings().lwa,
    "PORT": str(next(each for each in dict(commands())["sayso serve"].params if each.name == "port").default),
}
