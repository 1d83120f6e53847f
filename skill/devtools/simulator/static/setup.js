// The choices around a turn: who speaks, in what language, to what device, at what time, and what goes wrong.

import { at, make } from "./dom.js";
import { invitation } from "./phrases.js";

const HOURS = { 3600: "One hour", 86400: "One day", 604800: "One week" };
const TICK_MS = 10_000;

export function setup({ post, trying, onSession, onTold, onClock, onShape }) {
  const user = at("user"), locale = at("locale"), shape = at("shape"), person = at("person"), fault = at("fault");
  const armed = at("armed");
  let clock = null, since = 0; // the shop's clock as it was told last, and when
  let screen = true;

  const conditions = () => ({
    user: user.value, locale: locale.value, screen: shape.value !== "none",
    person: person.value || null, fault: fault.value || null,
  });

  // What the page shows survives being loaded again.
  function remember() {
    const kept = { user: user.value };
    if (locale.selectedIndex) kept.locale = locale.value;
    if (shape.selectedIndex) kept.device = shape.value;
    history.replaceState(null, "", `/?${new URLSearchParams(kept)}`);
  }

  function recall() {
    const asked = new URLSearchParams(location.search);
    if (asked.get("user")) user.value = asked.get("user");
    for (const [choice, name] of [[locale, "locale"], [shape, "device"]]) {
      if ([...choice.options].some(({ value }) => value === asked.get(name))) choice.value = asked.get(name);
    }
    screen = shape.value !== "none";
    write();
  }

  // Words run as the language does.
  function write() {
    const { dir, name } = locale.selectedOptions[0].dataset;
    document.querySelector(".talk").dir = dir;
    Object.assign(at("words"), { dir, lang: locale.value, placeholder: invitation(locale.value, name) });
    document.querySelector(".name p bdi").textContent = name.toLowerCase();
  }

  function members(known) {
    const chosen = person.value;
    // Who never spoke here has no id that could be sent.
    const options = known.filter((one) => one.person).map((one) => Object.assign(make("option", "", one.child ? `${one.name} (child)` : one.name), { value: one.person }));
    person.replaceChildren(Object.assign(make("option", "", "Not recognised"), { value: "" }), ...options);
    person.value = known.some((one) => one.person === chosen) ? chosen : "";
  }

  function tick() {
    if (!clock) return;
    // The shop's own wall time, whatever zone the browser is in.
    const wall = new Date(Date.parse(`${clock.now.slice(0, 19)}Z`) + (performance.now() - since));
    const format = new Intl.DateTimeFormat("en", { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "UTC" });
    at("now").value = format.format(wall);
    at("real-time").disabled = !clock.ahead;
    at("jumps").hidden = clock.ahead === null;
    at("now").classList.toggle("ahead", clock.ahead > 0);
  }

  function told(answer) {
    clock = answer.clock;
    since = performance.now();
    tick();
    if (answer.members) members(answer.members);
  }

  const jump = (seconds) => trying(async () => {
    const ahead = seconds ? (clock?.ahead ?? 0) + seconds : 0;
    told(await post("/simulator/clock", { ahead }));
    onTold(seconds ? `${HOURS[seconds]} later` : "Back to the real time");
    onClock();
  });

  function arm() {
    armed.hidden = !fault.value;
    armed.textContent = fault.value ? fault.selectedOptions[0].textContent : "";
    armed.setAttribute("aria-label", `Next turn: ${armed.textContent}. Take it back`);
  }

  function disarm() {
    fault.value = "";
    arm();
  }

  const add = (name, child) => trying(async () => {
    const known = new Set([...person.options].map(({ value }) => value));
    const { members: all } = await post("/simulator/member", { user: user.value, name, child });
    members(all);
    person.value = all.find((one) => !known.has(one.person))?.person ?? "";
    if (person.value) onTold(`Voice: ${person.selectedOptions[0].textContent}`);
  });

  at("setup").addEventListener("submit", (event) => event.preventDefault());
  user.addEventListener("change", () => {
    if (!user.reportValidity()) return;
    members([]);
    remember();
    onSession(`Shopper ${user.value}`);
  });
  locale.addEventListener("change", () => {
    write();
    remember();
    onSession(locale.value);
  });
  shape.addEventListener("change", () => {
    remember();
    onShape();
    const has = shape.value !== "none";
    if (has === screen) return;
    screen = has;
    onSession(has ? "Device with screen" : "Device without screen", true);
  });
  person.addEventListener("change", () => onTold(`Voice: ${person.selectedOptions[0].textContent}`));
  fault.addEventListener("change", arm);
  armed.addEventListener("click", () => {
    disarm();
    at("words").focus();
  });
  for (const leap of at("jumps").querySelectorAll("button")) {
    leap.addEventListener("click", () => jump(Number(leap.dataset.ahead)));
  }
  at("add-voice").addEventListener("click", () => at("voice-dialog").showModal());
  at("voice-dialog").querySelector("form").addEventListener("submit", () => {
    add(at("voice-name").value.trim(), at("voice-child").checked);
    at("voice-dialog").querySelector("form").reset();
  });
  setInterval(tick, TICK_MS);
  return { conditions, told, disarm, recall, remember };
}
