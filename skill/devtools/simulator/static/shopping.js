// What the shop keeps of this shopper: cart, orders, requests for a person, and the letters that left.

import { at, make } from "./dom.js";

const sum = (counts) => counts.reduce((all, count) => all + count, 0);

export function shopping({ locale }) {
  const day = (time) => new Intl.DateTimeFormat(locale.value, { dateStyle: "medium" }).format(new Date(time));
  const moment = (time) => new Intl.DateTimeFormat(locale.value, { dateStyle: "medium", timeStyle: "short" }).format(new Date(time));

  function money(minor, currency) {
    const format = new Intl.NumberFormat(locale.value, { style: "currency", currency });
    return format.format(minor / 10 ** format.resolvedOptions().maximumFractionDigits);
  }

  function list(id, entries, empty) {
    const rows = entries.map(({ count, title, note, amount }) => {
      const row = make("li"), middle = make("span", "what", title);
      if (note) middle.append(make("small", "", note));
      if (count) row.append(make("span", "count", `${count} ×`));
      row.append(middle);
      if (amount) row.append(make("b", "", amount));
      return row;
    });
    at(id).replaceChildren(...(rows.length ? rows : [make("li", "none", empty)]));
  }

  function letters(messages) {
    const open = new Set([...at("messages").querySelectorAll("details[open]")].map((one) => one.dataset.id));
    const shown = messages.map(({ id, at: sent, channel, to, subject, text }) => {
      const node = make("details", "letter");
      Object.assign(node, { open: open.has(id) });
      node.dataset.id = id;
      const summary = make("summary"), what = make("span", "what", subject);
      what.append(make("small", "", `${channel} to ${to} · ${moment(sent)}`));
      summary.append(what);
      node.append(summary, make("pre", "thin", text));
      return node;
    });
    at("messages").replaceChildren(...(shown.length ? shown : [make("p", "none", "None has left.")]));
  }

  return function show({ cart, state, messages, members }) {
    const voices = Object.fromEntries(members.map(({ key, name }) => [key, `put in by ${name}`]));
    at("pieces").textContent = sum(cart.map((line) => line.quantity));
    list("cart", cart.map((line) => ({
      count: line.quantity, title: line.name, note: voices[line.by], amount: money(line.cost, line.currency),
    })), "Nothing in it yet.");
    at("sum").hidden = !cart.length;
    if (cart.length) at("sum").lastChild.textContent = money(sum(cart.map((line) => line.cost)), cart[0].currency);
    list("orders", state.orders.map((order) => {
      const count = sum(Object.values(order.lines));
      return {
        title: `Order ${order.number}`,
        note: `${order.status.replaceAll("_", " ")} · ${day(order.placed_at)} · ${count} ${count === 1 ? "item" : "items"}`,
        amount: money(order.total, order.currency),
      };
    }), "None yet.");
    list("cases", state.requests.map((one) => ({
      title: `Reference ${one.reference}`, note: `${one.status} · ${day(one.opened_at)}`,
    })), "");
    at("cases").parentElement.hidden = !state.requests.length;
    letters(messages);
  };
}
