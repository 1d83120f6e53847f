// The shop in numbers: what the server has added up, as sums, plots and tables.
import { announce, at, count, el, get, plural, post } from "./dom.js";
import { day, figure, round, whisker } from "./plot.js";

const STAGES = { sessions: "Sessions", to_search: "Looked for something", to_add: "Filled the cart", to_checkout: "Heard the total", to_order: "Ordered" };
const VERDICTS = { too_few: "Too few to tell", no_difference: "No difference to tell", better: "Better", worse: "Worse" };
const KINDS = { question: "asked", product: "looked for", sentence: "said" };
const asked = new URLSearchParams(window.location.search).get("days") ?? "";
const tenth = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });
const percent = (share) => (share === null ? "–" : tenth.format(share));
const points = (share) => `${share > 0 ? "+" : share < 0 ? "−" : "±"}${Math.abs(100 * share).toFixed(1)}`;
const some = (value) => (value === null ? "–" : count(value));

function money({ currency, minor_digits: digits }) {
  const whole = new Intl.NumberFormat("en", { style: "currency", currency, minimumFractionDigits: digits, maximumFractionDigits: digits });
  const brief = new Intl.NumberFormat("en", { style: "currency", currency, notation: "compact", maximumFractionDigits: 1 });
  const amount = (form) => (minor) => (minor === null ? "–" : form.format(minor / 10 ** digits));
  return { whole: amount(whole), brief: amount(brief) };
}

function sum(title, value, more = "") {
  return el("div", {}, el("dt", {}, title), el("dd", {}, value, more ? el("small", {}, more) : null));
}

function sums(told, amount) {
  const { totals } = told;
  return el("dl", { class: "sums" },
    sum("Sessions", count(totals.sessions), `${count(totals.launches)} opened by name`),
    sum("Orders", count(totals.orders_placed), `${amount.whole(totals.order_value)} in all`),
    sum("Conversion", percent(totals.conversion), "sessions with an order"),
    sum("Average order", amount.whole(totals.average_order), `${percent(totals.repeat)} ordered before`),
    sum("Turns to an order", some(totals.turns_to_order), "half need no more"),
    sum("Carts left", percent(totals.abandonment), `${count(totals.carts_left)} worth ${amount.whole(totals.value_left)}`),
    sum("Without a person", percent(totals.automation), plural(totals.hand_overs, "wish for a person", "wishes for a person")),
    sum("Not understood", percent(totals.misunderstood), `${plural(totals.misses, "turn")}, ${count(totals.corrections)} put right`),
    sum("Rating", totals.rating === null ? "–" : `${totals.rating.toFixed(1)} of 5`, plural(totals.ratings, "rating")),
    sum("Notices sent", count(totals.notices_sent), `${count(totals.notices_opened)} opened, ${count(totals.notices_stopped)} stopped`));
}

function stages({ funnel }) {
  const all = Math.max(1, funnel[0].count);
  return el("section", { class: "sheet", aria: { labelledby: "far" } },
    el("h3", { id: "far" }, "How far sessions came"),
    el("ol", { class: "stages" }, funnel.map(({ stage, count: n }) => el("li", {}, STAGES[stage],
      el("span", { class: "bar", aria: { hidden: "true" } }, el("i", { style: { "inline-size": `${100 * n / all}%` } })),
      el("b", {}, count(n), " ", el("small", {}, percent(n / all)))))));
}

function plots(told, amount) {
  const { days } = told;
  return el("div", { class: "plots" },
    figure(days, {
      title: "The funnel, day by day", about: "How many sessions came how far: from all of them, pale, to those with an order.", wide: true,
      series: Object.entries(STAGES).map(([name, title], n) => ({ name, title, tone: `s${n}` })),
    }),
    figure(days, {
      title: "Orders, and what stayed in carts", about: "The value of orders placed, and of carts that sessions left behind.", say: amount.brief, beside: true,
      series: [{ name: "order_value", title: "Ordered", tone: "s4" }, { name: "value_left", title: "Left in carts", tone: "spark" }],
    }),
    figure(days, {
      title: "Turns that were not understood", about: "As a share of all turns of the day.", kind: "line", say: percent, most: 0.02,
      series: [{ name: "misunderstood", title: "Not understood" }],
    }));
}

function experiment({ id, prompt, arms, least }) {
  const most = round(Math.max(0.01, ...arms.map((arm) => arm.interval?.[1] ?? 0)));
  return el("section", { class: "sheet", aria: { label: `Experiment ${id}` } },
    el("h3", {}, `Experiment “${id}”`), el("p", {}, `Two ways of saying ${prompt}: how many shoppers ordered after they first heard it.`),
    el("div", { class: "arms" }, arms.map((arm) => {
      const words = arm.heard
        ? `${percent(arm.share)}, between ${percent(arm.interval[0])} and ${percent(arm.interval[1])}: ${count(arm.ordered)} of ${plural(arm.heard, "shopper")}` : "Nobody heard it yet";
      return el("div", { class: "arm" },
        el("div", {}, el("b", {}, arm.id), " ", arm.verdict ? el("span", { class: `verdict ${arm.verdict}` }, VERDICTS[arm.verdict]) : null),
        arm.heard ? whisker({ ...arm, most, label: `${arm.id}: ${words}` }) : null,
        el("p", {}, `${words}. ${apart(arm, arms[0], least)}`));
    })));
}

function apart(arm, first, least) {
  if (!arm.verdict) return "The others are compared with it.";
  if (!arm.difference) return `Both need ${least} shoppers before anything can be told.`;
  return `Against “${first.id}”: ${points(arm.difference[0])} to ${points(arm.difference[1])} percentage points.`;
}

function vain(told, redo) {
  const { unanswered, kept_days: days } = told;
  const none = days ? "Nothing is kept. Sentences come from shoppers who said that you may learn from what they say."
    : "Nothing is kept: write sentences_days under [privacy] of the shop file, and shoppers may allow it.";
  return el("section", { class: "sheet", aria: { labelledby: "vain" } },
    el("h3", { id: "vain" }, "Said in vain"),
    el("p", {}, unanswered.length ? `What shoppers asked for and did not get, most of them first; without names and numbers, kept for ${plural(days, "day")}.` : none),
    unanswered.length ? el("ol", { class: "vain" }, unanswered.map((one) => el("li", {},
      el("span", {}, el("bdi", { lang: one.locale, dir: "auto" }, one.text), el("small", {}, `${KINDS[one.kind] ?? "said"} last on ${day(one.last)}`)),
      el("b", {}, plural(one.shoppers, "shopper")),
      el("button", { class: "quiet", type: "button", aria: { label: `Forget “${one.text}”` }, onclick: () => redo(one.text) }, "Forget")))) : null);
}

async function show() {
  const told = await get("numbers/told", { days: asked });
  if (!told) return;
  const amount = money(told);
  at("span").textContent = `${day(told.from)} to ${day(told.to)}`;
  const nothing = !told.totals.sessions && !told.totals.orders_placed;
  at("told").replaceChildren(...(!nothing ? [] : [el("p", { class: "note" }, "No session ended on these days. One that goes on counts once it is over.")]),
    sums(told, amount), ...(nothing ? [] : [plots(told, amount), stages(told)]), ...told.experiments.map(experiment), vain(told, forget));
}

async function forget(text) {
  if (await post("numbers/forget", { text })) {
    await show();
    announce("Forgotten");
  }
}

await show();
