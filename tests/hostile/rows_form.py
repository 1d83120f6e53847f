"""Requests that are no POST of JSON: refused before their body is looked at, though it is signed well."""

from __future__ import annotations

import gzip
from functools import partial
from typing import Any

from tests.hostile.row import Row
from tests.hostile.shop import Shop, add
from tests.hostile.wire import Post

_TYPE, _LENGTH = "Content-Type", "Content-Length"
METHODS = ("GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "QUERY")
TYPES = (
    *("", "text/plain", "text/html", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"),
    *("application/xml", "application/jsonp", "application/json5", "application/ld+json", "text/json"),
    *("application", "json", "*/*", "application/json, text/plain", "application/octet-stream"),
    *("application/json; charset=utf-16", "application/json; charset=latin-1", "application/json;charset"),
    *("text/plain; x=application/json", "application/ json", "image/png"),
)
ENCODINGS = ("gzip", "deflate", "br", "zstd", "compress", "gzip, identity", "utf-8", "")


def _typed(shop: Shop, type: str) -> Post:
    return shop.post(without=(_TYPE,), more=((_TYPE, type),))


def _plain(shop: Shop, **faults: Any) -> Post:
    return shop.post(**faults)


def _gzipped(shop: Shop) -> Post:
    return shop.post(gzip.compress(add()), more=(("Content-Encoding", "gzip"),))


def _chunked(shop: Shop, *, coding: str = "chunked", more: tuple[tuple[str, str], ...] = ()) -> Post:
    body = add()
    whole = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    post = shop.post(body, without=(_LENGTH,), more=(("Transfer-Encoding", coding), *more))
    return Post(headers=post.headers, body=whole)


ROWS = (
    *(Row(f"{method}", "method", partial(_plain, method=method)) for method in METHODS),
    Row("no Content-Type", "content_type", partial(_plain, without=(_TYPE,))),
    *(Row(f"Content-Type: {type}", "content_type", partial(_typed, type=type)) for type in TYPES),
    Row("gzip, and said so", "content_encoding", _gzipped),
    *(
        Row(
            f"Content-Encoding: {coding}",
            "content_encoding",
            partial(_plain, more=(("Content-Encoding", coding),)),
        )
        for coding in ENCODINGS
    ),
)
# What the server that speaks HTTP for us may refuse before us, or leave unanswered: never 5xx, never let in.
WIRE = (
    Row("no Content-Length", "", partial(_plain, without=(_LENGTH,))),
    Row("Content-Length: 0", "", partial(_plain, without=(_LENGTH,), more=((_LENGTH, "0"),))),
    Row("Content-Length: -1", "", partial(_plain, without=(_LENGTH,), more=((_LENGTH, "-1"),))),
    Row("Content-Length: ten", "", partial(_plain, without=(_LENGTH,), more=((_LENGTH, "ten"),))),
    Row("Content-Length: 1e3", "", partial(_plain, without=(_LENGTH,), more=((_LENGTH, "1e3"),))),
    Row("Content-Length one short", "", lambda shop: _short(shop, 1)),
    Row("Content-Length: 10", "", partial(_plain, without=(_LENGTH,), more=((_LENGTH, "10"),))),
    Row(
        "Content-Length of a terabyte",
        "",
        partial(_plain, without=(_LENGTH,), more=((_LENGTH, "1000000000000"),)),
    ),
    Row(
        "Content-Length of 5,000 digits",
        "",
        partial(_plain, without=(_LENGTH,), more=((_LENGTH, "9" * 5_000),)),
    ),
    Row("two Content-Lengths", "", partial(_plain, more=((_LENGTH, "10"),))),
    Row("Transfer-Encoding: gzip", "", partial(_chunked, coding="gzip")),
    Row("Transfer-Encoding: gzip, chunked", "", partial(_chunked, coding="gzip, chunked")),
    Row("Transfer-Encoding: xchunked", "", partial(_chunked, coding="xchunked")),
    Row("chunked and a length", "", lambda shop: _chunked(shop, more=((_LENGTH, "20"),))),
    Row("chunks of no size", "", lambda shop: _cut(_chunked(shop), b"zz\r\n")),
    Row("a chunk of negative size", "", lambda shop: _cut(_chunked(shop), b"-5\r\nhello\r\n0\r\n\r\n")),
    Row("a chunk larger than memory", "", lambda shop: _cut(_chunked(shop), b"ffffffffffff\r\nx")),
    Row("chunks that end early", "", lambda shop: _cut(_chunked(shop), b"5\r\nhel")),
    Row("a header of 70,000 characters", "", partial(_plain, more=(("X-Long", "x" * 70_000),))),
    Row("1,000 headers", "", partial(_plain, more=tuple((f"X-{n}", "y" * 70) for n in range(1_000)))),
)


def _short(shop: Shop, by: int) -> Post:
    body = add()
    return shop.post(body, without=(_LENGTH,), more=((_LENGTH, str(len(body) - by)),))


def _cut(post: Post, body: bytes) -> Post:
    return Post(headers=post.headers, body=body)
