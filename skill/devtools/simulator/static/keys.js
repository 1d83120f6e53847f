// The page by keyboard: what the keys do, said in one place and shown to whoever asks.

import { at, make } from "./dom.js";

const KEYS = [
  ["Enter", "say what stands in the field"],
  ["Shift+Enter", "say nothing"],
  ["↑ ↓", "earlier sentences, while the field has the focus"],
  ["Alt+↑ Alt+↓", "look at the turn before, or after"],
  ["Alt+1 … Alt+3", "the cart, the turn, its JSON"],
  ["Alt+G", "to the device’s screen"],
  ["Alt+N", "new session"],
  ["Alt+M", "speak, and again to stop"],
  ["/", "to the field"],
  ["Esc", "silence Alexa, close what is open, back to the field"],
  ["?", "this list, while the field is empty"],
];

export function keys({ words, renew, hear, reach, look, silence, escape }) {
  at("keys").append(...KEYS.flatMap(([key, does]) => {
    const name = make("dt");
    name.append(...key.split(" ").flatMap((one) => [one === "…" ? "…" : make("kbd", "", one), " "]));
    return [name, make("dd", "", does)];
  }));
  at("help").addEventListener("click", () => at("keys-dialog").showModal());
  for (const close of document.querySelectorAll("[data-close]")) {
    close.addEventListener("click", () => close.closest("dialog").close());
  }

  const alt = {
    KeyN: renew, KeyM: hear, ArrowUp: () => look(-1), ArrowDown: () => look(1),
    KeyG: () => (at("glass").querySelector("button") ?? at("glass").querySelector("[tabindex]"))?.focus(),
    Digit1: () => reach(1), Digit2: () => reach(2), Digit3: () => reach(3), Digit4: () => reach(4),
  };
  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]") || event.isComposing) return;
    const typing = event.target.matches("input, select, textarea"), plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    let act;
    if (event.altKey && !event.ctrlKey && !event.metaKey) act = alt[event.code];
    else if (event.key === "Escape") act = escape;
    else if (event.key === "?" && plain && (!typing || (event.target === words && !words.value))) {
      act = () => at("keys-dialog").showModal();
    } else if (event.key === "/" && plain && !typing) act = () => words.focus();
    else if (event.key === "Enter" && event.shiftKey && event.target === words) act = silence;
    if (!act) return;
    event.preventDefault();
    act();
  });
}
