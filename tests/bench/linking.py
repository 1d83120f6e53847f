"""What it costs a turn to check whose access token came with it.

CPU time of a launch with the same token in a shop that goes by the token alone and in one that checks it by
its provider's keys (RS256), and a cold start in either. The provider is a server on this machine; its keys
are asked for once, as they are in an hour. The account is known already: an account's first turn also writes
it, once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from skill.app import shopper_key
from skill.commerce.merchant import Linking
from skill.storage.open import open_store
from tests.bench import Outcome, Row, WrongAnswer, launch
from tests.bench.cold import OURS, Variant, medians, sample
from tests.bench.packages import ours
from tests.bench.turns import Cost, costs, our_skill
from tests.linking.provider import Server, linking, serving, token

TURNS, ROUNDS = 400, 5
_FOR_YEARS = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp())


def linked(envelope: dict[str, Any], access: str) -> dict[str, Any]:
    """The envelope with an access token, in both places where Alexa puts it."""
    user = {**envelope["session"]["user"], "accessToken": access}
    system = {**envelope["context"]["System"], "user": user}
    return {
        **envelope,
        "session": {**envelope["session"], "user": user},
        "context": {**envelope["context"], "System": system},
    }


def warm(server: Server) -> dict[str, Cost]:
    """The best round of each way, the two taking turns."""
    access = token(exp=_FOR_YEARS)
    best: dict[str, list[Cost]] = defaultdict(list)
    with TemporaryDirectory(prefix="sayso-bench-") as folder:
        settings = sample({"SAYSO_STORE": f"sqlite:{folder}/shop.db", "SAYSO_ASSUME_LINKED": "1"})
        opened = our_skill(settings)
        door, app = opened["lambda_handler"], opened["app"]
        store = app.store
        for round_ in range(ROUNDS + 1):
            for name, how in (("token alone", None), ("checked", linking(server))):
                _publish(store, how)
                envelopes = [linked(launch(user=f"linked-{n}"), access) for n in range(TURNS)]
                cost = costs(door, envelopes, says="Saffron Wagon")
                if round_:
                    # The first round makes the accounts known.
                    best[name].append(cost)
        key = shopper_key(envelopes[0]["session"]["user"]["userId"], secret=app.settings.secret)
        if store.visit(key).shopper.account != "ann-7":
            raise WrongAnswer("the token was not found to be anybody's")
    return {
        name: Cost(min(one.p50 for one in found), min(one.p99 for one in found))
        for name, found in best.items()
    }


def cold(server: Server) -> dict[str, float]:
    """Medians of cold starts, in milliseconds of the clock."""
    with TemporaryDirectory(prefix="sayso-bench-") as folder:
        variants = {}
        package = ours(Path(folder)).folder
        for name, how in (("token alone", None), ("checked", linking(server))):
            place = f"sqlite:{folder}/{name.replace(' ', '-')}.db"
            settings = sample({"SAYSO_STORE": place, "SAYSO_ASSUME_LINKED": "1"})
            _publish(open_store(place, shop="shop", clock=lambda: datetime.now(UTC)), how)
            request = linked(launch(user="cold"), token(exp=_FOR_YEARS))
            variants[name] = Variant(
                code=OURS, package=package, request=request, says="Saffron Wagon", settings=settings
            )
        return {name: one.answered for name, one in medians(variants).items()}


def run() -> Outcome:
    """Both, beside the shop that goes by the token alone."""
    with serving() as server:
        turns, starts = warm(server), cold(server)
    rows = []
    for percent in ("p50", "p99"):
        checked, alone = (getattr(turns[name], percent) for name in ("checked", "token alone"))
        rows.append(
            Row(
                what=f"Warm launch with an access token checked (RS256), CPU {percent}",
                ours=f"{checked:.2f} ms",
                peer=f"going by the token alone: {alone:.2f} ms",
                ratio=f"{checked / alone:.2f}",
            )
        )
    rows.append(
        Row(
            what="Cold start of the package to the first answer, SQLite, launch, access token checked",
            ours=f"{starts['checked']:.0f} ms",
            peer=f"going by the token alone: {starts['token alone']:.0f} ms",
            ratio=f"{starts['checked'] / starts['token alone']:.2f}",
        )
    )
    return Outcome(tuple(rows))


def _publish(store: Any, how: Linking | None) -> None:
    store.publish(replace(store.visit("nobody").facts, linking=how), stock={})
