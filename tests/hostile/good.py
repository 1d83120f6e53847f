"""Requests of Amazon's that look odd and are to be answered."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

from skill.alexa.envelope import BODY_BYTES
from tests.hostile.amazon import HOST, NAME
from tests.hostile.shop import Shop, add, envelope, moment
from tests.hostile.wire import Post

_FILE = f"/echo.api/{NAME}.pem"


def _sent(name: str, **request: object) -> bytes:
    raw = envelope(name)
    raw["request"].update(request)
    return json.dumps(raw).encode()


def _at(url: str) -> Callable[[Shop], Post]:
    return lambda shop: shop.post(url=url)


def _under(file: str) -> Callable[[Shop], Post]:
    return lambda shop: shop.post(file=file)


def _of(body: Callable[[], bytes]) -> Callable[[Shop], Post]:
    return lambda shop: shop.post(body())


def _small(shop: Shop) -> Post:
    post = shop.post()
    return Post(headers=tuple((name.lower(), value) for name, value in post.headers), body=post.body)


def _large(shop: Shop) -> Post:
    post = shop.post()
    return Post(headers=tuple((name.upper(), value) for name, value in post.headers), body=post.body)


def _chunked(shop: Shop) -> Post:
    body = add()
    half = len(body) // 2
    parts = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:half], body[half:], b""))
    post = shop.post(body, without=("Content-Length",), more=(("Transfer-Encoding", "chunked"),))
    return Post(headers=post.headers, body=parts)


def _typed(type: str) -> Callable[[Shop], Post]:
    return lambda shop: shop.post(without=("Content-Type",), more=(("Content-Type", type),))


EVENT = "AlexaSkillEvent.SkillEnabled"
GOOD: dict[str, Callable[[Shop], Post]] = {
    "something put into the cart": lambda shop: shop.post(),
    "a launch": _of(partial(_sent, "launch")),
    "help": _of(partial(_sent, "help")),
    "the end of a session": _of(partial(_sent, "session_ended")),
    "a question whether we could": _of(partial(_sent, "can_fulfill_known")),
    "a request type of tomorrow": _of(partial(_sent, "a_type_of_tomorrow")),
    "HTTP/1.0": lambda shop: shop.post(version="HTTP/1.0"),
    "headers in small letters": _small,
    "headers in capitals": _large,
    "a body in chunks": _chunked,
    "a body of 256 KiB": _of(lambda: add().ljust(BODY_BYTES)),
    "a line end after the body": _of(lambda: add() + b"\r\n"),
    "a body beyond ASCII": _of(
        lambda: json.dumps({**envelope(), "x": "Öl für Käse 🧀"}, ensure_ascii=False).encode()
    ),
    "a pair of surrogates": _of(lambda: add(x="🧀")),
    "many brackets, none deep": _of(lambda: add(x=[[]] * 500)),
    "145 s old": _of(lambda: _sent("launch", timestamp=moment(-145))),
    "145 s early": _of(lambda: _sent("launch", timestamp=moment(145))),
    "milliseconds in the time": _of(lambda: _sent("launch", timestamp=moment()[:-1] + ".123Z")),
    "an event half an hour old": _of(lambda: _sent("launch", type=EVENT, timestamp=moment(-1_800))),
    "a subscription nearly an hour old": _of(
        lambda: _sent("launch", type="AlexaSkillEvent.ProactiveSubscriptionChanged", timestamp=moment(-3_590))
    ),
    "no session": _of(lambda: _no_session()),
    "a signature of the old kind besides": lambda shop: shop.post(more=(("Signature", "AAAA"),)),
    "Content-Type without a charset": _typed("application/json"),
    "Content-Type in capitals": _typed("Application/JSON; Charset=UTF-8"),
    "Content-Type with a quoted charset": _typed('application/json; charset="utf-8"'),
    "Content-Encoding: identity": lambda shop: shop.post(more=(("Content-Encoding", "identity"),)),
    "the port named": _at(f"https://{HOST}:443{_FILE}"),
    "the host in capitals": _at(f"https://{HOST.upper()}{_FILE}"),
    "the scheme in capitals": _at(f"HTTPS://{HOST}{_FILE}"),
    "a path that goes back": _at(f"https://{HOST}/echo.api/..{_FILE}"),
    "a path that comes from elsewhere": _at(f"https://{HOST}/other/..{_FILE}"),
    "a path that goes back, encoded": _at(f"https://{HOST}/echo.api/%2e%2e{_FILE}"),
    "a path with an encoded letter": _at(f"https://{HOST}/echo%2Eapi/{NAME}.pem"),
    "the chain with its root": _under("root-included"),
    "the chain with text around it": _under("text-around"),
    "a chain of three": _under("two-intermediates"),
    "its intermediates swapped": _under("intermediates-swapped"),
    "a leaf under the root": _under("by-the-root"),
    "one name of several": _under("several-names"),
    "the name beside a wildcard": _under("wildcard-beside"),
}


def _no_session() -> bytes:
    raw = envelope("launch")
    del raw["session"]
    return json.dumps(raw).encode()
