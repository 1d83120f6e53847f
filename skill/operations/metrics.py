"""The names of what is measured: in CloudWatch, at `/metrics`, and in the template's alarms and dashboard."""

from __future__ import annotations

NAMESPACE = "Sayso"

# Of turns. A fault is a turn that ended in an apology for ours; what is refused is no turn.
TURNS = "Turns"
FAULTS = "Faults"
REFUSED = "Refused"
# Milliseconds from the request's arrival to its answer, at the door.
LATENCY = "Latency"
# Capacity units as DynamoDB tells them, and requests made of the store.
READ_UNITS = "ReadUnits"
WRITE_UNITS = "WriteUnits"
ROUND_TRIPS = "RoundTrips"
# First turns of a process.
COLD_STARTS = "ColdStarts"
ORDERS_PLACED = "OrdersPlaced"

# Of sessions, told when one ends: those with an order, those that left goods in the cart; wishes for a
# person, turns that were not understood, and what shoppers put right.
SESSIONS = "Sessions"
SESSIONS_WITH_ORDER = "SessionsWithOrder"
CARTS_LEFT = "CartsLeft"
HAND_OVERS = "HandOvers"
MISSES = "Misses"
CORRECTIONS = "Corrections"

# Of the worker's rounds: events everybody knows of now, events given up, orders whose money was moved.
TOLD = "Told"
DEAD = "Dead"
SETTLED = "Settled"
# Events that are due and not told when a round ends; the seconds since the oldest happened that somebody does
# not know of yet, those that wait for their next try among them.
DUE = "Due"
OLDEST_UNTOLD = "OldestUntold"

STAGE = "Stage"
SHOP = "Shop"
INTENT = "Intent"

UNITS = {
    TURNS: "Count",
    FAULTS: "Count",
    REFUSED: "Count",
    LATENCY: "Milliseconds",
    READ_UNITS: "Count",
    WRITE_UNITS: "Count",
    ROUND_TRIPS: "Count",
    COLD_STARTS: "Count",
    ORDERS_PLACED: "Count",
    SESSIONS: "Count",
    SESSIONS_WITH_ORDER: "Count",
    CARTS_LEFT: "Count",
    HAND_OVERS: "Count",
    MISSES: "Count",
    CORRECTIONS: "Count",
    TOLD: "Count",
    DEAD: "Count",
    SETTLED: "Count",
    DUE: "Count",
    OLDEST_UNTOLD: "Seconds",
}
# Each pair of metric and dimension is paid for, so of an intent only what tells that it is ill.
OF_TURNS = (
    *(TURNS, FAULTS, REFUSED, LATENCY, READ_UNITS, WRITE_UNITS, ROUND_TRIPS, COLD_STARTS, ORDERS_PLACED),
)
OF_SESSIONS = (SESSIONS, SESSIONS_WITH_ORDER, CARTS_LEFT, HAND_OVERS, MISSES, CORRECTIONS)
OF_INTENTS = (TURNS, FAULTS, LATENCY)
OF_ROUNDS = (TOLD, DEAD, SETTLED, DUE, OLDEST_UNTOLD)
