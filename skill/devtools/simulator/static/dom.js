// The page's elements, found and made. Text is set as text: nothing the server sent becomes markup.

export const at = (id) => document.getElementById(id);

// An element of a kind ("bubble", "badge warn"); `text`, where given, is written in its own direction.
export function make(tag, kind, text) {
  const node = Object.assign(document.createElement(tag), { className: kind ?? "" });
  return text === undefined ? node : Object.assign(node, { dir: "auto", textContent: text });
}

export function button(kind, text, act) {
  const node = Object.assign(make("button", kind, text), { type: "button" });
  node.addEventListener("click", act);
  return node;
}

// A part of a panel under its heading.
export function section(title, ...nodes) {
  const node = make("section");
  node.append(make("h2", "", title), ...nodes);
  return node;
}

export const NARROW = matchMedia("(width < 56rem)");
