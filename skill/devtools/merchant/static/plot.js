// Plots of days, drawn as SVG in the width there is, each with the same figures as a table below it.
import { count, el, sign } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";
const HIGH = 190, LEFT = 44, BELOW = 22, ABOVE = 10;
const short = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", timeZone: "UTC" });
export const day = (text) => short.format(new Date(`${text}T00:00:00Z`));

function draw(tag, attributes, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

// The next round number at or above one, so that an axis ends in it.
export function round(most) {
  if (most <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 2.5, 5, 10].map((step) => step * power).find((step) => step >= most - 1e-12);
}

// A frame to draw days in: axes, a label for every some days, and where a day and a value lie.
function frame(wide, days, most, say) {
  const inner = wide - LEFT, step = inner / days.length;
  const y = (value) => ABOVE + (HIGH - ABOVE) * (1 - value / most);
  const parts = [];
  for (const part of [0, 0.5, 1]) {
    const at = y(part * most);
    parts.push(draw("line", { class: "axis", x1: LEFT, x2: wide, y1: at, y2: at }));
    parts.push(draw("text", { x: LEFT - 8, y: at + 4, "text-anchor": "end" }, say(part * most)));
  }
  const every = Math.max(1, Math.ceil(days.length / Math.max(2, Math.floor(inner / 72))));
  days.forEach((one, n) => {
    if ((days.length - 1 - n) % every) return;
    const end = n === days.length - 1 && step < 40;
    parts.push(draw("text", { x: LEFT + step * (end ? n + 1 : n + 0.5), y: HIGH + BELOW - 4, "text-anchor": end ? "end" : "middle" }, day(one.date)));
  });
  return { parts, step, x: (n) => LEFT + step * n, y };
}

// Bars over each other, the largest series first, where each later one is a part of those before it; or `beside` each other.
function bars(days, series, { say, most, beside }) {
  return (wide) => {
    const { parts, step, x, y } = frame(wide, days, most, say);
    const gap = Math.min(6, step * 0.2), width = (step - gap) / (beside ? series.length : 1);
    days.forEach((one, n) => series.forEach(({ name, tone }, place) => {
      const value = one[name], from = x(n) + gap / 2 + (beside ? place * width : 0);
      if (value) parts.push(draw("rect", { class: tone, x: from, width, y: y(value), height: Math.max(1, y(0) - y(value)), rx: Math.min(3, width / 4) }));
    }));
    return parts;
  };
}

// A line over the days that tell anything; a day alone is a dot.
function line(days, { name, say, most }) {
  return (wide) => {
    const { parts, step, x, y } = frame(wide, days, most, say);
    let path = "", open = false;
    days.forEach((one, n) => {
      if (one[name] === null) { open = false; return; }
      const at = `${(x(n) + step / 2).toFixed(1)} ${y(one[name]).toFixed(1)}`;
      path += `${open ? "L" : "M"}${at}`;
      open = true;
      parts.push(draw("circle", { class: "dots", cx: x(n) + step / 2, cy: y(one[name]), r: Math.min(3, 1 + step / 10) }));
    });
    parts.push(draw("path", { class: "line", d: path }));
    return parts;
  };
}

const watched = new ResizeObserver((entries) => entries.forEach(({ target }) => target.redraw()));

// What holds a drawing, and draws it anew when its width changes.
export function canvas(label, paint, high = HIGH + BELOW) {
  const box = el("div", { class: "plot" });
  let last = 0;
  box.redraw = () => {
    const wide = Math.round(box.clientWidth);
    if (!wide || wide === last) return;
    last = wide;
    box.replaceChildren(draw("svg", { viewBox: `0 0 ${wide} ${high}`, role: "img", "aria-label": label }, ...paint(wide)));
  };
  watched.observe(box);
  return box;
}

function table(days, series, say) {
  return el("details", {}, el("summary", {}, sign("next"), "As a table"),
    el("div", { class: "roll", tabIndex: 0, role: "region", aria: { label: `${series.map(({ title }) => title).join(", ")}, day by day` } },
      el("table", {},
        el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Day"), series.map(({ title }) => el("th", { scope: "col" }, title)))),
        el("tbody", {}, [...days].reverse().map((one) => el("tr", {}, el("th", { scope: "row" }, day(one.date)),
          series.map(({ name }) => el("td", {}, one[name] === null ? "–" : say(one[name])))))))));
}

// A plot with its heading, its key and its table. `kind`: "bars" or "line".
export function figure(days, { title, about, series, kind = "bars", say = count, most, wide = false, beside = false }) {
  const highest = round(Math.max(most ?? 0, ...days.flatMap((one) => series.map(({ name }) => one[name] ?? 0))));
  const paint = kind === "bars" ? bars(days, series, { say, most: highest, beside }) : line(days, { name: series[0].name, say, most: highest });
  return el("figure", { class: wide ? "wide" : "" },
    el("figcaption", {}, el("h3", {}, title), el("p", {}, about)),
    canvas(`${title}. ${about}`, paint),
    series.length > 1 ? el("ul", { class: "key" }, series.map(({ title: name, tone }) => el("li", { class: tone }, name))) : null,
    table(days, series, say));
}

// Where a share lies, with the span that holds the true one; `most` is the end of the axis.
export function whisker({ share, interval, label, most }) {
  return canvas(label, (wide) => {
    const x = (value) => 4 + (wide - 8) * value / most;
    return [
      draw("line", { class: "axis", x1: 4, x2: wide - 4, y1: 14, y2: 14 }),
      draw("line", { class: "whisker", x1: x(interval[0]), x2: x(interval[1]), y1: 14, y2: 14 }),
      ...interval.map((end) => draw("line", { class: "whisker", x1: x(end), x2: x(end), y1: 8, y2: 20 })),
      draw("circle", { class: "dots", cx: x(share), cy: 14, r: 5 }),
    ];
  }, 28);
}
