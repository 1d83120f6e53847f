"""An identity provider for development, so that linking can be tried with no account anywhere.

It believes whoever says who they are: it is for this machine alone, and `serve` opens it nowhere else."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any

from authlib.oauth2 import OAuth2Error
from flask import Flask, Response, jsonify, render_template, request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from joserfc.jwt import JWTClaimsRegistry

from skill.commerce.merchant import Claims, Linking
from skill.devtools.identity_grants import AUDIENCE, SCOPE, Person, authorization_server

PATH = "/dev/identity"
# Where the conversation page takes a shopper back.
RETURN = "/simulator/linked"
MAX_NAME = 60


def development_linking(origin: str) -> Linking:
    """How a shop served at `origin` asks its own identity provider."""
    issuer = origin + PATH
    return Linking(
        issuer=issuer,
        audience=AUDIENCE,
        jwks=f"{issuer}/jwks.json",
        scopes=(SCOPE,),
        userinfo=f"{issuer}/userinfo",
        claims=Claims(customer="customer"),
    )


def add_identity(web: Flask, *, key_file: Path, clock: Callable[[], datetime]) -> None:
    """Serve the provider under /dev/identity. Its key is made when it is first needed, and kept in `key_file`
    for its owner's eyes. `clock` dates its tokens, as it does the shop's turns."""

    making = Lock()

    @cache
    def made() -> RSAKey:
        return _key(key_file)

    def key() -> RSAKey:
        with making:
            return made()

    server = authorization_server(
        web,
        issuer=lambda: _origin() + PATH,
        redirect_uri=lambda: _origin() + RETURN,
        key=key,
        clock=clock,
    )

    @web.get(f"{PATH}/.well-known/openid-configuration")
    def configuration() -> Response:
        issuer = _origin() + PATH
        return jsonify(
            issuer=issuer,
            authorization_endpoint=f"{issuer}/authorize",
            token_endpoint=f"{issuer}/token",
            jwks_uri=f"{issuer}/jwks.json",
            userinfo_endpoint=f"{issuer}/userinfo",
            response_types_supported=["code"],
            grant_types_supported=["authorization_code", "refresh_token"],
            code_challenge_methods_supported=["S256"],
            token_endpoint_auth_methods_supported=["none"],
            scopes_supported=[SCOPE],
            subject_types_supported=["public"],
            id_token_signing_alg_values_supported=["RS256"],
        )

    @web.get(f"{PATH}/jwks.json")
    def jwks() -> Response:
        return jsonify(keys=[{**key().as_dict(private=False), "use": "sig", "alg": "RS256"}])

    @web.get(f"{PATH}/userinfo")
    def userinfo() -> Any:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        subject = _subject(token, key(), issuer=_origin() + PATH, now=clock()) if kind == "Bearer" else ""
        if not subject:
            return jsonify(error="invalid_token"), 401
        return jsonify(claims_of(subject))

    @web.get(f"{PATH}/authorize")
    def ask_who() -> Any:
        return _consent(server, lambda _: render_template("identity.html", problem="", name=""))

    @web.post(f"{PATH}/authorize")
    def told_who() -> Any:
        name = " ".join(request.form.get("name", "").split())

        def granted(grant: Any) -> Any:
            if not name or len(name) > MAX_NAME or not name.isprintable():
                problem = f"Please write a name of up to {MAX_NAME} letters."
                return render_template("identity.html", problem=problem, name=name[:MAX_NAME]), 400
            return server.create_authorization_response(grant=grant, grant_user=Person(name))

        return _consent(server, granted)

    @web.post(f"{PATH}/token")
    def token() -> Any:
        return server.create_token_response()


def claims_of(subject: str) -> dict[str, Any]:
    """What it tells of whoever signed in: made up from the name they gave, and the same each time. Nobody is
    reached at .example, and the number is one of those kept free for fiction."""
    account = sha256(subject.encode()).hexdigest()[:8]
    return {
        "sub": subject,
        "name": subject,
        "email": f"shopper-{account}@home.example",
        "email_verified": True,
        "address": {
            "street_address": f"{int(account[:4], 16) % 90 + 10} Main Street",
            "locality": "Springfield",
            "postal_code": "00000",
            "country": "US",
        },
        "customer": f"cus_{account}",
    }


def _subject(token: str, key: RSAKey, *, issuer: str, now: datetime) -> str:
    """Whose token it is; empty when it is none of ours, or over."""
    try:
        claims = jwt.decode(token, key, algorithms=["RS256"]).claims
        JWTClaimsRegistry(
            now=int(now.timestamp()), iss={"essential": True, "value": issuer}, exp={"essential": True}
        ).validate(claims)
    except (JoseError, ValueError):
        return ""
    subject = claims.get("sub")
    return subject if isinstance(subject, str) else ""


def _consent(server: Any, then: Callable[[Any], Any]) -> Any:
    """What to answer to a request for authorization: an error goes back to the client where its redirect URI
    is the one that is known, and is shown otherwise."""
    try:
        grant = server.get_consent_grant()
    except OAuth2Error as error:
        if error.redirect_uri:
            return server.handle_error_response(None, error)
        problem = f"This request cannot be granted: {error.description or error.error}"
        return render_template("identity.html", problem=problem, name=None), 400
    return then(grant)


def _origin() -> str:
    return request.host_url.rstrip("/")


def _key(file: Path) -> RSAKey:
    try:
        kept: Any = json.loads(file.read_text("utf-8"))
        return RSAKey.import_key(kept)
    except FileNotFoundError:
        made = RSAKey.generate_key(2048, auto_kid=True)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_text(json.dumps(made.as_dict(private=True)), "utf-8")
    return made
