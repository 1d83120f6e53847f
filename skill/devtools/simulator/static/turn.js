// One turn looked at: what was heard and how it resolved, what the skill waits for, what it has in mind, and what
// the turn cost.

import { at, make, section } from "./dom.js";

const STATUS = { match: ["good", "match"], several: ["warn", "several"], no_match: ["warn", "no match"] };

function pairs(entries) {
  const list = make("dl", "pairs");
  for (const [name, value] of entries) {
    if (value === null || value === undefined || value === "") continue;
    const shown = make("dd", "");
    shown.append(value instanceof Node ? value : make("bdi", "", String(value)));
    list.append(make("dt", "", name), shown);
  }
  return list;
}

// A name in its own direction, and its id.
function called(name, id) {
  return id && id !== name ? [make("bdi", "", name), " ", make("code", "", id)] : [make("bdi", "", name)];
}

function slots({ slots: said, resolved = {} }) {
  const table = make("ul", "slots");
  for (const name of new Set([...Object.keys(said), ...Object.keys(resolved)])) {
    const { type = "", status = "none", values = [], from } = resolved[name] ?? {};
    const row = make("li"), head = make("p", "head"), [kind, word] = STATUS[status] ?? [];
    head.append(make("code", "", name), " ", make("b", "", said[name] ?? ""), " ");
    if (word) head.append(make("span", `badge ${kind}`, word));
    if (from === "dynamic") head.append(make("span", "badge", "dynamic entity"));
    row.append(head);
    for (const { name: value, id } of values) {
      const line = make("p", "value");
      line.append(...called(value, id));
      row.append(line);
    }
    if (type) row.append(make("small", "", type));
    table.append(row);
  }
  return table;
}

// Products and orders by name, numbered as they were read; those that were said stand out.
function numbered(ones) {
  const list = make("ol", "numbered");
  for (const { name, id, said } of ones) {
    const row = make("li", said ? "said" : "");
    row.append(...called(name, id));
    list.append(row);
  }
  return list;
}

function heard({ heard: what, lost, repeat, fault }) {
  const line = make("p", "intent");
  line.append(make("code", "", what.intent || "Nothing was heard"));
  if (lost) line.append(make("span", "badge warn", "answer lost"));
  if (repeat) line.append(make("span", `badge ${repeat.same ? "good" : "bad"}`, repeat.same ? "twice, the same" : "twice, different"));
  if (fault && !fault.played) line.append(make("span", "badge", "nothing to go wrong"));
  const any = Object.keys({ ...what.slots, ...what.resolved }).length > 0;
  return section("Heard", line, any ? slots(what) : make("p", "none", "No slots."));
}

function waiting({ waiting: open }) {
  if (!open) return section("Waits for", make("p", "none", "Nothing: any wish may follow."));
  const { intent, awaiting, options, slots: known } = open, line = make("p", "intent");
  line.append(make("code", "", awaiting), " ", make("span", "muted", "for"), " ", make("code", "", intent));
  const parts = [line];
  if (Object.keys(known).length) parts.push(pairs(Object.entries(known)));
  if (options.length) parts.push(numbered(options));
  return section("Waits for", ...parts);
}

function mind({ focus, listing }) {
  const parts = [];
  if (focus) {
    const { product, order, quantity } = focus;
    parts.push(pairs([["Product", product?.name], ["Quantity", product && quantity], ["Order", order?.name]]));
  }
  if (listing) {
    const { words: said, count, items } = listing;
    parts.push(make("h3", "", `The last list: ${count} for “${said}”`), numbered(items));
  }
  return section("In mind", ...(parts.length ? parts : [make("p", "none", "Nothing was spoken of yet.")]));
}

function cost({ turn }, took) {
  const whole = ["From Enter to answer", `${Math.round(took)} ms`];
  if (!turn) return section("Cost", pairs([whole]));
  const units = (count) => (count === null ? "not counted here" : turn.estimated ? `${count}, as DynamoDB would count` : count);
  return section("Cost", pairs([
    ["Shop", `${turn.milliseconds.toFixed(1)} ms`], whole, ["Outcome", turn.outcome],
    ["Read units", units(turn.read_units)], ["Write units", units(turn.write_units)], ["Round trips", turn.round_trips],
  ]));
}

export function look({ answer, took }) {
  at("turn").replaceChildren(heard(answer), waiting(answer), mind(answer), cost(answer, took));
}
