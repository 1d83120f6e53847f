"""What the skill store shows, and what Amazon is told of the skill besides."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from skill.alexa.manifest import ICONS, is_lambda, linking, manifest, permissions, phrases
from skill.certify.check import ByHand, Candidate, Fault, Finding
from skill.certify.voice import response_problems
from skill.devtools.matchers import matcher_of
from skill.intents import everything
from skill.merchants.skill_file import (
    MAX_DESCRIPTION,
    MAX_KEYWORD,
    MAX_KEYWORDS,
    MAX_NAME,
    MAX_PHRASE,
    MAX_PHRASES,
    MAX_SUMMARY,
)
from skill.speech.locale import data
from skill.speech.utterances import samples

_WRITE = "write it: sayso manifest"
# Amazon's own marks: https://developer.amazon.com/en-US/docs/alexa/custom-skills/policy-requirements-for-an-alexa-skill.html.
_MARKS = re.compile(r"\b(alexa|amazon|aws|echo|kindle|prime|fire tv)\b", re.IGNORECASE)
_WORDED = "word it in the shop file: [skill] {key}"


def package_whole(candidate: Candidate) -> Iterator[Fault]:
    """Manifest and models can be read."""
    yield from (Fault(problem, _WRITE) for problem in candidate.package.broken)


def package_current(candidate: Candidate) -> Iterator[Fault]:
    """The manifest says what the shop says today."""
    package = candidate.package
    if not package.manifest:
        return
    ours = manifest(candidate.facts, icons=package.icons, endpoint=package.endpoint)["manifest"]
    for part in sorted({*ours, *package.manifest}):
        if ours.get(part) != package.manifest.get(part):
            yield Fault(
                f"skill.json: {part} is not what the shop says today", "write it anew: sayso manifest"
            )


def texts(candidate: Candidate) -> Iterator[Fault]:
    """Name, summary, description and keywords of every locale are there and no longer than they may be."""
    longest = {"name": MAX_NAME, "summary": MAX_SUMMARY, "description": MAX_DESCRIPTION}
    for locale in candidate.locales:
        page = candidate.package.page(locale)
        for key, most in longest.items():
            text = str(page.get(key, ""))
            if not text.strip():
                yield Fault(f"{locale}: no {key}", _WORDED.format(key=key))
            elif len(text) > most:
                yield Fault(
                    f"{locale}: the {key} has {len(text)} letters; {most} may be", _WORDED.format(key=key)
                )
            elif "{" in text:
                yield Fault(f"{locale}: a placeholder stands in the {key}", _WORDED.format(key=key))
        words = list(page.get("keywords", ()))
        if not 0 < len(words) <= MAX_KEYWORDS or any(not 0 < len(word) <= MAX_KEYWORD for word in words):
            yield Fault(f"{locale}: 1 to {MAX_KEYWORDS} keywords are wanted", _WORDED.format(key="keywords"))


def description_tells(candidate: Candidate) -> Iterator[Fault]:
    """The description tells of account linking and of the voice code."""
    for locale in candidate.locales:
        text = str(candidate.package.page(locale).get("description", "")).casefold()
        for what, words in data("publishing", locale)["mentions"].items():
            if not any(word in text for word in words):
                told = {"linking": "account linking", "code": "the voice code"}[what]
                yield Fault(
                    f"{locale}: the description does not tell of {told}",
                    f"say it in [skill] description, for example with {words[0]!r}",
                )


def no_marks(candidate: Candidate) -> Iterator[Fault]:
    """Neither the skill's name nor the hosts of its pages hold Amazon's marks."""
    for locale in candidate.locales:
        name = str(candidate.package.page(locale).get("name", ""))
        if found := _MARKS.search(name):
            yield Fault(f"{locale}: the name holds {found[0]!r}", _WORDED.format(key="name"))
    for url in sorted({*_pages(candidate).values(), *_linking_urls(candidate)}):
        host = urlsplit(url).hostname or ""
        if found := _MARKS.search(host.replace("-", " ").replace(".", " ")):
            yield Fault(f"the host of {url} holds {found[0]!r}", "serve it from a host of your own name")


def example_phrases(candidate: Candidate) -> Iterator[Fault]:
    """Three examples; the first opens the skill, the others are samples, and each is understood and
    answered."""
    for locale in candidate.locales:
        shown = [str(phrase) for phrase in candidate.package.page(locale).get("examplePhrases", ())]
        remedy = f"correct [skill] phrases, or leave them out: {', '.join(phrases(candidate.facts, locale))}"
        if len(shown) != MAX_PHRASES or any(not 0 < len(phrase) <= MAX_PHRASE for phrase in shown):
            yield Fault(
                f"{locale}: {MAX_PHRASES} example phrases are wanted, and {len(shown)} are there", remedy
            )
        if shown and not _opens(shown[0], candidate, locale):
            yield Fault(f"{locale}: {shown[0]!r} does not open the skill by its name", remedy)
        known = {
            sample.casefold() for intent in everything().values() for sample in samples(intent, locale=locale)
        }
        for phrase in shown[1:]:
            match = (
                matcher_of(locale).match(phrase, today=candidate.scratch.now.date())
                if phrase.casefold() in known
                else None
            )
            if match is None:
                yield Fault(f"{locale}: {phrase!r} is none of the sample utterances", remedy)
                continue
            talk = candidate.scratch.talk(locale)
            talk.open()
            turn = talk.intend(match.intent, **{name: slot.text for name, slot in match.slots.items()})
            for problem in response_problems(turn):
                yield Fault(f"{locale}: {phrase!r} is answered badly: {problem}", remedy)


def icons(candidate: Candidate) -> Iterator[Fault]:
    """Both icons are named, and those in the package are such pictures."""
    for locale in candidate.locales:
        page = candidate.package.page(locale)
        for name, side in ICONS.items():
            if not page.get(f"{name.removesuffix('Icon')}IconUri") or name not in candidate.package.icons:
                yield Fault(
                    f"{locale}: no icon of {side} by {side} pixels",
                    f"put it into the package as assets/images/{name}.png and write the manifest anew",
                )


def privacy_policy(candidate: Candidate) -> Iterator[Finding]:
    """Every locale links the privacy policy."""
    yield from _linked(candidate, "privacyPolicyUrl", "privacy_policy")


def terms_of_use(candidate: Candidate) -> Iterator[Finding]:
    """Every locale links the terms of use."""
    yield from _linked(candidate, "termsOfUseUrl", "terms_of_use")


def permissions_declared(candidate: Candidate) -> Iterator[Fault]:
    """The skill may ask for what it asks for, and for nothing else."""
    declared = {str(one.get("name")) for one in candidate.package.manifest.get("permissions", ())}
    used = set(permissions(candidate.facts))
    yield from (Fault(f"{name} is used and not declared", _WRITE) for name in sorted(used - declared))
    yield from (Fault(f"{name} is declared and not used", _WRITE) for name in sorted(declared - used))


def compliance(candidate: Candidate) -> Iterator[Fault]:
    """The manifest says that the skill sells and keeps personal data, and is not made for children."""
    told: Mapping[str, Any] = candidate.package.manifest.get("privacyAndCompliance", {})
    wanted = {
        "allowsPurchases": True,
        "usesPersonalInfo": True,
        "isChildDirected": False,
        "isExportCompliant": True,
        "containsAds": False,
    }
    for key, value in wanted.items():
        if told.get(key) is not value:
            yield Fault(f"{key} is {told.get(key)!r} and must be {value!r}", _WRITE)


def linking_told(candidate: Candidate) -> Iterator[Fault]:
    """Alexa knows where accounts are linked, and the shop whose tokens it believes."""
    facts, ours = candidate.facts, linking(candidate.facts)
    if facts.linking is None:
        yield Fault(
            "the shop checks no account: whoever brings any token may order",
            "say in [linking] of the shop file whose tokens count",
        )
    if ours is None:
        yield Fault(
            "Alexa is not told where accounts are linked",
            "say in [skill.account] of the shop file where they are linked, and write the manifest anew",
        )
    elif candidate.package.linking != ours:
        yield Fault("accountLinking.json is not what the shop says today", _WRITE)
    account = facts.skill.account if facts.skill else None
    if facts.linking and account and (lacking := sorted(set(facts.linking.scopes) - set(account.scopes))):
        yield Fault(
            f"tokens must carry the scope {lacking[0]}, which Alexa does not ask for",
            "add it to [skill.account] scopes",
        )


def testing(candidate: Candidate) -> Iterator[Finding]:
    """Amazon's testers are told how to try the shop, and with which account."""
    if not str(
        candidate.package.manifest.get("publishingInformation", {}).get("testingInstructions", "")
    ).strip():
        yield Fault("there are no testing instructions", _WRITE)
    yield ByHand(
        "Give Amazon's testers a linked account that needs no second factor and is charged nothing: add its "
        "name and password to the testing instructions in the developer console, never to the shop file."
    )


def endpoint(candidate: Candidate) -> Iterator[Fault]:
    """Alexa is told where to ask, and for events too."""
    told, uri = candidate.package.manifest, candidate.package.endpoint
    if not uri:
        yield Fault("Alexa is not told where the skill is", "write the manifest with --endpoint")
        return
    place = told["apis"]["custom"]["endpoint"]
    if not is_lambda(uri) and place.get("sslCertificateType") != "Trusted":
        yield Fault(
            "a published skill needs a trusted certificate", "write the manifest with --endpoint https://…"
        )
    if told.get("events", {}).get("endpoint") != place:
        yield Fault("events go elsewhere than requests, or nowhere", _WRITE)


def _linked(candidate: Candidate, key: str, entry: str) -> Iterator[Finding]:
    pages = _pages(candidate, key)
    for locale in candidate.locales:
        url = pages.get(locale, "")
        if not url.startswith("https://"):
            what = f"{url} is not https" if url else "no link"
            yield Fault(f"{locale}: {what}", f'name the page: [skill] {entry} = "https://…" in the shop file')
    for url in (
        sorted({url for url in pages.values() if url.startswith("https://")}) if candidate.reach else ()
    ):
        assert candidate.reach
        if why := candidate.reach(url):
            yield Fault(f"{url} cannot be read: {why}", "publish the page, or correct its address")


def _pages(candidate: Candidate, key: str = "") -> dict[str, str]:
    """The pages linked under `key` by locale; under any, by locale and key."""
    told: Mapping[str, Any] = candidate.package.manifest.get("privacyAndCompliance", {}).get("locales", {})
    if key:
        return {locale: str(pages[key]) for locale, pages in told.items() if pages.get(key)}
    return {f"{locale}.{name}": str(url) for locale, pages in told.items() for name, url in pages.items()}


def _linking_urls(candidate: Candidate) -> list[str]:
    asked = candidate.package.linking.get("accountLinkingRequest", {})
    return [str(asked[name]) for name in ("authorizationUrl", "accessTokenUrl") if asked.get(name)]


def _opens(phrase: str, candidate: Candidate, locale: str) -> bool:
    """Whether a phrase is the wake word and a way of opening the skill by its name."""
    name = candidate.package.invocation(locale)
    said = re.sub(r"[,،.!]", "", phrase.casefold())
    ways = data("skill", locale)["opening"]["launch"]
    wake = data("publishing", locale)["wake"].casefold()
    return any(
        said == f"{wake} {way.format(shop=name)}".casefold() for way in ways if not way.startswith("{")
    )
