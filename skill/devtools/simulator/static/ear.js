// The browser's ear, where it has one: a button that is pressed while it listens.

const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;

// `onWords` gets what was heard so far, and whether that is all; `before` runs before it listens.
export function ear({ button, locale, problem, before, onWords, onSpeaking = null }) {
  if (!Recognition) return () => {};
  const hearing = new Recognition();
  hearing.interimResults = true;
  hearing.onstart = () => { button.ariaPressed = "true"; };
  hearing.onend = () => { button.ariaPressed = "false"; };
  hearing.onspeechstart = onSpeaking;
  hearing.onresult = ({ results }) => {
    const heard = [...results].map((result) => result[0].transcript).join("");
    onWords(heard, results[results.length - 1].isFinal);
  };
  hearing.onerror = ({ error }) => {
    if (error === "not-allowed") problem("The microphone is blocked. Allow it in the browser's settings for this page.");
    else if (error !== "aborted" && error !== "no-speech") problem(`Listening failed (${error}). You can still type.`);
  };

  function listen() {
    if (button.ariaPressed === "true") return hearing.stop();
    before();
    hearing.lang = locale();
    try {
      hearing.start();
    } catch {
      // It is about to listen already.
    }
  }

  button.hidden = false;
  button.addEventListener("click", listen);
  return listen;
}
