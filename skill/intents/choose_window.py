"""When the order comes to the door: a window the shop delivers in, by day and time as they are said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time

from skill.catalogue.clock import clock
from skill.catalogue.words import load
from skill.commerce.cart import Cart, choose
from skill.commerce.window import Window, fitting, nearest
from skill.dialogue import reference
from skill.dialogue.billing import expected_day, lines_known, spoken_window, under_way
from skill.dialogue.conversation import Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Join, Message, Reply, say
from skill.dialogue.turn import Slot
from skill.intents import checkout
from skill.shop import Shop, change_cart

NAME = "ChooseWindow"
_SAID = 3
_TIMES = ("time", "until")


def handle(heard: Heard, shop: Shop) -> Reply:
    windows = tuple(shop.facts.coming(now=shop.now))
    if not windows:
        return checkout.back(heard, shop, say("choose_window.none", day=expected_day(shop)))
    if heard.confirmed is False:
        return _which(windows[:_SAID], (), heard, shop)
    offered = _offered(heard, windows)
    if heard.confirmed and offered:
        return chosen(offered[0], heard, shop)
    if heard.chosen:
        picked = next((window for window in offered if window.text == heard.chosen), None)
        return chosen(picked, heard, shop) if picked else _which(windows[:_SAID], (), heard, shop)
    day, since, until = _wish(heard, shop)
    if (day, since, until) == (None, None, None):
        said = heard.text("day") or heard.text("time") or heard.text("until")
        told = (say("choose_window.unclear"),) if said else ()
        return _which(windows[:_SAID], told, heard, shop, miss=bool(said))
    for among in (offered, windows):
        fits = fitting(among, day=day, since=since, until=until)
        if len(fits) == 1:
            return chosen(fits[0], heard, shop)
        if fits:
            return _which(fits[:_SAID], (), heard, shop)
    return _instead(windows, day, since, heard, shop)


def _offered(heard: Heard, windows: Sequence[Window]) -> tuple[Window, ...]:
    """The windows our open question names, those of them that can still be had."""
    question = heard.conversation.question
    if question is None or question.intent != NAME:
        return ()
    known = {window.text: window for window in windows}
    return tuple(known[text] for text in question.options if text in known)


def _wish(heard: Heard, shop: Shop) -> tuple[date | None, time | None, time | None]:
    """The day and the times that were said; "between" has two. The day that was asked about still counts."""
    words = load(shop.locale[:2])
    since, until = (clock(text, words=words) if (text := heard.text(name)) else None for name in _TIMES)
    day = reference.day(heard.text("day"), shop)
    question = heard.conversation.question
    if day is None and question and question.intent == NAME and "day" in question.slots:
        day = reference.day(question.slots["day"].text, shop)
    return day, since, until


def _instead(
    windows: Sequence[Window], day: date | None, since: time | None, heard: Heard, shop: Shop
) -> Reply:
    """Nothing comes then: what is next to it is offered."""
    near = nearest(windows, day=day, since=since, most=_SAID) or tuple(windows[-1:])
    on_day = day is None or near[0].starts.date() == day
    if on_day:
        return _which(near, (say("choose_window.not_then"),), heard, shop)
    assert day is not None
    return _which(near[:1], (say("choose_window.not_that_day", day=day),), heard, shop)


def _which(
    windows: Sequence[Window], told: tuple[Message, ...], heard: Heard, shop: Shop, *, miss: bool = False
) -> Reply:
    """Offer these windows: one for a yes, several to choose from."""
    spoken = tuple(spoken_window(window, shop) for window in windows)
    days = {window.starts.date() for window in windows}
    if len(windows) == 1:
        prompt = say("choose_window.this_one", window=spoken[0])
    elif len(days) == 1:
        told = (*told, _on_day(windows, shop))
        prompt = say("choose_window.suits")
    else:
        prompt = say("choose_window.which", windows=Join(spoken, "or"))
    return Reply(
        say=told,
        prompt=prompt,
        ask=Question(
            intent=NAME,
            awaiting="confirmed" if len(windows) == 1 else "time",
            options=tuple(window.text for window in windows),
            slots={"day": Slot(text=days.pop().isoformat())} if len(days) == 1 else {},
            frozen=under_way(heard),
        ),
        miss=miss,
    )


def _on_day(windows: Sequence[Window], shop: Shop) -> Message:
    """Windows of one day, which is named once."""
    day = windows[0].starts.date()
    times = tuple(
        say("choose_window.times", starts=window.starts.time(), ends=window.ends.time()) for window in windows
    )
    ahead = (day - shop.facts.local(shop.now).date()).days
    if ahead > 1:
        return say("choose_window.which_on", day=day, windows=Join(times, "or"))
    key = "choose_window.which_tomorrow" if ahead else "choose_window.which_today"
    return say(key, windows=Join(times, "or"))


def chosen(window: Window, heard: Heard, shop: Shop) -> Reply:
    """The order comes in this window; who was to collect it does not have to."""

    def comes_then(cart: Cart) -> Cart:
        return choose(cart, pickup="", window=window)

    lead = (say("choose_delivery.instead"),) if shop.cart.pickup else ()
    if under_way(heard):
        return checkout.read_out(shop, lead=lead, change=comes_then, known=lines_known(heard, shop))
    if (shop.cart.window, shop.cart.pickup) != (window, ""):
        change_cart(shop, comes_then)
    standing = heard.conversation.question
    return Reply(
        say=(*lead, say("choose_window.noted", window=spoken_window(window, shop))),
        # Our own question is answered, whichever way.
        resume=standing is None or standing.intent != NAME,
    )


INTENT = Intent(name=NAME, handle=handle, slots={"day": "day", "time": "time", "until": "time"})
