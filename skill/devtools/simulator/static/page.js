// The conversation page: says sentences to /simulator/say and shows what came back.

import { contact } from "./contact.js";
import { device } from "./device.js";
import { at, button } from "./dom.js";
import { json } from "./json.js";
import { keys } from "./keys.js";
import { accounts } from "./linking.js";
import { patience } from "./patience.js";
import { suggestions } from "./phrases.js";
import { recording } from "./recording.js";
import { setup } from "./setup.js";
import { shopping } from "./shopping.js";
import { tabs } from "./tabs.js";
import { talk } from "./talk.js";
import { look } from "./turn.js";
import { voice } from "./voice.js";
import { get, post } from "./wire.js";

const LAUNCH = "!launch";
const LETTERS_MS = 3_000; // letters leave in a round of the server's, a moment after the turn
const words = at("words"), locale = at("locale"), log = at("log");
let session = null; // as the server gave it; handed back with the next sentence
let busy = false, byVoice = false;
let turn = Promise.resolve(), queue = []; // the turn under way, and what was said meanwhile
let said = [], recalled = 0; // sentences said, and which of them the field shows
let records = [], looked = null; // turns, and the one that is looked at
let orders = ""; // as they were after the last turn

function problem(text) {
  at("problem").textContent = text;
  at("problem").hidden = !text;
}

const choices = setup({
  post, trying, onSession: begin, onShape: () => screen.redraw(),
  onTold: (text) => conversation.divider(text),
  onClock: async () => {
    await refresh();
    setTimeout(refresh, LETTERS_MS);
  },
});
const account = accounts({ user: at("user"), post, problem, trying: anew, begin, remember: choices.remember });
const known = contact({ user: at("user"), post, trying, onTold: (text) => conversation.divider(text) });
const conversation = talk({
  locale, onLook: show, cardActs: { LinkAccount: account.acts, AskForPermissionsConsent: known.acts },
});
const screen = device({ shape: at("shape"), onTouch: touch });
const kept = shopping({ locale });
const envelopes = json();
const test = recording({ post, get, problem, conditions: choices.conditions });
const panel = tabs({ onShow: () => looked && inspect(), back: () => words.focus() });
const silence = patience({ onSilence: sayNothing });
const speech = voice({
  locale, problem, onSpeaking: () => silence.stop(),
  onWords: (heard, done) => {
    silence.stop();
    words.value = heard;
    byVoice = done;
    if (done) at("composer").requestSubmit();
  },
});

async function say(text) {
  if (busy) {
    queue.push({ text, node: conversation.waiting(text) });
    return;
  }
  const mine = text === LAUNCH ? null : conversation.you(text);
  if (mine) said.push(text);
  recalled = said.length;
  const failure = await take({ text });
  if (!failure) return;
  mine?.remove();
  if (mine && !words.value) words.value = text;
  problem(mine ? `${failure} Your words are kept below.` : failure);
}

// What was said during the turn, in its turn. After a failure it is left to the arrow keys.
function sayNext(failed) {
  const [next] = queue;
  queue.splice(0, failed ? queue.length : 1).forEach(({ text, node }) => {
    node.remove();
    if (failed) said.push(text);
  });
  if (next && !failed) say(next.text);
}

async function touch(what, label) {
  if (busy) return;
  const mine = conversation.divider(`Touched: ${label}`);
  const failure = await take({ touch: what });
  if (failure) mine.remove();
  if (failure) problem(failure);
}

async function sayNothing() {
  if (busy || !session) return;
  const mine = conversation.silent();
  const failure = await take({ silence: true });
  if (failure) mine.remove();
  if (failure) problem(failure);
}

// One turn; what went wrong, or nothing.
function take(what) {
  busy = true;
  turn = took(what);
  turn.then(sayNext);
  return turn;
}

async function took(what) {
  silence.stop();
  log.setAttribute("aria-busy", "true");
  problem("");
  const started = performance.now(), conditions = choices.conditions();
  try {
    const answer = await post("/simulator/say", { ...what, ...conditions, session });
    session = answer.session;
    // What could not go wrong in this turn goes wrong in the next.
    if (!answer.fault || answer.fault.played) choices.disarm();
    test.add({ say: what.text, fault: conditions.fault ?? undefined, answer });
    heard({ silence: what.silence, answer, took: performance.now() - started });
    return "";
  } catch (error) {
    return error.message;
  } finally {
    busy = false;
    log.removeAttribute("aria-busy");
  }
}

function heard(record) {
  const { answer } = record;
  records.push(record);
  conversation.alexa(record);
  screen.show(answer);
  choices.told(answer);
  onTrial(answer.trial);
  if (answer.sessionEnded) session = null;
  offer(suggestions(answer, { locale: locale.value, shop: locale.selectedOptions[0].dataset.name.toLowerCase() }));
  kept(answer);
  if (JSON.stringify(answer.state.orders) !== orders) setTimeout(refresh, LETTERS_MS);
  orders = JSON.stringify(answer.state.orders);
  account.show(answer.linked);
  show(record);
  const ssml = answer.response?.response?.outputSpeech?.ssml;
  const listening = byVoice;
  byVoice = false;
  speech.speak(answer.lost || !ssml || record.silence ? answer.speech : ssml).then(() => {
    // Meanwhile somebody may have said more.
    if (records.at(-1) !== record || answer.sessionEnded || busy) return;
    silence.begin();
    if (listening && at("patient").checked) speech.hear();
  });
}

function show(record) {
  looked?.node.setAttribute("aria-pressed", "false");
  looked = record;
  looked.node.setAttribute("aria-pressed", "true");
  inspect();
}

// Only what is seen is drawn.
function inspect() {
  if (panel.shown() === "turn") look(looked);
  if (panel.shown() === "json") envelopes(looked);
}

function step(by) {
  const next = records[records.indexOf(looked) + by];
  if (!next) return;
  show(next);
  next.node.scrollIntoView({ block: "nearest" });
}

// What a jump of the clock has brought about.
const refresh = () => trying(async () => {
  const state = await get("/simulator/state", { user: choices.conditions().user });
  kept(state);
  choices.told(state);
  onTrial(state.trial);
  known.show(state.contact);
});

async function trying(act) {
  try {
    await act();
  } catch (error) {
    problem(error.message);
  }
}

// A shop file that is tried is what one hears here.
function onTrial(trial) {
  at("trial").hidden = !trial;
  if (trial) at("trial").querySelector("bdi").textContent = trial.file;
}

// What went wrong before is no longer of interest.
function anew(act) {
  problem("");
  return trying(act);
}

function offer(phrases) {
  const shown = phrases.filter((phrase) => phrase && phrase !== said.at(-1)).slice(0, 4);
  at("chips").replaceChildren(...shown.map((phrase) => button("chip", phrase, (event) => {
    // Not after a touch: that would bring up the keyboard.
    if (event.detail === 0 || matchMedia("(pointer: fine)").matches) words.focus();
    say(phrase);
  })));
}

// As a device does that is told to stop listening: the shop hears that the session is over, and counts it.
async function leave() {
  const open = session;
  session = null;
  if (open) await post("/simulator/leave", { session: open }, { keepalive: true });
}

// Open the shop anew. `same`: it is the same conversation, on another device or after a while.
async function begin(reason, same = false) {
  while (busy) await turn;
  if (reason) conversation.divider(reason);
  await trying(leave);
  if (!same) await trying(test.begin);
  if (!same) refresh();
  say(LAUNCH);
}

function renew() {
  begin("New session", true);
  words.focus();
}

at("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = words.value.trim();
  if (!text) return;
  words.value = "";
  say(text);
});
words.addEventListener("input", silence.stop);
words.addEventListener("keydown", (event) => {
  // As in a terminal: up brings earlier sentences back.
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!by || event.altKey || said[recalled + by] === undefined || (words.value && words.value !== said[recalled])) return;
  event.preventDefault();
  recalled += by;
  words.value = said[recalled];
});
at("silence").addEventListener("click", sayNothing);
at("renew").addEventListener("click", renew);
addEventListener("pagehide", () => leave().catch(() => {}));
keys({
  words, renew, hear: speech.hear, reach: panel.reach, look: step, silence: sayNothing,
  escape: () => {
    speech.hush();
    if (document.body.classList.contains("panel-open")) panel.open(false);
    else words.focus();
  },
});

choices.recall();
screen.redraw();
account.arrive();
