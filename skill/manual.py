"""Where to read on: the page, and the heading on it, for each topic. Nothing else knows their addresses.

`docs/` lies in the repository; who publishes the site (`make docs`) says where with SAYSO_DOCS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_FOLDER = "docs"
# Topics that an error names by itself.
SETTINGS, SHOP_FILE, SCENARIO, LOCALE = "settings", "shop file", "scenario", "locale"
TOPICS: Mapping[str, str] = {
    SETTINGS: "reference/settings.md",
    SHOP_FILE: "reference/shop-file.md",
    SCENARIO: "reference/scenario.md",
    LOCALE: "add-a-locale.md#a-new-language",
    "start": "index.md",
    "talking": "talk-and-test.md#in-the-terminal",
    "recordings": "talk-and-test.md#record",
    "worlds": "scenarios.md",
    "models": "write-an-intent.md#sentences",
    "feeds": "catalogue.md#feeds",
    "report": "catalogue.md#the-report",
    "versions": "catalogue.md#what-goes-live-and-when",
    "numbers": "journey.md#the-merchants-numbers",
    "linked feeds": "catalogue.md#kept-fresh",
    "names for Alexa": "catalogue.md#names-for-alexa",
    "merchants": "catalogue.md#many-merchants",
    "search": "search.md",
    "keys": "merchant-api.md",
    "payment": "orders.md#payment",
    "webhooks": "orders.md#told-to-the-merchant",
    "shoppers": "privacy.md#what-a-shopper-may-ask-for",
    "voice code": "scenarios.md",
    "hosting": "operate.md#a-machine-of-your-own",
    "the skill": "deploy.md#5-the-skill",
    "certification": "deploy.md#6-is-it-well",
}
# The topic of a command, by its first words.
_COMMANDS: Mapping[tuple[str, ...], str] = {
    ("catalogue",): "feeds",
    ("catalogue", "alexa"): "names for Alexa",
    ("catalogue", "link"): "linked feeds",
    ("catalogue", "refresh"): "linked feeds",
    ("catalogue", "report"): "report",
    ("catalogue", "rollback"): "versions",
    ("catalogue", "search"): "search",
    ("catalogue", "unlink"): "linked feeds",
    ("catalogue", "verify"): "versions",
    ("catalogue", "versions"): "versions",
    ("certify",): "certification",
    ("manifest",): "the skill",
    ("merchant",): "merchants",
    ("merchant", "key"): "keys",
    ("models",): "models",
    ("orders",): "payment",
    ("record",): "recordings",
    ("replay",): "recordings",
    ("report",): "numbers",
    ("scenario",): "worlds",
    ("serve",): "hosting",
    ("shop",): SHOP_FILE,
    ("shopper",): "shoppers",
    ("shopper", "unlock"): "voice code",
    ("unanswered",): "numbers",
    ("webhook",): "webhooks",
}


def topic_of(message: str, *, command: Sequence[str]) -> str:
    """What an error is about: settings where it names one first, else what the command is about, by its
    longest beginning that has a topic."""
    if message.startswith("SAYSO_"):
        return SETTINGS
    for length in range(len(command), 0, -1):
        if found := _COMMANDS.get(tuple(command[:length])):
            return found
    return "talking"


def page(topic: str, *, site: str = "") -> str:
    """Where to read about a topic of TOPICS: a file of the repository and its heading, or the address on the
    `site`. Raises KeyError for another topic."""
    return _at(TOPICS[topic], site)


def feed_problem(code: str, *, site: str = "") -> str:
    """Where to read about what is wrong with a feed, by its code."""
    return _at(f"reference/feed-problems.md#{code}", site)


def _at(place: str, site: str) -> str:
    if not site:
        return f"{_FOLDER}/{place}"
    name, at, heading = place.partition("#")
    return f"{site.rstrip('/')}/{name.removesuffix('.md')}.html{at}{heading}"
