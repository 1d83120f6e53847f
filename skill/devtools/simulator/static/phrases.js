// What may be said next, by language. The tests say each of them to the shop.

export const PHRASES = {
  en: {
    say: "Say something to {shop}", open: "open {shop}",
    start: ["find oat milk", "add a dozen eggs", "what's on sale", "help"],
    choose: ["the first one", "the second one", "the third one"],
    more: "more", cheaper: "which one is cheaper", tell: "tell me more",
    yes: "yes", no: "no", again: "say that again",
    counts: ["one", "two", "three"], searches: ["oat milk", "coffee", "what's on sale"],
    grow: { 1: "make it two", 2: "make it three" },
    checkout: "check out", cart: "what's in my cart", usual: "same as last time", order: "where is my order",
  },
  de: {
    say: "Sag etwas zu {shop}", open: "öffne {shop}",
    start: ["such Hafermilch", "leg ein Dutzend Eier in den Warenkorb", "gibt's heute Angebote", "hilfe"],
    choose: ["das erste", "das zweite", "das dritte"],
    more: "weiter", cheaper: "welches ist günstiger", tell: "erzähl mir mehr",
    yes: "ja", no: "nein", again: "wie bitte",
    counts: ["eins", "zwei", "drei"], searches: ["Hafermilch", "Kaffee", "gibt's heute Angebote"],
    grow: { 1: "mach zwei draus", 2: "mach drei draus" },
    checkout: "zur Kasse", cart: "was ist in meinem Warenkorb", usual: "das Gleiche wie letztes Mal",
    order: "wo ist meine Bestellung",
  },
  ar: {
    say: "قل شيئًا لـ{shop}", open: "افتح {shop}",
    start: ["ابحث عن حليب شوفان", "ضيف درزن بيض", "فيه عروض اليوم", "مساعدة"],
    choose: ["الأول", "الثاني", "الثالث"],
    more: "المزيد", cheaper: "أيهم أرخص", tell: "قل لي أكثر",
    yes: "نعم", no: "لا", again: "ما سمعت",
    counts: ["واحد", "اثنين", "ثلاثة"], searches: ["حليب شوفان", "قهوة", "فيه عروض اليوم"],
    grow: { 1: "خليها ثنتين", 2: "خليها ثلاث" },
    checkout: "كمل الطلب", cart: "وش في السلة", usual: "نفس الطلب اللي قبل", order: "وين طلبي",
  },
};

// What the empty field asks for.
export const invitation = (locale, shop) => (PHRASES[locale.slice(0, 2)] ?? PHRASES.en).say.replace("{shop}", shop);

// The best few sentences after an answer, best first; none in a language there are no phrases for.
export function suggestions({ sessionEnded, session: { attributes }, cart, state }, { locale, shop }) {
  const say = PHRASES[locale.slice(0, 2)];
  if (!say) return [];
  const { question = {}, listing = {}, focus = {} } = attributes;
  const options = question.options?.length ?? 0;
  const unsaid = (listing.skus?.length ?? 0) > (listing.start ?? 0) + (listing.shown ?? 0);
  const filled = cart.length > 0;
  if (sessionEnded) return [say.open.replace("{shop}", shop), state.orders.length && say.order, ...say.start];
  if (options > 1) return [...say.choose.slice(0, Math.min(options, 3)), unsaid ? say.more : say.cheaper];
  if (options === 1) return [say.yes, say.no, say.tell];
  if (question.awaiting === "quantity") return say.counts;
  if (question.awaiting === "query") return say.searches;
  if (question.awaiting === "confirmed" && question.intent !== "AnythingElse") return [say.yes, say.no, say.again];
  const grow = focus.sku && say.grow[focus.quantity];
  const usual = !filled && state.orders.length > 0 && say.usual;
  return [grow, usual, filled && say.checkout, filled && say.cart, ...say.start];
}
