"""The skill's manifest and account linking, as SMAPI takes them, made of a shop's facts.

Fields and limits: https://developer.amazon.com/en-US/docs/alexa/smapi/skill-manifest.html and
account-linking-schemas.html there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from skill.alexa.contact import NOTIFICATIONS, PERMISSIONS, REMINDERS
from skill.commerce.merchant import Facts
from skill.commerce.publishing import Publishing, said
from skill.speech.locale import data, locales

# Permissions are called otherwise on the card that asks for them.
_DECLARED = {"read::alexa:device:all:address": "alexa::devices:all:address:full:read"}
_GEOLOCATION = "alexa::devices:all:geolocation:read"
# What is subscribed to, and the request it comes as. That an account was unlinked is answered too, but SMAPI
# knows no subscription of that name.
SUBSCRIPTION = "SKILL_PROACTIVE_SUBSCRIPTION_CHANGED"
EVENTS = {
    "SKILL_ACCOUNT_LINKED": "AlexaSkillEvent.SkillAccountLinked",
    "SKILL_DISABLED": "AlexaSkillEvent.SkillDisabled",
    SUBSCRIPTION: "AlexaSkillEvent.ProactiveSubscriptionChanged",
}
# The notifications that are sent, as skill.alexa.proactive makes them.
PUBLISHED = ("AMAZON.OrderStatus.Updated", "AMAZON.MessageAlert.Activated")
# What our documents are drawn for:
# https://developer.amazon.com/en-US/docs/alexa/alexa-presentation-language/apl-support-for-your-skill.html.
# CAN_FULFILL_INTENT_REQUEST is answered but not declared: it is for skills in en-US alone.
_VIEWPORTS = (
    ("HUB", "ROUND", (100, 599), (100, 599)),
    ("HUB", "RECTANGLE", (960, 1279), (100, 599)),
    ("HUB", "RECTANGLE", (960, 1279), (600, 959)),
    ("HUB", "RECTANGLE", (1280, 1920), (600, 1279)),
    ("TV", "RECTANGLE", (960, 960), (540, 540)),
)
_LAMBDA = re.compile(
    r"arn:aws:lambda:[a-z]{2}-[a-z]+-\d:\d{12}:function:[A-Za-z0-9-_]{1,64}(:[A-Za-z0-9-_$]{1,128})?"
)
_WEB = re.compile(r"https://[A-Za-z0-9.-]+(:443)?/[!-~]*")
SMALL, LARGE = "smallIcon", "largeIcon"
# Side of each icon, in pixels.
ICONS = {SMALL: 108, LARGE: 512}


@dataclass(frozen=True, slots=True)
class Lack:
    """Something the skill store must be told and is not, and what to do about it."""

    what: str
    remedy: str


def is_lambda(endpoint: str) -> bool:
    """Whether this is the address (ARN) of a function, or of its alias."""
    return _LAMBDA.fullmatch(endpoint) is not None


def is_endpoint(endpoint: str) -> bool:
    """Whether Alexa can send requests there: a function, or https on port 443."""
    return is_lambda(endpoint) or _WEB.fullmatch(endpoint) is not None


def published(facts: Facts) -> tuple[str, ...]:
    """The locales the skill is published in: all that are spoken, unless the shop names some."""
    return (facts.skill.locales if facts.skill else ()) or locales()


def invocation(facts: Facts, locale: str) -> str:
    """What the skill is opened by: the name of the seller, unless the shop says how it is written."""
    own = said(facts.skill.invocation, locale) if facts.skill else None
    return own or facts.called(locale).lower()


def phrases(facts: Facts, locale: str) -> tuple[str, ...]:
    """What the store's page proposes to say; the first opens the skill."""
    own = said(facts.skill.phrases, locale) if facts.skill else None
    return tuple(_filled(text, facts, locale) for text in own or data("publishing", locale)["phrases"])


def permissions(facts: Facts) -> tuple[str, ...]:
    """What shoppers are asked to allow: who they are, where the nearest store is if there are any,
    and how they are told things later if the shop does that."""
    asked = tuple(_DECLARED.get(name, name) for name in PERMISSIONS)
    if any(store.place for store in facts.stores):
        asked = (*asked, _GEOLOCATION)
    if facts.notices is None:
        return asked
    return (*asked, REMINDERS, *((NOTIFICATIONS,) if facts.notices.client_id else ()))


def lacking(facts: Facts, *, icons: Mapping[str, str]) -> Iterator[Lack]:
    """What the store cannot do without. `icons` are the addresses of those there are, by name."""
    skill = facts.skill or Publishing()
    for locale in published(facts):
        if said(skill.privacy_policy, locale) is None:
            yield Lack(
                f"{locale}: no privacy policy",
                'name its page in the shop file: [skill] privacy_policy = "https://…", or one a language',
            )
    for name, side in ICONS.items():
        if name not in icons:
            key = "small_icon" if name == SMALL else "large_icon"
            yield Lack(
                f"no icon of {side} by {side} pixels",
                f"name a PNG file in the shop file: [skill] {key}, or put it into assets/images/{name}.png",
            )


def manifest(facts: Facts, *, icons: Mapping[str, str], endpoint: str = "") -> dict[str, Any]:
    """skill.json. Without an `endpoint` it creates a skill that nobody can talk to yet, which is how its id
    is learned."""
    skill, names = facts.skill or Publishing(), published(facts)
    place = _endpoint(endpoint)
    custom = {"endpoint": place} if place else {}
    return {
        "manifest": {
            "manifestVersion": "1.0",
            "publishingInformation": {
                "locales": {locale: _published(facts, skill, locale, icons) for locale in names},
                "isAvailableWorldwide": not skill.countries,
                **({"distributionCountries": list(skill.countries)} if skill.countries else {}),
                "distributionMode": "PUBLIC",
                "category": skill.category,
                "testingInstructions": testing(facts),
            },
            "privacyAndCompliance": {
                "allowsPurchases": True,
                "usesPersonalInfo": True,
                "isChildDirected": False,
                "isExportCompliant": True,
                "containsAds": False,
                "locales": {locale: _compliant(skill, locale) for locale in names},
            },
            "permissions": [{"name": name} for name in permissions(facts)],
            **({"events": _events(facts, place)} if place else {}),
            "apis": {"custom": {**custom, "interfaces": [_screens()]}},
        }
    }


def _events(facts: Facts, place: Mapping[str, str]) -> dict[str, Any]:
    """What is subscribed to, and which notifications are sent."""
    names = subscriptions(facts)
    told: dict[str, Any] = {"endpoint": place, "subscriptions": [{"eventName": name} for name in names]}
    sent = PUBLISHED if SUBSCRIPTION in names else ()
    return told | ({"publications": [{"eventName": name} for name in sent]} if sent else {})


def subscriptions(facts: Facts) -> tuple[str, ...]:
    """The events a shop has to hear of, of EVENTS."""
    notifies = bool(facts.notices and facts.notices.client_id)
    return tuple(name for name in EVENTS if notifies or name != SUBSCRIPTION)


def linking(facts: Facts) -> dict[str, Any] | None:
    """accountLinking.json, without the client's secret; None where the shop does not say where accounts are
    linked. Whoever only looks around need not link: `skipOnEnablement`."""
    account = facts.skill.account if facts.skill else None
    if account is None:
        return None
    return {
        "accountLinkingRequest": {
            "type": "AUTH_CODE",
            "authorizationUrl": account.authorization_url,
            "accessTokenUrl": account.token_url,
            "accessTokenScheme": account.scheme,
            "clientId": account.client_id,
            "scopes": list(account.scopes),
            "domains": list(account.domains),
            "skipOnEnablement": True,
        }
    }


def testing(facts: Facts) -> str:
    """What Amazon's testers are told: how a shop is tried, and what the merchant adds."""
    own = facts.skill.testing if facts.skill else ""
    return "\n\n".join(filter(None, (_worded("testing", facts, facts.locale), own)))


def _published(facts: Facts, skill: Publishing, locale: str, icons: Mapping[str, str]) -> dict[str, Any]:
    texts = data("publishing", locale)
    return {
        "name": said(skill.name, locale) or facts.called(locale),
        "summary": _worded("summary", facts, locale, own=said(skill.summary, locale)),
        "description": _worded("description", facts, locale, own=said(skill.description, locale)),
        "examplePhrases": list(phrases(facts, locale)),
        "keywords": list(said(skill.keywords, locale) or texts["keywords"]),
        **({"smallIconUri": icons[SMALL]} if SMALL in icons else {}),
        **({"largeIconUri": icons[LARGE]} if LARGE in icons else {}),
    }


def _compliant(skill: Publishing, locale: str) -> dict[str, str]:
    pages = {"privacyPolicyUrl": skill.privacy_policy, "termsOfUseUrl": skill.terms_of_use}
    return {name: url for name, pages in pages.items() if (url := said(pages, locale))}


def _worded(key: str, facts: Facts, locale: str, *, own: str | None = None) -> str:
    return _filled((own or data("publishing", locale)[key]).strip(), facts, locale)


def _filled(text: str, facts: Facts, locale: str) -> str:
    """A text with the shop's names in it. No format: a merchant's own text may hold any brace."""
    name, opened = facts.called(locale), invocation(facts, locale)
    # As it is written where that is the same to whoever listens.
    opened = name if name.lower() == opened else opened
    return text.replace("{shop}", name).replace("{opened}", opened)


def _endpoint(endpoint: str) -> dict[str, str]:
    if not endpoint:
        return {}
    return {"uri": endpoint} if is_lambda(endpoint) else {"uri": endpoint, "sslCertificateType": "Trusted"}


def _screens() -> dict[str, Any]:
    return {
        "type": "ALEXA_PRESENTATION_APL",
        "supportedViewports": [
            {
                "mode": mode,
                "shape": shape,
                "minWidth": width[0],
                "maxWidth": width[1],
                "minHeight": height[0],
                "maxHeight": height[1],
            }
            for mode, shape, width, height in _VIEWPORTS
        ],
    }
