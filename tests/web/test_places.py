"""Which addresses a feed may be fetched from, and how one is shown."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.merchants.sources import NotFetched
from skill.web.places import place_of, public


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "100.100.100.200",
        "127.0.0.1",
        "127.8.9.1",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.0.192",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:a9fe:a9fe::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ],
)
def test_what_only_we_can_reach_is_not_public(address: str) -> None:
    assert not public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "2606:2800:21f:cb07::1", "::ffff:93.184.215.14", "64:ff9b::5db8:d70e"]
)
def test_what_anybody_can_reach_is_public(address: str) -> None:
    assert public(ipaddress.ip_address(address))


@given(st.ip_addresses(v=4))
def test_an_address_inside_another_counts_as_what_it_is(inner: ipaddress.IPv4Address) -> None:
    number = int(inner)
    forms = (0xFFFF << 32 | number, 0x64FF9B << 96 | number, 0x2002 << 112 | number << 80)
    for form in forms:
        assert public(ipaddress.IPv6Address(form)) == public(inner)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "feed.csv",
        "shop.example/feed.csv",
        "ftp://shop.example/feed.csv",
        "file:///etc/passwd",
        "https://",
        "https:///feed.csv",
        "https://shop.example:99999/feed.csv",
        "https://shop.example/feed csv",
        "https://shop.example/feed\r\nHost: other",
        "https://[::1/feed",
        "https://" + "a" * 70 + ".example/",
    ],
)
def test_what_is_no_address_is_told_with_an_example(url: str) -> None:
    with pytest.raises(NotFetched, match=r"is no web address; write it as in https://"):
        place_of(url, allow_local=True)


@pytest.mark.parametrize("url", ["http://shop.example/feed", "http://10.0.0.1/feed", "http://127.0.0.1/feed"])
def test_what_is_not_encrypted_is_refused(url: str) -> None:
    with pytest.raises(NotFetched, match="is not encrypted; use https"):
        place_of(url, allow_local=False)


def test_on_this_machine_http_may_be_allowed() -> None:
    for host in ("127.0.0.1", "localhost", "[::1]"):
        assert place_of(f"http://{host}:8000/feed", allow_local=True).port == 8000


def test_a_name_and_a_path_in_any_script_are_written_as_they_are_sent() -> None:
    place = place_of("https://BÜCHER.example/größe.csv?q=ä", allow_local=False)
    assert (place.host, place.path) == ("xn--bcher-kva.example", "/gr%C3%B6%C3%9Fe.csv?q=%C3%A4")


def test_user_and_password_are_neither_in_the_address_nor_in_how_it_is_printed() -> None:
    place = place_of("https://ann:s%40fe@shop.example/feed", allow_local=False)
    assert place.login == "Basic YW5uOnNAZmU="
    assert place.url == "https://shop.example/feed"
    assert "YW5uOnNAZmU" not in repr(place)
