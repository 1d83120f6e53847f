// Where on the page one is, as its address says (#/products?words=…&sku=…), and which shop it is about.
import { at, count, get, plural } from "./dom.js";

const VIEWS = ["products", "check", "feeds", "shopfile"];
export const shop = { overview: null };

// The address of a view; what is empty is left out.
export function address(view, query = {}) {
  const asked = new URLSearchParams(Object.entries(query).filter(([, value]) => value));
  return `#/${view}${asked.size ? `?${asked}` : ""}`;
}

// The view one is at, and what is asked of it.
export function here() {
  const [view, asked = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const first = shop.overview?.catalogue?.here ? "products" : "feeds";
  return { view: VIEWS.includes(view) ? view : first, query: Object.fromEntries(new URLSearchParams(asked)) };
}

// Asks what is live now; whoever changed it calls this.
export async function refresh() {
  const overview = await get("overview");
  if (!overview) return;
  shop.overview = overview;
  const { shop: known, catalogue } = overview;
  at("shop").textContent = known?.name ?? "No shop yet";
  at("about").textContent = catalogue?.here
    ? `${plural(catalogue.products, "product")} live, in ${known.currency}`
    : "Merchant's view";
  at("count").hidden = !catalogue?.here;
  at("count").textContent = count(catalogue?.products ?? 0);
}

// The row whose product is open beside the list.
export function mark() {
  const { sku } = here().query;
  for (const link of document.querySelectorAll("a[data-sku]")) {
    if (link.dataset.sku === sku) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}
