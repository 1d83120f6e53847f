"""What the skill store is told of a shop, as its merchant states it; what is left out, the locales word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

# The words for every locale that has none of its own.
EVERYWHERE = "*"
Said = TypeVar("Said")


def said(words: Mapping[str, Said], locale: str) -> Said | None:
    """What holds in a locale: its own, its language's, or what holds everywhere; None where nothing does."""
    return next((words[key] for key in (locale, locale[:2], EVERYWHERE) if key in words), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Where Alexa links a shopper's account, by OAuth 2 with an authorization code: the provider's two
    addresses, who Alexa is to it (`client_id`), the `scopes` asked for, other `domains` its pages need, and
    how Alexa shows its secret (`scheme`: "HTTP_BASIC" or "REQUEST_BODY_CREDENTIALS"). The secret itself is
    kept nowhere."""

    authorization_url: str
    token_url: str
    client_id: str
    scopes: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    scheme: str = "HTTP_BASIC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Publishing:
    """Mappings go by locale, language, or `EVERYWHERE`. `privacy_policy` and `terms_of_use` are addresses of
    pages; `small_icon` and `large_icon` of PNG files of 108 and 512 pixels, or their paths on the machine
    that makes the skill package (empty: they lie in it already). `countries` are ISO 3166-1 codes (none:
    every country), `locales` those it is published in (none: all that are spoken). `testing`: what Amazon's
    testers are told besides what every shop tells them."""

    privacy_policy: Mapping[str, str] = field(default_factory=dict)
    terms_of_use: Mapping[str, str] = field(default_factory=dict)
    name: Mapping[str, str] = field(default_factory=dict)
    invocation: Mapping[str, str] = field(default_factory=dict)
    summary: Mapping[str, str] = field(default_factory=dict)
    description: Mapping[str, str] = field(default_factory=dict)
    keywords: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    phrases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    small_icon: str = ""
    large_icon: str = ""
    category: str = "SHOPPING"
    countries: tuple[str, ...] = ()
    locales: tuple[str, ...] = ()
    testing: str = ""
    account: Account | None = None
