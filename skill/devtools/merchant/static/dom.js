// What every part of the page needs: elements, the server, numbers and dates. Text is set as text, never markup.

import { at } from "/static/dom.js";
export { at };

// An element: properties as they are, `class`, `aria` and `data` besides; children are elements or text.
export function el(tag, { class: name, aria = {}, data = {}, role, style, ...props } = {}, ...children) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (role) made.setAttribute("role", role);
  for (const [key, value] of Object.entries(aria)) made.setAttribute(`aria-${key}`, value);
  for (const [key, value] of Object.entries(style ?? {})) made.style.setProperty(key, value);
  Object.assign(made.dataset, data);
  Object.assign(made, props);
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

const SIGNS = {
  sound: "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4 4 0 0 1 0 6M18 6.5a7.5 7.5 0 0 1 0 11",
  close: "M6 6l12 12M18 6 6 18",
  back: "M14.5 5.5 8 12l6.5 6.5",
  next: "M9.5 5.5 16 12l-6.5 6.5",
  good: "M5 12.5 10 17.5 19 7",
  mend: "M12 7.5v5.5M12 16.5v.2",
};

export function sign(name) {
  const drawn = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  drawn.setAttribute("viewBox", "0 0 24 24");
  drawn.setAttribute("aria-hidden", "true");
  path.setAttribute("d", SIGNS[name]);
  drawn.append(path);
  return drawn;
}

export function problem(text = "") {
  at("problem").textContent = text;
  at("problem").hidden = !text;
}

// Said to whoever cannot see what changed.
export function announce(text) {
  at("status").textContent = text;
}

let waiting = 0;

// While something is asked for, the ring in the head turns.
export async function during(work) {
  waiting += 1;
  at("view").ariaBusy = "true";
  try {
    return await work();
  } finally {
    waiting -= 1;
    if (!waiting) at("view").ariaBusy = "false";
  }
}

// JSON from the server; null, and the reason shown, when there is none.
export async function get(path, query = {}) {
  const asked = new URLSearchParams(Object.entries(query).filter(([, value]) => value));
  return told(() => fetch(`/merchant/${path}${asked.size ? `?${asked}` : ""}`));
}

export async function post(path, body) {
  const headers = { "Content-Type": "application/json" };
  return told(() => fetch(`/merchant/${path}`, { method: "POST", headers, body: JSON.stringify(body) }));
}

// A form, with a file in it.
export const send = (path, form) => told(() => fetch(`/merchant/${path}`, { method: "POST", body: form }));

export const drop = (path) => told(() => fetch(`/merchant/${path}`, { method: "DELETE" }));

async function told(ask) {
  return during(async () => {
    let answer;
    try {
      answer = await ask();
    } catch {
      problem("The shop does not answer. Is “sayso serve” still running?");
      return null;
    }
    const json = await answer.json().catch(() => ({}));
    if (answer.ok) {
      problem();
      return json;
    }
    problem(sentence(json.error ?? "The server stumbled; its log says more."));
    return null;
  });
}

export const sentence = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;

const whole = new Intl.NumberFormat("en");
export const count = (number) => whole.format(number);
export const plural = (number, one, many = `${one}s`) => `${count(number)} ${number === 1 ? one : many}`;

const moment = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });
export const when = (text) => el("time", { dateTime: text }, moment.format(new Date(text)));

const languages = new Intl.DisplayNames("en", { type: "language", fallback: "code" });
export const language = (code) => languages.of(code.slice(0, 2)) ?? code;

// Which locales are written from right to left, as the server says.
export const direction = (locale) =>
  [...at("locale").options].find((one) => one.value.startsWith(locale.slice(0, 2)))?.dataset.dir ?? "auto";

// Text in a language of the shop.
export const spoken = (text, locale, props = {}) => el("bdi", { lang: locale, dir: direction(locale), ...props }, text);

// A page of many: links to the one before and the one after.
export function pager({ page, pages }, to) {
  if (pages < 2) return null;
  const step = (number, text, name) => (number < 1 || number > pages
    ? el("span", { class: "quiet off", aria: { hidden: "true" } }, sign(name), text)
    : el("a", { class: "quiet", href: to(number), rel: name === "back" ? "prev" : "next" }, sign(name), text));
  return el("nav", { class: "pager", aria: { label: "Pages of the list" } },
    step(page - 1, "Previous", "back"), el("span", {}, `Page ${count(page)} of ${count(pages)}`), step(page + 1, "Next", "next"));
}
