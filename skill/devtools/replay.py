"""Recordings heard again: every turn through the whole skill, and what is heard otherwise than it was."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from skill.alexa.typed import Send, Session, Turned, meant, silence, timed_out, touch, turn
from skill.commerce.contact import Address, Contact
from skill.commerce.product import Product
from skill.devtools.recording import SILENCE, answer, at_the_end, request_id
from skill.devtools.recording_form import Meant, RecordedTurn, Recording
from skill.devtools.scenario import keep_shopper, state
from skill.dialogue.turn import Slot
from skill.errors import BadInput
from skill.shop import NOBODY, Stocking
from skill.speech.utterances import Match, Matcher

# The clock of a recording that names none.
NOW = datetime.fromisoformat("2026-11-21T15:00:00+00:00")
# One breath.
MAX_WORDS = 45
# How a question ends.
ASKS = ("?", "؟")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A shop to play in, in a store that is thrown away, its clock standing at `now`. `send` answers an
    envelope; `products`: those of these SKUs; `key`: what a user's, or a member's, data is kept under."""

    now: datetime
    send: Send
    store: Stocking
    products: Callable[[Iterable[str]], Mapping[str, Product]]
    key: Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What came of a recording: a `Turned` for each turn, what is kept at the end, and what no turn may do,
    by the number of the turn."""

    turns: tuple[Turned, ...]
    end: dict[str, Any]
    broken: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """What is heard otherwise: in which turn, from 1 (None: at the end), `what` of it, as it was recorded
    (None: it was not) and as it is now."""

    turn: int | None
    what: str
    recorded: Any
    now: Any


def play(
    recording: Recording, *, at: Callable[[datetime], Stage], matcher: Matcher, screen: bool | None = None
) -> Played:
    """Every turn, and what is kept at the end. `at` is the same shop with its clock at a time, and what is
    due then seen to; `screen`: on a device that draws (None: as recorded). Raises BadInput where the shopper
    cannot be had in this shop."""
    stage = at(recording.now or NOW)
    _keep(recording, stage)
    drawing = recording.screen if screen is None else screen
    session = Session(id="session-1", user=recording.user, locale=recording.locale, screen=drawing)
    scene = _Scene(stage, session, matcher)
    turns, broken = list[Turned](), list[tuple[int, str]]()
    for place, recorded in enumerate(recording.turns, start=1):
        if recorded.ahead:
            scene.stage = at(scene.stage.now + timedelta(seconds=recorded.ahead))
        turned, odd = scene.turn(recorded, draws=screen is None)
        turns.append(turned)
        plain = not recorded.silence and not recorded.lost
        broken += ((place, rule) for rule in (*odd, *(broken_rules(turned) if plain else ())))
    end = at_the_end(state(scene.stage.store, scene.stage.key(recording.user)))
    return Played(turns=tuple(turns), end=end, broken=tuple(broken))


def differences(recording: Recording, played: Played) -> list[Difference]:
    """What is heard otherwise than it was recorded, turn by turn, and what is kept otherwise at the end."""
    found = []
    for place, (was, now) in enumerate(zip(recording.turns, played.turns, strict=True), start=1):
        told = (
            ("intent", was.intent, now.intent),
            ("hears", was.hears, now.speech),
            ("ends", was.ends, now.ended),
        )
        found += [Difference(place, what, then, heard) for what, then, heard in told if then != heard]
    end = recording.at_the_end.model_dump(exclude_unset=True) if recording.at_the_end else {}
    for what, kept in played.end.items():
        if end.get(what) != kept:
            found.append(Difference(None, what, end.get(what), kept))
    return found


def accepted(raw: Mapping[str, Any], played: Played) -> dict[str, Any]:
    """The recording as it was read, with what is heard now. What was done stays as it is written."""
    turns = []
    for was, turned in zip(raw["turns"], played.turns, strict=True):
        done = {name: value for name, value in was.items() if name not in ("intent", "hears", "ends")}
        heard = {"intent": turned.intent, "hears": turned.speech, **({"ends": True} if turned.ended else {})}
        turns.append({**done, **heard})
    return {**raw, "turns": turns, "at_the_end": played.end}


def broken_rules(turned: Turned) -> list[str]:
    """Rules of a good answer that this one breaks: one breath; an open turn asks and has a reprompt, a closed
    one neither."""
    rules = {
        f"longer than a breath of {MAX_WORDS} words": len(turned.speech.split()) > MAX_WORDS,
        "ends with a question, and the session is over": turned.ended and turned.speech.endswith(ASKS),
        "asks nothing, and the session is open": not turned.ended and not turned.speech.endswith(ASKS),
        "has a reprompt, and the session is over": turned.ended and turned.reprompt is not None,
        "has no reprompt, and the session is open": not turned.ended and turned.reprompt is None,
    }
    return [rule for rule, broken in rules.items() if broken]


def _keep(recording: Recording, stage: Stage) -> None:
    """Keep the shopper as the recording begins with them."""
    entry = recording.shopper
    if entry is None:
        return
    lines = [*entry.cart, *entry.saved, *(line for order in entry.orders for line in order.lines)]
    products = stage.products({line.sku for line in lines})
    if gone := next((line.sku for line in lines if line.sku not in products and line.price is None), None):
        raise BadInput(
            f"shopper: {gone!r} is no product of this shop; give the line a price, or leave it out"
        )
    entry = entry.model_copy(update={"user": recording.user})
    linked = None if recording.linked else False
    keep_shopper(entry, products=products, store=stage.store, now=stage.now, key=stage.key, linked=linked)
    if told := entry.contact:
        shopper = stage.key(recording.user)
        about = stage.store.visit(shopper).shopper
        address = Address(
            lines=tuple(told.lines), city=told.city, region=told.region, code=told.code, country=told.country
        )
        contact = replace(
            about.contact or Contact(),
            name=told.name,
            email=told.email,
            address=address if told.lines else None,
            source="account",
            at=stage.now,
        )
        stage.store.put_shopper(shopper, about=replace(about, contact=contact))


@dataclass(slots=True)
class _Scene:
    """Where a conversation has come to."""

    stage: Stage
    session: Session
    matcher: Matcher
    sessions: int = 1
    requests: int = 0
    last: Turned | None = None
    drawn: Mapping[str, Any] = field(default_factory=dict)

    def turn(self, recorded: RecordedTurn, *, draws: bool) -> tuple[Turned, list[str]]:
        """One turn, and what no turn may do that it did. `draws`: the device may change."""
        if recorded.new_session or (self.last and self.last.ended):
            self._hang_up()
        if draws and recorded.screen is not None:
            self.session = replace(self.session, screen=recorded.screen)
        self.session = replace(self.session, person=recorded.person)
        odd = list[str]()
        turned = self._done(recorded, self._send(recorded, odd))
        if recorded.lost:
            # The shopper hears Alexa's own apology, and the skill is told.
            id = f"{request_id(self.requests)}-lost"
            self.stage.send(timed_out(session=self.session, now=self.stage.now, request_id=id))
            turned = replace(turned, speech="", reprompt=None, ended=True)
        self.last = turned
        # A reprompt leaves the screen as it is.
        self.drawn = turned.response or self.drawn
        return turned, odd

    def _done(self, recorded: RecordedTurn, send: Send) -> Turned:
        how: dict[str, Any] = {
            "session": self.session,
            "send": send,
            "now": self.stage.now,
            "request_id": request_id(self.requests + 1),
        }
        if recorded.silence:
            turned, self.session = silence(**how)
            self.requests += bool(turned.request)
            return replace(turned, intent=SILENCE)
        self.requests += 1
        if recorded.touch is not None:
            arguments = list(recorded.touch)
            if len(arguments) == 2:
                arguments = answer(self.drawn, str(arguments[1])) or arguments
            turned, self.session = touch(arguments, **how)
        elif recorded.meant is not None:
            match = Match(recorded.meant.intent, dict(_slots(recorded.meant)), 0.0)
            turned, self.session = meant(match, text=recorded.say or "", **how)
        else:
            shop = self.stage.store.visit(NOBODY).facts.called(self.session.locale)
            text = recorded.say or ""
            turned, self.session = turn(text, matcher=self.matcher, invocation=shop.lower(), **how)
        return turned

    def _send(self, recorded: RecordedTurn, odd: list[str]) -> Send:
        if not recorded.twice:
            return self.stage.send

        def twice(raw: dict[str, Any]) -> dict[str, Any]:
            first = self.stage.send(raw)
            if self.stage.send(raw) != first:
                odd.append("is answered otherwise when the same request comes again")
            return first

        return twice

    def _hang_up(self) -> None:
        """Nothing but the store remembers."""
        self.sessions += 1
        before, self.last, self.drawn = self.session, None, {}
        self.session = Session(
            id=f"session-{self.sessions}", user=before.user, locale=before.locale, screen=before.screen
        )


def _slots(meant: Meant) -> Iterator[tuple[str, Slot]]:
    for name, slot in meant.slots.items():
        yield name, Slot(slot) if isinstance(slot, str) else Slot(slot.text, tuple(slot.ids))
