"""A shop with four weeks behind it: days as they are kept, sessions of today, experiments and sentences."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

from skill.commerce.experiment import Arm, Experiment
from skill.counting import Sentence
from skill.merchants.numbers import KIND
from skill.shop import NOBODY, Stocking

EXPERIMENTS = (
    Experiment(id="greeting", prompt="launch.first_time", arms=(Arm(id="usual"), Arm(id="short"))),
    Experiment(id="goodbye", prompt="stop.goodbye", arms=(Arm(id="usual"), Arm(id="warm"))),
)
SAID = {
    "do you gift wrap": ("en-US", "question", 9),
    "oat milk without sugar for baristas": ("en-US", "product", 6),
    "habt ihr auch pfandkisten zum mieten": ("de-DE", "question", 4),
    "عندكم تغليف هدايا": ("ar-SA", "question", 3),
    "can … come and help me carry #": ("en-US", "sentence", 1),
}


def furnish_numbers(store: Stocking, *, now: datetime) -> None:
    """Give the shop its past."""
    facts = store.visit(NOBODY).facts
    privacy = replace(facts.privacy, sentences_days=90)
    store.publish(replace(facts, experiments=EXPERIMENTS, privacy=privacy), stock={})
    today = facts.local(now).date()
    for back in range(30, 0, -1):
        day, wave = today - timedelta(days=back), (30 - back) * 2 + (back * 7) % 13
        sessions = 60 + wave + (25 if (today - timedelta(days=back)).weekday() >= 5 else 0)
        orders = sessions // 4 + wave // 8
        told = {
            **{"launches": sessions - 9, "sessions": sessions, "to_search": sessions * 4 // 5},
            **{"to_add": sessions * 3 // 5, "to_checkout": orders + 8, "to_order": orders},
            **{"turns": sessions * 6, "misses": 12 + back // 2 - wave // 9, "corrections": 5 + back % 4},
            **{
                "with_person": 3,
                "hand_overs": 3,
                "carts_left": 11 + back % 5,
                "value_left": 21_450 + 300 * back,
            },
            **{"orders_placed": orders, "order_value": orders * 2_480, "orders_again": orders * 3 // 5},
            **{"after:5": orders // 2 + 1, "after:8": orders // 2, "ratings": 4, "stars": 18 - back % 2},
            **{"notices_sent": 20, "notices_opened": 7, "notices_stopped": back % 2},
            **{"heard:greeting:usual": 14, "won:greeting:usual": 2, "heard:greeting:short": 15},
            **{"won:greeting:short": 4, "heard:goodbye:usual": 0, "heard:goodbye:warm": int(back < 8)},
        }
        store.put_document(KIND, day.isoformat(), json.dumps(told))
    for n in range(40):
        store.count(
            {"turns": 5, "searches": n % 2, "adds": n % 3, "cart": 700 * (n % 3)}, id=f"{n}", day=today
        )
    for text, (locale, kind, shoppers) in SAID.items():
        for n in range(shoppers):
            sentence = Sentence(text=text, kind=kind, locale=locale, at=now - timedelta(days=n))
            store.keep_sentence(sentence, shopper=f"SHOPPER{n}", days=90)
