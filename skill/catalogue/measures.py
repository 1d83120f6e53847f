"""Measures and counts in a title, as they are said: "64 fl oz" → "64 fluid ounces", "1/2 gal" → "half
gallon", "2L Bottle" → "2 liter bottle". Units and plurals are CLDR's, by Babel."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache, partial
from typing import NamedTuple

from babel import Locale
from babel.units import format_unit

from skill.catalogue.naming_rules import Naming, either, naming

_NUMBER = r"\d{1,3}(?:,\d{3})+(?![\d,])|\d+(?:[.,]\d+)?|(?<!\d)\.\d+"
FIGURE = re.compile(r"\d")
_FRACTION = r"(?:(?P<whole>\d+)[\s-]+)?(?P<fraction>[1-3]/[2-4])"
# What no plural is told by: a number's own grammar is kept out of a name.
_PLAIN = "0.###"
_DECIMALS = 3


class Size(NamedTuple):
    """How much or, where `counted`, how many, as it is said."""

    said: str
    counted: bool = False


@dataclass(frozen=True, slots=True)
class Measured:
    """A text without its sizes, and those in order."""

    text: str
    sizes: tuple[Size, ...] = ()


@lru_cache(maxsize=20_000)
def measured(text: str, *, language: str) -> Measured:
    """Sizes and packs taken out of `text`; what is no size (lengths, watts) said where it stands."""
    rules = naming(language)
    if not (rules.units and (FIGURE.search(text) or rules.telling.search(text))):
        return Measured(text)
    kept = _Kept()
    worded = _pattern(language).sub(lambda found: _size(found, rules, kept), text)
    for pattern, said in rules.counts if rules.counted.search(worded) else ():
        worded = pattern.sub(partial(_counted, said, kept, rules), worded)
    if by := rules.says.get("by"):
        worded = _BETWEEN.sub(f" {by} ", worded)
    return Measured(_PLACES.sub(" ", worded), kept.sizes(worded))


def worded_fractions(text: str, *, language: str) -> str:
    """Fractions of nothing in particular as words; those before a unit stay."""
    ways = naming(language).fractions.get("bare", {})
    if not ways or "/" not in text:
        return text
    return _alone(language).sub(lambda found: str(ways.get(found[0], found[0])), text)


@lru_cache(maxsize=16)
def _alone(language: str) -> re.Pattern[str]:
    units = either(naming(language).units)
    return re.compile(
        rf"(?<![\d/.,-])(?<!\d\s)[1-3]/[2-4](?![\d/])(?![\s-]*(?:{units})(?!\w))", re.IGNORECASE
    )


def _counted(said: str, kept: _Kept, rules: Naming, found: re.Match[str]) -> str:
    counted = found.expand(said)
    return kept.keep(Size(counted.lower() if rules.attributive else counted, counted=True))


_PLACES = re.compile("\ue000\\d+\ue001")
_BETWEEN = re.compile(r"(?<=\w)\s+x\s+(?=\d)", re.IGNORECASE)


class _Kept:
    """What was found, each standing in the text as a sign nobody writes."""

    def __init__(self) -> None:
        self._found: list[Size] = []

    def keep(self, size: Size) -> str:
        self._found.append(size)
        return f" \ue000{len(self._found) - 1}\ue001 "

    def sizes(self, text: str) -> tuple[Size, ...]:
        """Those that are left in `text`, in its order."""
        return tuple(self._found[int(place[1:-1])] for place in _PLACES.findall(text))


@lru_cache(maxsize=16)
def _pattern(language: str) -> re.Pattern[str]:
    rules = naming(language)
    known = [written for written, unit in rules.units.items() if _is_said(unit, language)]
    cased = [unit for unit in known if unit != unit.lower() or len(unit) == 1]
    free = [unit for unit in known if unit not in cased]
    unit = rf"(?P<unit>(?-i:{either(cased, cased=True)})|{either(free)})\.?(?!\w|\s?/\s?[a-z])"
    qualities, containers = either(rules.qualities), either(rules.containers)
    container = rf"(?:[\s-]+(?P<container>(?:(?:{qualities})[\s-]+)*(?:{containers}))(?!\w)(?:\s+of(?!\w))?)?"
    halves = either(str(way).split(" {")[0] for key, way in rules.fractions.items() if "/" in key)
    counted = (way.partition("{count}") for way in rules.fractions.get("more", {}).values())
    mores = "|".join(rf"{re.escape(before)}\d+{re.escape(after)}" for before, _, after in counted) or "(?!)"
    by = re.escape(rules.says.get("by", "x"))
    return re.compile(
        rf"(?<![\w.,#/$€£-])(?:"
        rf"(?:(?P<times>\d+)\s*x\s*)?"
        rf"(?:{_FRACTION}|(?P<number>{_NUMBER})(?:\s*(?:-|to)\s*(?P<upto>{_NUMBER}))?)"
        rf"[\s-]*{unit}{container}"
        rf"|(?P<across>\d+(?:[.,]\d+)?(?:(?:\s+(?:x|{by})\s+|x)\d+(?:[.,]\d+)?)+)"
        rf"(?:\s*(?P<in>(?-i:{either(cased, cased=True)})|{either(free)})\.?)?(?!\w)"
        rf"|(?P<half>{mores}|{halves})\s+(?:an?\s+)?(?P<of>{either(free)})(?!\w))",
        re.IGNORECASE,
    )


def _size(found: re.Match[str], rules: Naming, kept: _Kept) -> str:
    follows = found.string[found.end() :].lstrip()[:1].isalnum()
    said, held = _read(found[0], found.groups(), follows, rules.language)
    return kept.keep(Size(said)) if held else said


@lru_cache(maxsize=20_000)
def _read(written: str, groups: tuple[str | None, ...], follows: bool, language: str) -> tuple[str, bool]:
    """What was found, as it is said, and whether it is taken out: most sizes are met again and again.
    `follows`: whether a word does."""
    rules = naming(language)
    found = {name: groups[place - 1] or "" for name, place in _pattern(language).groupindex.items()}
    if found["across"]:
        return _across(found, rules)
    if found["half"]:
        return written, rules.units[found["of"].lower()].startswith(rules.sizes)
    unit = _unit(found["unit"], rules)
    held, container = unit.startswith(rules.sizes), found["container"]
    if container and not held:
        return written, False
    single = rules.attributive and bool(container or (not held and follows))
    if found["fraction"]:
        said = _fraction(found["whole"], found["fraction"], unit, rules)
    else:
        said = _amount(found["number"], unit, rules, single=single)
        if found["upto"] and (_number(found["upto"], language)[0] < _number(found["number"], language)[0]):
            # "6-4 oz" are six of four ounces.
            size = _amount(found["upto"], unit, rules, single=single)
            said = rules.says["times"].format(count=found["number"], size=size)
        elif found["upto"]:
            upto = _amount(found["upto"], unit, rules, single=single)
            said = f"{_number(found['number'], language)[1]} {rules.says['to']} {upto}"
    if container:
        said = f"{said} {container.lower() if rules.attributive else container}"
    if found["times"] and not held:
        return f"{found['times']} {rules.says['by']} {said}", True
    if found["times"]:
        return rules.says["times"].format(count=found["times"], size=said), True
    return (said, True) if held else (f" {said} ", False)


def _unit(written: str, rules: Naming) -> str:
    return rules.units.get(written) or rules.units[re.sub(r"\s+", " ", written.lower())]


def _across(found: Mapping[str, str], rules: Naming) -> tuple[str, bool]:
    by = rules.says["by"]
    parts = re.split(rf"\s*(?:x|{re.escape(by)})\s*", found["across"], flags=re.IGNORECASE)
    *first, last = (_number(part, rules.language)[1] for part in parts)
    if not found["in"]:
        return f" {f' {by} '.join((*first, last))} ", False
    last = _amount(last, _unit(found["in"], rules), rules, single=False)
    return f" {by} ".join((*first, last)), True


@lru_cache(maxsize=10_000)
def _number(written: str, language: str) -> tuple[Decimal, str]:
    """A number's value, and as the language writes it, without groups and without an empty part."""
    plain = (
        written.replace(",", "")
        if re.fullmatch(r"\d{1,3}(?:,\d{3})+", written)
        else written.replace(",", ".")
    )
    value = Decimal(plain if plain[0] != "." else f"0{plain}")
    text = f"{value:f}".rstrip("0").rstrip(".") if "." in plain else str(int(plain))
    return value, text.replace(".", ",") if _comma(language) else text


@lru_cache(maxsize=32)
def _locale(language: str) -> Locale:
    return Locale.parse(language)


@lru_cache(maxsize=32)
def _comma(language: str) -> bool:
    return bool(_locale(language).number_symbols["latn"]["decimal"] == ",")


def _amount(written: str, unit: str, rules: Naming, *, single: bool) -> str:
    value, text = _number(written, rules.language)
    return _worded(value, text, unit, rules.language, single)


@lru_cache(maxsize=20_000)
def _worded(value: Decimal, text: str, unit: str, language: str, single: bool) -> str:
    """A number with its unit: by the language's own table, else as CLDR has it, else as a sign."""
    form = str(_locale(language).plural_form(value))
    if own := naming(language).words.get(unit):
        return (own.get(form) or own["other"]).format(count=text)
    if single or len(text.replace(",", ".").partition(".")[2]) > _DECIMALS:
        return _by_cldr(text if single else value, unit, language)
    return _way(unit, form, language).format(count=text)


def _by_cldr(value: Decimal | str, unit: str, language: str) -> str:
    said: str = format_unit(
        value, unit, "long", format=_PLAIN, locale=_locale(language), numbering_system="latn"
    )
    return said.replace("\u00a0", " ")


@lru_cache(maxsize=1000)
def _way(unit: str, form: str, language: str) -> str:
    """How a unit is said in one plural category, since CLDR is slow to ask for every number."""
    plural = _locale(language).plural_form
    example = next(number for number in range(1000) if plural(number) == form)
    return _by_cldr(Decimal(example), unit, language).replace(str(example), "{count}")


@lru_cache(maxsize=1000)
def _is_said(unit: str, language: str) -> bool:
    """Whether there are words for a unit: Babel writes its CLDR name where it finds none."""
    return unit not in _worded(Decimal(12), "12", unit, language, False)


def _fraction(whole: str, fraction: str, unit: str, rules: Naming) -> str:
    ways = rules.fractions
    name = ways.get("unit", {}).get(unit) or _unit_alone(unit, rules.language)
    if whole and fraction in ways.get("more", {}):
        plural = _worded(Decimal(2 if int(whole) < 2 else int(whole)), "", unit, rules.language, False)
        words = re.sub(r"^[\d\s]+", "", plural)
        return f"{ways['more'][fraction].format(count=whole)} {words}"
    way = ways.get(f"{fraction} {unit}") or ways.get(fraction)
    return str(way).format(unit=name) if way else f"{fraction} {name}"


@lru_cache(maxsize=200)
def _unit_alone(unit: str, language: str) -> str:
    return re.sub(r"^[\d\s]+", "", _worded(Decimal(1), "1", unit, language, False))
