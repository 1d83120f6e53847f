"""Who may talk to the skill, and what must not be left as it was for development.

https://developer.amazon.com/en-US/docs/alexa/custom-skills/security-testing-for-an-alexa-skill.html."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from skill.certify.check import ByHand, Candidate, Fault, Finding, NotApplicable
from skill.settings import Settings

_SKILL = re.compile(r"amzn1\.ask\.skill\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_STRANGER = "amzn1.ask.skill.00000000-0000-0000-0000-000000000000"
_SECRET_LETTERS = 16
_BUG = "this is a fault of Sayso: report it"


def skill_id(candidate: Candidate) -> Iterator[Fault]:
    """The deployment knows which skill it is."""
    if not candidate.skills:
        yield Fault(
            "no skill is known: anybody's would be answered",
            "set SAYSO_SKILL_ID to the skill's id, or register it: sayso merchant add",
        )
    for id in sorted(candidate.skills):
        if not _SKILL.fullmatch(id):
            yield Fault(f"{id} is no skill id", "copy it from the developer console: amzn1.ask.skill.…")


def stranger(candidate: Candidate) -> Iterator[Finding]:
    """Requests for another skill are not answered."""
    if not candidate.skills:
        yield NotApplicable("no skill is known yet")
    elif candidate.answers(_STRANGER):
        yield Fault("requests for somebody else's skill are answered", "set SAYSO_SKILL_ID to the skill's id")


def secret(candidate: Candidate) -> Iterator[Fault]:
    """What keeps shoppers' ids apart is no word that everybody knows."""
    if candidate.settings.secret == Settings().secret:
        yield Fault(
            "the secret is the one everybody knows, for development", "set SAYSO_SECRET to a long random word"
        )
    elif len(candidate.settings.secret) < _SECRET_LETTERS:
        yield Fault(
            "the secret can be guessed", f"set SAYSO_SECRET to {_SECRET_LETTERS} random letters or more"
        )


def development(candidate: Candidate) -> Iterator[Fault]:
    """Nothing is switched as it is for development."""
    if candidate.settings.assume_linked:
        yield Fault("everybody counts as linked", "take SAYSO_ASSUME_LINKED out of the environment")
    if candidate.settings.fixed_now:
        yield Fault("the clock stands still", "take SAYSO_NOW out of the environment")


def unsigned(candidate: Candidate) -> Iterator[Fault]:
    """The web endpoint refuses what Amazon did not sign, with status 400."""
    body = json.dumps(_request()).encode()
    kind = {"Content-Type": "application/json"}
    signed = {
        **kind,
        "SignatureCertChainUrl": "https://s3.amazonaws.com.evil.example/echo.api/echo-api-cert.pem",
        "Signature-256": "AAAA",
    }
    for what, headers in (("without a signature", kind), ("signed by somebody else", signed)):
        try:
            status = candidate.knock(body, headers)
        except OSError as error:
            yield Fault(f"the endpoint cannot be asked: {error}", "start it, or correct --endpoint")
            return
        if status != 400:
            yield Fault(f"a request {what} is answered with {status}", _BUG + "; serve without --unsigned")


def certificate(candidate: Candidate) -> Iterator[Finding]:
    """The endpoint is https with a certificate of a known authority, or a function."""
    if candidate.package.endpoint.startswith("arn:"):
        yield NotApplicable("the endpoint is a function, which Alexa alone may call")
    elif not candidate.url:
        yield ByHand("Look at the endpoint's certificate, or name the endpoint with --endpoint.")
    elif not candidate.url.startswith("https://"):
        yield Fault(f"{candidate.url} is not https", "serve it behind a proxy that speaks https")
    else:
        try:
            candidate.knock(b"", {})
        except OSError as error:
            yield Fault(
                f"the endpoint cannot be trusted: {error}", "serve it with a certificate of a known authority"
            )


def _request() -> dict[str, object]:
    return {
        "version": "1.0",
        "session": {
            "new": True,
            "sessionId": "certify",
            "application": {"applicationId": _STRANGER},
            "user": {"userId": "certify"},
        },
        "context": {"System": {"application": {"applicationId": _STRANGER}, "user": {"userId": "certify"}}},
        "request": {
            "type": "LaunchRequest",
            "requestId": "certify",
            "timestamp": "2026-01-01T00:00:00Z",
            "locale": "en-US",
        },
    }
