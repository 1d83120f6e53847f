// The browser's own voice and ear, where it has them.
import { ear } from "/static/ear.js";
import { announce, el, language, problem, sign } from "./dom.js";

export const speaks = "speechSynthesis" in window;
let speaking = null;

function say(text, locale, button) {
  const before = speaking;
  hush();
  if (before === button) return;
  const voices = speechSynthesis.getVoices();
  const own = voices.find((voice) => voice.lang.replace("_", "-") === locale)
    ?? voices.find((voice) => voice.lang.startsWith(locale.slice(0, 2)));
  if (voices.length && !own) announce(`This browser has no voice for ${language(locale)}; it may read it wrongly.`);
  const spoken = new SpeechSynthesisUtterance(text);
  spoken.lang = locale;
  if (own) spoken.voice = own;
  spoken.onend = () => speaking === button && hush();
  spoken.onerror = spoken.onend;
  speaking = button;
  button.ariaPressed = "true";
  speechSynthesis.speak(spoken);
}

export function hush() {
  if (speaking) speaking.ariaPressed = "false";
  speaking = null;
  if (speaks) speechSynthesis.cancel();
}

// A button that reads a text aloud, and falls silent when it is pressed again.
export function hear(text, locale, what = "") {
  if (!speaks || !text) return null;
  const button = el("button", { type: "button", class: "hear", aria: { label: `Hear it${what && `: ${what}`}`, pressed: "false" } }, sign("sound"));
  button.addEventListener("click", () => say(text, locale, button));
  return button;
}

// The button beside a field that fills it with what is said.
export function listening({ button, field, locale, done }) {
  ear({
    button, locale, problem, before: hush,
    onWords: (heard, all) => {
      field.value = heard;
      if (all) done();
    },
  });
}
