// Whether Alexa may tell the shop who its shopper is: name, e-mail and the device's address.

import { at, button } from "./dom.js";

export function contact({ user, post, trying, onTold }) {
  const choice = at("contact");
  const allowed = () => (choice.value ? choice.value === "yes" : null);

  const decide = () => trying(async () => {
    show((await post("/simulator/contact", { user: user.value, allowed: allowed() })).contact);
    onTold(`Name, e-mail and address: ${choice.selectedOptions[0].textContent.toLowerCase()}`);
  });

  function show(known) {
    choice.value = known.allowed === null ? "" : known.allowed ? "yes" : "no";
    at("contact-hint").textContent = `${known.name}, ${known.email}`;
  }

  // What a card that asks for them offers.
  function acts() {
    return [button("chip", "Allow", () => {
      choice.value = "yes";
      decide();
    })];
  }

  choice.addEventListener("change", decide);
  return { show, acts };
}
