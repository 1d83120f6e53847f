"""The skill package, and whether Amazon would take this deployment."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click

from skill.alexa.manifest import is_endpoint
from skill.alexa.model import Catalog
from skill.alexa.package import FOLDER, LINKING, Incomplete, write_package
from skill.cli.common import errors, facts_of, main, open_app, tells_what_is_wrong
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
        files = write_package(
            facts, out=out, locales=locales(), endpoint=endpoint or "", catalogs=dict(map(_catalog, named))
        )
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


def _facts(file: Path | None) -> Facts:
    return read_shop(file) if file else facts_of(open_app())


def _catalog(text: str) -> tuple[str, Catalog]:
    found = _CATALOG.fullmatch(text)
    if found is None or found[1] not in locales():
        raise BadInput(
            f"--catalog {text!r}: write LOCALE=ID:VERSION, with a locale of {', '.join(locales())}"
        )
    return found[1], Catalog(found[2], found[3])
