"""What a check finds, and what it is given to find it in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from skill.catalogue.search import CatalogueIndex
from skill.certify.scratch import Scratch
from skill.commerce.merchant import Facts
from skill.settings import Settings


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that Amazon asks for and this deployment lacks, and what to do about it."""

    what: str
    remedy: str


class NothingToOrder(Exception):
    """No products come to an order in this shop, so that nobody can be sent to its till."""


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """Why a requirement does not concern this deployment."""

    why: str


@dataclass(frozen=True, slots=True)
class ByHand:
    """What only a person can find out."""

    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """The skill package as it lies there: `manifest` without its envelope, `models` by locale; empty where
    they cannot be read, and then `broken` says why."""

    manifest: Mapping[str, Any]
    models: Mapping[str, Mapping[str, Any]]
    linking: Mapping[str, Any]
    icons: Mapping[str, str]
    broken: tuple[str, ...] = ()

    def invocation(self, locale: str) -> str:
        """The name the skill is opened by, as the locale's model has it."""
        model = self.models.get(locale, {}).get("interactionModel", {})
        return str(model.get("languageModel", {}).get("invocationName", ""))

    @property
    def endpoint(self) -> str:
        """Where Alexa is told to ask; empty when it is not told yet."""
        return str(self.manifest.get("apis", {}).get("custom", {}).get("endpoint", {}).get("uri", ""))

    def page(self, locale: str) -> Mapping[str, Any]:
        """What the skill store shows in a locale."""
        pages: Mapping[str, Any] = self.manifest.get("publishingInformation", {}).get("locales", {})
        page: Mapping[str, Any] = pages.get(locale, {})
        return page


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A deployment that wants to be certified. `skills`: the application ids that are this shop's; `scratch`:
    the same shop where nothing is kept. `url` is the endpoint that is asked (empty: the deployment's own, in
    this process); `knock` sends it a body with these headers and tells the status, or raises OSError;
    `answers` tells whether the shop answers a skill; `reach` tells why a page cannot be read ("" when it
    can), None when nobody wants to know."""

    settings: Settings
    facts: Facts
    catalogue: CatalogueIndex
    locales: tuple[str, ...]
    package: Package
    scratch: Scratch
    skills: frozenset[str]
    knock: Callable[[bytes, Mapping[str, str]], int]
    answers: Callable[[str], bool]
    url: str = ""
    reach: Callable[[str], str] | None = None


Finding = Fault | NotApplicable | ByHand
Check = Callable[[Candidate], Iterable[Finding]]
