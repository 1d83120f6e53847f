// Alexa's part in linking an account: to the provider's own page and back, and the events of an account. Tokens
// stay with the server, as they stay with Alexa.

const at = (id) => document.getElementById(id);

export function accounts({ user, post, problem, begin }) {
  // Whether the shop asks an identity provider whose account it is.
  const asked = "linking" in document.body.dataset;

  async function trying(act) {
    problem("");
    try {
      await act();
    } catch (error) {
      problem(error.message);
    }
  }

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
    if (!asked) return [];
    const act = Object.assign(document.createElement("button"), { type: "button", className: "chip", textContent: "Link account" });
    act.addEventListener("click", link);
    return [act];
  }

  // Open the shop, perhaps on the way back from the provider.
  function arrive() {
    const came = new URLSearchParams(location.search).get("link");
    begin(came === "done" ? "Account linked" : undefined);
    if (came === "failed") problem("The account was not linked: the sign-in was refused, or took too long. Try again.");
    if (came) history.replaceState(null, "", `/?${new URLSearchParams({ user: user.value })}`);
  }

  at("link").addEventListener("click", link);
  at("unlink").addEventListener("click", () => tell("unlinked", "Account unlinked"));
  at("disable").addEventListener("click", () => tell("disabled", "Skill disabled, and enabled anew"));
  return { acts, arrive, show };
}
