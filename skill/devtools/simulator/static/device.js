// The device's screen: draws what the skill sent last, in the shape that was chosen.

import { draw } from "./apl.js";
import { at } from "./dom.js";

// Sizes in dp, as devices report them.
const DEVICES = {
  small: { width: 960, height: 480, shape: "rectangle", mode: "hub" },
  large: { width: 1280, height: 800, shape: "rectangle", mode: "hub" },
  round: { width: 480, height: 480, shape: "round", mode: "hub" },
  tv: { width: 960, height: 540, shape: "rectangle", mode: "tv" },
};

export function device({ shape, onTouch }) {
  const glass = at("glass"), dusk = matchMedia("(prefers-color-scheme: dark)");
  let rendered = null; // the last directive that drew something

  function show({ response, sessionEnded }) {
    const directives = response?.response?.directives ?? [];
    const drawing = directives.find(({ type }) => type === "Alexa.Presentation.APL.RenderDocument");
    // A device goes home when the skill closes without a last picture.
    if (drawing || sessionEnded) rendered = drawing ?? null;
    if (drawing || sessionEnded) redraw();
  }

  function redraw() {
    const kind = DEVICES[shape.value];
    at("device").hidden = !kind;
    if (!kind) return;
    const focused = glass.contains(document.activeElement) ? document.activeElement.ariaLabel : null;
    const viewport = { ...kind, theme: dusk.matches ? "dark" : "light" };
    glass.className = viewport.shape;
    glass.style.aspectRatio = `${viewport.width} / ${viewport.height}`;
    glass.replaceChildren(...(rendered ? [draw(rendered, { viewport, onTouch })] : []));
    fit();
    // Whoever works by keyboard stays where they were.
    if (focused) [...glass.querySelectorAll("button")].find((one) => one.ariaLabel === focused)?.focus();
  }

  function fit() {
    const width = DEVICES[shape.value]?.width;
    if (width) glass.style.setProperty("--scale", glass.clientWidth / width);
  }

  dusk.addEventListener("change", redraw);
  new ResizeObserver(fit).observe(glass);
  return { show, redraw, sleeps: () => !DEVICES[shape.value] };
}
