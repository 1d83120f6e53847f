// What the page asks of the server it came from, and what went wrong in words.

const PATIENCE_MS = 20_000;

export const post = (place, what, options = {}) => asked(place, {
  ...options,
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(what),
});

export const get = (place, query) => asked(`${place}?${new URLSearchParams(query)}`, {});

async function asked(place, options) {
  let response;
  try {
    response = await fetch(place, { ...options, signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch (error) {
    throw new Error(error.name === "TimeoutError"
      ? `The shop has not answered for ${PATIENCE_MS / 1000} seconds. Try again, or look at its terminal.`
      : "The shop cannot be reached. Is “sayso serve --unsigned” still running?");
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  throw new Error(answer.error
    ? `The shop did not accept that (${response.status}): ${answer.error}`
    : `The shop stumbled (error ${response.status}). Its terminal says why.`);
}
