// The merchant's page: shows the view its address names.
import { showCheck } from "./check.js";
import { announce, at } from "./dom.js";
import { showFeeds, startFeeds } from "./feeds.js";
import { showProducts, startProducts } from "./goods.js";
import { showProduct } from "./product.js";
import { showShopFile, startShopFile } from "./shopfile.js";
import { hush } from "./voice.js";
import { here, mark, refresh } from "./ways.js";

const VIEWS = { products: showProducts, check: showCheck, feeds: showFeeds, shopfile: showShopFile };
let shown = "";

async function show() {
  const { view, query } = here();
  hush();
  for (const name of Object.keys(VIEWS)) at(name).hidden = name !== view;
  for (const link of document.querySelectorAll(".views a")) {
    if (link.dataset.view === view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (shown && shown !== view) {
    announce(document.querySelector(`[data-view="${view}"]`).firstChild.textContent.trim());
    window.scrollTo(0, 0);
  }
  shown = view;
  await Promise.all([VIEWS[view](query), showProduct(query.sku ?? "")]);
  mark();
}

startProducts({ changed: show });
startFeeds({ changed: show });
startShopFile({ changed: refresh });
await refresh();
window.addEventListener("hashchange", show);
window.addEventListener("pagehide", hush);
await show();
