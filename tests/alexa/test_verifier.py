"""What the request verifier lets through and what it refuses."""

from __future__ import annotations

import base64
import json
import socket
import ssl
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from http.client import HTTPException
from typing import Any

import pytest
from cryptography.hazmat.primitives.hashes import SHA1, SHA512
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from skill.alexa.envelope import BODY_BYTES, MAX_DEPTH
from skill.alexa.refused import Refused
from skill.alexa.verifier import chain_url, verify
from skill.alexa.verifier_chain import Chain, certificate_chains, default_roots
from skill.alexa.verifier_fetch import PEM_BYTES, fetch_https
from tests.alexa import pki
from tests.alexa.pki import DAY, NOW

SKILL = "amzn1.ask.skill.11111111-1111-4111-8111-111111111111"
SECOND_SKILL = "amzn1.ask.skill.22222222-2222-4222-8222-222222222222"
OTHER_SKILL = "amzn1.ask.skill.99999999-9999-4999-8999-999999999999"
PATH = "/echo.api/echo-api-cert-12.pem"
URL = f"https://s3.amazonaws.com{PATH}"
SECOND = timedelta(seconds=1)

ROOT = pki.authority("Test Root")
INTERMEDIATE = pki.authority("Test Intermediate", signed_by=ROOT)
# The clock of TLS is the machine's, so this one is valid around today and not around NOW.
WEB_ROOT = pki.authority("Web Root", since=datetime.now(UTC) - DAY, until=datetime.now(UTC) + DAY)


def amazon(**faults: Any) -> pki.Signer:
    """A signer as Alexa has it, but for `faults`."""
    return pki.signer(INTERMEDIATE, ROOT, **faults)


def envelope(**parts: Any) -> dict[str, Any]:
    """A launch request of this second; `parts` replace top-level members, None removes one."""
    whole: dict[str, Any] = {
        "version": "1.0",
        "session": {"new": True, "application": {"applicationId": SKILL}},
        "context": {"System": {"application": {"applicationId": SKILL}}},
        "request": {"type": "LaunchRequest", "timestamp": "2026-11-21T12:00:00Z", "locale": "en-US"},
    }
    return {name: part for name, part in (whole | parts).items() if part is not None}


def encoded(**parts: Any) -> bytes:
    return json.dumps(envelope(**parts)).encode()


def at(moment: Any, *, kind: Any = "LaunchRequest") -> bytes:
    """A request with that timestamp."""
    text = moment.isoformat() if isinstance(moment, datetime) else moment
    return encoded(request={"type": kind, "timestamp": text})


def for_skill(context: Any, session: Any) -> bytes:
    """A request with those application ids; None leaves the whole part out."""
    return encoded(
        context=context and {"System": {"application": {"applicationId": context}}},
        session=session and {"application": {"applicationId": session}},
    )


def nested(depth: int) -> bytes:
    """A good request whose deepest brackets are `depth` deep."""
    inner = json.loads("[" * (depth - 1) + "]" * (depth - 1))
    return encoded(extra=inner)


def check(
    body: bytes | None = None,
    *,
    headers: Mapping[str, str] | None = None,
    url: str = URL,
    signed_by: pki.Signer | None = None,
    now: datetime = NOW,
    chain_of: Callable[[str, datetime], Chain] | None = None,
    fetch: Callable[[str], bytes] | None = None,
) -> None:
    """Verify a request that is good in every respect the arguments do not change."""
    body = encoded() if body is None else body
    signed_by = signed_by or ALEXA
    if headers is None:
        headers = {"SignatureCertChainUrl": url, "Signature-256": signed_by.sign(body)}
    verify(
        body,
        headers=headers,
        now=now,
        skill_ids=frozenset({SKILL, SECOND_SKILL}),
        chain_of=chain_of or chains(fetch or serving(signed_by.chain)),
    )


def reason(call: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        call()
    assert str(refused.value) == refused.value.reason
    return refused.value.reason


def chains(fetch: Callable[[str], bytes], **options: Any) -> Callable[[str, datetime], Chain]:
    assert ROOT.certificate is not None
    return certificate_chains(fetch=fetch, roots=[ROOT.certificate], **options)


def serving(pem: bytes) -> Callable[[str], bytes]:
    return lambda _: pem


def never(url: str) -> bytes:
    pytest.fail("nothing may be fetched here")


ALEXA = amazon()
LEAF = ALEXA.leaf.public_bytes(Encoding.DER)
NONSENSE = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text() | st.just(OTHER_SKILL),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(["type", "timestamp", "System", "application", "applicationId"]) | st.text(),
            inner,
        )
    ),
    max_leaves=8,
)


class TestGoodRequests:
    @pytest.mark.parametrize(
        "spelling", [str, str.lower, str.upper, str.title, lambda name: name.replace("Chain", "CHAIN")]
    )
    def test_header_names_in_any_case(self, spelling: Callable[[str], str]) -> None:
        body = encoded()
        check(
            body,
            headers={
                spelling("SignatureCertChainUrl"): URL,
                spelling("Signature-256"): amazon().sign(body),
                "Signature": "of the old kind, which is ignored",
                "Content-Type": "application/json, or so",
            },
        )

    @pytest.mark.parametrize(
        "url",
        [
            URL,
            "https://s3.amazonaws.com:443/echo.api/echo-api-cert-12.pem",
            "https://S3.AmazonAWS.com/echo.api/echo-api-cert-12.pem",
            "HTTPS://s3.amazonaws.com/echo.api/echo-api-cert-12.pem",
            "https://s3.amazonaws.com/echo.api/../echo.api/echo-api-cert-12.pem",
            "https://s3.amazonaws.com/other/../echo.api/echo-api-cert-12.pem",
            "https://s3.amazonaws.com/../echo.api/echo-api-cert-12.pem",
            "https://s3.amazonaws.com/echo.api/./echo-api-cert-12.pem",
            "https://s3.amazonaws.com/echo.api//echo-api-cert-12.pem",
            "https://s3.amazonaws.com/echo.api/%2e%2e/echo.api/echo-api-cert-12.pem",
            "https://s3.amazonaws.com/echo%2Eapi/echo-api-cert-12%2epem",
            "https://s3.amazonaws.com/echo.api%2Fecho-api-cert-12.pem",
        ],
    )
    def test_every_spelling_of_the_url_fetches_the_normal_one(self, url: str) -> None:
        fetched = []

        def fetch(url: str) -> bytes:
            fetched.append(url)
            return amazon().chain

        check(url=url, fetch=fetch)
        assert fetched == [URL]
        assert chain_url(chain_url(url)) == URL

    @pytest.mark.parametrize(
        "body",
        [
            pytest.param(at(NOW - 150 * SECOND), id="150 seconds old"),
            pytest.param(at(NOW + 150 * SECOND), id="150 seconds early"),
            pytest.param(at("2026-11-21T12:00:00.123Z"), id="milliseconds"),
            pytest.param(at("2026-11-21T17:30:00+05:30"), id="Indian time"),
            pytest.param(at(NOW - timedelta(minutes=30), kind="AlexaSkillEvent.SkillEnabled"), id="event"),
            pytest.param(
                at(NOW - timedelta(hours=1), kind="AlexaSkillEvent.ProactiveSubscriptionChanged"),
                id="event an hour old",
            ),
            pytest.param(at(NOW, kind="Something.New"), id="request type nobody knows"),
            pytest.param(for_skill(SECOND_SKILL, SECOND_SKILL), id="second skill"),
            pytest.param(for_skill(SKILL, None), id="no session"),
            pytest.param(for_skill(None, SKILL), id="no context"),
            pytest.param(encoded(context={"System": {}}), id="no application in the context"),
            pytest.param(encoded() + b"\r\n ", id="white space after"),
            pytest.param(json.dumps(envelope(x="Öl für Käse 🧀"), ensure_ascii=False).encode(), id="UTF-8"),
            pytest.param(encoded(x="[{" * 500 + '"\\\n[{' * 50), id="brackets in a string"),
            pytest.param(encoded(x=[[]] * 500), id="many brackets, not deep"),
            pytest.param(nested(MAX_DEPTH), id="as deep as allowed"),
            pytest.param(encoded().ljust(BODY_BYTES), id="as large as allowed"),
        ],
    )
    def test_bodies(self, body: bytes) -> None:
        check(body)

    @pytest.mark.parametrize(
        "signer",
        [
            pytest.param(amazon(names=("other.amazon.com", pki.SIGNER)), id="one name of several"),
            pytest.param(amazon(names=("*.amazon.com", pki.SIGNER)), id="wildcard beside the name"),
            pytest.param(amazon(since=NOW), id="valid from now"),
            pytest.param(amazon(until=NOW + SECOND), id="valid for one more second"),
            pytest.param(pki.signer(ROOT), id="signed by the root itself"),
        ],
    )
    def test_certificates(self, signer: pki.Signer) -> None:
        check(signed_by=signer)

    def test_a_chain_with_the_root_in_it(self) -> None:
        whole = amazon().chain + pki.pem_of(ROOT.certificate)
        check(fetch=serving(whole))

    def test_ten_certificates(self) -> None:
        whole = amazon().chain + pki.pem_of(*[ROOT.certificate] * 8)
        check(fetch=serving(whole))

    def test_a_clock_in_another_zone(self) -> None:
        tight = amazon(since=NOW - SECOND, until=NOW + SECOND)
        check(signed_by=tight, now=NOW.astimezone(timezone(timedelta(hours=-11))))


class TestUrl:
    @pytest.mark.parametrize(
        "url",
        [
            "http://s3.amazonaws.com/echo.api/echo-api-cert.pem",
            "ftp://s3.amazonaws.com/echo.api/echo-api-cert.pem",
            "file:///echo.api/echo-api-cert.pem",
            "//s3.amazonaws.com/echo.api/echo-api-cert.pem",
            "s3.amazonaws.com/echo.api/echo-api-cert.pem",
            "https:/s3.amazonaws.com/echo.api/echo-api-cert.pem",
            "https:s3.amazonaws.com/echo.api/echo-api-cert.pem",
            "https:\\\\s3.amazonaws.com\\echo.api\\echo-api-cert.pem",
            "https://notamazon.com/echo.api/echo-api-cert.pem",
            "https://s3.amazonaws.com.evil.example/echo.api/echo-api-cert.pem",
            "https://evil-s3.amazonaws.com/echo.api/echo-api-cert.pem",
            "https://s3-amazonaws.com/echo.api/echo-api-cert.pem",
            "https://s3xamazonaws.com/echo.api/echo-api-cert.pem",
            "https://s3.amazonaws.com./echo.api/echo-api-cert.pem",
            "https://echo.api.s3.amazonaws.com/echo.api/echo-api-cert.pem",
            "https://s3.eu-west-1.amazonaws.com/echo.api/echo-api-cert.pem",
            "https://127.0.0.1/echo.api/echo-api-cert.pem",
            "https://[::1]/echo.api/echo-api-cert.pem",
            "https://s3.amazonaws%2Ecom/echo.api/echo-api-cert.pem",
            "https://s3.amazonaws.com:563/echo.api/echo-api-cert.pem",
            "https://s3.amazonaws.com:80/echo.api/echo-api-cert.pem",
            "https://s3.amazonaws.com:0/echo.api/echo-api-cert.pem",
            "https://s3.amazonaws.com:4433/echo.api/echo-api-cert.pem",
            "https://s3.amazonaws.com:-443/echo.api/echo-api-cert.pem",
            "https://s3.amazonaws.com:99999999/echo.api/echo-api-cert.pem",
            "https://s3.amazonaws.com:port/echo.api/echo-api-cert.pem",
            "https://user@s3.amazonaws.com/echo.api/echo-api-cert.pem",
            "https://user:word@s3.amazonaws.com/echo.api/echo-api-cert.pem",
            "https://s3.amazonaws.com@evil.example/echo.api/echo-api-cert.pem",
            "https://s3.amazonaws.com:443@evil.example/echo.api/echo-api-cert.pem",
            "https://evil.example#@s3.amazonaws.com/echo.api/echo-api-cert.pem",
            "https://evil.example\\@s3.amazonaws.com/echo.api/echo-api-cert.pem",
            "https://s3.amazonaws.com/EcHo.aPi/echo-api-cert.pem",
            "https://s3.amazonaws.com/invalid.path/echo-api-cert.pem",
            "https://s3.amazonaws.com/echo.apix/echo-api-cert.pem",
            "https://s3.amazonaws.com/echoxapi/echo-api-cert.pem",
            "https://s3.amazonaws.com//echo.api/echo-api-cert.pem",
            "https://s3.amazonaws.com/echo.api/",
            "https://s3.amazonaws.com/echo.api",
            "https://s3.amazonaws.com/",
            "https://s3.amazonaws.com",
            "https://s3.amazonaws.com/echo.api/../evil/cert.pem",
            "https://s3.amazonaws.com/echo.api/%2e%2e/evil/cert.pem",
            "https://s3.amazonaws.com/echo.api/.%2E/evil/cert.pem",
            "https://s3.amazonaws.com/echo.api%2f..%2fevil/cert.pem",
            "https://s3.amazonaws.com/echo.api/..%2fevil/cert.pem",
            "https://s3.amazonaws.com/echo.api/%252e%252e/evil/cert.pem",
            "https://s3.amazonaws.com/echo.api/echo-api-cert%252epem",
            "https://s3.amazonaws.com/echo.api/%25%32%65./evil/cert.pem",
            "https://s3.amazonaws.com/echo.api/..\\evil/cert.pem",
            "https://s3.amazonaws.com/echo.api/%5c..%5cevil/cert.pem",
            "https://s3.amazonaws.com/evil/echo.api/cert.pem",
            "https://s3.amazonaws.com/echo.api/cert.pem?versionId=1",
            "https://s3.amazonaws.com/echo.api/cert.pem?",
            "https://s3.amazonaws.com/echo.api/cert.pem%3FversionId=1",
            "https://s3.amazonaws.com/echo.api/cert.pem#top",
            "https://s3.amazonaws.com/echo.api/cert.pem%23top",
            "https://s3.amazonaws.com?/echo.api/cert.pem",
            "https://s3.amazonaws.com/echo.api/cert.pem%00.txt",
            "https://s3.amazonaws.com/echo.api/cert\x00.pem",
            "https://s3.amazonaws.com/echo.api/cert.pem\n",
            "https://s3.amazonaws.com/echo.api/cert.pem\r\nX: y",
            "https://s3.amazonaws.com/echo.api/cert.pem%0d%0aX:%20y",
            "https://s3.ama\tzonaws.com/echo.api/cert.pem",
            " https://s3.amazonaws.com/echo.api/cert.pem",
            "https://s3.amazonaws.com/echo.api/cert.pem ",
            "https://s3.amazonaws.com/echo.api/two words.pem",
            "https://s3.amazonaws.com/echo.api/c\u00e9rt.pem",
            "https://s3.amazonaws.com/echo.api/c%C3%A9rt.pem",
            "https://s3.amazonaws.com/echo.api/%c0%ae%c0%ae/evil/cert.pem",
            "https://s3.amazonaws.com/echo.api/cert%zz.pem",
            "https://s3.amazonaws.com/echo.api/\udc80.pem",
            "http\u017f://s3.amazonaws.com/echo.api/cert.pem",
            "https://\u017f3.amazonaws.com/echo.api/cert.pem",
            "https://s3\u3002amazonaws.com/echo.api/cert.pem",
        ],
    )
    def test_refused_and_never_fetched(self, url: str) -> None:
        assert reason(lambda: check(url=url, fetch=never)) == "chain_url"


class TestHeaders:
    def refusal(self, **headers: str) -> str:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return reason(lambda: check(encoded(), headers=given, fetch=never))

    def test_absent(self) -> None:
        signature = amazon().sign(encoded())
        assert self.refusal() == "header"
        assert self.refusal(SignatureCertChainUrl=URL) == "header"
        assert self.refusal(Signature_256=signature) == "header"
        assert self.refusal(SignatureCertChainUrl=URL, Signature=signature) == "header"

    @pytest.mark.parametrize("value", ["", f"{URL},{URL}", f"{URL}, {URL}", URL + "x" * 2048])
    def test_url_header(self, value: str) -> None:
        assert self.refusal(SignatureCertChainUrl=value, Signature_256="AAAA") == "header"

    @pytest.mark.parametrize("value", ["", "AAAA,AAAA", "AAAA, AAAA", "A" * 2052])
    def test_signature_header(self, value: str) -> None:
        assert self.refusal(SignatureCertChainUrl=URL, Signature_256=value) == "header"

    def test_twice_in_different_case(self) -> None:
        signature = amazon().sign(encoded())
        assert (
            self.refusal(SignatureCertChainUrl=URL, Signature_256=signature, signature_256=signature)
            == "header"
        )
        assert (
            self.refusal(SignatureCertChainUrl=URL, signaturecertchainurl=URL, Signature_256=signature)
            == "header"
        )


class TestSignature:
    @pytest.mark.parametrize(
        "spoil",
        [
            pytest.param(lambda good: "*" + good[1:], id="foreign character"),
            pytest.param(lambda good: good[:-1], id="cut padding"),
            pytest.param(lambda good: good + "=", id="too much padding"),
            pytest.param(lambda good: good + " ", id="space after"),
            pytest.param(lambda good: good[:76] + "\n" + good[76:], id="broken line"),
            pytest.param(lambda good: good[:-3] + "/==", id="stray bits before the padding"),
            pytest.param(lambda good: "_-" + good[2:], id="alphabet for addresses"),
            pytest.param(lambda good: "é" + good[1:], id="not ASCII"),
            pytest.param(lambda good: "\udc80" + good[1:], id="lone surrogate"),
            pytest.param(lambda _: "=", id="padding only"),
            pytest.param(lambda _: "A", id="one character"),
        ],
    )
    def test_malformed_base64_is_refused_before_anything_is_fetched(
        self, spoil: Callable[[str], str]
    ) -> None:
        headers = {"SignatureCertChainUrl": URL, "Signature-256": spoil(amazon().sign(encoded()))}
        assert reason(lambda: check(headers=headers, fetch=never)) == "signature"

    @pytest.mark.parametrize(
        "signature",
        [
            pytest.param(lambda _: "AAAA", id="three bytes"),
            pytest.param(lambda _: base64.b64encode(bytes(256)).decode(), id="zeros"),
            pytest.param(lambda _: base64.b64encode(b"\xff" * 256).decode(), id="above the modulus"),
            pytest.param(lambda body: amazon().sign(body + b" "), id="of a longer body"),
            pytest.param(lambda _: amazon().sign(b""), id="of nothing"),
            pytest.param(lambda body: amazon().sign(body, algorithm=SHA1()), id="SHA-1"),
            pytest.param(lambda body: amazon().sign(body, algorithm=SHA512()), id="SHA-512"),
            pytest.param(lambda body: amazon(key=pki.rsa_key("thief")).sign(body), id="another key"),
            pytest.param(lambda body: amazon(key=pki.ec_key("thief")).sign(body), id="elliptic curve"),
        ],
    )
    def test_wrong(self, signature: Callable[[bytes], str]) -> None:
        headers = {"SignatureCertChainUrl": URL, "Signature-256": signature(encoded())}
        assert reason(lambda: check(headers=headers)) == "signature"

    @pytest.mark.parametrize(
        "change",
        [
            lambda body: body + b" ",
            lambda body: body.replace(b"en-US", b"en-GB"),
            lambda body: json.dumps(json.loads(body), separators=(",", ":")).encode(),
            lambda _: b"",
        ],
    )
    def test_body_changed_on_the_way(self, change: Callable[[bytes], bytes]) -> None:
        headers = {"SignatureCertChainUrl": URL, "Signature-256": amazon().sign(encoded())}
        assert reason(lambda: check(change(encoded()), headers=headers)) == "signature"

    @pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 100_000])
    def test_comes_before_the_body_is_read(self, body: bytes) -> None:
        headers = {"SignatureCertChainUrl": URL, "Signature-256": amazon().sign(encoded())}
        assert reason(lambda: check(body, headers=headers)) == "signature"


class TestCertificates:
    @pytest.mark.parametrize(
        "signer",
        [
            pytest.param(amazon(until=NOW - SECOND), id="expired"),
            pytest.param(amazon(since=NOW + SECOND), id="not yet valid"),
            pytest.param(amazon(names=()), id="no alternative name, common name right"),
            pytest.param(amazon(names=("echo-api.amazon.org",)), id="wrong name"),
            pytest.param(amazon(names=("*.amazon.com",)), id="wildcard"),
            pytest.param(amazon(names=("x.echo-api.amazon.com",)), id="name below"),
            pytest.param(amazon(names=("amazon.com",)), id="name above"),
            pytest.param(amazon(names=(), addresses=("127.0.0.1",)), id="address only"),
            pytest.param(amazon(key=pki.rsa_key("small", bits=1024)), id="1024 bits"),
            pytest.param(amazon(key=pki.ec_key("leaf")), id="elliptic curve"),
            pytest.param(amazon(purpose=ExtendedKeyUsageOID.CLIENT_AUTH), id="for clients"),
            pytest.param(amazon(purpose=ExtendedKeyUsageOID.CODE_SIGNING), id="for code"),
            pytest.param(amazon(key_identified=False), id="issuer's key not identified"),
            pytest.param(pki.signer(pki.authority("Stranger")), id="unknown root"),
            pytest.param(pki.signer(pki.authority("Test Root", key=pki.ec_key("x"))), id="root's namesake"),
            pytest.param(
                pki.signer(pki.authority("Old", signed_by=ROOT, until=NOW - SECOND), ROOT),
                id="expired intermediate",
            ),
            pytest.param(
                pki.signer(pki.authority("No CA", signed_by=ROOT, is_authority=False), ROOT),
                id="intermediate that may not sign",
            ),
            pytest.param(
                pki.signer(pki.authority("Small", signed_by=ROOT, key=pki.rsa_key("small", bits=1024)), ROOT),
                id="intermediate of 1024 bits",
            ),
        ],
    )
    def test_refused_though_they_sign_well(self, signer: pki.Signer) -> None:
        assert reason(lambda: check(signed_by=signer)) == "chain"

    @pytest.mark.parametrize(
        "pem",
        [
            pytest.param(b"", id="empty"),
            pytest.param(b"<Error><Code>AccessDenied</Code></Error>", id="no PEM"),
            pytest.param(amazon().key_pem, id="a key"),
            pytest.param(amazon().chain[:600], id="cut"),
            pytest.param(amazon().chain.replace(b"A", b"B"), id="spoilt"),
            pytest.param(pki.pem_of(amazon().leaf), id="no intermediate"),
            pytest.param(pki.pem_of(INTERMEDIATE.certificate, amazon().leaf), id="leaf last"),
            pytest.param(pki.pem_of(ROOT.certificate), id="the root alone"),
            pytest.param(amazon().chain + pki.pem_of(*[ROOT.certificate] * 9), id="eleven certificates"),
            pytest.param(amazon().chain.ljust(PEM_BYTES + 1), id="too large"),
            pytest.param(
                b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", id="no certificate in it"
            ),
        ],
    )
    def test_refused_files(self, pem: bytes) -> None:
        assert reason(lambda: check(fetch=serving(pem))) == "chain"

    @pytest.mark.parametrize(
        "error", [OSError, HTTPException, ssl.SSLError, ValueError, KeyError, TimeoutError]
    )
    def test_fetching_fails(self, error: type[Exception]) -> None:
        def fetch(url: str) -> bytes:
            raise error("no")

        assert reason(lambda: check(fetch=fetch)) == "chain_fetch"

    def test_real_roots_do_not_trust_ours(self) -> None:
        chain_of = certificate_chains(fetch=serving(amazon().chain), roots=default_roots())
        assert reason(lambda: check(chain_of=chain_of)) == "chain"

    def test_default_roots_hold_amazons(self) -> None:
        names = {
            name.value
            for root in default_roots()
            for name in root.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        }
        assert {"Amazon Root CA 1", "Starfield Services Root Certificate Authority - G2"} <= names

    def test_no_roots_is_a_fault_of_ours(self) -> None:
        with pytest.raises(ValueError, match="store"):
            certificate_chains(fetch=never, roots=[])


class TestBody:
    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"null",
            b"[]",
            b"1",
            b'"text"',
            b"{",
            b"{}}",
            b"{'a': 1}",
            b"\xff\xfe{}",
            b"\xef\xbb\xbf" + encoded(),
            encoded().decode().encode("utf-16"),
            encoded()[:-1],
            encoded() + encoded(),
            encoded().replace(b"en-US", b"en\xff"),
            encoded().replace(b"en-US", b"en\nUS"),
            encoded().replace(b'"1.0"', b"9" * 5000),
            encoded(request=None),
            encoded(request="LaunchRequest"),
            encoded(request=[]),
            at(NOW, kind=None),
            at(NOW, kind=["LaunchRequest"]),
        ],
    )
    def test_not_a_request(self, body: bytes) -> None:
        assert reason(lambda: check(body)) == "json"

    @pytest.mark.parametrize(
        "body",
        [
            nested(MAX_DEPTH + 1),
            b"[" * 100_000,
            b'{"a":' * 40_000,
            b"[{" * 33,
            b'["' + b'\\"' * 1000 + b'",' + b"[" * 64,
        ],
    )
    def test_too_deep(self, body: bytes) -> None:
        assert reason(lambda: check(body)) == "depth"

    def test_too_large_is_refused_before_anything_is_fetched(self) -> None:
        assert reason(lambda: check(encoded().ljust(BODY_BYTES + 1), fetch=never)) == "body_size"

    def test_hostile_quotes_are_scanned_in_no_time(self) -> None:
        started = time.monotonic()
        assert reason(lambda: check(b'"' + b'\\"' * 130_000)) == "json"
        assert time.monotonic() - started < 1


class TestTimestamp:
    @pytest.mark.parametrize(
        "body",
        [
            pytest.param(at(NOW - 151 * SECOND), id="151 seconds old"),
            pytest.param(at(NOW + 151 * SECOND), id="151 seconds early"),
            pytest.param(at(NOW - timedelta(seconds=150, microseconds=1)), id="a microsecond too old"),
            pytest.param(at(NOW - 365 * DAY), id="a year old"),
            pytest.param(at("2026-11-21T12:00:00+05:30"), id="right digits, wrong zone"),
            pytest.param(
                at(NOW - timedelta(hours=1, seconds=1), kind="AlexaSkillEvent.SkillEnabled"), id="late event"
            ),
            pytest.param(
                at(NOW + timedelta(hours=1, seconds=1), kind="AlexaSkillEvent.SkillEnabled"), id="early event"
            ),
            pytest.param(at(NOW - timedelta(minutes=30), kind="AlexaSkillEventually"), id="not an event"),
            pytest.param(at(NOW - timedelta(minutes=30), kind="alexaskillevent.X"), id="not an event either"),
            pytest.param(at("2026-11-21T12:00:00"), id="no zone"),
            pytest.param(at("2026-11-21"), id="no time"),
            pytest.param(at("12:00:00Z"), id="no date"),
            pytest.param(at("now"), id="a word"),
            pytest.param(at("2026-11-21T12:00:00Z\0"), id="NUL after it"),
            pytest.param(at("2026-11-21 12:00:00Z"), id="space for the T"),
            pytest.param(at("20261121T120000Z"), id="no hyphens"),
            pytest.param(at("2026-W47-6T12:00:00Z"), id="week"),
            pytest.param(at(""), id="empty"),
            pytest.param(at("2026-13-45T99:99:99Z"), id="no such day"),
            pytest.param(at("Sat, 21 Nov 2026 12:00:00 GMT"), id="mail date"),
            pytest.param(at("0001-01-01T00:00:00+23:59"), id="first day"),
            pytest.param(at("9999-12-31T23:59:59-23:59"), id="last day"),
            pytest.param(at(1795262400), id="seconds"),
            pytest.param(at(1795262400000), id="milliseconds"),
            pytest.param(at(None), id="null"),
            pytest.param(at(["2026-11-21T12:00:00Z"]), id="list"),
            pytest.param(at({}), id="object"),
            pytest.param(at(True), id="true"),
            pytest.param(encoded(request={"type": "LaunchRequest"}), id="absent"),
        ],
    )
    def test_refused(self, body: bytes) -> None:
        assert reason(lambda: check(body)) == "timestamp"

    def test_a_request_sent_again_later(self) -> None:
        check(now=NOW + 150 * SECOND)
        assert reason(lambda: check(now=NOW + 151 * SECOND)) == "timestamp"


class TestApplication:
    @pytest.mark.parametrize(
        "body",
        [
            pytest.param(for_skill(OTHER_SKILL, OTHER_SKILL), id="another skill"),
            pytest.param(for_skill(OTHER_SKILL, SKILL), id="another in the context"),
            pytest.param(for_skill(SKILL, OTHER_SKILL), id="another in the session"),
            pytest.param(for_skill(SKILL, SECOND_SKILL), id="two of ours"),
            pytest.param(for_skill(OTHER_SKILL, None), id="another, no session"),
            pytest.param(for_skill(None, OTHER_SKILL), id="another, no context"),
            pytest.param(for_skill(None, None), id="none at all"),
            pytest.param(for_skill(SKILL.upper(), SKILL.upper()), id="upper case"),
            pytest.param(for_skill(SKILL + " ", SKILL + " "), id="space after"),
            pytest.param(for_skill(SKILL, {"a": SKILL}), id="object in the session"),
            pytest.param(for_skill([SKILL], None), id="list"),
            pytest.param(for_skill(1, 1), id="number"),
            pytest.param(encoded(session={}), id="session of none"),
            pytest.param(encoded(session="session"), id="session is a word"),
            pytest.param(encoded(session=[]), id="session is a list"),
            pytest.param(encoded(session={"application": SKILL}), id="application is a word"),
            pytest.param(encoded(context={"System": {"application": {}}}), id="context of none"),
            pytest.param(encoded(context=[], session=None), id="context is a list"),
        ],
    )
    def test_refused(self, body: bytes) -> None:
        assert reason(lambda: check(body)) == "application"

    def test_a_shop_without_skills_answers_nobody(self) -> None:
        body, signer = encoded(), amazon()
        headers = {"SignatureCertChainUrl": URL, "Signature-256": signer.sign(body)}
        chain_of = chains(serving(signer.chain))
        refused = reason(
            lambda: verify(body, headers=headers, now=NOW, skill_ids=frozenset(), chain_of=chain_of)
        )
        assert refused == "application"


class TestCache:
    def test_one_fetch_for_every_spelling_within_the_hour(self) -> None:
        source = Source(amazon())
        chain_of = chains(source)
        check(chain_of=chain_of)
        check(chain_of=chain_of, url="https://S3.amazonaws.com:443/echo.api/x/../echo-api-cert-12.pem")
        check(at(NOW + 59 * 60 * SECOND), chain_of=chain_of, now=NOW + 59 * 60 * SECOND)
        assert source.fetched == [URL]

    def test_fetched_again_after_an_hour(self) -> None:
        source = Source(amazon())
        chain_of = chains(source)
        chain_of(URL, NOW)
        chain_of(URL, NOW + timedelta(hours=1))
        assert source.fetched == [URL, URL]

    @pytest.mark.parametrize(
        "signer",
        [
            amazon(until=NOW + timedelta(minutes=5)),
            pki.signer(pki.authority("Brief", signed_by=ROOT, until=NOW + timedelta(minutes=5)), ROOT),
        ],
        ids=["leaf", "intermediate"],
    )
    def test_never_outlives_its_certificates(self, signer: pki.Signer) -> None:
        source = Source(signer)
        chain_of = chains(source)
        chain_of(URL, NOW)
        assert reason(lambda: chain_of(URL, NOW + timedelta(minutes=6))) == "chain"
        assert len(source.fetched) == 2

    def test_a_clock_set_back_does_not_revive_what_is_not_valid_yet(self) -> None:
        source = Source(amazon(since=NOW - SECOND))
        chain_of = chains(source)
        chain_of(URL, NOW)
        assert reason(lambda: chain_of(URL, NOW - DAY)) == "chain"

    def test_failures_are_not_remembered(self) -> None:
        source = Source(amazon())
        chain_of = chains(source)
        source.error = OSError("unreachable")
        assert reason(lambda: chain_of(URL, NOW)) == "chain_fetch"
        source.error = None
        source.signer = amazon(until=NOW - SECOND)
        assert reason(lambda: chain_of(URL, NOW)) == "chain"
        source.signer = amazon()
        check(chain_of=chain_of)
        assert len(source.fetched) == 3

    def test_a_renewed_chain_replaces_the_old_one(self) -> None:
        source = Source(amazon())
        chain_of = chains(source)
        chain_of(URL, NOW)
        later = NOW + timedelta(hours=1)
        source.signer = amazon(key=pki.rsa_key("renewed"))
        check(at(later), chain_of=chain_of, now=later, signed_by=source.signer)
        assert reason(lambda: check(at(later), chain_of=chain_of, now=later)) == "signature"

    def test_the_oldest_goes_when_it_is_full(self) -> None:
        source = Source(amazon())
        chain_of = chains(source, limit=2)
        for name in ("a", "b", "a", "c", "c", "b", "a"):
            chain_of(f"https://s3.amazonaws.com/echo.api/{name}", NOW)
        assert [url[-1] for url in source.fetched] == ["a", "b", "c", "a"]

    def test_a_slow_fetch_holds_up_nobody_else(self) -> None:
        signer, entered, released = amazon(), threading.Event(), threading.Event()

        def fetch(url: str) -> bytes:
            if url.endswith("slow"):
                entered.set()
                released.wait(5)
            return signer.chain

        chain_of = chains(fetch)
        slow = threading.Thread(target=chain_of, args=("https://s3.amazonaws.com/echo.api/slow", NOW))
        slow.start()
        assert entered.wait(5)
        check(chain_of=chain_of)
        assert slow.is_alive()
        released.set()
        slow.join()

    def test_many_threads(self) -> None:
        source, passed = Source(amazon()), []
        chain_of = chains(source, limit=2)

        def work(number: int) -> None:
            for step in range(20):
                check(chain_of=chain_of, url=f"{URL}.{(number + step) % 4}")
            passed.append(number)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(passed) == list(range(8))


@pytest.fixture(scope="module")
def s3() -> Iterator[pki.Server]:
    identity = pki.signer(
        WEB_ROOT,
        names=(),
        addresses=("127.0.0.1",),
        since=datetime.now(UTC) - DAY,
        until=datetime.now(UTC) + DAY,
    )
    full = b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n"
    answers = {
        PATH: pki.content(amazon().chain),
        "/echo.api/largest": pki.content(bytes(PEM_BYTES)),
        "/echo.api/too-large": pki.content(bytes(PEM_BYTES + 1)),
        "/echo.api/endless": pki.endless(),
        "/echo.api/hanging": pki.hanging(),
        "/echo.api/drips-head": pki.dripping(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        "/echo.api/drips-line": pki.dripping(b"HTTP/1.1 ", b"0"),
        "/echo.api/drips-continue": pki.dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        "/echo.api/drips-body": pki.dripping(full, b"x"),
        "/echo.api/not-http": pki.dripping(b"220 mail.example ESMTP\r\n", b""),
        "/echo.api/moved": pki.content(b"", status=302, Location=PATH),
        "/echo.api/moved-for-good": pki.content(b"", status=301, Location=URL),
        "/echo.api/kept": pki.content(b"", status=307, Location=PATH),
        "/echo.api/partial": pki.content(amazon().chain, status=206),
        "/echo.api/denied": pki.content(amazon().chain, status=403),
        "/echo.api/broken": pki.content(amazon().chain, status=500),
        "/echo.api/expired": pki.content(amazon(until=NOW - SECOND).chain),
    }
    with pki.https_server(identity, answers) as server:
        yield server


def through(server: pki.Server, *, seconds: float = 2.0) -> Callable[[str], bytes]:
    """The real fetcher, led to `server` instead of S3."""

    def fetch(url: str) -> bytes:
        here = server.url + url.removeprefix("https://s3.amazonaws.com")
        return fetch_https(here, context=trusting(WEB_ROOT), seconds=seconds)

    return fetch


class TestOverHttps:
    """The chain really travels: a server on this machine plays S3."""

    def test_good_request(self, s3: pki.Server) -> None:
        s3.paths.clear()
        chain_of = chains(through(s3))
        check(chain_of=chain_of)
        check(
            chain_of=chain_of,
            url="https://S3.amazonaws.com:443/echo.api/%2e%2e/echo.api/echo-api-cert-12.pem",
        )
        assert s3.paths == [PATH]

    def test_largest_file(self, s3: pki.Server) -> None:
        assert through(s3)("https://s3.amazonaws.com/echo.api/largest") == bytes(PEM_BYTES)

    @pytest.mark.parametrize(
        "name",
        [
            "too-large", "endless", "hanging", "drips-head", "drips-line", "drips-continue", "drips-body",
            "not-http", "moved", "moved-for-good", "kept", "partial", "denied", "broken", "absent",
        ],
    )  # fmt: skip
    def test_refused_in_time(self, name: str, s3: pki.Server) -> None:
        s3.paths.clear()
        started = time.monotonic()
        url = f"https://s3.amazonaws.com/echo.api/{name}"
        assert reason(lambda: check(url=url, fetch=through(s3, seconds=0.2))) == "chain_fetch"
        assert time.monotonic() - started < 1
        assert s3.paths == [f"/echo.api/{name}"]

    def test_a_second_and_a_half_unless_told_otherwise(self, s3: pki.Server) -> None:
        started = time.monotonic()
        with pytest.raises(TimeoutError):
            fetch_https(f"{s3.url}/echo.api/drips-body", context=trusting(WEB_ROOT))
        assert 1.4 < time.monotonic() - started < 2

    def test_served_well_but_expired(self, s3: pki.Server) -> None:
        expired = "https://s3.amazonaws.com/echo.api/expired"
        assert reason(lambda: check(url=expired, fetch=through(s3))) == "chain"

    def test_a_server_nobody_vouches_for(self, s3: pki.Server) -> None:
        with pytest.raises(ssl.SSLCertVerificationError):
            fetch_https(s3.url + PATH)
        with pytest.raises(ssl.SSLCertVerificationError):
            fetch_https(s3.url + PATH, context=trusting(pki.authority("Stranger")))

    def test_a_server_of_another_name(self, s3: pki.Server) -> None:
        with pytest.raises(ssl.SSLCertVerificationError, match="localhost"):
            fetch_https(s3.url.replace("127.0.0.1", "localhost") + PATH, context=trusting(WEB_ROOT))

    def test_a_server_that_never_shakes_hands(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            started = time.monotonic()
            with pytest.raises(TimeoutError):
                fetch_https(f"https://127.0.0.1:{silent.getsockname()[1]}{PATH}", seconds=0.2)
            assert time.monotonic() - started < 1

    def test_nobody_listens(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as closed:
            port = closed.getsockname()[1]
        with pytest.raises(ConnectionRefusedError):
            fetch_https(f"https://127.0.0.1:{port}{PATH}")

    def test_a_resolver_that_hangs(self, monkeypatch: pytest.MonkeyPatch) -> None:
        released = threading.Event()

        def resolve(*args: object, **options: object) -> list[Any]:
            released.wait(5)
            raise socket.gaierror("no such host")

        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        started = time.monotonic()
        with pytest.raises(TimeoutError):
            fetch_https(URL, seconds=0.2)
        assert time.monotonic() - started < 1
        released.set()

    def test_proxies_are_ignored(self, s3: pki.Server, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")
        check(fetch=through(s3))


class TestWhateverComes:
    @settings(max_examples=500)
    @given(
        st.lists(
            st.sampled_from(
                [
                    *(
                        "https://",
                        "HTTPS://",
                        "http://",
                        "s3.amazonaws.com",
                        "S3.AmazonAWS.com",
                        "evil.example",
                    ),
                    *(
                        ":443",
                        ":80",
                        "@",
                        "/",
                        "//",
                        "echo.api",
                        "Echo.api",
                        "..",
                        ".",
                        "%2e",
                        "%2E%2e",
                        "%2f",
                    ),
                    *("%25", "%", "\\", "?", "#", ";", "cert.pem", " ", "\n", "\0", "é"),
                ]
            ),
            max_size=14,
        )
        .map("".join)
        .flatmap(lambda text: st.sampled_from([text, "https://s3.amazonaws.com/" + text]))
    )
    def test_an_address_lies_where_it_has_to_or_is_refused(self, text: str) -> None:
        try:
            url = chain_url(text)
        except Refused as refused:
            url = refused.reason
        else:
            assert chain_url(url) == url
        scheme, _, rest = url.partition("://s3.amazonaws.com/echo.api/")
        parts = rest.split("/")
        assert url == "chain_url" or (scheme == "https" and rest.replace("/", "").replace(".", "").isalnum())
        assert not {"..", "."} & set(parts)
        assert url == "chain_url" or "" not in parts

    @settings(deadline=None, max_examples=100)
    @given(
        body=st.binary(max_size=200),
        headers=st.dictionaries(
            st.sampled_from(["SignatureCertChainUrl", "Signature-256", "signature-256"]) | st.text(),
            st.text() | st.just(URL) | st.from_regex(r"https://s3\.amazonaws\.com.*") | st.just("AAAA"),
        ),
        pem=st.binary(max_size=200) | st.just(amazon().chain),
    )
    def test_unsigned_requests_are_refused(self, body: bytes, headers: dict[str, str], pem: bytes) -> None:
        reason(lambda: check(body, headers=headers, fetch=serving(pem)))

    @settings(deadline=None, max_examples=100)
    @given(
        body=st.binary()
        | st.text().map(str.encode)
        | st.builds(encoded, request=NONSENSE, context=NONSENSE, session=NONSENSE)
        | st.builds(encoded, context=NONSENSE.filter(lambda part: part is not None))
    )
    def test_signed_nonsense_is_refused(self, body: bytes) -> None:
        # The untouched session alone would do where the context names no application.
        body = body.replace(SKILL.encode(), OTHER_SKILL.encode())
        reason(lambda: check(body))

    @settings(deadline=None, max_examples=100)
    @given(place=st.integers(0, len(LEAF) - 1), bits=st.integers(1, 255))
    def test_a_spoilt_certificate_is_refused(self, place: int, bits: int) -> None:
        der = bytearray(LEAF)
        der[place] ^= bits
        lines = base64.encodebytes(bytes(der))
        pem = b"-----BEGIN CERTIFICATE-----\n" + lines + b"-----END CERTIFICATE-----\n"
        pem += pki.pem_of(INTERMEDIATE.certificate)
        assert reason(lambda: check(fetch=serving(pem))) == "chain"

    @pytest.mark.parametrize(
        "body",
        [
            b'{"secret": "marker-4711"',
            b'{"secret": "marker-4711\xff"}',
            at("marker-4711"),
            for_skill("marker-4711", None),
        ],
    )
    def test_refusals_quote_nothing_of_the_request(self, body: bytes) -> None:
        with pytest.raises(Refused) as refused:
            check(body)
        shown = "".join(traceback.format_exception(refused.value))
        assert "marker-4711" not in shown
        assert shown.count("Traceback") == 1, "the exception behind it carries the body"


def trusting(root: pki.Authority) -> ssl.SSLContext:
    """A client's context that trusts this authority alone."""
    return ssl.create_default_context(cadata=pki.pem_of(root.certificate).decode())


class Source:
    """Where chains are fetched from: notes every fetch, then serves its signer's chain or raises."""

    def __init__(self, signer: pki.Signer) -> None:
        self.signer = signer
        self.error: Exception | None = None
        self.fetched: list[str] = []

    def __call__(self, url: str) -> bytes:
        self.fetched.append(url)
        if self.error is not None:
            raise self.error
        return self.signer.chain
