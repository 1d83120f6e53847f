"""The skill package, and whether Amazon would take this deployment."""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape

from skill.alexa.manifest import is_endpoint
from skill.alexa.model import Catalog
from skill.alexa.package import FOLDER, LINKING, Incomplete, write_package
from skill.certify.candidate import candidate_of
from skill.certify.check import ByHand, Fault, NotApplicable
from skill.certify.checklist import FAIL, HAND, NOT_APPLICABLE, PASS, Result, results
from skill.cli.common import errors, facts_of, main, open_app, open_shops, tells_what_is_wrong
from skill.commerce.merchant import Facts
from skill.errors import BadInput
from skill.merchants.shop_file import read_shop
from skill.speech.locale import locales

_CATALOG = re.compile(r"([a-z]{2}-[A-Z]{2})=([^:=\s]+):([^:=\s]+)")
_THEN = """
Hand it over:                  ask deploy --target skill-metadata
The shop is opened by the name in each model. {linking}"""
_LINK = """
Account linking, which `ask deploy` leaves out, with the client's secret in ALEXA_CLIENT_SECRET:
  jq '.accountLinkingRequest.clientSecret = env.ALEXA_CLIENT_SECRET' {file} > linking.json
  ask smapi update-account-linking-info --skill-id SKILL_ID --stage development \\
    --account-linking-request file:linking.json && rm linking.json
"""
_NO_LINK = """
No account linking: without it the shop browses but does not sell. Say where accounts are linked in
[skill.account] of the shop file.
"""


@main.command("manifest")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(FOLDER),
    show_default=True,
    help="The folder of the skill package.",
)
@click.option("--endpoint", envvar="SAYSO_ENDPOINT", help="A function's ARN, or https://….")
@click.option("--without-endpoint", is_flag=True, help="To create the skill and learn its id.")
@click.option(
    "--shop",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A shop file instead of the store.",
)
@click.option(
    "--catalog", "named", multiple=True, metavar="LOCALE=ID:VERSION", help="Product names from a catalog."
)
@tells_what_is_wrong
def write_manifest(
    out: Path, endpoint: str | None, without_endpoint: bool, file: Path | None, named: tuple[str, ...]
) -> None:
    """Write the skill package of the shop, as `ask deploy` takes it."""
    if bool(endpoint) is without_endpoint:
        raise BadInput(
            "where is the skill to be asked? Give --endpoint with the function's ARN (the stack's output "
            "SkillEndpoint) or its https address, or --without-endpoint to create the skill first"
        )
    if endpoint and not is_endpoint(endpoint):
        raise BadInput(
            f"{endpoint} is no endpoint: write arn:aws:lambda:REGION:ACCOUNT:function:NAME:ALIAS, or "
            "https://… on port 443"
        )
    facts = _facts(file)
    try:
        files = write_package(facts, out=out, endpoint=endpoint or "", catalogs=dict(map(_catalog, named)))
    except Incomplete as missing:
        for lack in missing.lacks:
            errors.print(
                f"[bold red]missing:[/] {lack.what}\n         {lack.remedy}", highlight=False, soft_wrap=True
            )
        sys.exit(1)
    for path in files:
        click.echo(str(path))
    linked = facts.skill is not None and facts.skill.account is not None
    click.echo(_THEN.format(linking=_LINK.format(file=out / LINKING) if linked else _NO_LINK), nl=False)


@main.command()
@click.option(
    "--package",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(FOLDER),
    show_default=True,
    help="The folder of the skill package.",
)
@click.option(
    "--endpoint", "url", default="", help="The https address of a running endpoint, to be asked too."
)
@click.option("--online", is_flag=True, help="Fetch the pages that are linked.")
@click.option("--only", multiple=True, metavar="CHECK", help="Look at this check alone; may be repeated.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@tells_what_is_wrong
def certify(package: Path, url: str, online: bool, only: tuple[str, ...], as_json: bool) -> None:
    """Check this deployment against what Amazon asks of a skill that sells; exit code 1 when something is
    missing.

    Conversations are held with a copy of the shop that is thrown away: nothing is written to the live one."""
    if url and not url.startswith(("https://", "http://")):
        raise BadInput(
            f"--endpoint {url}: name the web endpoint that is to be asked, as in https://HOST/alexa"
        )
    with tempfile.TemporaryDirectory(prefix="sayso-certify-") as folder:
        candidate = candidate_of(open_shops(), package=package, folder=Path(folder), url=url, online=online)
        found = results(candidate, only=only)
        told = _as_json(found) if as_json else _as_text(found)
    if told[FAIL]:
        sys.exit(1)


_SHOWN = 5
_MARKS = {PASS: "[green]✓[/]", FAIL: "[bold red]✗[/]", HAND: "[yellow]?[/]", NOT_APPLICABLE: "[dim]–[/]"}


def _as_json(found: Iterator[Result]) -> Counter[str]:
    all_ = list(found)
    told = Counter(one.outcome for one in all_)
    click.echo(
        json.dumps(
            {"passed": not told[FAIL], "outcomes": dict(told), "checks": [one.as_json() for one in all_]},
            ensure_ascii=False,
            indent=2,
        )
    )
    return told


def _as_text(found: Iterator[Result]) -> Counter[str]:
    console, told, group = Console(highlight=False, soft_wrap=True), Counter[str](), ""
    for one in found:
        told[one.outcome] += 1
        if one.requirement.group != group:
            group = one.requirement.group
            console.print(f"\n[bold]{group}[/]")
        console.print(f"{_MARKS[one.outcome]} {one.requirement.id:<21}{escape(one.requirement.asks)}")
        _explain(one, console)
    console.print("\n" + ", ".join(f"{count} {outcome}" for outcome, count in told.items()))
    return told


def _explain(one: Result, console: Console) -> None:
    faults = [found for found in one.findings if isinstance(found, Fault)]
    for fault in faults[:_SHOWN]:
        console.print(f"    [red]{escape(fault.what)}[/]\n      → {escape(fault.remedy)}")
    if len(faults) > _SHOWN:
        console.print(f"    and {len(faults) - _SHOWN} more; --json tells all")
    if faults:
        console.print(f"    [dim]{one.requirement.source}[/]")
    for found in one.findings:
        match found:
            case ByHand(what):
                console.print(f"    {escape(what)}")
            case NotApplicable(why):
                console.print(f"    [dim]{escape(why)}[/]")
            case Fault():
                pass


def _facts(file: Path | None) -> Facts:
    return read_shop(file) if file else facts_of(open_app())


def _catalog(text: str) -> tuple[str, Catalog]:
    found = _CATALOG.fullmatch(text)
    if found is None or found[1] not in locales():
        raise BadInput(
            f"--catalog {text!r}: write LOCALE=ID:VERSION, with a locale of {', '.join(locales())}"
        )
    return found[1], Catalog(found[2], found[3])
