// Feeds and versions: a feed is tried, its report read, and then made live; what was live can be gone back to.
import { announce, at, count, during, el, plural, post, problem, sentence, when } from "./dom.js";
import { address, here, refresh, shop } from "./ways.js";

const STAGES = { sending: "Sending", reading: "Reading and listening", indexing: "Indexing" };
const OFTEN_MS = 400;
let changed = () => {}, busy = false, tried = null;

export function startFeeds(page) {
  ({ changed } = page);
  const drop = at("feed"), file = at("feed-file");
  file.addEventListener("change", () => file.files[0] && attempt(file.files[0]));
  at("shop-file").addEventListener("change", () => tried && attempt(tried));
  drop.addEventListener("submit", (event) => event.preventDefault());
  for (const kind of ["dragenter", "dragover"]) {
    drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); });
  }
  for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => { event.preventDefault(); dropped([...event.dataTransfer.files]); });
}

// A shop file may come along with the feed.
function dropped(files) {
  const shopFile = files.find((one) => one.name.endsWith(".toml")), feed = files.find((one) => one !== shopFile);
  if (shopFile) {
    const held = new DataTransfer();
    held.items.add(shopFile);
    at("shop-file").files = held.files;
    at("more").open = true;
  }
  if (feed) attempt(feed);
  else if (shopFile && tried) attempt(tried);
}

export async function showFeeds({ report = "" }) {
  const { overview } = shop;
  const lacking = !overview?.shop;
  at("needs-shop").hidden = !lacking;
  if (lacking) at("more").open = true;
  at("imports").replaceChildren(...lines(overview?.imports ?? [], imported, "No feed was imported yet."));
  at("versions").replaceChildren(...lines(overview?.versions ?? [], version, "There is no version yet."));
  showReport(report);
}

const lines = (of, line, none) => (of.length ? of.map(line) : [el("li", { class: "none" }, none)]);

function imported(one) {
  const link = el("a", { href: address("feeds", { report: one.id }) },
    el("b", { class: one.live ? "" : "bad" }, one.verdict), el("small", {}, el("bdi", {}, one.source), " · ", when(one.when)));
  if (one.id === here().query.report) link.setAttribute("aria-current", "true");
  return el("li", {}, link);
}

function version(one) {
  const back = el("button", { type: "button", class: "quiet" }, "Make live again");
  back.addEventListener("click", () => goBack(one));
  const state = one.live ? el("span", { class: "live" }, "live") : one.here ? back : el("small", {}, "not on this machine");
  return el("li", {}, el("div", {}, el("b", {}, plural(one.products, "product")),
    el("small", {}, `${one.partly ? "changes" : "import"}, ${count(one.moves)} moved · `, when(one.at))), state);
}

async function goBack(one) {
  const sure = await sureOf("Make this version live again?",
    `Shoppers will hear its ${plural(one.products, "product")} from their next sentence on. Stock stays as it is now.`, "Make it live");
  if (!sure || !await post("versions", { to: one.name })) return;
  await refresh();
  await changed();
  announce("The earlier version is live again");
}

function sureOf(title, text, yes) {
  const dialog = at("ask");
  at("ask-title").textContent = title;
  at("ask-text").textContent = text;
  at("ask-yes").textContent = yes;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((done) => { dialog.addEventListener("close", () => done(dialog.returnValue === "yes"), { once: true }); });
}

// Tries a feed: nothing goes live.
async function attempt(file) {
  tried = file;
  if (!shop.overview?.shop && !at("shop-file").files[0]) {
    outcome(el("p", { class: "note" }, `${file.name} is here. Choose your shop file as well, and it is tried.`));
    at("shop-file").focus();
    return;
  }
  const report = await send(file, {});
  if (report) offer(file, report);
}

async function send(file, { live = false, yes = false }) {
  if (busy) {
    problem("One feed at a time: wait until the one before is through.");
    return null;
  }
  const most = Number(document.body.dataset.most);
  if (file.size > most) {
    failed(`${file.name} has ${mb(file.size)} MB, and ${mb(most)} are taken: pack it with gzip or zip, or import it with “sayso catalogue import”.`);
    return null;
  }
  const form = new FormData();
  if (live) form.set("live", "1");
  if (yes) form.set("yes", "1");
  if (at("partly").checked) form.set("partly", "1");
  for (const name of ["dialect", "currency", "encoding"]) if (at(name).value.trim()) form.set(name, at(name).value.trim());
  if (at("shop-file").files[0]) form.set("shop", at("shop-file").files[0]);
  form.set("feed", file);
  busy = true;
  problem();
  location.hash = address("feeds");
  const told = await during(() => sent(form, `${live ? "Making live" : "Trying"} ${file.name}`));
  busy = false;
  at("feed-file").value = "";
  if (!told.error) return told;
  failed(sentence(told.error));
  return null;
}

const mb = (bytes) => count(Math.ceil(bytes / 2 ** 20));

// Sends the form, and asks how far it is until it is through: the report's counts, or `error`.
function sent(form, title) {
  const bar = el("progress", { max: 1, aria: { label: title } }), stage = el("p", { class: "stage" });
  outcome(el("div", { class: "waiting" }, el("p", {}, title), bar, stage));
  const tell = (name, done, of) => {
    bar.value = of ? done / of : 0;
    stage.textContent = `${STAGES[name]}${name === "indexing" ? `: ${count(done)} of ${count(of)}` : ` (${Math.round(100 * bar.value)} %)`}`;
  };
  const token = crypto.randomUUID();
  form.set("token", token);
  const asking = setInterval(async () => {
    const told = await fetch(`/merchant/feed?token=${token}`).then((answer) => answer.json()).catch(() => ({}));
    if (told.stage && bar.isConnected) tell(told.stage, told.done, told.of);
  }, OFTEN_MS);
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", ({ loaded, total }) => tell("sending", loaded, total));
    request.addEventListener("error", () => done({ error: "The file could not be sent: it changed on the disk since it was chosen, or the shop does not answer. Choose it again." }));
    request.addEventListener("load", () => done(answered(request)));
    request.open("POST", "/merchant/feed");
    request.send(form);
  }).finally(() => clearInterval(asking));
}

function answered({ responseText, status }) {
  try {
    return JSON.parse(responseText);
  } catch {
    return { error: `the import broke off (${status}); the server's log says more` };
  }
}

function offer(file, report) {
  const make = el("button", { type: "button", class: "main" }, "Make it live");
  const agree = el("input", { type: "checkbox", id: "agree" });
  make.addEventListener("click", () => makeLive(file, report.asks ? agree : null));
  const usable = report.products > 0;
  outcome(el("div", { class: "result" },
    el("p", { class: "state" }, "Trial run"), el("p", { class: "big" }, report.verdict),
    el("p", { class: "note" }, told(report)),
    usable && report.asks ? el("label", { class: "tick" }, agree, ` ${plural(report.gone, "product")} that are live are not in it. They are really gone.`) : null,
    usable ? el("p", { class: "acts" }, make) : null));
  location.hash = address("feeds", { report: report.id });
}

const told = ({ dialect, form, seconds, ...report }) =>
  [`Read as ${dialect || "an unknown dialect"}${form ? ` (${form})` : ""} in ${seconds.toFixed(1)} s`,
    ...["new", "changed", "gone", "lost", "left_out"].filter((name) => report[name]).map((name) => `${count(report[name])} ${name.replace("_", " ")}`)].join(" · ");

async function makeLive(file, agree) {
  if (agree && !agree.checked) {
    problem("Confirm first that these products are really gone, or choose the whole feed.");
    agree.focus();
    return;
  }
  const report = await send(file, { live: true, yes: Boolean(agree) });
  if (!report) return;
  await refresh();
  tried = report.live ? null : file;
  if (report.live) at("shop-file").value = "";
  outcome(el("div", { class: "result" }, el("p", { class: `state${report.live ? "" : " not"}` }, report.live ? "Live" : "Not live"),
    el("p", { class: "big" }, report.verdict), el("p", { class: "note" }, told(report)),
    report.live ? el("p", { class: "acts" }, el("a", { class: "main", href: address("products") }, "Listen to your products"),
      el("a", { class: "quiet", href: "/" }, "Talk to the shop")) : null));
  location.hash = address("feeds", { report: report.id });
  await changed();
}

function outcome(drawn) {
  at("trial").replaceChildren(drawn);
}

function failed(text) {
  at("trial").replaceChildren();
  problem(text);
}

// A report is a page of its own, which holds all it shows; here it stands as high as it is.
function showReport(id) {
  const box = at("report");
  if (box.dataset.id === id) return;
  box.dataset.id = id;
  if (!id) {
    box.replaceChildren();
    return;
  }
  const path = `/merchant/imports/${encodeURIComponent(id)}`;
  const frame = el("iframe", { src: path, title: "Import report" });
  frame.addEventListener("load", () => {
    const inner = frame.contentDocument?.documentElement;
    if (!inner) return;
    const fit = () => { frame.style.blockSize = `${inner.offsetHeight}px`; };
    new ResizeObserver(fit).observe(inner);
    fit();
  });
  box.replaceChildren(el("div", { class: "head" }, el("h3", {}, "Report"),
    el("a", { class: "quiet", href: path, target: "_blank", rel: "noopener" }, "By itself"),
    el("a", { class: "quiet", href: address("feeds") }, "Close")), frame);
}
