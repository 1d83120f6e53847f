// Alexa's part in linking an account: to the provider's own page and back, and the events of an account. Tokens
// stay with the server, as they stay with Alexa.

import { at, button } from "./dom.js";

export function accounts({ user, post, problem, trying, begin, remember }) {
  // Whether the shop asks an identity provider whose account it is.
  const asked = "linking" in document.body.dataset;

  const link = () => trying(async () => {
    location.assign((await post("/simulator/link", { user: user.value })).to);
  });

  const tell = (event, told) => trying(async () => {
    show((await post("/simulator/event", { event, user: user.value })).linked);
    begin(told);
  });

  function show(linked) {
    at("account").textContent = linked ? "An account is linked." : "No account is linked.";
    at("link").hidden = !asked || linked;
    at("unlink").hidden = !asked || !linked;
  }

  // What a card that asks to link offers.
  function acts() {
    return asked ? [button("chip", "Link account", link)] : [];
  }

  // Open the shop, perhaps on the way back from the provider.
  async function arrive() {
    const came = new URLSearchParams(location.search).get("link");
    await begin(came === "done" ? "Account linked" : undefined);
    if (came === "failed") problem("The account was not linked: the sign-in was refused, or took too long. Try again.");
    if (came) remember();
  }

  at("link").addEventListener("click", link);
  at("unlink").addEventListener("click", () => tell("unlinked", "Account unlinked"));
  at("disable").addEventListener("click", () => tell("disabled", "Skill disabled, and enabled anew"));
  return { acts, arrive, show };
}
