// One product: how it sounds at every moment of a purchase, how it is drawn, and what to mend.
import { draw } from "/static/apl.js";
import { announce, at, direction, el, get, language, sentence, sign, spoken } from "./dom.js";
import { stock } from "./goods.js";
import { hear } from "./voice.js";
import { address, here, shop } from "./ways.js";

// What was asked, and what it is called here.
const MOMENTS = {
  listed: "In a list", found: "When it is found", price: "“What does it cost?”", stock: "“Do you have it?”",
  about: "“Tell me more about it”", added: "Put into the cart", cart: "“What is in my cart?”",
};
const SCREEN = { width: 960, height: 480, shape: "rectangle", mode: "hub" };
let open = "", chosen = "", closed = null;

export async function showProduct(sku) {
  const panel = at("product");
  if (!sku) {
    if (open) leave(panel);
    return;
  }
  const key = `${sku}\n${shop.overview?.catalogue?.version}`;
  if (key === open) return;
  closed = open ? closed : document.activeElement;
  const told = await get(`products/${encodeURIComponent(sku).replaceAll("%2F", "/")}`);
  if (!told) return;
  open = key;
  chosen = told.aloud.some(({ locale }) => locale === chosen) ? chosen : at("locale").value;
  panel.replaceChildren(...parts(told));
  panel.hidden = false;
  document.body.classList.add("open");
  panel.focus({ preventScroll: innerWidth >= 896 });
  announce(told.name);
}

function leave(panel) {
  open = "";
  panel.hidden = true;
  panel.replaceChildren();
  document.body.classList.remove("open");
  if (closed?.isConnected) closed.focus();
}

function parts(told) {
  const { view, query: { sku: _, ...query } } = here();
  const heard = el("div", { class: "heard" });
  return [
    el("div", { class: "head" },
      el("div", {}, el("h3", {}, el("bdi", { dir: "auto" }, told.name)), el("p", {}, [told.price, stock(told.left)].filter(Boolean).join(" · "))),
      el("a", { class: "quiet", href: address(view, query), aria: { label: "Close" } }, sign("close"))),
    mending(told.problems),
    el("section", {}, el("h4", {}, "How it sounds"), languages(told, heard), heard),
    el("section", {}, el("h4", {}, "What the feed says"),
      el("dl", {}, told.facts.map(([name, text]) => [el("dt", {}, name), el("dd", {}, el("bdi", { dir: "auto" }, text))]))),
  ];
}

function mending(problems) {
  if (!problems.length) return el("p", { class: "fine" }, sign("good"), "Nothing to mend: it can be said as it is.");
  return el("section", { class: "mend" }, el("h4", {}, "What to mend"), el("ul", {}, problems.map((one) =>
    el("li", {}, el("b", {}, sentence(one.what)), el("p", {}, sentence(one.mend)), el("p", { class: "reason" }, one.why)))));
}

// One button a language, of which one is chosen.
function languages(told, heard) {
  const buttons = told.aloud.map((aloud) => {
    const button = el("button", { type: "button", aria: { pressed: "false" } }, language(aloud.locale));
    button.addEventListener("click", () => choose(aloud));
    return { aloud, button };
  });
  const choose = (aloud) => {
    chosen = aloud.locale;
    for (const one of buttons) one.button.ariaPressed = String(one.aloud === aloud);
    heard.replaceChildren(...sounds(aloud));
    fit(heard);
  };
  choose(told.aloud.find(({ locale }) => locale === chosen) ?? told.aloud[0]);
  return el("div", { class: "choices", role: "group", aria: { label: "Language" } }, buttons.map(({ button }) => button));
}

function sounds({ locale, moments, drawn, card }) {
  return [
    el("dl", { class: "moments" }, moments.map(({ name, text }) => el("div", {},
      el("dt", {}, MOMENTS[name]), el("dd", {}, spoken(text, locale), hear(text, locale, MOMENTS[name]))))),
    drawn && el("figure", {}, el("figcaption", {}, "On a device with a screen"), glass(drawn)),
    card && el("figure", {}, el("figcaption", {}, "On a card in the Alexa app, when the list is sent"),
      el("div", { class: "card", lang: locale, dir: direction(locale) }, el("b", {}, card.title), card.text.split("\n").map((line) => el("p", {}, line)))),
  ].filter(Boolean);
}

// It is looked at, and nothing on it does anything.
function glass(drawn) {
  const theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const viewport = { ...SCREEN, theme };
  const made = el("div", { class: "glass", inert: true }, draw(drawn, { viewport, onTouch: () => {} }));
  made.style.aspectRatio = `${SCREEN.width} / ${SCREEN.height}`;
  new ResizeObserver(() => fit(made.parentElement)).observe(made);
  return made;
}

function fit(around) {
  for (const made of around?.querySelectorAll(".glass") ?? []) made.style.setProperty("--scale", made.clientWidth / SCREEN.width);
}
