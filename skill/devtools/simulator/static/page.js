// The conversation page: says sentences to /simulator/say and shows what came back. Whatever the server
// sends is text to this page, never markup.

import { draw } from "./apl.js";
import { accounts } from "./linking.js";

const at = (id) => document.getElementById(id);
const log = at("log"), words = at("words"), locale = at("locale"), user = at("user"), aloud = at("aloud");
const screen = at("screen"), shape = at("shape"), glass = at("glass");
const listen = at("listen"), invocation = document.body.dataset.invocation;
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const dusk = matchMedia("(prefers-color-scheme: dark)");
const LAUNCH = "!launch", PATIENCE_MS = 20_000;
// Sizes in dp, as devices report them.
const DEVICES = {
  small: { width: 960, height: 480, shape: "rectangle", mode: "hub" },
  large: { width: 1280, height: 800, shape: "rectangle", mode: "hub" },
  round: { width: 480, height: 480, shape: "round", mode: "hub" },
  tv: { width: 960, height: 540, shape: "rectangle", mode: "tv" },
};

let session = null; // as the server gave it; handed back with the next sentence
let busy = false, lastSaid = "";
let rendered = null; // the last directive that drew something

function make(tag, kind, text) {
  const node = Object.assign(document.createElement(tag), { className: kind ?? "" });
  return text === undefined ? node : Object.assign(node, { dir: "auto", textContent: text });
}

function append(node) {
  log.append(node);
  log.scrollTo({ top: log.scrollHeight, behavior: calm.matches ? "instant" : "smooth" });
  return node;
}

function bubble(who, text) {
  const turn = make("div", `turn ${who}`);
  const said = make("p", "bubble", text);
  said.lang = locale.value;
  turn.append(make("span", "unseen", who === "you" ? "You said:" : "Alexa:"), said);
  return turn;
}

function card({ type, title, content, text }) {
  const node = make("div", "card");
  const linking = type === "LinkAccount";
  node.append(make("p", "where", "Card in the Alexa app"));
  node.append(make("p", "title", linking ? "Link your account" : title || ""));
  const body = linking ? "The app opens the shop's sign-in, once, so that orders have an owner." : content || text || "";
  for (const line of body.split("\n")) {
    // A line of a receipt ends in its amount.
    const [, what, amount] = line.match(/^(.*): (.*)$/) ?? ["", line, ""];
    const row = make("p", "row");
    row.append(make("span", "", what), make("b", "", amount));
    node.append(row);
  }
  if (linking) node.append(...account.acts());
  return node;
}

function problem(text) {
  at("problem").textContent = text;
  at("problem").hidden = !text;
}

function ask(what) {
  return post("/simulator/say", { ...what, session, user: user.value, locale: locale.value, screen: screen.checked });
}

async function post(place, what) {
  let response;
  try {
    response = await fetch(place, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(what),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch (error) {
    throw new Error(error.name === "TimeoutError"
      ? `The shop has not answered for ${PATIENCE_MS / 1000} seconds. Try again, or look at its terminal.`
      : "The shop cannot be reached. Is “sayso serve --unsigned” still running?");
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  throw new Error(answer.error
    ? `The shop did not accept that (${response.status}): ${answer.error}`
    : `The shop stumbled (error ${response.status}). Its terminal says why.`);
}

async function say(text) {
  if (busy) return;
  const mine = text === LAUNCH ? null : append(bubble("you", text));
  const failure = await take({ text });
  if (!failure) {
    lastSaid = text;
    return;
  }
  mine?.remove();
  if (mine && !words.value) words.value = text;
  problem(mine ? `${failure} Your words are kept below.` : failure);
}

async function touch(what, label) {
  if (busy) return;
  const mine = append(make("p", "divider", `Touched: ${label}`));
  const failure = await take({ touch: what });
  if (failure) mine.remove();
  if (failure) problem(failure);
}

// One turn; what went wrong, or nothing.
async function take(what) {
  busy = true;
  log.setAttribute("aria-busy", "true");
  problem("");
  const started = performance.now();
  try {
    const answer = await ask(what);
    session = answer.session;
    show(answer, performance.now() - started);
    return "";
  } catch (error) {
    return error.message;
  } finally {
    busy = false;
    log.removeAttribute("aria-busy");
  }
}

function show(answer, took) {
  const turn = bubble("alexa", answer.speech);
  const drawn = answer.response.response.card;
  if (drawn) turn.append(card(drawn));
  if (answer.reprompt) {
    const again = make("p", "reprompt", "If you say nothing: ");
    again.append(make("bdi", "", `“${answer.reprompt}”`));
    turn.append(again);
  }
  append(turn);
  light(answer);
  if (answer.sessionEnded) append(make("p", "divider", "Session ended"));
  offer(suggestions(answer));
  panel(answer, took);
  speak(answer.speech);
}

function light({ response, sessionEnded }) {
  const drawing = (response.response.directives ?? []).find(({ type }) => type === "Alexa.Presentation.APL.RenderDocument");
  // A device goes home when the skill closes without a last picture.
  if (drawing || sessionEnded) rendered = drawing ?? null;
  if (drawing || sessionEnded) redraw();
}

function redraw() {
  const focused = glass.contains(document.activeElement) ? document.activeElement.ariaLabel : null;
  const viewport = { ...DEVICES[shape.value], theme: dusk.matches ? "dark" : "light" };
  glass.className = viewport.shape;
  glass.style.aspectRatio = `${viewport.width} / ${viewport.height}`;
  glass.replaceChildren(...(rendered ? [draw(rendered, { viewport, onTouch: touch })] : []));
  fit();
  // Whoever works by keyboard stays where they were.
  if (focused) [...glass.querySelectorAll("button")].find((one) => one.ariaLabel === focused)?.focus();
}

function fit() {
  glass.style.setProperty("--scale", glass.clientWidth / DEVICES[shape.value].width);
}

// What may well be said next, best first. These are English; other languages go without.
function suggestions({ sessionEnded, session: { attributes }, cart, state }) {
  if (!locale.value.startsWith("en")) return [];
  const { question = {}, listing = {}, focus = {} } = attributes;
  const options = question.options?.length ?? 0;
  const unsaid = (listing.skus?.length ?? 0) > (listing.start ?? 0) + (listing.shown ?? 0);
  const starters = ["find oat milk", "add a dozen eggs", "what's on sale", "help"];
  const filled = cart.length > 0 && ["check out", "what's in my cart"];
  if (sessionEnded) return [`open ${invocation}`, state.orders.length && "where is my order", ...starters];
  if (options > 1) {
    return ["the first one", "the second one", options > 2 && "the third one", unsaid ? "more" : "which one is cheaper"];
  }
  if (options === 1) return ["yes", "no", "tell me more"];
  if (question.awaiting === "quantity") return ["one", "two", "three"];
  if (question.awaiting === "query") return ["oat milk", "coffee", "what's on sale"];
  if (question.awaiting === "confirmed" && question.intent !== "AnythingElse") return ["yes", "no", "say that again"];
  const more = focus.sku && { 1: "make it two", 2: "make it three" }[focus.quantity];
  const again = !filled && state.orders.length > 0 && "same as last time";
  return [more, again, ...(filled || []), ...starters];
}

function offer(phrases) {
  const chips = phrases.filter((phrase) => phrase && phrase !== lastSaid).slice(0, 4).map((phrase) => {
    const chip = make("button", "chip", phrase);
    chip.type = "button";
    chip.addEventListener("click", (event) => {
      // Not after a touch: that would bring up the keyboard.
      if (event.detail === 0 || matchMedia("(pointer: fine)").matches) words.focus();
      say(phrase);
    });
    return chip;
  });
  at("chips").replaceChildren(...chips);
}

const day = (time) => new Intl.DateTimeFormat(locale.value, { dateStyle: "medium" }).format(new Date(time));
const sum = (counts) => counts.reduce((all, count) => all + count, 0);

function money(minor, currency) {
  const format = new Intl.NumberFormat(locale.value, { style: "currency", currency });
  return format.format(minor / 10 ** format.resolvedOptions().maximumFractionDigits);
}

function list(id, entries, empty) {
  const rows = entries.map(({ count, title, note, amount }) => {
    const row = make("li");
    const middle = make("span", "what", title);
    if (note) middle.append(make("small", "", note));
    if (count) row.append(make("span", "count", `${count} ×`));
    row.append(middle);
    if (amount) row.append(make("b", "", amount));
    return row;
  });
  at(id).replaceChildren(...(rows.length ? rows : [make("li", "none", empty)]));
}

function panel({ cart, state, heard, request, response, linked }, took) {
  account.show(linked);
  at("pieces").textContent = sum(cart.map((line) => line.quantity));
  list("cart", cart.map((line) => ({
    count: line.quantity, title: line.name, amount: money(line.cost, line.currency),
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
  at("intent").textContent = heard.intent;
  at("took").textContent = `${Math.round(took)} ms`;
  at("slots").replaceChildren(
    ...Object.entries(heard.slots).flatMap(([name, value]) => [make("dt", "", name), make("dd", "", value)]),
  );
  at("request").textContent = JSON.stringify(request, null, 2);
  at("response").textContent = JSON.stringify(response, null, 2);
}

function speak(text) {
  if (!aloud.checked || !text) return;
  const spoken = new SpeechSynthesisUtterance(text);
  spoken.lang = locale.value;
  speechSynthesis.cancel();
  speechSynthesis.speak(spoken);
}

function begin(reason) {
  if (busy) return;
  if (reason) append(make("p", "divider", reason));
  session = null;
  at("device").hidden = !screen.checked;
  document.querySelector(".talk").dir = locale.selectedOptions[0]?.dataset.dir ?? "ltr";
  say(LAUNCH);
}

function showPanel(open) {
  document.body.classList.toggle("panel-open", open);
  at("open-panel").setAttribute("aria-expanded", String(open));
  (open ? at("panel") : words).focus();
}

at("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = words.value.trim();
  if (!text || busy) return;
  words.value = "";
  say(text);
});
words.addEventListener("keydown", (event) => {
  // As in a terminal: up brings the last sentence back.
  if (event.key === "ArrowUp" && !words.value && lastSaid !== LAUNCH) words.value = lastSaid;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  window.speechSynthesis?.cancel();
  if (document.body.classList.contains("panel-open")) showPanel(false);
});
at("renew").addEventListener("click", () => {
  begin("New session");
  words.focus();
});
at("open-panel").addEventListener("click", () => showPanel(!document.body.classList.contains("panel-open")));
at("who").addEventListener("submit", (event) => event.preventDefault());
user.addEventListener("change", () => user.reportValidity() && begin(`Shopper ${user.value}`));
locale.addEventListener("change", () => begin(locale.value));
screen.addEventListener("change", () => begin(screen.checked ? "Device with screen" : "Device without screen"));
shape.addEventListener("change", redraw);
dusk.addEventListener("change", redraw);
new ResizeObserver(fit).observe(glass);

if ("speechSynthesis" in window) {
  at("aloud-choice").hidden = false;
  aloud.addEventListener("change", () => aloud.checked || speechSynthesis.cancel());
}

const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;
if (Recognition) {
  const ear = new Recognition();
  ear.interimResults = true;
  ear.onstart = () => { listen.ariaPressed = "true"; };
  ear.onend = () => { listen.ariaPressed = "false"; };
  ear.onresult = ({ results }) => {
    words.value = [...results].map((result) => result[0].transcript).join("");
    if (results[results.length - 1].isFinal) at("composer").requestSubmit();
  };
  ear.onerror = ({ error }) => {
    if (error === "not-allowed") problem("The microphone is blocked. Allow it in the browser's settings for this page.");
    else if (error !== "aborted" && error !== "no-speech") problem(`Listening failed (${error}). You can still type.`);
  };
  listen.hidden = false;
  listen.addEventListener("click", () => {
    if (listen.ariaPressed === "true") return ear.stop();
    window.speechSynthesis?.cancel();
    ear.lang = locale.value;
    return ear.start();
  });
}

user.value = new URLSearchParams(window.location.search).get("user") || user.value;
const account = accounts({ user, post, problem, begin });
account.arrive();
