"""Signatures as Standard Webhooks has them, judged by its own library; and what an endpoint wants."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from skill.errors import BadInput
from skill.merchants.webhooks import (
    EVENTS,
    Endpoint,
    NotSigned,
    checked_events,
    rotated,
    secret_of,
    signed,
    verified,
)

SECRET, OTHER = secret_of(bytes(range(32))), secret_of(bytes(range(32, 64)))
NOW = datetime.now(UTC)
BODY = json.dumps({"type": "order.placed", "data": {"name": "Müsli"}}).encode()
# The example of the specification's own libraries.
KNOWN = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def endpoint(**about: object) -> Endpoint:
    made = Endpoint(id="we_1", url="https://shop.example/hook", secret=SECRET, created=NOW)
    return replace(made, **about)  # type: ignore[arg-type]


def test_the_signature_is_the_one_of_the_specification() -> None:
    headers = signed(
        b'{"test": 2432232314}',
        id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        at=datetime.fromtimestamp(1614265330, UTC),
        secrets=[KNOWN],
    )
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@given(st.binary(max_size=200).filter(lambda body: body.decode("latin-1").isascii()), st.uuids())
def test_what_we_sign_the_official_library_takes(body: bytes, id: object) -> None:
    # The library looks at the clock.
    headers = signed(body, id=str(id), at=datetime.now(UTC), secrets=[SECRET])
    Webhook(SECRET).verify(body, headers, json_parse=False)
    with pytest.raises(WebhookVerificationError):
        Webhook(OTHER).verify(body, headers, json_parse=False)


def test_what_the_official_library_signs_we_take() -> None:
    signature = Webhook(SECRET).sign("msg_1", NOW, BODY.decode())
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(NOW.timestamp())),
        "webhook-signature": signature,
    }
    assert verified(BODY, headers, now=NOW, secrets=[SECRET]) == "msg_1"


def test_a_time_of_any_zone_is_signed_as_the_moment_it_is() -> None:
    there = NOW.astimezone(timezone(timedelta(hours=9)))
    assert signed(BODY, id="m", at=there, secrets=[SECRET]) == signed(BODY, id="m", at=NOW, secrets=[SECRET])


def test_while_a_secret_is_rotated_both_hold_and_then_the_new_one_alone() -> None:
    # The library looks at the clock.
    now = datetime.now(UTC)
    turned = rotated(endpoint(), secret=OTHER, now=now, hours=24)
    headers = signed(BODY, id="m", at=now, secrets=turned.secrets(now))
    for secret in (SECRET, OTHER):
        Webhook(secret).verify(BODY, headers)
    assert turned.secrets(now + timedelta(hours=24)) == (OTHER,)


def flawed() -> list[tuple[str, dict[str, str], bytes]]:
    good = signed(BODY, id="m", at=NOW, secrets=[SECRET])
    signature = good["webhook-signature"]
    old = signed(BODY, id="m", at=NOW - timedelta(seconds=302), secrets=[SECRET])
    ahead = signed(BODY, id="m", at=NOW + timedelta(seconds=302), secrets=[SECRET])
    return [
        ("another body", good, BODY + b" "),
        ("another id", {**good, "webhook-id": "n"}, BODY),
        ("another time", {**good, "webhook-timestamp": str(int(NOW.timestamp()) + 1)}, BODY),
        ("no headers", {}, BODY),
        ("no id", {**good, "webhook-id": ""}, BODY),
        ("no signature", {**good, "webhook-signature": ""}, BODY),
        ("no version", {**good, "webhook-signature": signature.removeprefix("v1,")}, BODY),
        ("another version", {**good, "webhook-signature": signature.replace("v1,", "v1a,")}, BODY),
        ("not base64", {**good, "webhook-signature": "v1,ä"}, BODY),
        ("cut", {**good, "webhook-signature": signature[:-4]}, BODY),
        ("many", {**good, "webhook-signature": " ".join(["v1,AAAA"] * 20 + [signature])}, BODY),
        ("too old", old, BODY),
        ("ahead of its time", ahead, BODY),
        ("no number", {**good, "webhook-timestamp": "soon"}, BODY),
        ("arabic digits", {**good, "webhook-timestamp": "١٢٣"}, BODY),
        ("an endless number", {**good, "webhook-timestamp": "9" * 5_000}, BODY),
        ("a long id", {**good, "webhook-id": "m" * 201}, BODY),
        ("another secret", signed(BODY, id="m", at=NOW, secrets=[OTHER]), BODY),
    ]


@pytest.mark.parametrize(
    ("headers", "body"), [(h, b) for _, h, b in flawed()], ids=[n for n, _, _ in flawed()]
)
def test_a_message_that_is_not_signed_well_is_refused(headers: dict[str, str], body: bytes) -> None:
    with pytest.raises(NotSigned):
        verified(body, headers, now=NOW, secrets=[SECRET])


def test_one_good_signature_among_others_is_enough() -> None:
    headers = signed(BODY, id="m", at=NOW, secrets=[OTHER, SECRET])
    assert verified(BODY, headers, now=NOW, secrets=[SECRET]) == "m"


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_short", "whsec_" + "A" * 200, "whsec_ä"])
def test_what_is_no_secret_signs_nothing(secret: str) -> None:
    with pytest.raises(BadInput, match="whsec_"):
        signed(BODY, id="m", at=NOW, secrets=[secret])


def test_an_endpoint_wants_the_kinds_it_named_whole_groups_or_all() -> None:
    assert all(endpoint().wants(kind) for kind in EVENTS)
    some = endpoint(events=("order.placed", "case"))
    assert [kind for kind in EVENTS if some.wants(kind)] == ["order.placed", "case.opened", "case.changed"]
    assert checked_events(["case", "order.placed", "case"]) == ("case", "order.placed")
    with pytest.raises(BadInput, match=r"order\.shipped"):
        checked_events(["order.eaten"])


def test_no_secret_stands_in_what_is_logged_of_an_endpoint() -> None:
    turned = rotated(endpoint(), secret=OTHER, now=NOW)
    assert SECRET not in repr(turned)
    assert OTHER not in repr(turned)
