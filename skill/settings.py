"""The environment as one validated value.

A plain dataclass: pydantic would cost the Lambda path some 60 ms at every cold start for six strings.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from skill.errors import BadInput

MAIN = "shop"
_SPEC = "write sqlite:PATH or dynamodb:TABLE[@ENDPOINT]"
_POSTS = ("smtp://", "smtps://", "ses:", "folder:")
_MAIL_SPEC = (
    "write smtp://HOST:PORT, smtp://USER:PASSWORD@HOST:PORT?starttls=1, smtps://…, ses:REGION or folder:PATH"
)
_SHELVES = re.compile(r"s3://[a-z0-9][a-z0-9.-]+(/[^/]+)*/?")
# Lambda's own mark; its package cannot be written.
_LAMBDA, _LAMBDA_FOLDER = "AWS_LAMBDA_FUNCTION_NAME", Path("/tmp/catalogues")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`store`: where state lives. `catalogues`: the folder of catalogue versions. `shelves`: where versions
    not in it are fetched from ("": nowhere), into `fetched` (None: into `catalogues`). `secret`: keys the
    hash that turns an Alexa user id into a key. `skill_ids`: the application ids we answer (empty: any,
    for development). `fixed_now`: the clock stands still there. `assume_linked`: shoppers of whom nothing
    else is known count as linked (development), and a shop may charge cards where no money is real.
    `stripe_api`: where Stripe is asked,
    `lwa` where Login with Amazon gives tokens. `catalogued`: the names of products are in a catalog of
    Alexa's own, as 'sayso catalogue alexa' makes them. `mail`: what letters to shoppers leave by, as
    `skill.mail.open` reads it (empty: nobody is written to); it may hold a password. `chain_roots` and
    `chain_host`: who stands in Amazon's place when requests are signed in a test, as
    `skill.alexa.verifier_stand_in` reads them (empty: nobody). `record`: the file that turns are taken down
    in, without anybody in them (None: they are not)."""

    store: str = "sqlite:.sayso/shop.db"
    shop: str = MAIN
    catalogues: Path = Path(".sayso/shop-catalogues")
    shelves: str = ""
    fetched: Path | None = None
    secret: str = "sayso-development"
    skill_ids: frozenset[str] = frozenset()
    fixed_now: datetime | None = None
    assume_linked: bool = False
    stripe_api: str = "https://api.stripe.com"
    lwa: str = "https://api.amazon.com/auth/o2/token"
    catalogued: bool = False
    mail: str = field(default="", repr=False)
    chain_roots: str = ""
    chain_host: str = ""
    record: Path | None = None

    @property
    def shopper_secret(self) -> str:
        """Keys the hash of this shop's shoppers: one user of two skills is two shoppers."""
        return self.secret if self.shop == MAIN else f"{self.secret}/{self.shop}"

    @property
    def folder(self) -> Path:
        """Where this shop's versions lie."""
        return self.catalogues / self.shop

    @property
    def shelf(self) -> str:
        """Where this shop's versions lie in `shelves`; empty without."""
        return self.shelves and f"{self.shelves}/{self.shop}"


def from_environment(environ: Mapping[str, str]) -> Settings:
    """Read SAYSO_STORE, SAYSO_SHOP, SAYSO_CATALOGUES, SAYSO_SHELVES, SAYSO_SECRET, SAYSO_SKILL_ID, SAYSO_NOW,
    SAYSO_ASSUME_LINKED, SAYSO_STRIPE_API, SAYSO_LWA, SAYSO_ALEXA_CATALOG, SAYSO_MAIL, SAYSO_CHAIN_ROOTS,
    SAYSO_CHAIN_HOST and SAYSO_RECORD. Raises BadInput naming the variable and the remedy."""
    plain = Settings()
    store = environ.get("SAYSO_STORE") or plain.store
    kind, _, rest = store.partition(":")
    if kind not in ("sqlite", "dynamodb") or not rest:
        raise BadInput(f"SAYSO_STORE={store!r} is no store: {_SPEC}")
    catalogues = environ.get("SAYSO_CATALOGUES")
    if catalogues:
        folder = Path(catalogues)
    elif kind == "sqlite":
        # Beside the database, so that two stores never share a catalogue.
        folder = Path(rest).with_name(Path(rest).stem + "-catalogues")
    else:
        folder = Path(".sayso") / f"{rest.split('@')[0]}-catalogues"
    mail = environ.get("SAYSO_MAIL", "")
    if mail and not mail.startswith(_POSTS):
        raise BadInput(f"SAYSO_MAIL names no way for mail to leave: {_MAIL_SPEC}")
    shelves = environ.get("SAYSO_SHELVES", "")
    if shelves and not _SHELVES.fullmatch(shelves):
        raise BadInput(f"SAYSO_SHELVES={shelves!r} names no shelves: write s3://BUCKET/PREFIX")
    record = environ.get("SAYSO_RECORD", "")
    if record and environ.get(_LAMBDA):
        raise BadInput(
            "SAYSO_RECORD takes down what shoppers say, and a function on Lambda keeps no files: unset it"
        )
    chain_roots, chain_host = environ.get("SAYSO_CHAIN_ROOTS", ""), environ.get("SAYSO_CHAIN_HOST", "")
    if bool(chain_roots) != bool(chain_host):
        raise BadInput("SAYSO_CHAIN_ROOTS and SAYSO_CHAIN_HOST belong together: set both, or neither")
    return Settings(
        store=store,
        shop=environ.get("SAYSO_SHOP") or plain.shop,
        catalogues=folder,
        shelves=shelves.rstrip("/"),
        fetched=_LAMBDA_FOLDER if environ.get(_LAMBDA) else None,
        secret=environ.get("SAYSO_SECRET") or plain.secret,
        skill_ids=frozenset(environ.get("SAYSO_SKILL_ID", "").replace(",", " ").split()),
        fixed_now=_now(environ.get("SAYSO_NOW", "")),
        assume_linked=_switch(environ, "SAYSO_ASSUME_LINKED"),
        stripe_api=environ.get("SAYSO_STRIPE_API") or plain.stripe_api,
        lwa=environ.get("SAYSO_LWA") or plain.lwa,
        catalogued=_switch(environ, "SAYSO_ALEXA_CATALOG"),
        mail=mail,
        chain_roots=chain_roots,
        chain_host=chain_host,
        record=Path(record) if record else None,
    )


def _now(text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(f"SAYSO_NOW={text!r} is no time: write it as in 2026-11-21T18:30:00+00:00") from None
    if moment.tzinfo is None:
        raise BadInput(f"SAYSO_NOW={text!r} has no time zone: add +00:00 or Z")
    return moment


def _switch(environ: Mapping[str, str], name: str) -> bool:
    value = environ.get(name, "").lower()
    if value not in ("", "0", "1", "true", "false", "yes", "no"):
        raise BadInput(f"{name}={value!r} is neither 1 nor 0")
    return value in ("1", "true", "yes")
