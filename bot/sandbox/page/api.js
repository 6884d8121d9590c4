/** The page's way to its server: JSON in, JSON out, refusals as errors with words. */

/** What the server refused, in its own words, with the HTTP status (0: it could not be reached). */
export class ApiError extends Error {
  constructor(message, status) {
    super(message);
    this.name = "ApiError";
    this.status = status;
  }
}

const UNREACHABLE = "The demo cannot be reached. Look at the terminal that it was started in.";

/** Get JSON. */
export function get(path) {
  return call(path, { method: "GET" });
}

/** Post JSON and get JSON back. */
export function post(path, body = {}) {
  return call(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

/** Send DELETE and get JSON back. */
export function remove(path) {
  return call(path, { method: "DELETE" });
}

async function call(path, options) {
  let answer;
  try {
    answer = await fetch(path, { cache: "no-store", ...options });
  } catch {
    throw new ApiError(UNREACHABLE, 0);
  }
  const said = await answer.json().catch(() => null);
  if (!answer.ok) throw new ApiError(said?.error ?? `The answer was ${answer.status}.`, answer.status);
  return said;
}
