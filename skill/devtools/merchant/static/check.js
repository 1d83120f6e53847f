// The voice check: what shoppers would stumble over, by kind and by product, those asked for most first.
import { announce, at, count, el, get, pager, plural, sentence, sign, spoken } from "./dom.js";
import { hear } from "./voice.js";
import { address, here, shop } from "./ways.js";

const OFTEN_MS = 700;
let asked = "", timer = 0;

export async function showCheck({ code = "", page = "" }) {
  const version = shop.overview?.catalogue?.here && shop.overview.catalogue.version;
  if (!version) {
    at("checked").replaceChildren(el("div", { class: "empty" }, el("p", { class: "big" }, "There is nothing to listen to yet."),
      el("p", {}, "Bring a product feed; what shoppers would stumble over is told here, product by product."),
      el("a", { class: "main", href: address("feeds") }, "Bring a feed")));
    return;
  }
  const key = JSON.stringify([code, page, version]);
  if (key === asked) return;
  await look(key, { code, page });
}

async function look(key, query) {
  clearTimeout(timer);
  const told = await get("check", query);
  if (!told || here().view !== "check") return;
  if (told.failed) {
    at("checked").replaceChildren(el("p", { class: "note" }, "The voice check broke off; the server's log says why. Load the page anew to try again."));
    return;
  }
  if (!told.findings) {
    progress(told);
    timer = setTimeout(() => look(key, query), OFTEN_MS);
    return;
  }
  asked = key;
  at("findings").hidden = false;
  at("findings").textContent = count(told.products - told.sound);
  draw(told, query);
}

function progress({ done, of }) {
  const bar = at("listening") ?? el("progress", { id: "listening", aria: { label: "Products listened to" } });
  bar.max = Math.max(1, of);
  bar.value = done;
  if (!bar.isConnected) {
    at("checked").replaceChildren(el("div", { class: "waiting" }, el("p", { id: "listened" }), bar));
    announce("Listening to every product");
  }
  at("listened").textContent = `Listening to every product: ${count(done)} of ${count(of)}`;
}

function draw(told, { code, page }) {
  const { products, sound, kinds, findings, found } = told;
  const doubtful = products - sound, kind = kinds.find((one) => one.code === code);
  at("checked").replaceChildren(...[
    el("div", { class: "picture" },
      el("p", { class: "big" }, doubtful ? `${count(sound)} of ${plural(products, "product")} can be said as they are` : "Every product can be said as it is"),
      products ? el("div", { class: "bar", role: "img", aria: { label: `${count(sound)} with nothing to mend, ${count(doubtful)} with something` } },
        share("fine", sound, products), share("doubt", doubtful, products)) : null,
      doubtful ? el("p", { class: "key" }, el("span", { class: "fine" }, `${count(sound)} nothing to mend`), el("span", { class: "doubt" }, `${count(doubtful)} something to mend`)) : null),
    kinds.length && el("nav", { class: "kinds", aria: { label: "Kinds of findings" } },
      choice("", "All findings", doubtful, code), kinds.map((one) => choice(one.code, titled(one), one.count, code))),
    kind && el("div", { class: "advice" },
      el("div", {}, el("h4", {}, "Why it matters"), el("p", {}, kind.why)),
      el("div", { class: "mending" }, el("h4", {}, "How to mend it"), el("p", {}, sentence(kind.mend)))),
    findings.length && el("ol", { class: "goods findings", start: (told.page - 1) * 50 + 1 }, findings.map((one) => row(one, told, code))),
    pager(told, (number) => address("check", { code, page: number })),
  ].filter(Boolean));
  announce(`${plural(found, "product")} with ${kind ? kind.what : "something to mend"}${page ? `, page ${told.page}` : ""}`);
}

const share = (name, part, whole) => (part ? el("i", { class: name, style: { "inline-size": `${(100 * part) / whole}%` } }) : null);

const titled = ({ what }) => what.charAt(0).toUpperCase() + what.slice(1);

function choice(code, text, number, chosen) {
  const link = el("a", { class: "chip", href: address("check", { code }) }, text, el("b", {}, count(number)));
  if (code === chosen) link.setAttribute("aria-current", "true");
  return link;
}

function row({ sku, title, said, problems }, { language, rtl }, code) {
  const dir = rtl ? "rtl" : "ltr";
  const told = problems.filter((one) => !code || one.code === code);
  const others = problems.length - told.length;
  return el("li", {},
    el("a", { href: address("check", { ...here().query, sku }), data: { sku } },
      el("span", { class: "what" }, spoken(said, language, { className: "said", dir }),
        title === said ? el("small", {}, sku) : el("small", {}, "feed: ", el("bdi", { dir }, title)))),
    hear(said.replaceAll(", ", " "), language, said),
    el("ul", { class: "mends" }, told.map((one) => el("li", {}, sign("mend"),
      el("span", {}, el("b", {}, sentence(one.what)), " ", sentence(one.mend)))),
    others ? el("li", { class: "others" }, `and ${plural(others, "other finding")}`) : null));
}
