"""The checklist: what Amazon asks for, each with its page, and what came of looking."""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from skill.certify import buying, codes, models, page, security, voice
from skill.certify.check import ByHand, Candidate, Check, Fault, Finding, NotApplicable, NothingToOrder
from skill.errors import BadInput

log = logging.getLogger("sayso")
_TABLE = Path(__file__).parent / "checks.toml"
PASS, FAIL, HAND, NOT_APPLICABLE = "pass", "fail", "by hand", "not applicable"
# What looks, by the check's id; those that are not here are for a person to do.
LOOKS: Mapping[str, Check] = {
    "package": page.package_whole,
    "package-current": page.package_current,
    "store-texts": page.texts,
    "description": page.description_tells,
    "marks": page.no_marks,
    "example-phrases": page.example_phrases,
    "icons": page.icons,
    "testing-instructions": page.testing,
    "endpoint": page.endpoint,
    "screens": voice.screens,
    "models": models.models_valid,
    "models-current": models.models_current,
    "built-ins": models.built_ins,
    "invocation-name": models.invocation_name,
    "answers": voice.answers_valid,
    "launch": voice.launch,
    "launch-cart": voice.launch_with_cart,
    "help": voice.helped,
    "stop": voice.stopped,
    "fallback": voice.not_understood,
    "session-ended": voice.session_ended,
    "events": voice.events_heeded,
    "privacy-policy": page.privacy_policy,
    "terms-of-use": page.terms_of_use,
    "permissions": page.permissions_declared,
    "compliance": page.compliance,
    "account-linking": page.linking_told,
    "browsing": buying.browsing,
    "unlinked": buying.unlinked,
    "seller-name": models.seller_name,
    "read-out": buying.read_out,
    "consent": buying.consent,
    "confirmation": buying.confirmed,
    "e-mail": buying.mailed,
    "cards": buying.cards,
    "code-threshold": codes.threshold,
    "code-offered": codes.offered,
    "code-asked": codes.asked,
    "code-locked": codes.locked,
    "amazon-pay": buying.no_amazon_pay,
    "skill-id": security.skill_id,
    "other-skills": security.stranger,
    "unsigned": security.unsigned,
    "certificate": security.certificate,
    "secret": security.secret,
    "development": security.development,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """What is asked for, in one sentence, and where Amazon says so. `hand`: what a person has to do; empty
    where a look tells."""

    id: str
    group: str
    asks: str
    source: str
    hand: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of a check: "pass", "fail", "by hand" or "not applicable", and everything that was found."""

    requirement: Requirement
    outcome: str
    findings: tuple[Finding, ...] = ()

    def as_json(self) -> dict[str, Any]:
        told = self.requirement
        faults = [found for found in self.findings if isinstance(found, Fault)]
        notes = [_note(found) for found in self.findings if not isinstance(found, Fault)]
        return {
            "id": told.id,
            "group": told.group,
            "requirement": told.asks,
            "source": told.source,
            "outcome": self.outcome,
            "missing": [{"what": fault.what, "remedy": fault.remedy} for fault in faults],
            "notes": notes,
        }


@lru_cache(maxsize=1)
def requirements() -> tuple[Requirement, ...]:
    """All there are, as in checks.toml."""
    table = tomllib.loads(_TABLE.read_text("utf-8"))
    pages = table["pages"]
    return tuple(Requirement(**{**entry, "source": pages[entry["source"]]}) for entry in table["check"])


def results(candidate: Candidate, *, only: Collection[str] = ()) -> Iterator[Result]:
    """Look at everything, or at the checks named. Raises BadInput for a name there is not."""
    known = {requirement.id for requirement in requirements()}
    if unknown := sorted(set(only) - known):
        raise BadInput(f"there is no check {unknown[0]!r}; there is {', '.join(sorted(known))}")
    for requirement in requirements():
        if not only or requirement.id in only:
            yield result(requirement, candidate)


def result(requirement: Requirement, candidate: Candidate) -> Result:
    """Look at one. A check that fails itself is a fault like any other."""
    if requirement.hand:
        return Result(requirement=requirement, outcome=HAND, findings=(ByHand(requirement.hand),))
    findings: list[Finding] = []
    try:
        findings += LOOKS[requirement.id](candidate)
    except NothingToOrder:
        findings.append(
            Fault(
                "no products come to an order in this shop",
                "import a catalogue: sayso catalogue import; or lower [delivery] minimum_order",
            )
        )
    except Exception as error:
        log.exception("the check %s failed", requirement.id)
        findings.append(
            Fault(f"this could not be looked at: {type(error).__name__}: {error}", "report it with the log")
        )
    return Result(requirement=requirement, outcome=_outcome(findings), findings=tuple(findings))


def _outcome(findings: Collection[Finding]) -> str:
    kinds = {type(found) for found in findings}
    if Fault in kinds:
        return FAIL
    if NotApplicable in kinds:
        return NOT_APPLICABLE
    return HAND if ByHand in kinds else PASS


def _note(found: Finding) -> str:
    match found:
        case NotApplicable(why):
            return why
        case ByHand(what):
            return what
        case Fault(what):
            return what
