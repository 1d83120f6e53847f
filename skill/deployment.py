"""The shops of one deployment: which skill is whose, each with stock, catalogue and shoppers of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import random
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING

from skill.app import App, build
from skill.commerce.merchant import Facts
from skill.errors import CatalogueNotLinked
from skill.settings import Settings
from skill.shop import NOBODY

if TYPE_CHECKING:
    from skill.merchants.publish import Place
    from skill.operations.round import TellRound

log = logging.getLogger("sayso")
# How long it takes a container to hear that a skill was registered elsewhere, or is no longer.
_SECONDS = 60.0
# Longer than any event waits for its next try.
_UNTOLD = timedelta(days=7)


def place_of(app: App) -> Place:
    """Where a shop's catalogue is made and goes live."""
    # Who talks to the shop makes none.
    from skill.merchants.publish import Place

    shelf = app.settings.shelf

    def push(folder: Path) -> None:
        # botocore takes its time, and few need it.
        from skill.storage.shelves import push

        push(folder, to=shelf)

    return Place(
        store=app.store,
        folder=app.settings.folder,
        clock=app.clock,
        push=push if shelf else lambda _: None,
    )


def see_to_orders(
    app: App,
    *,
    local: bool = False,
    still: Callable[[], bool] = lambda: True,
    chance: Callable[[], float] = random,
    tell: Sequence[TellRound] = (),
) -> int:
    """One round of what a shop's orders are due: money nobody waits for is moved, what happened is told to
    merchant and shopper, what was kept long enough is forgotten, and days that are over are added up. How
    much of it was done. `still` is asked before each piece of work; `local`: this machine's own addresses may
    be posted to; `tell`: who is told how the round went."""
    # The skill's own function needs none of it.
    from skill.mail.open import open_post
    from skill.merchants.desk_mail import DeskMail
    from skill.merchants.letters import letters
    from skill.merchants.money import settle_open
    from skill.merchants.numbers import close_days
    from skill.merchants.retention import Forgotten, forget_due
    from skill.merchants.telling import Channel, tell_due
    from skill.merchants.webhooks import webhooks
    from skill.operations.round import RoundRecord
    from skill.web.post import post

    try:
        facts = app.store.visit(NOBODY).facts
    except CatalogueNotLinked:
        # Nothing was ever sold here.
        return 0
    settled = settle_open(
        app.store, payments=app.payments(facts), now=app.clock, hold=facts.hold, still=still
    )
    channels: list[Channel] = [*webhooks(app.store, post=partial(post, allow_local=local), now=app.clock)]
    if (letterbox := open_post(app.settings.mail)) is not None:
        channels.append(letters(letterbox, store=app.store, clock=app.clock))
        channels.append(DeskMail(post=letterbox, store=app.store, clock=app.clock))
    if facts.notices is not None:
        from skill.notifications.filing import Filing

        channels.append(Filing(app.store))
    told = tell_due(app.store, channels=channels, now=app.clock, chance=chance, still=still)
    notified = see_to_notices(app, facts, still=still) if facts.notices and still() else 0
    forgotten = forget_due(app.store, facts=facts, now=app.clock()) if still() else Forgotten()
    if still():
        close_days(app.store, facts, now=app.clock())
    if tell:
        now = app.clock()
        # Also those that wait for their next try.
        waiting = app.store.due_events(now=now + _UNTOLD)
        oldest = max((now - event.at for event in waiting), default=timedelta())
        done = RoundRecord(
            shop=app.settings.shop,
            told=told.done,
            dead=told.dead,
            settled=len(settled),
            due=sum(event.due <= now for event in waiting),
            oldest_untold=max(0.0, oldest.total_seconds()),
        )
        for one in tell:
            try:
                one(done)
            except Exception:
                log.exception("a round for %s could not be told of", app.settings.shop)
    return len(settled) + told.done + notified + forgotten.swept + forgotten.shoppers + forgotten.removed


def see_to_notices(app: App, facts: Facts, *, still: Callable[[], bool] = lambda: True) -> int:
    """One round of what shoppers agreed to be told outside of conversations; how many notices left."""
    from skill.notifications.sending import notify_due
    from skill.reaching import channels

    def count(reference: str, at: datetime) -> None:
        app.store.count({"notices_sent": 1}, id=f"notice-{reference}", day=facts.local(at).date())

    ways = channels(app.settings, facts, clock=app.clock)
    done = notify_due(
        app.store, catalogue=app.catalogue, channels=ways, now=app.clock, still=still, count=count
    )
    return done.sent


def see_to_all_orders(
    shops: Shops, *, local: bool = False, still: Callable[[], bool], tell: Sequence[TellRound] = ()
) -> int:
    """The same for all shops; the trouble of one is logged, and keeps no other waiting."""
    done = 0
    for app in shops.every():
        if not still():
            break
        try:
            done += see_to_orders(app, local=local, still=still, tell=tell)
        except Exception:
            log.exception("the orders of %s could not be seen to; the next round comes", app.settings.shop)
    return done


def see_to_pairs(shops: Shops, *, still: Callable[[], bool] = lambda: True) -> int:
    """Count once a day, in each shop, what is bought together; in how many it was due. The trouble of one is
    logged, and keeps no other waiting."""
    # Only now: no turn needs it.
    from skill.merchants.together import OutOfTime, count_due

    done = 0
    for app in shops.every():
        if not still():
            break
        try:
            facts = app.store.visit(NOBODY).facts
            counted = count_due(app.store, now=app.clock(), floor=facts.recommend.together, still=still)
            done += counted is not None
        except OutOfTime:
            log.warning(
                "%s has more orders than can be counted here: what is bought together stays as it was; "
                "run 'sayso catalogue pairs' once a day where there is more time",
                app.settings.shop,
            )
        except CatalogueNotLinked:
            # Nothing was ever sold here.
            continue
        except Exception:
            log.exception("what is bought together in %s could not be counted", app.settings.shop)
    return done


class Shops:
    """Shops by skill (application id). Each is wired when it is first asked for; may be shared by threads.
    The skills of the settings are the main shop; others are registered in the store. Where neither names a
    skill, any is the main shop's, for development."""

    def __init__(self, settings: Settings, *, wire: Callable[[Settings], App] = build) -> None:
        self._settings = settings
        self._wire = wire
        self.main = wire(settings)
        self._apps: dict[str, App] = {settings.shop: self.main}
        self._known: dict[str, tuple[str | None, float]] = {}
        self._lock = Lock()

    def __contains__(self, application: object) -> bool:
        return isinstance(application, str) and self.of(application) is not None

    def of(self, application: str) -> App | None:
        """The shop a skill is; None when it is nobody's here."""
        if application in self._settings.skill_ids:
            return self.main
        shop, until = self._known.get(application, (None, 0.0))
        if monotonic() >= until:
            shop = self._registered(application)
            if shop is not None or len(self._known) < 1000:
                # What strangers ask for is not remembered without end.
                self._known[application] = shop, monotonic() + _SECONDS
        return self.named(shop) if shop is not None else None

    def of_key(self, hash: str) -> App | None:
        """The shop a key of the merchant API, by its hash, belongs to."""
        shop = self.main.store.shop_of_key(hash)
        return self.named(shop) if shop else None

    def named(self, shop: str) -> App:
        """A shop by its name."""
        with self._lock:
            if shop not in self._apps:
                self._apps[shop] = self._wire(replace(self._settings, shop=shop, skill_ids=frozenset()))
            return self._apps[shop]

    def known(self, name: str) -> App | None:
        """A shop by its name ("": the main one); None when it is none of the deployment's."""
        if name in ("", self._settings.shop):
            return self.main
        return self.named(name) if name in self.main.store.skills().values() else None

    def every(self) -> Iterator[App]:
        """All shops: the main one, and those that a skill is registered for."""
        yield self.main
        registered = set(self.main.store.skills().values()) - {self._settings.shop}
        yield from map(self.named, sorted(registered))

    def any(self) -> bool:
        """Whether some skill is known to be ours."""
        return bool(self._settings.skill_ids or self.main.store.skills())

    def _registered(self, application: str) -> str | None:
        shop = self.main.store.shop_of(application) if application else None
        return shop if shop is not None or self.any() else self._settings.shop
