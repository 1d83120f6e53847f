"""Who the shopper is, at the till: told by account or device over real HTTP, said before the yes, kept."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.alexa.contact import PERMISSIONS
from skill.alexa.request import turn
from skill.app import shopper_key
from skill.commerce.contact import Address, Contact
from skill.commerce.merchant import Branch, Claims, Mailing
from skill.dialogue.turn import Device
from skill.linking import verified as verifying
from skill.linking.userinfo import read
from skill.linking.verified import Known
from tests.linking.provider import NOW, RSA, Server, key_set, linking, serving, token
from tests.talk import USER, Talk, furnish, lambda_door, send_through

DEVICE, ACCESS = "amzn1.ask.device.KITCHEN", "device-token-7"
ADDRESS = {
    "addressLine1": "12 Main Street & Co",
    "addressLine2": "Apt 3",
    "addressLine3": None,
    "city": "Portland",
    "stateOrRegion": "OR",
    "countryCode": "US",
    "postalCode": "97201",
}
HOME = Address(
    lines=("12 Main Street & Co", "Apt 3"), city="Portland", region="OR", code="97201", country="US"
)
PLACE = f"/v1/devices/{DEVICE}/settings/address"
PROFILE = "/v2/accounts/~current/settings/Profile."
CARD = {"type": "AskForPermissionsConsent", "permissions": list(PERMISSIONS)}


@dataclass
class World:
    """A shop, what Alexa and the identity provider answer by path (a status, and what as JSON), and one who
    talks."""

    door: ModuleType
    server: Server
    answers: dict[str, tuple[int, Any]] = field(default_factory=dict)
    token: str = ""
    device: str = DEVICE

    def __post_init__(self) -> None:
        self.server.answer = self._answer

    def _answer(self, path: str, _form: bytes) -> tuple[int, Mapping[str, str], bytes]:
        status, told = self.answers.get(path, (403, {"code": "ACCESS_DENIED"}))
        return status, {}, b"" if told is None else json.dumps(told).encode()

    def talk(self, *, locale: str = "en-US", now: Any = NOW) -> Talk:
        send = send_through(self.door)

        def sent(envelope: dict[str, Any]) -> dict[str, Any]:
            system = envelope["context"]["System"]
            system |= {"apiEndpoint": self.server.address, "apiAccessToken": ACCESS}
            system["device"]["deviceId"] = self.device
            if self.token:
                envelope["session"]["user"]["accessToken"] = system["user"]["accessToken"] = self.token
            return send(envelope)

        return Talk(sent, locale=locale, now=now)

    def errand(self, talk: Talk | None = None) -> str:
        talk = talk or self.talk()
        for said in ("add sourdough bread", "add clover honey"):
            talk.say(said)
        self.last = talk.say("check out")
        return self.last.speech

    @property
    def card(self) -> Any:
        return self.last.response["response"].get("card")

    @property
    def contact(self) -> Contact | None:
        app = self.door.app
        found: Contact | None = app.store.visit(
            shopper_key(USER, secret=app.settings.shopper_secret)
        ).shopper.contact
        return found

    def asked(self, path: str) -> int:
        return sum(seen[1] == path for seen in self.server.seen)

    def has(self, **facts: Any) -> None:
        store = self.door.app.store
        store.publish(replace(store.visit("nobody").facts, **facts), stock={})


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as up:
        yield up


@pytest.fixture
def world(server: Server, tmp_path: Path, catalogues: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """The sample shop, which writes to its shoppers, and a device that tells everything."""
    monkeypatch.setattr(verifying, "_PROCESS", Known())
    monkeypatch.setenv("SAYSO_CATALOGUES", str(catalogues))
    monkeypatch.setenv("SAYSO_MAIL", "smtp://127.0.0.1:9")
    door = lambda_door(f"sqlite:{tmp_path / 'shop.db'}", monkeypatch=monkeypatch)
    furnish(door)
    made = World(door, server)
    made.has(mail=Mailing(sender="orders@shop.example"))
    made.answers = {
        PLACE: (200, ADDRESS),
        f"{PROFILE}email": (200, "ann@home.example"),
        f"{PROFILE}name": (200, "Ann Lee"),
    }
    return made


def linked(world: World, **userinfo: Any) -> None:
    """The shop has an identity provider that tells this of its customer."""
    world.answers["/jwks.json"] = (200, key_set(RSA))
    world.answers["/userinfo"] = (200, {"sub": "ann-7", **userinfo})
    how = linking(
        world.server, userinfo=f"{world.server.address}/userinfo", claims=Claims(customer="stripe_id")
    )
    world.has(linking=how)
    world.token = token()


STREET = {
    "street_address": "7 Elm Road\nFloor 2",
    "locality": "Salem",
    "postal_code": "97301",
    "country": "US",
}


@pytest.mark.parametrize(
    ("locale", "said", "told"),
    [
        ("en-US", "check out", "It goes to 12 Main Street &amp; Co."),
        ("de-DE", "zur Kasse", "Die Lieferung geht an: 12 Main Street &amp; Co."),
        ("ar-SA", "أكمل الطلب", "والتوصيل إلى 12 Main Street &amp; Co."),
    ],
)
def test_the_street_of_the_device_is_said_before_the_yes(
    world: World, locale: str, said: str, told: str
) -> None:
    world.errand()
    heard = world.talk(locale=locale).say(said)
    assert told in heard.response["response"]["outputSpeech"]["ssml"]


def test_what_the_device_tells_is_kept_with_the_shopper_and_asked_with_the_requests_own_token(
    world: World,
) -> None:
    assert "Shall I" in world.errand()
    assert world.contact == Contact(
        name="Ann Lee", email="ann@home.example", address=HOME, source="device", at=NOW
    )
    assert {seen[2]["Authorization"] for seen in world.server.seen} == {f"Bearer {ACCESS}"}


@pytest.mark.parametrize("email", ["ann@home.example", ""])
def test_an_order_knows_whom_it_goes_to_and_says_so_where_a_letter_comes(world: World, email: str) -> None:
    if not email:
        world.answers[f"{PROFILE}email"] = (204, None)
    talk = world.talk()
    world.errand(talk)
    assert ("receipt comes by e-mail" in talk.say("yes").speech) is bool(email)
    app = world.door.app
    [order] = app.store.orders(shopper_key(USER, secret=app.settings.shopper_secret))
    assert order.contact == world.contact
    assert (order.contact.email, order.contact.address, order.locale) == (email, HOME, "en-US")


def test_nobody_is_asked_before_the_till_and_mail_once_a_day_but_the_address_each_time(world: World) -> None:
    talk = world.talk()
    talk.say("add sourdough bread")
    talk.say("add clover honey")
    assert world.server.seen == []
    for _ in range(2):
        talk.say("check out")
    assert (world.asked(PLACE), world.asked(f"{PROFILE}email")) == (2, 1)


def test_an_order_goes_to_the_device_that_is_spoken_to(world: World) -> None:
    world.errand()
    world.device = "amzn1.ask.device.CABIN"
    world.answers["/v1/devices/amzn1.ask.device.CABIN/settings/address"] = (
        200,
        {**ADDRESS, "addressLine1": "1 Lake Path"},
    )
    assert "It goes to 1 Lake Path." in world.talk().say("check out").speech


@pytest.mark.parametrize(
    ("status", "told", "card"),
    [
        (403, "Please allow that in your Alexa app", CARD),
        (204, "no address for this device", None),
        (404, "no address for this device", None),
        (429, "cannot look up your address", None),
        (500, "cannot look up your address", None),
    ],
)
def test_without_an_address_the_shopper_hears_what_to_do_and_keeps_the_cart(
    world: World, status: int, told: str, card: Any
) -> None:
    world.answers[PLACE] = (status, None)
    assert told in world.errand()
    assert world.card == card
    assert world.last.ended
    assert world.talk().say("what's in my cart").speech.count("ourdough") == 1


def test_a_consent_given_meanwhile_counts_at_once(world: World) -> None:
    world.answers[PLACE] = (403, None)
    world.errand()
    world.answers[PLACE] = (200, ADDRESS)
    assert "It goes to 12 Main" in world.talk().say("check out").speech


def test_a_consent_taken_back_is_obeyed_and_the_address_forgotten(world: World) -> None:
    world.errand()
    world.answers[PLACE] = (403, None)
    world.talk().say("check out")
    assert world.contact
    assert world.contact.address is None


def test_an_address_known_already_serves_while_alexa_is_away(world: World) -> None:
    world.errand()
    world.answers[PLACE] = (500, None)
    assert "It goes to 12 Main" in world.talk().say("check out").speech


def test_what_is_collected_needs_no_address(world: World) -> None:
    world.answers[PLACE] = (403, None)
    branch = Branch(id="down", names={"en": "Downtown"}, addresses={"en": "5 Pier Road"})
    world.has(stores=(branch,))
    talk = world.talk()
    for said in ("add sourdough bread", "add clover honey", "check out", "pick it up instead"):
        heard = talk.say(said)
    assert "5 Pier Road" in heard.speech
    assert "It goes to" not in heard.speech


def test_letters_are_asked_for_once(world: World) -> None:
    world.answers[f"{PROFILE}email"] = (403, None)
    assert "receipt by e-mail" in world.errand()
    assert world.card == CARD
    heard = world.talk().say("check out")
    assert "e-mail" not in heard.speech
    assert "Shall I" in heard.speech


def test_a_shop_that_writes_no_letters_asks_for_no_mail_address(world: World) -> None:
    world.has(mail=None)
    assert "Shall I" in world.errand()
    assert world.asked(f"{PROFILE}email") == 0


def test_an_account_tells_who_its_customer_is_and_no_device_is_asked(world: World) -> None:
    linked(world, email="ann@work.example", name="Ann L.", address=STREET, stripe_id="cus_9")
    assert "It goes to 7 Elm Road." in world.errand()
    assert world.contact == Contact(
        name="Ann L.",
        email="ann@work.example",
        address=Address(lines=("7 Elm Road", "Floor 2"), city="Salem", code="97301", country="US"),
        customer="cus_9",
        source="account",
        at=NOW,
    )
    assert world.asked(PLACE) == 0
    world.talk().say("check out")
    assert world.asked("/userinfo") == 1


def test_a_token_can_tell_it_as_well(world: World) -> None:
    linked(world)
    world.has(linking=linking(world.server))
    world.token = token(email="ann@work.example", address={"formatted": "7 Elm Road\n97301 Salem"})
    assert "It goes to 7 Elm Road." in world.errand()
    assert world.contact
    assert world.contact.email == "ann@work.example"


def test_what_the_account_does_not_tell_the_device_does(world: World) -> None:
    linked(world, email="ann@work.example")
    assert "It goes to 12 Main" in world.errand()
    assert world.contact
    assert (world.contact.email, world.contact.source) == ("ann@work.example", "device")


@pytest.mark.parametrize("status", [403, 204, 500])
def test_a_merchant_who_knows_the_account_gets_the_order_without_an_address(
    world: World, status: int
) -> None:
    linked(world)
    world.answers |= {PLACE: (status, None)}
    heard = world.errand()
    assert "Shall I" in heard
    assert "It goes to" not in heard


def test_what_is_told_of_somebody_else_counts_for_nothing(world: World) -> None:
    linked(world, email="eve@evil.example", address=STREET)
    world.answers["/userinfo"] = (200, {"sub": "eve", "address": STREET})
    assert "It goes to 12 Main" in world.errand()


def test_another_account_brings_another_contact(world: World) -> None:
    linked(world, email="ann@work.example", address=STREET)
    talk = world.talk()
    world.errand(talk)
    assert world.contact
    world.token = token(sub="ben-8")
    talk.say("help")
    assert world.contact is None


def test_a_contact_is_asked_for_again_after_a_day(world: World) -> None:
    linked(world, address=STREET)
    world.errand()
    store, app = world.door.app.store, world.door.app
    key = shopper_key(USER, secret=app.settings.shopper_secret)
    about = store.visit(key).shopper
    assert about.contact
    store.put_shopper(key, about=replace(about, contact=replace(about.contact, at=NOW - timedelta(hours=24))))
    world.answers["/userinfo"] = (
        200,
        {"sub": "ann-7", "address": {**STREET, "street_address": "8 Oak Road"}},
    )
    assert "It goes to 8 Oak Road." in world.talk().say("check out").speech


def test_nobody_waits_longer_than_the_limit_for_slow_ones(world: World) -> None:
    linked(world)
    world.talk().say("add sourdough bread")
    talk = world.talk()
    talk.say("add clover honey")
    world.server.delay = 5.0
    began = time.monotonic()
    talk.say("check out")
    # Two seconds for who the shopper is, and what the turn takes besides.
    assert time.monotonic() - began < 4.5


def test_nothing_of_who_the_shopper_is_gets_into_the_log(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    linked(world, email="ann@work.example")
    with caplog.at_level(logging.DEBUG):
        world.errand()
        world.answers |= {PLACE: (500, ADDRESS), "/userinfo": (500, {"email": "ann@work.example"})}
        world.talk().say("check out")
    assert "Alexa does not tell the address" in caplog.text
    for private in ("ann@", "Ann", "Main Street", "97201", ACCESS, DEVICE, world.token):
        assert private not in caplog.text


def system(**changed: Any) -> dict[str, Any]:
    told = {"apiEndpoint": "https://api.amazonalexa.com", "apiAccessToken": "t", "device": {"deviceId": "d"}}
    return {
        "context": {"System": {"user": {"userId": "u"}, **told, **changed}},
        "request": {"type": "LaunchRequest", "requestId": "r"},
    }


@pytest.mark.parametrize("host", ["api.amazonalexa.com", "api.eu.amazonalexa.com", "api.fe.amazonalexa.com"])
def test_a_device_can_be_asked_at_amazons_hosts(host: str) -> None:
    found = turn(system(apiEndpoint=f"https://{host}"), now=NOW).device
    assert found == Device("d", f"https://{host}", "t")
    assert repr(found) == f"Device(endpoint='https://{host}')"


@pytest.mark.parametrize(
    "changed",
    [
        {"apiEndpoint": "https://evil.example"},
        {"apiEndpoint": "https://amazonalexa.com.evil.example"},
        {"apiEndpoint": "http://api.amazonalexa.com"},
        {"apiEndpoint": "https://eve@api.amazonalexa.com"},
        {"apiEndpoint": 7},
        {"apiAccessToken": "t\r\nX-Evil: 1"},
        {"apiAccessToken": ""},
        {"apiAccessToken": None},
        {"apiAccessToken": "t" * 9000},
        {"device": {"deviceId": ""}},
        {"device": {}},
    ],
)
def test_no_other_host_is_ever_asked_and_nothing_odd_is_sent(changed: dict[str, Any]) -> None:
    assert turn(system(**changed), now=NOW).device is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@given(
    st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("email", "name", "address", "email_verified"), json_values)
    ),
    st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("street_address", "formatted", "country"), json_values)
    ),
)
def test_whatever_a_provider_tells_is_text_of_one_line_or_nothing(
    told: dict[str, Any], address: dict[str, Any]
) -> None:
    for whole in (told, {**told, "address": address}):
        found = read(whole, Claims())
        parts = [found.name, found.email]
        parts += [*found.address.lines, found.address.country] if found.address else []
        assert all(isinstance(part, str) and part.isprintable() for part in parts)
        assert found.address is None or found.address.lines


def test_a_mail_address_that_its_provider_did_not_verify_is_none_to_write_to() -> None:
    told = {"email": "ann@home.example", "email_verified": False}
    assert read(told, Claims()).email == ""
    assert read({**told, "email_verified": True}, Claims()).email == "ann@home.example"


def test_the_account_itself_may_be_who_is_charged() -> None:
    told = {"sub": "cus_9", "stripe_id": "cus_8"}
    assert read(told, Claims(customer="sub")).customer == "cus_9"
    assert read(told, Claims(customer="stripe_id")).customer == "cus_8"
    assert read(told, Claims(customer="")).customer == ""
