"""The shop's facts as a document: what `items` is for the rest of what a store keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime, time
from typing import Any

from skill.commerce.afterwards import Afterwards
from skill.commerce.contact import Coordinates
from skill.commerce.coupon import Coupon
from skill.commerce.experiment import Arm, Experiment
from skill.commerce.greeting import Greetings
from skill.commerce.hours import Hours, Special
from skill.commerce.merchant import Branch, Claims, Facts, Faq, Linking, Mailing, Privacy
from skill.commerce.notices import Notifying, Quiet
from skill.commerce.options import Group, Option
from skill.commerce.payment import Cards
from skill.commerce.publishing import Account, Publishing
from skill.commerce.totals import Terms
from skill.commerce.window import WEEKDAYS, Span
from skill.storage.desk_items import dump_desk, load_desk
from skill.storage.recommend_items import dump_recommending, load_recommending

Item = dict[str, Any]


def dump_facts(facts: Facts) -> Item:
    return {
        "name": facts.name,
        "names": dict(facts.names),
        "terms": _dump_terms(facts.terms),
        "catalogue": facts.catalogue,
        "locale": facts.locale,
        "timezone": facts.timezone,
        "hours": facts.hours and _dump_hours(facts.hours),
        "faqs": [
            {"id": faq.id, "questions": list(faq.questions), "answers": dict(faq.answers)}
            for faq in facts.faqs
        ],
        "delivery_days": facts.delivery_days,
        "coupons": [_dump_coupon(coupon) for coupon in facts.coupons],
        "stores": [_dump_store(store) for store in facts.stores],
        "revision": facts.revision,
        "linking": facts.linking and _dump_linking(facts.linking),
        **({"cards": asdict(facts.cards)} if facts.cards else {}),
        "spans": [_dump_span(span) for span in facts.spans],
        "privacy": asdict(facts.privacy),
        "mail": facts.mail and asdict(facts.mail),
        **({"notices": _dump_notifying(facts.notices)} if facts.notices else {}),
        **({"returns_days": facts.returns_days} if facts.returns_days else {}),
        **({"desk": told} if (told := dump_desk(facts.desk)) else {}),
        "greetings": {"new": dict(facts.greetings.new), "returning": dict(facts.greetings.returning)},
        "afterwards": asdict(facts.afterwards),
        **({"skill": _dump_skill(facts.skill)} if facts.skill else {}),
        **({"options": [_dump_group(group) for group in facts.options]} if facts.options else {}),
        **({"experiments": [*map(_dump_experiment, facts.experiments)]} if facts.experiments else {}),
        **({"recommend": stated} if (stated := dump_recommending(facts.recommend)) else {}),
    }


def load_facts(item: Mapping[str, Any]) -> Facts:
    hours = item.get("hours")
    return Facts(
        name=item["name"],
        terms=Terms(
            currency=item["terms"]["currency"],
            **given(
                item["terms"],
                "minor_digits",
                "tax_inclusive",
                "tax_rates",
                "delivery_fee",
                "free_delivery_from",
                "minimum_order",
                "code_from",
                "sku_deposits",
                "deposits",
                "deposit_taxed",
                "total_step",
            ),
        ),
        catalogue=item["catalogue"],
        hours=None if hours is None else _load_hours(hours),
        faqs=tuple(Faq(faq["id"], tuple(faq["questions"]), faq["answers"]) for faq in item.get("faqs", ())),
        coupons=tuple(_load_coupon(coupon) for coupon in item.get("coupons", ())),
        stores=tuple(_load_store(store) for store in item.get("stores", ())),
        linking=_load_linking(item.get("linking")),
        cards=_load_cards(item.get("cards")),
        spans=tuple(_load_span(span) for span in item.get("spans", ())),
        privacy=Privacy(**item.get("privacy", {})),
        mail=Mailing(**mail) if (mail := item.get("mail")) else None,
        notices=_load_notifying(item["notices"]) if "notices" in item else None,
        desk=load_desk(item.get("desk", {})),
        greetings=Greetings(**item.get("greetings", {})),
        afterwards=Afterwards(**item.get("afterwards", {})),
        skill=_load_skill(item["skill"]) if item.get("skill") else None,
        options=tuple(_load_group(group) for group in item.get("options", ())),
        experiments=tuple(_load_experiment(one) for one in item.get("experiments", ())),
        recommend=load_recommending(item.get("recommend", {})),
        **given(item, "names", "locale", "timezone", "delivery_days", "revision", "returns_days"),
    )


def _dump_terms(terms: Terms) -> Item:
    return {
        "currency": terms.currency,
        "minor_digits": terms.minor_digits,
        "tax_inclusive": terms.tax_inclusive,
        "tax_rates": dict(terms.tax_rates),
        "delivery_fee": terms.delivery_fee,
        "free_delivery_from": terms.free_delivery_from,
        "minimum_order": terms.minimum_order,
        "code_from": terms.code_from,
        "sku_deposits": dict(terms.sku_deposits),
        "deposits": dict(terms.deposits),
        "deposit_taxed": terms.deposit_taxed,
        "total_step": terms.total_step,
    }


def _dump_coupon(coupon: Coupon) -> Item:
    return {
        "code": coupon.code,
        "percent": coupon.percent,
        "amount": coupon.amount,
        "minimum": coupon.minimum,
        "starts": coupon.starts and coupon.starts.isoformat(),
        "ends": coupon.ends and coupon.ends.isoformat(),
        "first": coupon.first,
        "once": coupon.once,
        "public": coupon.public,
        "names": dict(coupon.names),
        "heard": {language: list(said) for language, said in coupon.heard.items()},
    }


def _load_coupon(item: Mapping[str, Any]) -> Coupon:
    return Coupon(
        starts=moment(item.get("starts")),
        ends=moment(item.get("ends")),
        heard={language: tuple(said) for language, said in item.get("heard", {}).items()},
        **given(item, "code", "percent", "amount", "minimum", "first", "once", "public", "names"),
    )


def _dump_store(store: Branch) -> Item:
    return {
        "id": store.id,
        "names": dict(store.names),
        "addresses": dict(store.addresses),
        "ready_minutes": store.ready_minutes,
        "hours": store.hours and _dump_hours(store.hours),
        # As text: a store may keep no binary fractions.
        "place": store.place and [repr(store.place.latitude), repr(store.place.longitude)],
        "postcodes": list(store.postcodes),
    }


def _load_store(item: Mapping[str, Any]) -> Branch:
    hours, place = item.get("hours"), item.get("place")
    return Branch(
        hours=None if hours is None else _load_hours(hours),
        place=Coordinates(*map(float, place)) if place else None,
        postcodes=tuple(item.get("postcodes", ())),
        **given(item, "id", "names", "addresses", "ready_minutes"),
    )


def _dump_linking(linking: Linking) -> Item:
    return {
        "issuer": linking.issuer,
        "audience": linking.audience,
        "jwks": linking.jwks,
        "algorithms": list(linking.algorithms),
        "introspection": linking.introspection,
        "client_id": linking.client_id,
        "secret_env": linking.secret_env,
        "scopes": list(linking.scopes),
        "userinfo": linking.userinfo,
        "claims": asdict(linking.claims),
    }


def _load_linking(item: Mapping[str, Any] | None) -> Linking | None:
    if item is None:
        return None
    lists = given(item, "algorithms", "scopes")
    texts = given(item, "issuer", "audience", "jwks", "introspection", "client_id", "secret_env", "userinfo")
    claims = Claims(**item.get("claims", {}))
    return Linking(claims=claims, **{**texts, **{name: tuple(words) for name, words in lists.items()}})


def _load_cards(item: Mapping[str, Any] | None) -> Cards | None:
    if item is None:
        return None
    return Cards(**given(item, "provider", "secret_env", "hold_minutes", "card"))


def _dump_notifying(terms: Notifying) -> Item:
    quiet = [terms.quiet.starts.isoformat(), terms.quiet.ends.isoformat()]
    return {**asdict(terms), "quiet": quiet, "kinds": list(terms.kinds)}


def _load_notifying(item: Mapping[str, Any]) -> Notifying:
    quiet, kinds = Quiet(*map(time.fromisoformat, item["quiet"])), tuple(item["kinds"])
    return Notifying(quiet=quiet, kinds=kinds, **given(item, "cap", "client_id", "secret_env", "live"))


def _dump_skill(skill: Publishing) -> Item:
    """Only what was stated: the facts are read at every turn, and the store's shop window seldom."""
    stated: Item = {name: value for name, value in asdict(skill).items() if value}
    lists: Item = {name: _lists(stated[name]) for name in ("keywords", "phrases") if name in stated}
    if skill.account:
        places = {"scopes": list(skill.account.scopes), "domains": list(skill.account.domains)}
        stated["account"] = {**asdict(skill.account), **places}
    lists |= {name: list(stated[name]) for name in ("countries", "locales") if name in stated}
    return {**stated, **lists}


def _load_skill(item: Mapping[str, Any]) -> Publishing:
    tuples: Item = {name: _tuples(item[name]) for name in ("keywords", "phrases") if name in item}
    account = item.get("account")
    return Publishing(
        **{
            **item,
            **tuples,
            **{name: tuple(item.get(name, ())) for name in ("countries", "locales")},
            "account": Account(
                **{**account, "scopes": tuple(account["scopes"]), "domains": tuple(account["domains"])}
            )
            if account
            else None,
        }
    )


def _dump_group(group: Group) -> Item:
    """Only what differs from a group, or an option, that states nothing."""
    told = {**_stated(group), "options": [_stated(option) for option in group.options]}
    return told if group.options else _stated(group)


def _stated(part: Group | Option) -> Item:
    raw = {name: value for name, value in asdict(part).items() if value not in ((), {}, "", 0, False)}
    raw.pop("options", None)
    raw |= {name: _lists(raw[name]) for name in ("heard", "twice") if name in raw}
    return raw | {name: list(raw[name]) for name in ("skus", "categories") if name in raw}


def _load_group(item: Mapping[str, Any]) -> Group:
    lists = {name: tuple(item[name]) for name in ("skus", "categories") if name in item}
    options = tuple(Option(**{**option, **_ways(option)}) for option in item.get("options", ()))
    return Group(**{**item, **lists, **_ways(item), "options": options})


def _ways(item: Mapping[str, Any]) -> Item:
    return {name: dict(_tuples(item[name])) for name in ("heard", "twice") if name in item}


def _dump_experiment(one: Experiment) -> Item:
    arms = [{"id": arm.id, "texts": dict(arm.texts), "share": arm.share} for arm in one.arms]
    return {"id": one.id, "prompt": one.prompt, "arms": arms}


def _load_experiment(item: Mapping[str, Any]) -> Experiment:
    return Experiment(id=item["id"], prompt=item["prompt"], arms=tuple(Arm(**arm) for arm in item["arms"]))


def _lists(words: Mapping[str, tuple[str, ...]]) -> Item:
    return {place: list(said) for place, said in words.items()}


def _tuples(words: Mapping[str, list[str]]) -> Mapping[str, tuple[str, ...]]:
    return {place: tuple(said) for place, said in words.items()}


def _dump_span(span: Span) -> Item:
    return {
        "days": list(span.days),
        "starts": span.starts.isoformat(),
        "ends": span.ends.isoformat(),
        "closes": span.closes,
    }


def _load_span(item: Mapping[str, Any]) -> Span:
    return Span(
        days=tuple(item["days"]),
        starts=time.fromisoformat(item["starts"]),
        ends=time.fromisoformat(item["ends"]),
        closes=item["closes"],
    )


def _dump_hours(hours: Hours) -> Item:
    days = {day: [opens.isoformat(), closes.isoformat()] for day, (opens, closes) in hours.days.items()}
    special = [
        {
            "day": one.day.isoformat(),
            "span": one.span and [at.isoformat() for at in one.span],
            "names": dict(one.names),
        }
        for one in hours.special
    ]
    return {**days, **({"special": special} if special else {})}


def _load_hours(item: Mapping[str, Any]) -> Hours:
    days = {
        day: (time.fromisoformat(item[day][0]), time.fromisoformat(item[day][1]))
        for day in WEEKDAYS
        if day in item
    }
    return Hours(days, tuple(_load_special(one) for one in item.get("special", ())))


def _load_special(item: Mapping[str, Any]) -> Special:
    opens, closes = item["span"] or (None, None)
    span = (time.fromisoformat(opens), time.fromisoformat(closes)) if opens and closes else None
    return Special(date.fromisoformat(item["day"]), span, item["names"])


def moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def given(item: Mapping[str, Any], *names: str) -> Item:
    return {name: item[name] for name in names if name in item}
