"""The identity provider for development, and Alexa's part of the flow, over real HTTP: PKCE, exact addresses,
codes once, state bound to who started it."""

from __future__ import annotations

import json
import socket
import stat
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from click.testing import CliRunner

from skill.app import App, build
from skill.cli import main
from skill.devtools import identity_grants
from skill.devtools.identity_grants import CLIENT
from skill.devtools.sample_shop import ensure_shop
from skill.errors import BadInput
from skill.linking.account import Account
from skill.linking.verified import Known, verified
from skill.linking.wire import Unreachable, fetch
from skill.server import create_app, own_identity
from skill.settings import Settings
from tests.serving import serving

VERIFIER = "v" * 64
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@contextmanager
def linked_shop(folder: Path) -> Iterator[tuple[str, App]]:
    """The sample shop served with --unsigned --link: its address, and the shop behind it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = Settings(
        store=f"sqlite:{folder / 'shop.db'}", catalogues=folder / "catalogues", assume_linked=True
    )
    app = build(settings, identity=own_identity("127.0.0.1", port, unsigned=True))
    ensure_shop(app.store, folder=settings.catalogues / settings.shop, now=app.clock())
    with serving(create_app(app, verify=None), port=port) as address:
        yield address, app


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, App]]:
    with linked_shop(tmp_path_factory.mktemp("linked")) as opened:
        yield opened


@pytest.fixture
def address(shop: tuple[str, App]) -> str:
    return shop[0]


@dataclass
class Browser:
    """One browser, with cookies and without following redirects."""

    address: str
    cookies: dict[str, str] = field(default_factory=dict)

    def send(
        self, path: str, *, form: Mapping[str, str] | None = None, document: Any = None
    ) -> tuple[int, Mapping[str, str], str]:
        connection = HTTPConnection(urlsplit(self.address).netloc, timeout=10)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if form is not None:
            headers["Content-Type"], body = "application/x-www-form-urlencoded", urlencode(form)
        elif document is not None:
            headers["Content-Type"], body = "application/json", json.dumps(document)
        connection.request("GET" if body is None else "POST", path, body=body, headers=headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        if set_cookie := answer.headers.get("Set-Cookie"):
            name, _, value = set_cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, dict(answer.headers), text


def asking(address: str, **changed: str) -> str:
    """A request for authorization, as the path of its URL."""
    told = {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": f"{address}/simulator/linked",
        "scope": "orders",
        "state": "s",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        **changed,
    }
    return "/dev/identity/authorize?" + urlencode({name: value for name, value in told.items() if value})


def code_for(address: str, name: str = "Ann", **changed: str) -> str:
    status, headers, _ = Browser(address).send(asking(address, **changed), form={"name": name})
    assert status == 302
    return parse_qs(urlsplit(headers["Location"]).query)["code"][0]


def exchange(address: str, code: str, **changed: str) -> tuple[int, dict[str, Any]]:
    told = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": CLIENT,
        "redirect_uri": f"{address}/simulator/linked",
        "code_verifier": VERIFIER,
        **changed,
    }
    status, _, text = Browser(address).send(
        "/dev/identity/token", form={name: value for name, value in told.items() if value}
    )
    return status, json.loads(text)


def test_a_code_becomes_a_token_the_shop_believes_and_is_renewed_once(shop: tuple[str, App]) -> None:
    address, app = shop
    assert app.identity
    status, told = exchange(address, code_for(address, "Ann Müller"))
    assert status == 200
    asked = {"grant_type": "refresh_token", "refresh_token": told["refresh_token"], "client_id": CLIENT}
    for access in (told["access_token"], _renewed(address, asked)):
        verdict = verified(access, app.identity, now=app.clock(), known=Known())
        assert verdict == Account("Ann Müller")
    assert Browser(address).send("/dev/identity/token", form=asked)[0] == 400


def _renewed(address: str, asked: Mapping[str, str]) -> str:
    status, _, text = Browser(address).send("/dev/identity/token", form=asked)
    assert status == 200
    access: str = json.loads(text)["access_token"]
    return access


def test_it_describes_itself_as_clients_expect(address: str) -> None:
    issuer = f"{address}/dev/identity"
    told = json.loads(fetch(f"{issuer}/.well-known/openid-configuration"))
    assert told["issuer"] == issuer
    [key] = json.loads(fetch(told["jwks_uri"]))["keys"]
    assert (key["kty"], key["alg"]) == ("RSA", "RS256")
    assert not {"d", "p", "q"} & key.keys()


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"code_challenge": ""}, "PKCE"),
        ({"code_challenge": CHALLENGE, "code_challenge_method": ""}, "PKCE"),
        ({"code_challenge_method": "plain"}, "PKCE"),
        ({"scope": "admin"}, None),
        ({"response_type": "token"}, None),
    ],
)
def test_what_may_not_be_asked_goes_back_as_an_error_with_the_state(
    address: str, changed: dict[str, str], error: str | None
) -> None:
    for form in (None, {"name": "Ann"}):
        status, headers, _ = Browser(address).send(asking(address, **changed), form=form)
        if "Location" in headers:
            assert headers["Location"].startswith(f"{address}/simulator/linked?")
            told = parse_qs(urlsplit(headers["Location"]).query)
            assert "code" not in told
            assert told["state"] == ["s"]
            assert error is None or error in told["error_description"][0]
        else:
            assert status == 400


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "somebody"},
        {"client_id": ""},
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": "/simulator/linked/"},
        {"redirect_uri": "/simulator/linked?x=1"},
        {"redirect_uri": "/simulator/LINKED"},
    ],
)
def test_nobody_is_sent_to_an_address_that_is_not_the_clients(address: str, changed: dict[str, str]) -> None:
    told = {name: address + value if value.startswith("/") else value for name, value in changed.items()}
    for form in (None, {"name": "Ann"}):
        status, headers, text = Browser(address).send(asking(address, **told), form=form)
        assert (status, "Location" in headers) == (400, False)
        assert 'name="name"' not in text


def test_a_code_is_good_once(address: str) -> None:
    code = code_for(address)
    assert exchange(address, code)[0] == 200
    assert exchange(address, code) == (400, _refused("Invalid 'code' in request."))


def _refused(why: str) -> dict[str, str]:
    return {"error": "invalid_grant", "error_description": why}


@pytest.mark.parametrize(
    "changed",
    [
        {"code_verifier": "w" * 64},
        {"code_verifier": ""},
        {"code_verifier": CHALLENGE},
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": ""},
        {"client_id": "somebody"},
        {"code": "made-up"},
    ],
)
def test_a_code_is_worth_nothing_to_who_did_not_ask_for_it(address: str, changed: dict[str, str]) -> None:
    code = code_for(address)
    told = {"code": code, **changed}
    status, answer = exchange(address, **told)
    assert status in (400, 401)
    assert "access_token" not in answer


def test_a_code_lasts_a_minute(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    code = code_for(address)
    monkeypatch.setattr(identity_grants, "CODE_SECONDS", -1)
    late = code_for(address)
    assert exchange(address, late)[0] == 400
    assert exchange(address, code)[0] == 200


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "a\u0000b"])
def test_a_name_that_is_none_is_asked_for_again(address: str, name: str) -> None:
    status, _, text = Browser(address).send(asking(address), form={"name": name})
    assert status == 400
    assert 'role="alert"' in text


def test_what_is_typed_as_a_name_is_text(address: str) -> None:
    _, headers, text = Browser(address).send(asking(address), form={"name": "<script>" + "x" * 60})
    assert "<script>" not in text
    assert "default-src 'self'" in headers["Content-Security-Policy"]


def start(browser: Browser, user: str = "ann") -> str:
    """Begin to link; the state."""
    status, _, text = browser.send("/simulator/link", document={"user": user})
    assert status == 200
    state: str = parse_qs(urlsplit(json.loads(text)["to"]).query)["state"][0]
    return state


def come_back(browser: Browser, *, state: str, **told: str) -> tuple[int, str]:
    status, headers, _ = browser.send("/simulator/linked?" + urlencode({"state": state, **told}))
    return status, headers.get("Location", "")


def test_a_flow_that_another_browser_started_links_nothing(address: str) -> None:
    mine, theirs = Browser(address), Browser(address)
    state = start(mine)
    start(theirs, "eve")
    for browser in (theirs, Browser(address)):
        assert come_back(browser, state=state, code="c") == (400, "")
    for state in ("", "made-up"):
        assert come_back(mine, state=state, code="c") == (400, "")


def test_a_way_back_without_a_code_that_counts_says_so_and_is_gone_once(address: str) -> None:
    for told in ({"error": "access_denied"}, {"code": "made-up"}):
        browser = Browser(address)
        state = start(browser)
        assert come_back(browser, state=state, **told) == (303, "/?user=ann&link=failed")
        assert come_back(browser, state=state, **told) == (400, "")


def test_the_verifier_stays_with_the_server(address: str) -> None:
    browser = Browser(address)
    _, headers, text = browser.send("/simulator/link", document={"user": "ann"})
    assert "code_verifier" not in text
    assert "HttpOnly" in headers["Set-Cookie"]
    assert "SameSite=Lax" in headers["Set-Cookie"]


@pytest.mark.parametrize("document", [[], {}, {"user": 5}, {"user": "ann", "event": "exploded"}, "x"])
def test_the_page_is_told_what_it_sent_wrong(address: str, document: Any) -> None:
    assert Browser(address).send("/simulator/event", document=document)[0] == 400
    if not isinstance(document, dict) or "event" not in document:
        assert Browser(address).send("/simulator/link", document=document)[0] == 400


def test_a_form_of_another_page_starts_nothing(address: str) -> None:
    # A form can be posted across sites, JSON cannot.
    for place in ("/simulator/link", "/simulator/event"):
        status, headers, _ = Browser(address).send(place, form={"user": "ann", "event": "disabled"})
        assert (status, "Set-Cookie" in headers) == (400, False)


def test_the_private_key_is_kept_for_its_owner_and_used_again(shop: tuple[str, App]) -> None:
    address, app = shop
    before = fetch(f"{address}/dev/identity/jwks.json")
    file = app.settings.catalogues.parent / "identity-key.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    again = create_app(app, verify=None).test_client().get("/dev/identity/jwks.json")
    assert again.get_json() == json.loads(before)


def test_none_of_it_is_served_where_requests_are_signed(shop: tuple[str, App]) -> None:
    client = create_app(shop[1], verify=lambda *_: None).test_client()
    for path in ("/dev/identity/jwks.json", "/dev/identity/authorize", "/simulator/linked"):
        assert client.get(path).status_code == 404
    for path in ("/dev/identity/token", "/simulator/link", "/simulator/event"):
        assert client.post(path).status_code == 404


@pytest.mark.parametrize(
    ("host", "port", "unsigned"),
    [("0.0.0.0", 8080, True), ("127.0.0.1", 8080, False), ("127.0.0.1", 0, True)],
)
def test_link_is_refused_where_anybody_could_be_anybody(host: str, port: int, unsigned: bool) -> None:
    with pytest.raises(BadInput, match="--link"):
        own_identity(host, port, unsigned=unsigned)


def test_sayso_serve_link_asks_for_unsigned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAYSO_STORE", f"sqlite:{tmp_path / 'shop.db'}")
    done = CliRunner().invoke(main, ["serve", "--link"])
    assert done.exit_code == 2
    found = own_identity("::1", 8080, unsigned=True)
    assert (found.issuer, found.jwks) == (
        "http://[::1]:8080/dev/identity",
        "http://[::1]:8080/dev/identity/jwks.json",
    )


def test_the_provider_tells_who_signed_in_to_whoever_has_their_token(address: str) -> None:
    _, granted = exchange(address, code_for(address))
    access, url = granted["access_token"], f"{address}/dev/identity/userinfo"
    told = json.loads(fetch(url, headers={"Authorization": f"Bearer {access}"}))
    assert (told["sub"], told["name"]) == ("Ann", "Ann")
    assert told["email"].endswith("@home.example")
    assert told["address"]["street_address"]
    for wrong in ("", "Bearer", "Bearer x", "Bearer a.b.c", f"Basic {access}"):
        with pytest.raises(Unreachable, match="401"):
            fetch(url, headers={"Authorization": wrong})
