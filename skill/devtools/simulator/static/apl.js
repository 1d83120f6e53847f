// Draws an APL document: the components, bindings and expressions that our documents use, and no others.
// What is bound is text to this page, never markup.

const ESCAPED = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
const TOKEN = /\s*(?:(\d+(?:\.\d+)?)|'([^']*)'|(@?[A-Za-z_]\w*)|(==|!=|<=|>=|&&|\|\||[-+*/<>!?:()[\].]))/y;
const LEVELS = [["||"], ["&&"], ["==", "!="], ["<", ">", "<=", ">="], ["+", "-"], ["*", "/"]];
const OPERATIONS = {
  "==": (a, b) => a === b, "!=": (a, b) => a !== b,
  "<": (a, b) => a < b, ">": (a, b) => a > b, "<=": (a, b) => a <= b, ">=": (a, b) => a >= b,
  "+": (a, b) => (typeof a === "number" && typeof b === "number" ? a + b : `${a ?? ""}${b ?? ""}`),
  "-": (a, b) => a - b, "*": (a, b) => a * b, "/": (a, b) => a / b,
  "&&": (a, b) => a && b, "||": (a, b) => a || b,
};

function tokens(source) {
  const found = [];
  TOKEN.lastIndex = 0;
  while (source.slice(TOKEN.lastIndex).trim()) {
    const at = TOKEN.lastIndex, [, number, string, name, sign] = TOKEN.exec(source) ?? [];
    if (TOKEN.lastIndex === 0) throw new Error(`APL: cannot read “${source.slice(at)}”`);
    if (number !== undefined) found.push({ value: Number(number) });
    else if (string !== undefined) found.push({ value: string });
    else found.push(name ? { name } : { sign });
  }
  return found;
}

// One expression, as between "${" and "}".
function evaluate(source, scope) {
  const rest = tokens(source);
  const next = (sign) => rest[0]?.sign === sign && rest.shift();
  const choice = () => {
    const test = level(0);
    if (!next("?")) return test;
    const yes = choice();
    next(":");
    const no = choice();
    return test ? yes : no;
  };
  const level = (depth) => {
    if (depth === LEVELS.length) return unary();
    let left = level(depth + 1);
    while (LEVELS[depth].includes(rest[0]?.sign)) left = OPERATIONS[rest.shift().sign](left, level(depth + 1));
    return left;
  };
  const unary = () => {
    if (next("!")) return !unary();
    if (next("-")) return -unary();
    return member(primary());
  };
  const member = (value) => {
    if (next(".")) return member(own(value, rest.shift()?.name));
    if (!next("[")) return value;
    const key = choice();
    next("]");
    return member(own(value, key));
  };
  const primary = () => {
    if (next("(")) {
      const inner = choice();
      next(")");
      return inner;
    }
    const { value, name } = rest.shift() ?? {};
    if (name === undefined) return value;
    if (name === "true" || name === "false") return name === "true";
    return name.startsWith("@") ? scope.resources[name.slice(1)] : own(scope, name);
  };
  return choice();
}

const own = (value, key) => (value != null && Object.hasOwn(value, key) ? value[key] : undefined);

// A property's value: bound, and looked up where it names a resource.
function bound(value, scope) {
  if (Array.isArray(value)) return value.map((one) => bound(one, scope));
  if (typeof value !== "string") return value;
  const whole = value.match(/^\$\{([^{}]*)\}$/);
  const filled = whole
    ? evaluate(whole[1], scope)
    : value.replace(/\$\{([^{}]*)\}/g, (_, source) => evaluate(source, scope) ?? "");
  return typeof filled === "string" && filled.startsWith("@") ? scope.resources[filled.slice(1)] : filled;
}

function resources(document, viewport) {
  const all = {};
  for (const { when, colors, dimensions, strings } of document.resources ?? []) {
    if (when === undefined || bound(when, { viewport, resources: all })) Object.assign(all, colors, dimensions, strings);
  }
  return all;
}

function length(value, viewport) {
  const [, amount, unit] = String(value).match(/^(-?[\d.]+)(dp|px|vw|vh|%)?$/) ?? [];
  if (amount === undefined) return "auto";
  if (unit === "%") return `${amount}%`;
  const share = { vw: viewport.width / 100, vh: viewport.height / 100 }[unit] ?? 1;
  return `${amount * share}px`;
}

const SIZES = {
  width: "width", height: "height", minWidth: "minWidth", minHeight: "minHeight", fontSize: "fontSize",
  paddingLeft: "paddingLeft", paddingRight: "paddingRight", paddingTop: "paddingTop", paddingBottom: "paddingBottom",
  borderRadius: "borderRadius",
};
const PLAIN = {
  color: "color", backgroundColor: "backgroundColor", fontWeight: "fontWeight", grow: "flexGrow", shrink: "flexShrink",
};
const FLEX = { start: "flex-start", end: "flex-end", center: "center", stretch: "stretch" };

const COMPONENTS = {
  Container(node, get, scope, part) {
    node.style.flexDirection = get("direction") ?? "column";
    node.style.alignItems = FLEX[get("alignItems") ?? "stretch"];
    node.style.justifyContent = FLEX[get("justifyContent") ?? "start"];
    fill(node, part, scope);
  },
  Frame(node, get, scope, part) {
    node.style.overflow = "hidden";
    fill(node, part, scope);
  },
  ScrollView(node, get, scope, part) {
    scrolls(node);
    fill(node, part, scope);
  },
  Sequence(node, get, scope, part) {
    scrolls(node);
    fill(node, part, scope);
  },
  Text(node, get) {
    node.textContent = String(get("text") ?? "").replace(/&(amp|lt|gt);/g, (escape) => ESCAPED[escape]);
    node.style.textAlign = (get("textAlign") ?? "auto").replace("auto", "start");
    if (get("maxLines")) {
      node.classList.add("lines");
      node.style.webkitLineClamp = get("maxLines");
    }
  },
  TouchWrapper(node, get, scope, part) {
    const { type, arguments: what } = part.onPress ?? {};
    if (type === "SendEvent") {
      node.addEventListener("click", () => scope.onTouch(bound(what, scope), node.getAttribute("aria-label")));
    }
    fill(node, part, scope);
  },
};

function scrolls(node) {
  node.classList.add("scrolls");
  node.tabIndex = 0;
}

function fill(node, part, scope) {
  const templates = [part.items ?? part.item ?? []].flat();
  const horizontal = node.style.flexDirection === "row";
  const append = (template, inner) => {
    const child = inflate(template, inner, { horizontal, first: !node.childElementCount });
    if (child) node.append(child);
  };
  if (part.data === undefined) {
    for (const template of templates) append(template, scope);
    return;
  }
  for (const [index, data] of (bound(part.data, scope) ?? []).entries()) {
    const inner = { ...scope, data, index };
    const template = templates.find(({ when }) => when === undefined || bound(when, inner));
    if (template) append(template, inner);
  }
}

function inflate(part, scope, place) {
  if (part.when !== undefined && !bound(part.when, scope)) return null;
  const layout = own(scope.layouts, part.type);
  if (layout) {
    const given = Object.fromEntries((layout.parameters ?? []).map(({ name }) => [name, bound(part[name], scope)]));
    return inflate([layout.items ?? layout.item].flat()[0], { ...scope, ...given }, place);
  }
  if (!Object.hasOwn(COMPONENTS, part.type)) throw new Error(`APL: no component “${part.type}”`);
  const get = (name) => bound(part[name], scope);
  const node = document.createElement(part.type === "TouchWrapper" ? "button" : "span");
  node.className = `apl-part ${part.type}`;
  if (part.type === "TouchWrapper") node.type = "button";
  for (const [name, style] of Object.entries(SIZES)) {
    if (part[name] !== undefined) node.style[style] = length(get(name), scope.viewport);
  }
  for (const [name, style] of Object.entries(PLAIN)) if (part[name] !== undefined) node.style[style] = get(name);
  if (part.spacing !== undefined && !place.first) {
    node.style[place.horizontal ? "marginInlineStart" : "marginBlockStart"] = length(get("spacing"), scope.viewport);
  }
  const label = get("accessibilityLabel");
  if (label) node.setAttribute("aria-label", label.replace(/&(amp|lt|gt);/g, (escape) => ESCAPED[escape]).trim());
  COMPONENTS[part.type](node, get, scope, part);
  return node;
}

// The document of a RenderDocument directive as one element of the viewport's size.
export function draw({ document: source, datasources }, { viewport, onTouch }) {
  const template = source.mainTemplate;
  const scope = {
    viewport, onTouch, layouts: source.layouts ?? {}, resources: resources(source, viewport),
    ...Object.fromEntries((template.parameters ?? []).map((name) => [name, datasources?.[name]])),
  };
  const root = document.createElement("div");
  root.className = "apl";
  root.dir = source.layoutDirection === "RTL" ? "rtl" : "ltr";
  root.lang = source.lang ?? "";
  root.style.width = `${viewport.width}px`;
  root.style.height = `${viewport.height}px`;
  const drawn = inflate([template.items ?? template.item].flat()[0], scope, { horizontal: false, first: true });
  if (drawn) root.append(drawn);
  return root;
}
