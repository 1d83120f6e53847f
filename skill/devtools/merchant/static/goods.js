// Products: a search as a shopper would say it, with why each was found, or all there is, page by page.
import { announce, at, count, el, get, language, pager, plural, sign, spoken } from "./dom.js";
import { hear, listening } from "./voice.js";
import { address, here, shop } from "./ways.js";

// Where a word was found, in a merchant's words.
const PLACES = {
  title: "name", brief: "name", head: "what it is", brand: "brand", kind: "category", leaf: "category", last: "category", more: "description",
};
const REASONS = {
  unknown: "Nothing fits.", price: "Nothing fits within that price; the nearest is offered.",
  only: "Nothing is such; the nearest is offered.", without: "All have what was not wanted; the nearest is offered.",
  offer: "Nothing of the kind is reduced; what is nearest is offered.",
};
let asked = "", said = "";

export function startProducts({ changed }) {
  const words = at("words"), locale = at("locale");
  const search = () => {
    const next = address("products", { words: words.value.trim(), locale: locale.value });
    if (next === location.hash) return changed();
    location.hash = next;
    return null;
  };
  at("search").addEventListener("submit", (event) => { event.preventDefault(); search(); });
  words.addEventListener("search", () => words.value || search());
  locale.addEventListener("change", search);
  listening({ button: at("listen"), field: words, locale: () => locale.value, done: search });
  for (const option of locale.options) {
    option.setAttribute("value", option.value);
    option.textContent = language(option.value);
  }
}

export async function showProducts({ words = "", locale = "", page = "" }) {
  const own = [...at("locale").options].map((one) => one.value);
  at("locale").value = own.includes(locale) ? locale : shopLocale(own);
  // What is being typed meanwhile stays.
  if (words !== said) at("words").value = words;
  said = words;
  if (!shop.overview?.catalogue?.here) {
    at("answer").replaceChildren(nothing());
    at("goods").replaceChildren();
    return;
  }
  const key = JSON.stringify([words, at("locale").value, page, shop.overview.catalogue.version]);
  if (key === asked) return;
  // What failed is asked for again.
  asked = await (words ? showSearch(words) : showPage(page)) ? key : "";
}

const shopLocale = (own) => own.find((one) => one === shop.overview?.shop?.locale) ?? own[0];

function nothing() {
  const { shop: known, catalogue } = shop.overview ?? {};
  const [title, text] = catalogue
    ? ["This catalogue is not on this machine.", "It was made elsewhere, or its folder is gone. Import a feed to have one here."]
    : [known ? "Nothing is for sale yet." : "There is no shop yet.",
      known ? "Bring a product feed, and hear what shoppers will hear." : "Bring your shop file and a product feed, and hear what shoppers will hear."];
  return el("div", { class: "empty" }, el("p", { class: "big" }, title), el("p", {}, text),
    el("a", { class: "main", href: address("feeds") }, "Bring a feed"));
}

async function showPage(page) {
  const locale = at("locale").value;
  const told = await get("products", { page, locale });
  if (!told) return false;
  at("answer").replaceChildren();
  at("goods").replaceChildren(
    el("p", { class: "lead" }, `${plural(told.of, "product")}, in the order of your feed`),
    el("ol", { class: "goods", start: (told.page - 1) * 50 + 1 }, told.products.map((one) => row(one, locale))),
    pager(told, (number) => address("products", { page: number, locale })) ?? "",
  );
  if (told.pages > 1) announce(`Page ${told.page} of ${told.pages}`);
  return true;
}

async function showSearch(words) {
  const locale = at("locale").value;
  const told = await get("search", { words, locale });
  if (!told) return false;
  const offered = told.hits.filter((hit) => hit.place), others = told.hits.filter((hit) => !hit.place);
  at("answer").replaceChildren(
    el("figure", { class: "answer" }, el("figcaption", {}, "The shop answers"),
      el("blockquote", {}, spoken(told.answer, locale), hear(told.answer, locale, "the answer"))),
    understood(told, locale),
  );
  at("goods").replaceChildren(...[
    offered.length && part(heading(told), offered, told.text, true),
    others.length && part("Looked at as well, and not offered", others, told.text, false),
  ].filter(Boolean));
  announce(told.answer);
  return true;
}

function heading({ result, offered }) {
  if (result.is === "nothing") return REASONS[result.reason] ?? REASONS.unknown;
  if (result.is === "found") return result.whole ? "This is what the shop takes it for" : "Nothing holds all of it; this is the nearest";
  const fit = `${plural(offered, "product")} fit${offered > 3 ? "; three are read out at a time" : ""}`;
  return result.whole ? fit : "Nothing holds all of it; these are the nearest";
}

function part(title, hits, text, numbered) {
  const locale = at("locale").value;
  return el("section", { class: "part" }, el("h3", {}, title),
    el(numbered ? "ol" : "ul", { class: "goods" }, hits.map((hit) => row(hit, locale, found(hit, text)))));
}

// Words are looked for by their stem, and shown as they were said.
const asSaid = (token, text) => text.split(" ").find((one) => one.toLowerCase().startsWith(token)) ?? token;

// How the words were read before anything was looked for.
function understood({ text, wishes, words, by_sound: bySound, language: found }, locale) {
  const chips = words.map(({ token, frequency, senses }) => {
    const others = senses.map((sense) => sense.token).slice(0, 3).join(", ");
    return el("li", { class: frequency ? "" : "lost" }, spoken(asSaid(token, text), locale), el("small", {},
      `${frequency ? `in ${plural(frequency, "product")}` : "in no product"}${others && `, or ${others}`}`));
  });
  const notes = [
    bySound && "Too little was found as it was said, so the words were looked for by their sound as well.",
    !found && `The catalogue has no names in ${language(locale)}; those it has are searched.`,
    !text && !wishes.length && "No word to look for is left of it.",
  ].filter(Boolean);
  return el("div", { class: "read" }, el("h3", {}, "Heard as"),
    el("ul", { class: "tokens" }, chips, wishes.map((wish) => el("li", { class: "wish" }, wish))),
    notes.map((note) => el("p", { class: "note" }, note)));
}

// A product in a list, and how it was found where it was looked for.
export function row(one, locale, why = null) {
  const link = el("a", { href: address(here().view, { ...here().query, sku: one.sku }), data: { sku: one.sku } },
    el("span", { class: "what" }, spoken(one.name, locale, { className: "said" }),
      one.title === one.name ? null : el("small", {}, el("bdi", { dir: "auto" }, one.title))),
    el("span", { class: "cost" }, el("b", {}, one.price), el("small", {}, one.usual ? `instead of ${one.usual}` : stock(one.left))),
  );
  return el("li", {}, link, hear(one.said, locale, one.name), why);
}

export const stock = (left) => (left === null || left === undefined ? "" : left <= 0 ? "sold out" : `${count(left)} left`);

function found({ why, cover, score, head }, text) {
  const words = why.map((reason) => {
    const [token, places = ""] = reason.split(": "), [first, ...other] = token.split(" as ");
    const word = [asSaid(first, text), ...other].join(" as ");
    const named = [...new Set(places.split(" ").map((place) => PLACES[place] ?? place))];
    return el("li", {}, el("b", {}, el("bdi", {}, word)), ` in ${named.join(", ")}`);
  });
  return el("details", { class: "why" },
    el("summary", {}, sign("next"), `Holds ${cover} % of the words`),
    el("ul", {}, words, head ? el("li", {}, "It is the thing itself") : el("li", {}, "The thing asked for is something else"), el("li", {}, `Score ${score.toFixed(2)}`)));
}
