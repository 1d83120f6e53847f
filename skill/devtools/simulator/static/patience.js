// Waits as a device waits: eight seconds of silence after what was said, and then nothing was said.

import { at } from "./dom.js";

const LISTENS_MS = 8_000; // Alexa's documentation: the reprompt after 8 s, the end after 8 more

export function patience({ onSilence }) {
  const chosen = at("patient"), bar = at("patience");
  let timer = 0;

  function stop() {
    clearTimeout(timer);
    timer = 0;
    bar.className = "";
  }

  function begin() {
    stop();
    if (!chosen.checked) return;
    bar.getBoundingClientRect(); // the bar begins anew
    bar.className = "running";
    timer = setTimeout(() => {
      stop();
      onSilence();
    }, LISTENS_MS);
  }

  chosen.addEventListener("change", () => chosen.checked || stop());
  return { begin, stop };
}
