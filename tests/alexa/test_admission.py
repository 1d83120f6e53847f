"""What a request passes before it is acted on: its form, the strict reading of its body, and that it is not
answered twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.alexa.admission import Admit, admission, check_form
from skill.alexa.envelope import BODY_BYTES, envelope
from skill.alexa.refused import REASONS, Refused
from tests.alexa.pki import NOW

TYPE = {"Content-Type": "application/json"}
LAUNCH = b'{"request": {"type": "LaunchRequest"}}'
EVENT = b'{"request": {"type": "AlexaSkillEvent.SkillEnabled"}}'
MINUTE = timedelta(minutes=1)


def reason(call: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        call()
    assert refused.value.sentence.startswith(f"{refused.value.reason}: ")
    return refused.value.reason


def signed(**options: Any) -> Admit:
    """The admission of an endpoint whose every request is signed well."""
    return admission(lambda body, headers, now: envelope(body), **options)


def answer(admit: Admit, body: bytes = LAUNCH, *, now: datetime = NOW) -> dict[str, Any]:
    with admit(body, TYPE, now) as told:
        return told


class TestForm:
    @pytest.mark.parametrize(
        "headers",
        [
            {"Content-Type": "application/json"},
            {"content-type": "application/json; charset=UTF-8"},
            {"CONTENT-TYPE": 'Application/JSON;charset="utf8"'},
            {**TYPE, "Content-Encoding": "Identity"},
            {**TYPE, "Transfer-Encoding": "Chunked"},
            {**TYPE, "Content-Length": str(BODY_BYTES)},
        ],
    )
    def test_as_alexa_sends_it(self, headers: dict[str, str]) -> None:
        check_form("POST", headers)

    @pytest.mark.parametrize(
        ("expected", "method", "headers"),
        [
            ("method", "GET", TYPE),
            ("method", "post", TYPE),
            ("content_type", "POST", {}),
            ("content_type", "POST", {"Content-Type": "text/plain"}),
            ("content_type", "POST", {"Content-Type": "application/json;charset=utf-16"}),
            ("content_encoding", "POST", {**TYPE, "Content-Encoding": "gzip"}),
            ("content_encoding", "POST", {**TYPE, "Content-Encoding": ""}),
            ("transfer", "POST", {**TYPE, "Transfer-Encoding": "gzip, chunked"}),
            ("transfer", "POST", {**TYPE, "Transfer-Encoding": "chunked", "Content-Length": "5"}),
            ("body_size", "POST", {**TYPE, "Content-Length": str(BODY_BYTES + 1)}),
            ("body_size", "POST", {**TYPE, "Content-Length": "9" * 5_000}),
        ],
    )
    def test_otherwise(self, expected: str, method: str, headers: dict[str, str]) -> None:
        assert reason(lambda: check_form(method, headers)) == expected


class TestEnvelope:
    @given(
        st.dictionaries(
            st.text(),
            st.recursive(
                st.none()
                | st.booleans()
                | st.integers()
                | st.floats(allow_nan=False, allow_infinity=False)
                # No halves of surrogate pairs: those are refused.
                | st.text(),
                lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
                max_leaves=20,
            ),
        ),
        st.booleans(),
    )
    def test_what_was_written_is_read(self, whole: dict[str, Any], ascii: bool) -> None:
        assert envelope(json.dumps(whole, ensure_ascii=ascii).encode()) == whole

    @given(st.binary() | st.text().map(str.encode) | st.from_regex(rb'\{"[a-b]{1,2}":[0-9e\[\]{}":, ]*\}'))
    def test_whatever_comes_is_read_or_refused(self, body: bytes) -> None:
        refused = None
        try:
            read = envelope(body)
        except Refused as error:
            refused = error.reason
        if refused is None:
            # It can be written again, which not all that Python reads can.
            json.dumps(read, allow_nan=False, ensure_ascii=False).encode()
        else:
            assert refused in ("json", "depth")

    @pytest.mark.parametrize(
        "body",
        [
            b'{"a": 1, "a": 1}',
            b'{"a": {"b": 1, "\\u0062": 2}}',
            b'{"a": NaN}',
            b'{"a": [-Infinity]}',
            b'{"a": 1e999}',
            b'{"a": "\\ud800"}',
            b'{"\\uDFFF": 1}',
            b'{"a": "\\ude00\\ud83d"}',
        ],
    )
    def test_what_readers_disagree_on_is_refused(self, body: bytes) -> None:
        assert reason(lambda: envelope(body)) == "json"

    @pytest.mark.parametrize("body", [b'{"a": "\\ud83d\\ude00"}', b'{"a": "\\\\ud83d"}', b'{"a": 1e308}'])
    def test_what_only_looks_like_it_is_not(self, body: bytes) -> None:
        assert envelope(body) == json.loads(body)


class TestReplay:
    def test_the_same_body_is_answered_once(self) -> None:
        admit = signed()
        assert answer(admit) == json.loads(LAUNCH)
        for minutes in range(5):
            assert reason(lambda m=minutes: answer(admit, now=NOW + m * MINUTE)) == "replay"  # type: ignore[misc]

    def test_another_body_is_another_request(self) -> None:
        admit = signed()
        answer(admit)
        answer(admit, LAUNCH + b" ")

    @pytest.mark.parametrize(("body", "minutes"), [(LAUNCH, 5), (EVENT, 120)])
    def test_it_is_forgotten_when_it_is_stale_anyway(self, body: bytes, minutes: int) -> None:
        admit = signed()
        answer(admit, body)
        assert reason(lambda: answer(admit, body, now=NOW + minutes * MINUTE)) == "replay"
        answer(admit, body, now=NOW + minutes * MINUTE + timedelta(seconds=1))

    def test_what_failed_may_be_sent_again(self) -> None:
        admit = signed()

        def fail() -> None:
            with admit(EVENT, TYPE, NOW):
                raise OSError("the store is away")

        for _ in range(3):
            with pytest.raises(OSError, match="away"):
                fail()
        answer(admit, EVENT)
        assert reason(lambda: answer(admit, EVENT)) == "replay"

    def test_what_was_not_verified_is_not_remembered(self) -> None:
        good = [False, True]

        def verify(body: bytes, headers: Any, now: datetime) -> dict[str, Any]:
            if not good.pop(0):
                raise Refused("signature")
            return envelope(body)

        admit = admission(verify)
        assert reason(lambda: answer(admit)) == "signature"
        answer(admit)

    def test_of_many_at_once_one_is_answered(self) -> None:
        admit, together = signed(), Barrier(16)

        def one(_: int) -> str:
            together.wait(5)
            try:
                answer(admit)
            except Refused as refused:
                return refused.reason
            return "answered"

        with ThreadPoolExecutor(16) as crowd:
            told = list(crowd.map(one, range(16)))
        assert sorted(told) == ["answered", *["replay"] * 15]

    def test_a_second_one_is_refused_while_the_first_is_being_answered(self) -> None:
        admit = signed()
        with admit(LAUNCH, TYPE, NOW):
            assert reason(lambda: answer(admit)) == "replay"

    def test_only_so_many_are_remembered_and_the_soonest_stale_goes_first(self) -> None:
        admit = signed(remembered=3)
        answer(admit, EVENT)
        for number in range(3):
            answer(admit, LAUNCH + b" " * number)
        assert reason(lambda: answer(admit, EVENT)) == "replay"
        answer(admit, LAUNCH)

    def test_what_fails_for_ever_takes_no_more_room(self) -> None:
        admit = signed(remembered=10)
        answer(admit, EVENT)

        def fail(body: bytes) -> None:
            with admit(body, TYPE, NOW):
                raise OSError

        for _ in range(50):
            with pytest.raises(OSError):  # noqa: PT011
                fail(LAUNCH)
        assert reason(lambda: answer(admit, EVENT)) == "replay"

    def test_unsigned_ones_may_come_again(self) -> None:
        admit = admission(None)
        assert answer(admit) == answer(admit)


class TestOrder:
    def never(self, body: bytes, headers: Any, now: datetime) -> None:
        pytest.fail("nothing is verified here")

    def test_size_and_letters_come_before_the_signature(self) -> None:
        admit = admission(self.never)
        assert reason(lambda: answer(admit, b" " * (BODY_BYTES + 1))) == "body_size"
        assert reason(lambda: answer(admit, b"\xff")) == "utf8"

    def test_the_signature_comes_before_the_body_is_read(self) -> None:
        def refuse(body: bytes, headers: Any, now: datetime) -> None:
            raise Refused("signature")

        assert reason(lambda: answer(admission(refuse), b"[" * 100_000)) == "signature"

    def test_a_verifier_that_tells_nothing_leaves_the_reading_to_us(self) -> None:
        admit = admission(lambda body, headers, now: None)
        assert answer(admit) == json.loads(LAUNCH)
        assert reason(lambda: answer(admit, b"[]")) == "json"

    def test_every_reason_has_a_sentence(self) -> None:
        assert all(Refused(reason).sentence for reason in REASONS)
