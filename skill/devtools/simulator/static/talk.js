// The conversation: what was said, what answered, and the cards of the Alexa app.

import { at, button, make } from "./dom.js";

// Cards that the app itself words.
const ASKS = {
  LinkAccount: ["Link your account", "The app opens the shop’s sign-in, once, so that orders have an owner."],
  AskForPermissionsConsent: ["May the shop know who you are?", "It asks for your name, your e-mail and the device’s address."],
};

// `cardActs`: by a card's type, what can be done on it.
export function talk({ locale, onLook, cardActs }) {
  const log = at("log"), calm = matchMedia("(prefers-reduced-motion: reduce)");

  let scrolls = false;

  function append(node) {
    log.append(node);
    if (!scrolls) requestAnimationFrame(scroll);
    scrolls = true;
    return node;
  }

  // Once a frame, whatever came in it.
  function scroll() {
    scrolls = false;
    log.scrollTo({ top: log.scrollHeight, behavior: calm.matches ? "instant" : "smooth" });
  }

  const divider = (text) => append(make("p", "divider", text));

  function bubble(who, text, kind = "") {
    const turn = make("div", `turn ${who}`), said = make("p", `bubble ${kind}`, text);
    said.lang = locale.value;
    turn.append(make("span", "unseen", who === "alexa" ? "Alexa: " : "You said: "), said);
    return turn;
  }

  const you = (text) => append(bubble("you", text));
  const waiting = (text) => append(bubble("you waits", text));
  const silent = () => append(bubble("you", "…", "nothing"));

  // An answer, with all that came beside the words.
  function alexa(record) {
    const { answer } = record, turn = bubble("alexa", answer.speech);
    if (!answer.speech) turn.lastChild.remove();
    const drawn = answer.response?.response?.card;
    if (drawn && !answer.lost) turn.append(card(drawn));
    for (const [kind, text] of notes(answer)) turn.append(make("p", `note ${kind}`, text));
    turn.append(meta(record));
    if (answer.reprompt && !answer.sessionEnded && !record.silence) {
      const again = make("p", "reprompt", "If you say nothing: ");
      again.append(make("bdi", "", `“${answer.reprompt}”`));
      turn.append(again);
    }
    append(turn);
    if (answer.sessionEnded) divider(record.silence ? "Nothing was said: session ended" : "Session ended");
  }

  function notes({ lost, repeat, fault }) {
    const found = [];
    if (fault && !fault.played) found.push(["", "Nothing in this turn could go wrong so: the next one will."]);
    if (lost) found.push(["warn", "The shop’s answer came too late, so Alexa speaks for itself. What the turn did stays done."]);
    if (repeat) {
      found.push(repeat.same
        ? ["good", "Asked twice with one id: both answers are the same."]
        : ["bad", "Asked twice with one id: the answers differ. Look at the cart and the orders."]);
    }
    return found;
  }

  // What a turn came to, and the way to look at it.
  function meta(record) {
    const name = record.answer.heard.intent || "Silence";
    const node = button("meta", name, () => onLook(record));
    node.setAttribute("aria-pressed", "false");
    node.title = "Look at this turn (Alt+↑ and Alt+↓ go through them)";
    node.append(make("span", "", ` ${Math.round(record.took)} ms`));
    record.node = node;
    return node;
  }

  function card({ type, title, content, text }) {
    const node = make("div", "card"), acts = cardActs[type];
    const [heading, told] = ASKS[type] ?? [title || "", content || text || ""];
    const where = make("p", "where");
    where.append(make("bdi", "", "Card in the Alexa app"));
    node.append(where);
    node.append(make("p", "title", heading));
    for (const line of told.split("\n")) {
      // A line of a receipt ends in its amount.
      const [, what, amount] = line.match(/^(.*): (.*)$/) ?? ["", line, ""];
      const row = make("p", "row");
      row.append(make("span", "", what), make("b", "", amount));
      node.append(row);
    }
    if (acts) node.append(...acts());
    return node;
  }

  return { you, waiting, silent, alexa, divider };
}
