"""The grants of the identity provider for development: an authorization code with PKCE, and its renewal.

Authlib holds the protocol; here is what it leaves to whoever uses it: one client, names for accounts, and
codes and refresh tokens that live in this process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from authlib.common.security import generate_token
from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin, InvalidRequestError, TokenMixin
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, RefreshTokenGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc9068 import JWTBearerTokenGenerator
from flask import Flask

CLIENT, AUDIENCE, SCOPE = "sayso-page", "sayso", "orders"
CODE_SECONDS, TOKEN_SECONDS = 60, 3600
_MAX_HELD = 1000


@dataclass(frozen=True)
class Person:
    """Somebody who signed in; the name they gave is who they are."""

    name: str

    def get_user_id(self) -> str:
        return self.name


@dataclass(frozen=True)
class Client(ClientMixin):  # type: ignore[misc]
    """The one client, which keeps no secret: hence PKCE."""

    redirect_uri: str

    def get_client_id(self) -> str:
        return CLIENT

    def get_default_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_allowed_scope(self, scope: str | None) -> str | None:
        return SCOPE if {*(scope or SCOPE).split()} == {SCOPE} else None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.redirect_uri

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "none"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in ("authorization_code", "refresh_token")


@dataclass(frozen=True)
class Code(AuthorizationCodeMixin):  # type: ignore[misc]
    """A code and what it was asked for with; `until` in seconds of the monotonic clock."""

    person: Person
    redirect_uri: str
    scope: str
    code_challenge: str
    code_challenge_method: str
    until: float

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope


@dataclass(frozen=True)
class Renewal(TokenMixin):  # type: ignore[misc]
    """A refresh token: good for one renewal, which brings the next."""

    text: str
    person: Person
    scope: str

    def check_client(self, client: ClientMixin) -> bool:
        return bool(client.get_client_id() == CLIENT)

    def get_scope(self) -> str:
        return self.scope


@dataclass(frozen=True)
class Issued:
    """Codes and refresh tokens that nobody has used yet, the oldest giving way."""

    codes: dict[str, Code] = field(default_factory=dict)
    renewals: dict[str, Renewal] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, held: dict[str, Any], text: str, what: Any) -> None:
        with self.lock:
            while len(held) >= _MAX_HELD:
                del held[next(iter(held))]
            held[text] = what

    def take(self, held: dict[str, Any], text: str) -> Any:
        """What was issued under this text, once."""
        with self.lock:
            return held.pop(text, None)


class S256Only(CodeChallenge):  # type: ignore[misc]
    """PKCE as RFC 9700 asks: always, and never the plain way."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        told = grant.request.payload.data
        if not told.get("code_challenge") or told.get("code_challenge_method") != "S256":
            raise InvalidRequestError("PKCE is required: send 'code_challenge' with S256")
        super().validate_code_challenge(grant, redirect_uri)


def authorization_server(
    web: Flask,
    *,
    issuer: Callable[[], str],
    redirect_uri: Callable[[], str],
    key: Callable[[], Any],
    clock: Callable[[], datetime],
) -> AuthorizationServer:
    """Authlib's server for the one client. `issuer` and `redirect_uri` as the present request has them, `key`
    signs the access tokens (RS256), `clock` dates them."""
    issued = Issued()

    class CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]
        TOKEN_ENDPOINT_AUTH_METHODS = ["none"]

        def save_authorization_code(self, code: str, request: Any) -> None:
            told = request.payload.data
            made = Code(
                person=request.user,
                redirect_uri=request.payload.redirect_uri,
                scope=request.scope,
                code_challenge=told["code_challenge"],
                code_challenge_method=told["code_challenge_method"],
                until=time.monotonic() + CODE_SECONDS,
            )
            issued.keep(issued.codes, code, made)

        def query_authorization_code(self, code: str, client: Client) -> Code | None:
            # Taken when it is shown, right or wrong: nobody tries verifiers on a code.
            found: Code | None = issued.take(issued.codes, code)
            return found if found and time.monotonic() < found.until else None

        def delete_authorization_code(self, authorization_code: Code) -> None:
            """It is gone already."""

        def authenticate_user(self, authorization_code: Code) -> Person:
            return authorization_code.person

    class RenewalGrant(RefreshTokenGrant):  # type: ignore[misc]
        TOKEN_ENDPOINT_AUTH_METHODS = ["none"]
        INCLUDE_NEW_REFRESH_TOKEN = True

        def authenticate_refresh_token(self, refresh_token: str) -> Renewal | None:
            found: Renewal | None = issued.take(issued.renewals, refresh_token)
            return found

        def authenticate_user(self, refresh_token: Renewal) -> Person:
            return refresh_token.person

        def revoke_old_credential(self, refresh_token: Renewal) -> None:
            """It is gone already."""

    class Tokens(JWTBearerTokenGenerator):  # type: ignore[misc]
        def get_jwks(self) -> Any:
            return key()

        def get_audiences(self, client: Client, user: Person, scope: str) -> str:
            return AUDIENCE

        def get_extra_claims(self, client: Client, grant_type: str, user: Person, scope: str) -> Any:
            # Set last of all: the shop's clock may be ahead of the machine's, which Authlib reads.
            now = int(clock().timestamp())
            return {"iat": now, "exp": now + TOKEN_SECONDS}

    def generate(**asked: Any) -> Any:
        made = Tokens(
            issuer=issuer(),
            refresh_token_generator=lambda **_: generate_token(48),
            expires_generator=lambda client, grant_type: TOKEN_SECONDS,
        )
        return made(**asked)

    def save_token(token: dict[str, Any], request: Any) -> None:
        text = token["refresh_token"]
        issued.keep(issued.renewals, text, Renewal(text, request.user, token["scope"]))

    server = AuthorizationServer(
        web,
        query_client=lambda client_id: Client(redirect_uri()) if client_id == CLIENT else None,
        save_token=save_token,
    )
    server.register_token_generator("default", generate)
    server.register_grant(CodeGrant, [S256Only(required=True)])
    server.register_grant(RenewalGrant)
    return server
