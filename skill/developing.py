"""A deployment as a developer's machine has it: none of this travels to AWS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from skill.app import App, build, clock_of, shopper_key
from skill.commerce.merchant import Linking
from skill.deployment import Shops
from skill.devtools.clock import Clock
from skill.devtools.estimating import open_estimated
from skill.devtools.recording_log import Kept, Taking
from skill.devtools.trying import open_tried
from skill.settings import Settings


def development(settings: Settings, *, identity: Linking | None = None, movable: bool = True) -> Shops:
    """All shops of a deployment as a developer's machine serves them: shoppers count as linked, letters go
    into a folder beside the store where the settings name no other way, and what turns would cost in DynamoDB
    is estimated. Where it is `movable`, the clock can be set ahead and a shop file be tried. `identity` as in
    `build`."""
    kept = settings.catalogues.name.removesuffix("-catalogues")
    letters = settings.catalogues.with_name(f"{kept}-letters")
    settings = replace(settings, assume_linked=True, mail=settings.mail or f"folder:{letters}")
    clock = Clock(clock_of(settings)) if movable else None
    # What one process is told to try, others do not know of.
    opened = partial(open_estimated, open=open_tried) if movable else open_estimated
    return Shops(settings, wire=partial(build, identity=identity, clock=clock, open=opened))


def taken_down(
    answer: Callable[[Any], dict[str, Any]], *, main: App, shop_of: Callable[[str], App | None]
) -> Callable[[Any], dict[str, Any]]:
    """`answer`, each turn taken down where the settings of the `main` shop say so. `shop_of`: the shop a
    skill is. Raises BadInput where the file cannot be written."""
    if main.settings.record is None:
        return answer

    def kept(application: str) -> Kept | None:
        app = shop_of(application)
        key = partial(shopper_key, secret=app.settings.shopper_secret) if app else None
        return Kept(app.store, key, app.clock, bool(app.settings.mail)) if app and key else None

    return Taking(answer, file=main.settings.record, kept=kept)
