"""The `[linking]` of a shop file: which identity provider knows the merchant's customers."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from skill.commerce.merchant import Claims, Linking
from skill.commerce.url import is_safe_url

# Signatures that a public key checks. "none" never counts, nor does HS, where who checks could also sign.
ALGORITHMS = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "Ed25519"),
)
Claim = Annotated[str, Field(max_length=200)]
Text = Annotated[str, Field(min_length=1, max_length=500)]


class ClaimsEntry(BaseModel):
    """What the provider calls a customer's e-mail address, name, address (OpenID Connect's) and the id that
    the payment provider knows them by; "" where it does not tell."""

    model_config = ConfigDict(extra="forbid")

    email: Claim = Claims().email
    name: Claim = Claims().name
    address: Claim = Claims().address
    customer: Claim = Claims().customer


class LinkingEntry(BaseModel):
    """Either `jwks`, the URL of the provider's public keys, with the `algorithms` that count; or
    `introspection`, the URL where it tells about a token (RFC 7662), with `client_id` and in `secret_env` the
    name of the environment variable that holds the client's secret. `issuer` and `audience` as the tokens
    name them; `scope`: words, one or several, that a token must carry. `userinfo`: the URL where it tells of
    a customer (OpenID Connect); left out, what the token holds counts."""

    model_config = ConfigDict(extra="forbid")

    issuer: Text
    audience: Text
    jwks: str = ""
    algorithms: Annotated[list[str], Field(min_length=1)] = ["RS256"]
    introspection: str = ""
    client_id: str = ""
    secret_env: Annotated[str, Field(pattern=r"^([A-Z_][A-Z0-9_]{0,99})?$")] = ""
    scope: str | list[str] = []
    userinfo: str = ""
    claims: ClaimsEntry = ClaimsEntry()

    @field_validator("issuer", "jwks", "introspection", "userinfo")
    @classmethod
    def _safe(cls, value: str) -> str:
        if value and not is_safe_url(value):
            raise ValueError(f"{value!r} is not safe; write https://… (http:// on this machine only)")
        return value

    @field_validator("algorithms")
    @classmethod
    def _known(cls, value: list[str]) -> list[str]:
        if unknown := next((one for one in value if one not in ALGORITHMS), None):
            raise ValueError(f"{unknown!r} does not count; write some of {', '.join(ALGORITHMS)}")
        return value

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.jwks) is bool(self.introspection):
            raise ValueError("give either jwks or introspection")
        if self.introspection and not (self.client_id and self.secret_env):
            raise ValueError("introspection needs client_id, and secret_env: the variable with the secret")
        return self

    def linking(self) -> Linking:
        words = self.scope.split() if isinstance(self.scope, str) else self.scope
        return Linking(
            issuer=self.issuer,
            audience=self.audience,
            jwks=self.jwks,
            algorithms=tuple(self.algorithms),
            introspection=self.introspection,
            client_id=self.client_id,
            secret_env=self.secret_env,
            scopes=tuple(words),
            userinfo=self.userinfo,
            claims=Claims(**self.claims.model_dump()),
        )

    @classmethod
    def of(cls, linking: Linking) -> LinkingEntry:
        """As it would be written."""
        return cls.model_construct(
            issuer=linking.issuer,
            audience=linking.audience,
            jwks=linking.jwks,
            algorithms=list(linking.algorithms),
            introspection=linking.introspection,
            client_id=linking.client_id,
            secret_env=linking.secret_env,
            scope=list(linking.scopes),
            userinfo=linking.userinfo,
            claims=ClaimsEntry.model_construct(**asdict(linking.claims)),
        )
