// The panel's tabs, and on a phone the panel itself.

import { at, NARROW } from "./dom.js";

export function tabs({ onShow, back }) {
  const names = ["shopping", "turn", "json", "setup"], tab = (name) => at(`tab-${name}`);
  let current = "shopping";

  function show(name, focus = false) {
    current = name;
    for (const one of names) {
      tab(one).setAttribute("aria-selected", String(one === name));
      tab(one).tabIndex = one === name ? 0 : -1;
      at(one).hidden = one !== name && (one !== "setup" || NARROW.matches);
    }
    if (focus) tab(name).focus();
    onShow(name);
  }

  function open(yes) {
    document.body.classList.toggle("panel-open", yes);
    at("open-panel").setAttribute("aria-expanded", String(yes));
    if (yes) tab(current).focus();
    else back();
  }

  // A narrow page has its choices in the panel; a wide one over the conversation.
  function place() {
    const setup = at("setup"), more = document.querySelector(".more");
    if (NARROW.matches) {
      at("panel").append(setup);
      setup.append(more);
      setup.setAttribute("role", "tabpanel");
    } else {
      document.querySelector("main").prepend(setup);
      document.querySelector(".masthead .name").after(more);
      setup.removeAttribute("role");
    }
    tab("setup").hidden = !NARROW.matches;
    show(NARROW.matches || current !== "setup" ? current : "shopping");
  }

  for (const name of names) tab(name).addEventListener("click", () => show(name));
  tab("shopping").parentElement.addEventListener("keydown", (event) => {
    const reachable = names.filter((name) => !tab(name).hidden), at_ = reachable.indexOf(current);
    const step = { ArrowRight: at_ + 1, ArrowLeft: at_ - 1, Home: 0, End: reachable.length - 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    show(reachable.at(step % reachable.length), true);
  });
  at("open-panel").addEventListener("click", () => open(!document.body.classList.contains("panel-open")));
  NARROW.addEventListener("change", place);
  place();
  return { open, shown: () => current, reach: (number) => {
    const name = names[number - 1];
    if (!name || tab(name).hidden) return;
    if (NARROW.matches) open(true);
    show(name, true);
  } };
}
