// A turn's envelopes, and what is kept, as JSON.

import { at, button, make } from "./dom.js";
import { openAll, tree } from "./tree.js";

const PARTS = {
  Request: ({ request }) => request,
  Response: ({ response }) => response,
  // What was sent after it: the request once more, or that the session is over.
  Then: ({ then }) => then,
  State: ({ state }) => state,
};

export function json() {
  const bar = make("div", "acts bar"), shown = make("div", "shown thin");
  let part = "Response", answer = null;
  const names = Object.keys(PARTS).map((name) => button("quiet", name, () => {
    part = name;
    draw();
  }));
  const copy = button("quiet", "Copy", async () => {
    await navigator.clipboard.writeText(JSON.stringify(PARTS[part](answer), null, 2));
    copy.textContent = "Copied";
    setTimeout(() => { copy.textContent = "Copy"; }, 1500);
  });
  bar.append(...names, make("span", "space"), button("quiet", "Open all", () => openAll(shown)), copy);
  shown.tabIndex = 0;
  shown.setAttribute("role", "region");
  at("json").append(bar, shown);

  function draw() {
    if (!answer.then && part === "Then") part = "Response";
    for (const name of names) {
      name.setAttribute("aria-pressed", String(name.textContent === part));
      name.hidden = name.textContent === "Then" && !answer.then;
    }
    shown.setAttribute("aria-label", `${part} as JSON`);
    const value = PARTS[part](answer);
    shown.replaceChildren(value ? tree(value) : make("p", "none", "Nothing was sent: the device spoke by itself."));
    shown.scrollTop = 0;
  }

  return (record) => {
    answer = record.answer;
    draw();
  };
}
