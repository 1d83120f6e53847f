// The shop file: looked over line by line, tried in conversation, and made live.
import { announce, at, drop, el, get, plural, send } from "./dom.js";

let changed = () => {}, chosen = null;

export function startShopFile(page) {
  ({ changed } = page);
  const zone = at("shop-drop"), file = at("shop-toml");
  file.addEventListener("change", () => file.files[0] && look(file.files[0]));
  zone.addEventListener("submit", (event) => event.preventDefault());
  for (const kind of ["dragenter", "dragover"]) {
    zone.addEventListener(kind, (event) => { event.preventDefault(); zone.classList.add("over"); });
  }
  for (const kind of ["dragleave", "drop"]) zone.addEventListener(kind, () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files[0]) look(event.dataTransfer.files[0]);
  });
}

export async function showShopFile() {
  tell((await get("trial"))?.trial);
}

// What shoppers of this machine hear meanwhile.
function tell(trial) {
  const box = at("on-trial");
  box.hidden = !trial;
  if (!trial) return box.replaceChildren();
  const stop = el("button", { type: "button", class: "quiet" }, "Stop trying");
  stop.addEventListener("click", async () => {
    const told = await drop("trial");
    if (!told) return;
    tell(told.trial);
    announce("The live shop is heard again");
  });
  return box.replaceChildren(el("span", {}, "You hear ", el("bdi", {}, trial.file), ", which is not live."),
    el("a", { class: "main", href: "/" }, "Talk to it"), stop);
}

async function ask(act) {
  const form = new FormData();
  form.set("shop", chosen);
  if (act) form.set(act, "1");
  const told = await send("shop", form);
  at("shop-toml").value = "";
  return told;
}

async function look(file) {
  chosen = file;
  const told = await ask("");
  at("looked").replaceChildren(...(told ? [drawn(told)] : []));
}

function drawn({ file, faults, changes }) {
  if (faults.length) return wrong(file, faults);
  const act = (name, kind, text, after) => {
    const button = el("button", { type: "button", class: kind }, text);
    button.addEventListener("click", async () => (await ask(name)) && after());
    return button;
  };
  const tried = async () => {
    await showShopFile();
    announce("The simulator talks as this file has it");
  };
  const live = async () => {
    at("looked").replaceChildren(el("div", { class: "result" }, el("p", { class: "state" }, "Live"),
      el("p", { class: "big" }, el("bdi", {}, file)), el("p", { class: "note" }, "It is heard from the next sentence on.")));
    await Promise.all([changed(), showShopFile()]);
    announce("The shop file is live");
  };
  return el("div", { class: "result" }, el("p", { class: "state" }, "Nothing is wrong"), el("p", { class: "big" }, el("bdi", {}, file)),
    el("p", { class: "note" }, changes.length ? `It changes ${changes.join(", ")}.` : "It is what is live already."),
    changes.length ? el("p", { class: "acts" }, act("try", "main", "Try it in the simulator", tried), act("live", "quiet", "Make it live", live)) : null);
}

function wrong(file, faults) {
  const rows = faults.map(({ line, place, what }) => el("tr", {}, el("td", {}, line ?? ""), el("td", {}, el("code", {}, place)), el("td", {}, what)));
  const head = el("tr", {}, ...["Line", "Place", "What is wrong"].map((name) => el("th", { scope: "col" }, name)));
  return el("div", { class: "result" }, el("p", { class: "state not" }, `${plural(faults.length, "fault")} to mend`), el("p", { class: "big" }, el("bdi", {}, file)),
    el("div", { class: "wide", tabIndex: 0, role: "region", aria: { label: "What is wrong with the shop file" } },
      el("table", { class: "faults" }, el("thead", {}, head), el("tbody", {}, rows))),
    el("p", { class: "note" }, "Mend it in the file, save it, and choose it again."));
}
