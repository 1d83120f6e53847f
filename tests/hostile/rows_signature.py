"""Requests whose headers or signature are wrong, or whose body is not what was signed."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from hashlib import sha256

from cryptography.hazmat.primitives.hashes import SHA1, SHA384, SHA512

from tests.hostile.amazon import NAME, address
from tests.hostile.row import Row
from tests.hostile.shop import Shop, add
from tests.hostile.wire import Post

Spoil = Callable[[str], str]
_URL, _SIGNATURE = "SignatureCertChainUrl", "Signature-256"

# What becomes of a good signature on its way.
SPOILT: dict[str, Spoil] = {
    "with a foreign character": lambda good: "*" + good[1:],
    "with its padding cut": lambda good: good.rstrip("="),
    "with too much padding": lambda good: good + "=",
    "with a space in it": lambda good: good[:76] + " " + good[76:],
    "with a tab in it": lambda good: good[:76] + "\t" + good[76:],
    "with stray bits before the padding": lambda good: good[:-3] + "/==",
    "in the alphabet for addresses": lambda good: "_-" + good[2:],
    "not in ASCII": lambda good: "é" + good[1:],
    "of padding only": lambda _: "=",
    "of one character": lambda _: "A",
    "in quotes": lambda good: f'"{good}"',
    "in hexadecimal": lambda good: base64.b64decode(good).hex(),
    "percent-encoded": lambda good: good.replace("=", "%3D") + "%20",
    "with a parameter": lambda good: good + ";v=1",
}
# Good base64 of something else.
WRONG: dict[str, Callable[[Shop, bytes], str]] = {
    "of three bytes": lambda _s, _b: "AAAA",
    "of zeros": lambda _s, _b: base64.b64encode(bytes(256)).decode(),
    "of one": lambda _s, _b: base64.b64encode(bytes(255) + b"\1").decode(),
    "above the modulus": lambda _s, _b: base64.b64encode(b"\xff" * 256).decode(),
    "of nothing": lambda shop, _b: shop.amazon.sign(b""),
    "of a longer body": lambda shop, body: shop.amazon.sign(body + b" "),
    "of a shorter body": lambda shop, body: shop.amazon.sign(body[:-1]),
    "by SHA-1": lambda shop, body: shop.amazon.signers[NAME].sign(body, algorithm=SHA1()),
    "by SHA-384": lambda shop, body: shop.amazon.signers[NAME].sign(body, algorithm=SHA384()),
    "by SHA-512": lambda shop, body: shop.amazon.signers[NAME].sign(body, algorithm=SHA512()),
    "by another key": lambda shop, body: shop.amazon.sign(body, by="under-a-leaf"),
    "by an elliptic curve": lambda shop, body: shop.amazon.sign(body, by="elliptic"),
    "of a digest": lambda shop, body: shop.amazon.sign(sha256(body).digest()),
    "one byte short": lambda shop, body: _bytes(shop.amazon.sign(body), slice(0, -1)),
    "with a byte before": lambda shop, body: base64.b64encode(
        b"\0" + base64.b64decode(shop.amazon.sign(body))
    ).decode(),
    "backwards": lambda shop, body: _bytes(shop.amazon.sign(body), slice(None, None, -1)),
}
# What becomes of the body after it was signed.
ALTERED: dict[str, Callable[[bytes], bytes]] = {
    "a space after it": lambda body: body + b" ",
    "a line end after it": lambda body: body + b"\r\n",
    "a NUL after it": lambda body: body + b"\0",
    "a space before it": lambda body: b" " + body,
    "its last byte gone": lambda body: body[:-1],
    "one bit turned": lambda body: body[:100] + bytes([body[100] ^ 1]) + body[101:],
    "another user": lambda body: body.replace(b"amzn1.ask.account.TEST", b"amzn1.ask.account.EVIL"),
    "another quantity": lambda body: body.replace(b'"value": "2"', b'"value": "9"').replace(b'"2"', b'"9"'),
    "written more tightly": lambda body: json.dumps(json.loads(body), separators=(",", ":")).encode(),
    "twice": lambda body: body + body,
    "gone": lambda _: b"",
    "no JSON any more": lambda _: b"{",
    "nested deeply": lambda _: b"[" * 100_000,
}


def _bytes(signature: str, part: slice) -> str:
    return base64.b64encode(base64.b64decode(signature)[part]).decode()


def _spoilt(spoil: Spoil) -> Callable[[Shop], Post]:
    def post(shop: Shop) -> Post:
        body = add()
        return shop.post(body, signature=spoil(shop.amazon.sign(body)))

    return post


def _wrong(sign: Callable[[Shop, bytes], str]) -> Callable[[Shop], Post]:
    def post(shop: Shop) -> Post:
        body = add()
        return shop.post(body, signature=sign(shop, body))

    return post


def _altered(change: Callable[[bytes], bytes]) -> Callable[[Shop], Post]:
    def post(shop: Shop) -> Post:
        body = add()
        changed = change(body)
        assert changed != body
        return shop.post(changed, of=body)

    return post


def _headers(
    *without: str, more: Callable[[Shop, bytes], tuple[tuple[str, str], ...]] = lambda _s, _b: ()
) -> Callable[[Shop], Post]:
    def post(shop: Shop) -> Post:
        body = add()
        return shop.post(body, without=without, more=more(shop, body))

    return post


def _again(shop: Shop, body: bytes) -> tuple[str, str]:
    return (_SIGNATURE, shop.amazon.sign(body))


_OTHER = "https://evil.example/echo.api/cert.pem"
HEADERS = (
    Row("no signature at all", "header", _headers(_URL, _SIGNATURE)),
    Row("no address of a chain", "header", _headers(_URL)),
    Row("no signature", "header", _headers(_SIGNATURE)),
    Row(
        "only a signature of the old kind",
        "header",
        _headers(
            _SIGNATURE,
            more=lambda shop, body: (("Signature", shop.amazon.signers[NAME].sign(body, algorithm=SHA1())),),
        ),
    ),
    Row(
        "a signature under the old name",
        "header",
        _headers(_SIGNATURE, more=lambda shop, body: (("Signature", shop.amazon.sign(body)),)),
    ),
    Row(
        "a signature under a name with an underscore",
        "header",
        _headers(_SIGNATURE, more=lambda shop, body: (("Signature_256", shop.amazon.sign(body)),)),
    ),
    Row(
        "a signature under a name with a space",
        "",
        _headers(_SIGNATURE, more=lambda shop, body: (("Signature-256 ", shop.amazon.sign(body)),)),
    ),
    Row("an empty signature", "header", lambda shop: shop.post(signature="")),
    Row("a blank signature", "header", lambda shop: shop.post(signature="   ")),
    Row("an empty address", "header", lambda shop: shop.post(url="")),
    Row("a signature of 6,000 characters", "header", lambda shop: shop.post(signature="A" * 6_000)),
    Row("an address of 6,000 characters", "header", lambda shop: shop.post(url=address("a" * 6_000))),
    Row("the signature twice", "header", _headers(more=lambda shop, body: (_again(shop, body),))),
    Row(
        "the signature twice, in another case",
        "header",
        _headers(more=lambda shop, body: (("SIGNATURE-256", shop.amazon.sign(body)),)),
    ),
    Row("a wrong signature after it", "header", _headers(more=lambda _s, _b: ((_SIGNATURE, "AAAA"),))),
    Row(
        "a wrong signature before it",
        "header",
        _headers(_SIGNATURE, more=lambda shop, body: ((_SIGNATURE, "AAAA"), _again(shop, body))),
    ),
    Row("the address twice", "header", _headers(more=lambda _s, _b: ((_URL, address(NAME)),))),
    Row("another address after it", "header", _headers(more=lambda _s, _b: ((_URL, _OTHER),))),
    Row(
        "another address before it",
        "header",
        _headers(_URL, more=lambda _s, _b: ((_URL, _OTHER), (_URL, address(NAME)))),
    ),
    Row(
        "the address in lower case besides",
        "header",
        _headers(more=lambda _s, _b: ((_URL.lower(), address(NAME)),)),
    ),
    Row(
        "two addresses in one",
        "header",
        lambda shop: shop.post(url=f"{address(NAME)}, {address(NAME)}"),
    ),
    Row("two signatures in one", "header", lambda shop: shop.post(signature="AAAA,AAAA")),
)

ROWS = (
    *HEADERS,
    *(Row(f"a signature {name}", "signature", _spoilt(spoil)) for name, spoil in SPOILT.items()),
    *(Row(f"a signature {name}", "signature", _wrong(sign)) for name, sign in WRONG.items()),
    *(Row(f"the body altered: {name}", "signature", _altered(to)) for name, to in ALTERED.items()),
)
