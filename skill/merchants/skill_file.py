"""The `[skill]` of a shop file: what Amazon's skill store is told of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from skill.commerce.publishing import EVERYWHERE, Account, Publishing
from skill.commerce.url import is_safe_url
from skill.speech.locale import locales

# Limits of the manifest: https://developer.amazon.com/en-US/docs/alexa/smapi/skill-manifest.html.
MAX_NAME = 50
MAX_SUMMARY, MAX_DESCRIPTION = 160, 4_000
# Of 4,000 letters; what every shop tells Amazon's testers comes before.
MAX_TESTING = 3_000
MAX_PHRASES, MAX_PHRASE = 3, 200
MAX_KEYWORDS, MAX_KEYWORD = 30, 150


def _https(value: str) -> str:
    safe = is_safe_url(value) and value.lower().startswith("https:")
    if not safe or not value.isprintable() or " " in value:
        raise ValueError(f"{value!r} is no page everybody can trust; write https://…")
    return value


def _spoken(value: str) -> str:
    if value not in locales():
        raise ValueError(f"{value} is not spoken; there is {', '.join(locales())}")
    return value


Url = Annotated[str, Field(max_length=2_000), AfterValidator(_https)]
Place = Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Word = Annotated[str, Field(min_length=1, max_length=500)]


Name = Annotated[str, Field(min_length=2, max_length=MAX_NAME)]
Summary = Annotated[str, Field(min_length=1, max_length=MAX_SUMMARY)]
Description = Annotated[str, Field(min_length=1, max_length=MAX_DESCRIPTION)]
Keyword = Annotated[str, Field(min_length=1, max_length=MAX_KEYWORD)]
Phrase = Annotated[str, Field(min_length=1, max_length=MAX_PHRASE)]


class AccountEntry(BaseModel):
    """Where Alexa links accounts (OAuth 2, authorization code). `authorization_url` and `token_url` are the
    identity provider's, `client_id` what it knows Alexa as; `scopes` what Alexa asks for; `domains` other
    hosts its pages load from; `scheme` how Alexa shows the client's secret. The secret itself is given to
    Alexa alone."""

    model_config = ConfigDict(extra="forbid")

    authorization_url: Url
    token_url: Url
    client_id: Word
    scopes: Annotated[list[Word], Field(max_length=15)] = []
    domains: Annotated[list[Word], Field(max_length=15)] = []
    scheme: Literal["HTTP_BASIC", "REQUEST_BODY_CREDENTIALS"] = "HTTP_BASIC"

    def account(self) -> Account:
        return Account(
            **self.model_dump(exclude={"scopes", "domains"}),
            scopes=tuple(self.scopes),
            domains=tuple(self.domains),
        )


class SkillEntry(BaseModel):
    """What the skill store shows. `privacy_policy` and `terms_of_use` are pages, one for all or by locale or
    language. `small_icon` (108 pixels) and `large_icon` (512 pixels) are PNG files, by path or https. `name`
    is what the skill is called there and `invocation` what it is opened by (both left out: the shop's name);
    `summary`, `description`, `keywords` and example `phrases` are worded by Sayso where left out, and may
    say {shop}. `category` as Amazon names it; `countries` it is offered in and `locales` it is published in
    (left out: all); `testing` what Amazon's testers must know besides; `account` where accounts link."""

    model_config = ConfigDict(extra="forbid")

    privacy_policy: Url | dict[Place, Url] = {}
    terms_of_use: Url | dict[Place, Url] = {}
    name: Name | dict[Place, Name] = {}
    invocation: Name | dict[Place, Name] = {}
    summary: dict[Place, Summary] = {}
    description: dict[Place, Description] = {}
    keywords: dict[Place, Annotated[list[Keyword], Field(max_length=MAX_KEYWORDS)]] = {}
    phrases: dict[Place, Annotated[list[Phrase], Field(min_length=1, max_length=MAX_PHRASES)]] = {}
    small_icon: Annotated[str, Field(max_length=2_000)] = ""
    large_icon: Annotated[str, Field(max_length=2_000)] = ""
    category: Annotated[str, Field(pattern=r"^[A-Z][A-Z_]{1,60}$")] = Publishing().category
    countries: Annotated[list[Country], Field(max_length=250)] = []
    locales: list[Annotated[str, AfterValidator(_spoken)]] = []
    testing: Annotated[str, Field(max_length=MAX_TESTING)] = ""
    account: AccountEntry | None = None

    def publishing(self) -> Publishing:
        return Publishing(
            privacy_policy=_by_place(self.privacy_policy),
            terms_of_use=_by_place(self.terms_of_use),
            name=_by_place(self.name),
            invocation=_by_place(self.invocation),
            summary=self.summary,
            description=self.description,
            keywords={place: tuple(words) for place, words in self.keywords.items()},
            phrases={place: tuple(said) for place, said in self.phrases.items()},
            small_icon=self.small_icon,
            large_icon=self.large_icon,
            category=self.category,
            countries=tuple(self.countries),
            locales=tuple(self.locales),
            testing=self.testing,
            account=self.account.account() if self.account else None,
        )

    @classmethod
    def of(cls, publishing: Publishing) -> SkillEntry:
        """As it would be written."""
        account = publishing.account
        return cls.model_construct(
            privacy_policy=_written(publishing.privacy_policy),
            terms_of_use=_written(publishing.terms_of_use),
            name=_written(publishing.name),
            invocation=_written(publishing.invocation),
            summary=dict(publishing.summary),
            description=dict(publishing.description),
            keywords={place: list(words) for place, words in publishing.keywords.items()},
            phrases={place: list(said) for place, said in publishing.phrases.items()},
            small_icon=publishing.small_icon,
            large_icon=publishing.large_icon,
            category=publishing.category,
            countries=list(publishing.countries),
            locales=list(publishing.locales),
            testing=publishing.testing,
            account=AccountEntry.model_construct(
                **{**asdict(account), "scopes": list(account.scopes), "domains": list(account.domains)}
            )
            if account
            else None,
        )


def _by_place(written: str | Mapping[str, str]) -> Mapping[str, str]:
    return {EVERYWHERE: written} if isinstance(written, str) else written


def _written(words: Mapping[str, str]) -> str | dict[str, str]:
    return words[EVERYWHERE] if EVERYWHERE in words else dict(words)
