"""Notifications of Alexa's, against Amazon's side over HTTP: tokens, what is posted, what a status means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from skill.alexa.proactive import MESSAGE, ORDER, Proactive, Tokens
from skill.alexa.sealed import seal, unseal
from skill.commerce.merchant import Facts, Shopper
from skill.commerce.notices import Notice, Notifying, Wishes
from skill.commerce.totals import Terms
from skill.linking.wire import Unreachable, ask
from skill.notifications.sending import NotDelivered, Telling
from tests.notifications.amazon import CLIENT, EVENTS, SECRET, Amazon, amazon
from tests.storage.stores import cart, line, order_of

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
FACTS = Facts(name="Harbor Foods", names={"ar": "أطعمة الميناء"}, terms=Terms(currency="USD"), catalogue="v1")
TRIED, LIVE = f"{EVENTS}/stages/development", EVENTS
TOKEN = "/auth/o2/token"


@pytest.fixture(scope="module")
def served() -> Iterator[Amazon]:
    with amazon() as there:
        yield there


@pytest.fixture
def there(served: Amazon) -> Amazon:
    for kept in (served.tokens, served.events, served.asked, served.reminders):
        kept.clear()
    for known in (served.valid, served.denied, served.moods):
        known.clear()
    served.expires_in = 3600
    return served


def channel(there: Amazon, *, live: bool = False, clock: list[datetime] | None = None) -> Proactive:
    times = clock or [NOW]
    tokens = Tokens(
        client_id=CLIENT,
        secret=SECRET,
        ask=ask,
        unreachable=Unreachable,
        clock=lambda: times[0],
        url=there.url + TOKEN,
    )
    return Proactive(
        terms=Notifying(live=live), tokens=tokens, opened=lambda sealed: unseal(sealed, secret="s")
    )


def telling(there: Amazon, kind: str = "stock", *, user: str = "ann", topic: str = "1") -> Telling:
    notice = Notice(topic=topic, kind=kind, at=NOW, due=NOW, until=NOW + timedelta(days=7), detail="shipped")
    wishes = Wishes(reach=seal(user, secret="s"), endpoint=there.url)
    order = replace(order_of(cart(line())), status="shipped", expected=date(2026, 11, 20))
    return Telling(
        notice=notice,
        facts=FACTS,
        shopper=Shopper(notices=wishes),
        locale="de-DE",
        reference=f"ref-{topic}",
        at=NOW,
        order=order if kind == "order" else None,
    )


def trouble(there: Amazon, one: Telling) -> tuple[bool, bool, bool, bool]:
    """What sending fails with: final, maybe, gone, rest."""
    with pytest.raises(NotDelivered) as caught:
        channel(there).send(one)
    error = caught.value
    assert SECRET not in str(error)
    return error.final, error.maybe, error.gone, error.rest


def test_an_orders_status_goes_in_amazons_own_words(there: Amazon) -> None:
    channel(there, live=True).send(telling(there, "order"))
    (event,) = there.events
    assert there.asked == [TOKEN, LIVE]
    assert event["event"] == {
        "name": ORDER,
        "payload": {
            "state": {
                "status": "ORDER_SHIPPED",
                "deliveryDetails": {"expectedArrival": "2026-11-20T12:00:00.000Z"},
            },
            "order": {"seller": {"name": "localizedattribute:sellerName"}},
        },
    }
    assert event["relevantAudience"] == {"type": "Unicast", "payload": {"user": "ann"}}
    assert event["timestamp"] == "2026-11-18T12:00:00.000Z"
    names = {one["locale"]: one["sellerName"] for one in event["localizedAttributes"]}
    assert names == {"en-US": "Harbor Foods", "de-DE": "Harbor Foods", "ar-SA": "أطعمة الميناء"} | names


def test_everything_else_is_a_message_from_the_shop_that_expires_within_a_day(there: Amazon) -> None:
    channel(there).send(telling(there))
    (event,) = there.events
    assert there.asked == [TOKEN, TRIED]
    assert event["event"]["name"] == MESSAGE
    assert event["expiryTime"] == "2026-11-19T12:00:00.000Z"
    soon = telling(there, topic="2")
    channel(there).send(replace(soon, notice=replace(soon.notice, until=NOW)))
    assert there.events[-1]["expiryTime"] == "2026-11-18T12:05:00.000Z"


def test_a_token_is_asked_for_once_and_again_when_it_ends(there: Amazon) -> None:
    clock = [NOW]
    alexa = channel(there, clock=clock)
    for topic in ("1", "2"):
        alexa.send(telling(there, topic=topic))
    assert len(there.tokens) == 1
    clock[0] += timedelta(seconds=3600 - 60)
    alexa.send(telling(there, topic="3"))
    assert len(there.tokens) == 2


def test_a_token_that_is_refused_is_asked_for_anew_once(there: Amazon) -> None:
    alexa = channel(there)
    alexa.send(telling(there))
    there.valid.clear()
    alexa.send(telling(there, topic="2"))
    assert (len(there.tokens), there.references) == (2, ["ref-1", "ref-2"])
    there.moods[TRIED] = [401, 401]
    assert trouble(there, telling(there, topic="3")) == (False, False, False, True)


def test_what_was_told_before_counts_as_told(there: Amazon) -> None:
    alexa = channel(there)
    alexa.send(telling(there))
    alexa.send(telling(there))
    assert there.references == ["ref-1"]


def test_who_allows_it_no_more_is_told_nothing_by_alexa_again(there: Amazon) -> None:
    there.denied.add("ann")
    assert trouble(there, telling(there)) == (True, False, True, False)


@pytest.mark.parametrize("status", [429, 432, 500, 503])
def test_who_is_too_busy_is_asked_later_and_left_alone_until_then(there: Amazon, status: int) -> None:
    there.moods[TRIED] = [status]
    assert trouble(there, telling(there)) == (False, False, False, True)


def test_what_is_refused_for_its_form_is_not_tried_again(there: Amazon) -> None:
    there.moods[TRIED] = [400]
    assert trouble(there, telling(there)) == (True, False, False, False)


def test_a_lost_answer_leaves_it_open_whether_they_heard(there: Amazon) -> None:
    there.moods[TRIED] = ["taken"]
    assert trouble(there, telling(there)) == (False, True, False, True)
    # The reference tells that they did.
    channel(there).send(telling(there))
    assert there.references == ["ref-1"]


def test_without_a_token_nothing_is_sent(there: Amazon) -> None:
    there.moods[TOKEN] = [400, 503]
    assert trouble(there, telling(there)) == (False, False, False, True)
    assert trouble(there, telling(there)) == (False, False, False, True)
    assert there.events == []


def test_an_id_that_another_secret_sealed_reaches_nobody(there: Amazon) -> None:
    one = telling(there)
    wishes = Wishes(reach=seal("ann", secret="other"), endpoint=there.url)
    assert trouble(there, replace(one, shopper=Shopper(notices=wishes))) == (True, False, True, False)
    assert there.asked == []
    assert not channel(there).reaches(FACTS, Shopper())


def test_a_sealed_id_tells_nobody_whose_it_is() -> None:
    one, other = (seal("amzn1.ask.account.ANN", secret="s") for _ in range(2))
    assert "ANN" not in one
    assert one != other
    assert unseal(one, secret="s") == "amzn1.ask.account.ANN"
    assert unseal(one, secret="t") is None
    assert unseal("nonsense", secret="s") is None
