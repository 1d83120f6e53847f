// A conversation kept as a test: the server makes the recording, the browser saves it.

import { at } from "./dom.js";

export function recording({ post, get, problem, conditions }) {
  let turns = [], start = null;

  // Another shopper, or another language, is another conversation. What there is before its first turn belongs
  // to it, so this settles before that may be said.
  async function begin() {
    turns = [];
    at("keep").disabled = true;
    start = await get("/simulator/recording", { user: conditions().user });
  }

  function add(turn) {
    turns.push(turn);
    at("keep").disabled = false;
  }

  async function save(wants) {
    problem("");
    try {
      const made = await post("/simulator/recording", { wants, user: conditions().user, start, turns });
      const file = new Blob([`${JSON.stringify(made, null, 1)}\n`], { type: "application/json" });
      const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: `${named(wants)}.json` });
      link.click();
      URL.revokeObjectURL(link.href);
    } catch (error) {
      problem(error.message);
    }
  }

  at("keep").addEventListener("click", () => {
    at("kept").textContent = turns.length === 1 ? "1 turn" : `${turns.length} turns`;
    at("keep-dialog").showModal();
    at("wants").focus();
  });
  at("keep-dialog").querySelector("form").addEventListener("submit", () => save(at("wants").value.trim()));
  return { begin, add };
}

// A file's name out of what the shopper wants, in any script.
export const named = (wants) => wants.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "_").replace(/^_+|_+$/g, "").slice(0, 60) || "recording";
