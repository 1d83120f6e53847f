// The browser's voice and ear, where it has them.

import { at } from "./dom.js";
import { ear } from "./ear.js";

// SSML as the sentences that are spoken: what is said letter by letter is spelled.
export function spoken(ssml) {
  const root = new DOMParser().parseFromString(ssml, "text/xml").documentElement;
  for (const spelled of root.querySelectorAll("say-as")) spelled.textContent = [...spelled.textContent].join(" ");
  return root.textContent.trim();
}

export function voice({ locale, problem, onWords, onSpeaking }) {
  const aloud = at("aloud"), synthesis = window.speechSynthesis;
  let warned = "";

  // Speak; settles when it was said, or at once where nothing is to be heard.
  function speak(ssml) {
    if (!synthesis || !aloud.checked || !ssml) return Promise.resolve();
    const language = locale.value, voices = synthesis.getVoices();
    if (voices.length && !voices.some(({ lang }) => lang.slice(0, 2) === language.slice(0, 2)) && warned !== language) {
      warned = language;
      problem(`This browser has no voice for ${language}: what you hear is another language's.`);
    }
    const words = Object.assign(new SpeechSynthesisUtterance(spoken(ssml)), { lang: language });
    words.voice = voices.find(({ lang }) => lang.replace("_", "-") === language) ?? null;
    synthesis.cancel();
    return new Promise((said) => {
      words.onend = words.onerror = said;
      synthesis.speak(words);
    });
  }

  function hush() {
    synthesis?.cancel();
  }

  const hear = ear({ button: at("listen"), locale: () => locale.value, problem, before: hush, onWords, onSpeaking });

  if (synthesis) {
    at("aloud-choice").hidden = false;
    aloud.addEventListener("change", () => aloud.checked || hush());
  }
  return { speak, hush, hear };
}
