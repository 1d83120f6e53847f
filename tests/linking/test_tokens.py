"""JWT access tokens: what counts, and everything that must not."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from skill.linking.account import Account, Refused
from skill.linking.verified import Known, verified
from tests.linking.provider import (
    AUDIENCE,
    EC,
    ED,
    ISSUER,
    NOW,
    OTHER,
    RSA,
    Server,
    claims,
    key_set,
    linking,
    serving,
    token,
)

AT = int(NOW.timestamp())


@pytest.fixture(scope="module")
def steady() -> Iterator[tuple[Server, Known]]:
    """A provider, and what is known of it, for tests of many tokens."""
    with serving() as up:
        yield up, Known()


def segment(value: Any) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    ("key", "alg"), [(RSA, "RS256"), (EC, "ES256"), (ED, "Ed25519")], ids=["RS256", "ES256", "Ed25519"]
)
def test_a_good_token_tells_whose_it_is(server: Server, known: Known, key: Any, alg: str) -> None:
    assert verified(token(key, alg=alg), linking(server), now=NOW, known=known) == Account("ann-7")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"iss": "https://id.example/"}, "issuer"),
        ({"iss": [ISSUER]}, "issuer"),
        ({"iss": None}, "claims"),
        ({"aud": "someone else"}, "audience"),
        ({"aud": ["one", "two"]}, "audience"),
        ({"aud": {"sayso": 1}}, "audience"),
        ({"aud": None}, "claims"),
        ({"exp": AT - 60}, "expired"),
        ({"exp": None}, "claims"),
        ({"exp": "tomorrow"}, "claims"),
        ({"exp": True}, "claims"),
        ({"exp": float("inf")}, "claims"),
        ({"exp": float("nan")}, "claims"),
        ({"nbf": AT + 61}, "early"),
        ({"nbf": "soon"}, "early"),
        ({"sub": None}, "claims"),
        ({"sub": ""}, "subject"),
        ({"sub": "  "}, "subject"),
        ({"sub": 7}, "subject"),
        ({"sub": "a\nb"}, "subject"),
        ({"sub": "x" * 256}, "subject"),
        ({"scope": None}, "scope"),
        ({"scope": "orders.read orders"}, "scope"),
        ({"scope": ["orders"]}, "scope"),
        ({"scope": {"orders": 1, "profile": 1}}, "scope"),
    ],
)
def test_what_a_token_claims_is_not_believed(
    steady: tuple[Server, Known], changed: dict[str, Any], reason: str
) -> None:
    up, known = steady
    asked = linking(up, scopes=("orders", "profile"))
    good = {"scope": "profile orders"}
    assert verified(token(**{**good, **changed}), asked, now=NOW, known=known) == Refused(reason)


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": AT - 59},
        {"exp": AT + 0.5},
        {"nbf": AT + 60},
        {"aud": ["other", AUDIENCE]},
        {"scope": "orders profile email"},
        {"scope": None, "scp": ["orders", "profile"]},
        {"iat": AT + 3600},
        {"sub": "أحمد|7"},
    ],
)
def test_what_holds_within_leeway_and_in_every_usual_form_counts(
    steady: tuple[Server, Known], changed: dict[str, Any]
) -> None:
    up, known = steady
    given = {"scope": "orders profile", **changed}
    verdict = verified(token(**given), linking(up, scopes=("orders", "profile")), now=NOW, known=known)
    assert verdict == Account(changed.get("sub", "ann-7"))


def test_a_token_signed_with_another_key_of_that_name_is_refused(server: Server, known: Known) -> None:
    forged = token(OTHER, header={"kid": "rsa-1"})
    assert verified(forged, linking(server), now=NOW, known=known) == Refused("signature")


def test_a_key_the_provider_does_not_have_is_no_key(server: Server, known: Known) -> None:
    assert verified(token(OTHER), linking(server), now=NOW, known=known) == Refused("key")


def test_a_token_that_names_no_key_is_tried_with_those_that_fit(server: Server, known: Known) -> None:
    server.serves(key_set(OTHER, RSA))
    assert verified(token(header={"kid": None}), linking(server), now=NOW, known=known) == Account("ann-7")


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "", "HS256", "RS512", "EdDSA", None, 7, ["RS256"]])
def test_an_algorithm_that_is_not_on_the_list_is_refused(steady: tuple[Server, Known], alg: Any) -> None:
    up, known = steady
    unsigned = f"{segment({'alg': alg, 'kid': 'rsa-1'})}.{segment(claims())}."
    signed = unsigned + token().rpartition(".")[2]
    for forged in (unsigned, signed):
        assert verified(forged, linking(up), now=NOW, known=known) in (
            Refused("algorithm"),
            Refused("malformed"),
        )


def test_a_public_key_used_as_a_secret_signs_nothing(server: Server, known: Known) -> None:
    # The classic confusion of RS256 with HS256.
    text = f"{segment({'alg': 'HS256', 'kid': 'rsa-1'})}.{segment(claims())}"
    mac = hmac.digest(RSA.as_pem(private=False), text.encode(), "sha256")
    forged = f"{text}.{urlsafe_b64encode(mac).rstrip(b'=').decode()}"
    for algorithms in (("RS256",), ("RS256", "HS256"), ()):
        asked = linking(server, algorithms=algorithms)
        assert verified(forged, asked, now=NOW, known=known) == Refused("algorithm")


def test_a_secret_in_the_key_set_signs_nothing(server: Server, known: Known) -> None:
    secret = OctKey.import_key("a secret somebody published by mistake", {"kid": "oct-1"})
    server.serves({"keys": [secret.as_dict(private=True)]})
    forged = jwt.encode({"alg": "HS256", "kid": "oct-1"}, claims(), secret)
    asked = linking(server, algorithms=("HS256",))
    assert verified(forged, asked, now=NOW, known=known) == Refused("algorithm")


@pytest.mark.filterwarnings("ignore:Key size")
def test_keys_that_are_weak_or_meant_for_something_else_are_passed_over(server: Server, known: Known) -> None:
    weak = RSAKey.generate_key(1024, {"kid": "weak"})
    wide = ECKey.generate_key("P-384", {"kid": "wide"})
    server.serves(
        {
            "keys": [
                *key_set(weak)["keys"],
                {**key_set(OTHER)["keys"][0], "use": "enc"},
                {**key_set(RSA)["keys"][0], "alg": "RS512"},
                *key_set(wide)["keys"],
                {"kty": "RSA", "kid": "rsa-3", "n": "AQAB", "e": None},
                {"kty": 5},
                "not a key",
            ]
        }
    )
    for key in (weak, OTHER, RSA):
        assert verified(token(key), linking(server), now=NOW, known=known) == Refused("key")
    # A key of another curve than the algorithm's.
    odd = jwt.encode({"alg": "ES384", "kid": "wide"}, claims(), wide, algorithms=["ES384"])
    swapped = segment({"alg": "ES256", "kid": "wide"}) + "." + odd.split(".", 1)[1]
    assert verified(swapped, linking(server), now=NOW, known=known) == Refused("signature")


@pytest.mark.parametrize(
    "header", [{"crit": ["exp"], "exp": 1}, {"b64": False, "crit": ["b64"]}, {"b64": True}, {"crit": []}]
)
def test_extensions_that_must_be_understood_are_not(
    steady: tuple[Server, Known], header: dict[str, Any]
) -> None:
    up, known = steady
    whole = segment({"alg": "RS256", "kid": "rsa-1", **header})
    forged = f"{whole}.{token().split('.', 1)[1]}"
    assert verified(forged, linking(up), now=NOW, known=known) == Refused("malformed")


def test_header_fields_of_a_providers_own_do_no_harm(steady: tuple[Server, Known]) -> None:
    up, known = steady
    extra = {"nonce": "x", "typ": "at+jwt", "x5t": "y" * 600}
    told = {"alg": "RS256", "kid": "rsa-1", **extra}
    from joserfc.jws import JWSRegistry

    registry = JWSRegistry(algorithms=["RS256"], strict_check_header=False)
    registry.max_header_length = 2000
    wide = jwt.encode(told, claims(), RSA, registry=registry)
    assert verified(wide, linking(up), now=NOW, known=known) == Account("ann-7")


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "..",
        "a.b",
        "a.b.c",
        "a.b.c.d",
        "\ud800.b.c",
        "token",
        "x" * 20_000,
        f"{segment([1])}.{segment(1)}.AAAA",
        f"{segment('alg')}.{segment(1)}.AAAA",
        f"{segment({'alg': 'RS256', 'kid': 5})}.{segment(1)}.AAAA",
        f"{segment({'alg': 'RS256', 'kid': {}})}.{segment(1)}.AAAA",
        "W" * 9000 + "." + "W" * 4000 + ".AAAA",
    ],
)
def test_what_is_no_token_is_refused_as_a_value(steady: tuple[Server, Known], text: str) -> None:
    up, known = steady
    assert verified(text, linking(up), now=NOW, known=known) == Refused("malformed")


@given(place=st.integers(0, 10_000), letter=st.characters(codec="utf-8"), data=st.data())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_token_altered_in_any_place_never_counts(
    steady: tuple[Server, Known], place: int, letter: str, data: st.DataObject
) -> None:
    up, known = steady
    good = _GOOD[data.draw(st.sampled_from(sorted(_GOOD)))]
    place %= len(good)
    altered = data.draw(
        st.sampled_from(
            [
                good[:place] + letter + good[place + 1 :],
                good[:place] + letter + good[place:],
                good[:place] + good[place + 1 :],
                good[:place],
                good + letter,
            ]
        )
    )
    verdict = verified(altered, linking(up), now=NOW, known=known)
    assert verdict == Account("ann-7") if altered == good else isinstance(verdict, Refused)


_GOOD = {"RS256": token(), "ES256": token(EC, alg="ES256"), "Ed25519": token(ED, alg="Ed25519")}


@given(minutes=st.integers(-10_000, 10_000))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_token_counts_in_its_time_and_never_outside_of_it(
    steady: tuple[Server, Known], minutes: int
) -> None:
    up, known = steady
    made = token(nbf=AT, exp=AT + 3600)
    verdict = verified(made, linking(up), now=NOW + timedelta(minutes=minutes), known=known)
    assert isinstance(verdict, Account) is (-1 <= minutes <= 60)
