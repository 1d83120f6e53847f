"""What Alexa is to know of the catalogue, as files, and how they get there."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

import click

from skill.alexa.catalogs import catalog, write_catalog
from skill.catalogue.shelf import Shelf
from skill.cli.catalogue import catalogue
from skill.cli.common import (
    DEFAULT_USER,
    ensure_open,
    key_of,
    open_app,
    tells_what_is_wrong,
)
from skill.speech.locale import locales

_STEPS = """\
{files} hold the names of {shop} for Alexa, of catalogue version {version}.

Alexa fetches them itself: put the files where anybody can read them over https
(a bucket's presigned address will do), and sign in once with `ask configure`
(ASK CLI 2: npm install -g ask-cli). Then, for each locale:
"""
_LOCALE = """
# {locale}
# 1. Once: the catalog. It answers with its catalogId.
ask smapi create-interaction-model-catalog --catalog-name {name}
# 2. Each time the names changed: a version. Its Location names the update request.
ask smapi create-interaction-model-catalog-version --catalog-id CATALOG_ID \\
  --source-type URL --source-url https://YOUR-HOST/{locale}.json --full-response
# 3. Until it says SUCCEEDED, and which version it is:
ask smapi get-interaction-model-catalog-update-status --catalog-id CATALOG_ID \\
  --update-request-id UPDATE_REQUEST_ID
# 4. The model with these names, and handing it over:
sayso models --locale {locale} --catalog CATALOG_ID --version VERSION --out {out}
ask smapi set-interaction-model --skill-id SKILL_ID --stage development --locale {locale} \\
  --interaction-model file:{model}
"""
_THEN = """
Tell the skill that its names come from a catalog, so that it does not hide them
behind names of its own: SAYSO_ALEXA_CATALOG=1
"""


@catalogue.command("alexa")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("alexa_catalogs"),
    show_default=True,
    help="The folder to write into.",
)
@click.option("--locale", "only", type=click.Choice(locales()), multiple=True, help="May be repeated.")
@tells_what_is_wrong
def names_for_alexa(out: Path, only: tuple[str, ...]) -> None:
    """Write the names of the live products as Alexa takes them, and how to hand them over.

    Without --locale, in every locale whose language the catalogue is searched in."""
    app = open_app()
    ensure_open(app)
    facts = app.store.visit(key_of(app, DEFAULT_USER)).facts
    shelf = Shelf(app.settings.folder / facts.catalogue)
    chosen = only or tuple(name for name in locales() if name[:2] in shelf.manifest.languages)
    out.mkdir(parents=True, exist_ok=True)
    for locale in chosen:
        target = out / f"{locale}.json"
        count = write_catalog(catalog(shelf, locale=locale), target)
        click.echo(f"{target}: {count} values")
    steps = _steps(chosen, out=out, shop=facts.name, version=facts.catalogue)
    (out / "README.txt").write_text(steps, "utf-8")
    click.echo(f"\n{steps}", nl=False)


def _steps(chosen: Sequence[str], *, out: Path, shop: str, version: str) -> str:
    files = ", ".join(f"{locale}.json" for locale in chosen)
    parts = [_STEPS.format(files=files, shop=shop, version=version)]
    for locale in chosen:
        models = out / "models"
        parts.append(
            _LOCALE.format(
                locale=locale,
                name=shlex.quote(f"{shop} {locale}"),
                out=shlex.quote(str(models)),
                model=shlex.quote(str(models / f"{locale}.json")),
            )
        )
    return "".join((*parts, _THEN))
