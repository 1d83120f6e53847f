// JSON as a tree that opens level by level. A level is made when it is opened first: a document for a screen is
// thousands of values, and hardly anybody looks at them.

import { make } from "./dom.js";

const LEVELS = 2; // open from the beginning
const LONG = 12; // more entries than this stay closed below the top

export function tree(value) {
  const root = make("div", "tree");
  root.dir = "ltr";
  root.append(...entries(value, 0));
  return root;
}

// Open every level.
export function openAll(root) {
  for (const closed of root.querySelectorAll("details:not([open])")) {
    closed.open = true;
    closed.fill();
    openAll(closed);
  }
}

function entries(value, depth) {
  return Object.entries(value).map(([key, inner]) => {
    const name = Array.isArray(value) ? make("span", "index", key) : make("span", "key", key);
    return inner !== null && typeof inner === "object" ? branch(name, inner, depth) : leaf(name, inner);
  });
}

function leaf(name, value) {
  const node = make("div", "leaf");
  node.append(name, make("span", `value ${value === null ? "null" : typeof value}`, JSON.stringify(value)));
  return node;
}

function branch(name, value, depth) {
  const count = Object.keys(value).length, node = make("details");
  const summary = make("summary");
  const hint = Array.isArray(value) ? `[${count}]` : `{${count}}`;
  summary.append(name, make("span", "hint", value.type ? `${hint} ${value.type}` : hint));
  node.append(summary);
  node.fill = () => {
    node.fill = () => {};
    node.append(...entries(value, depth + 1));
  };
  node.addEventListener("toggle", () => node.open && node.fill());
  if (depth < LEVELS && count <= LONG && count > 0) {
    node.open = true;
    node.fill();
  }
  return node;
}
