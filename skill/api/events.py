"""What happened, pulled: everything a webhook would carry, for programs that nobody can reach."""

from __future__ import annotations

from datetime import timedelta

from skill.api import catalogue
from skill.api.order_forms import EventsPage, EventsQuery
from skill.api.route import Answer, Call, Route
from skill.merchants.telling import concerns_merchant, news_of
from skill.merchants.told import news_told

# The id of an event is from before its change was written, which takes some seconds at most: until then one
# may still come before another, and whoever had read on would miss it.
_SETTLED = timedelta(seconds=15)


def _list(call: Call) -> Answer:
    asked: EventsQuery = call.query
    store = call.app.store
    facts = catalogue.known_facts(call.app)
    told, last = [], asked.after
    for event in store.events(after=asked.after, limit=asked.limit):
        if event.at > call.now - _SETTLED:
            break
        last = event.id
        # What it was about may be gone by now.
        news = news_of(event, store=store, facts=facts)
        if news and concerns_merchant(news):
            told.append({"id": event.id, **news_told(news)})
    return Answer(200, {"events": told, "next": last})


ROUTES = (
    Route(
        method="GET",
        path="/events",
        name="listEvents",
        summary="What happened, oldest first, some seconds after it did; the last 30 days are kept",
        scope="read",
        handle=_list,
        query=EventsQuery,
        answers={200: EventsPage},
        problems=("no_shop",),
    ),
)
