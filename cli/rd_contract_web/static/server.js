// Asking the server of this machine, and saying where it does not answer.

const UNREADABLE = {
  403: "The server was started anew: open the link that it printed.",
  other: "rd-contract failed inside: what it printed in the terminal tells more.",
};

/** Say what keeps the page from its server; nothing: all is well again. */
export function lost(message) {
  const place = document.getElementById("lost");
  place.textContent = message;
  place.hidden = !message;
}

async function reach(method, path, body) {
  try {
    const response = await fetch(path, { method, body });
    lost("");
    return response;
  } catch {
    lost("The server does not answer: it was ended, or the connection was cut. To go on, run rd-contract serve again, "
      + "and open the link that it prints.");
    throw { message: "The server does not answer.", problems: [] };
  }
}

async function read(response) {
  const answer = await response.json().catch(() => ({ message: UNREADABLE[response.status] ?? UNREADABLE.other, problems: [] }));
  if (answer.problems) throw answer;
  return answer;
}

/** Ask the server; return what it says, throw what is wrong. */
export async function ask(method, path, body) {
  return read(await reach(method, path, body === undefined || body instanceof Blob ? body : JSON.stringify(body)));
}

/** Save a file of the server; throw what is wrong, which a plain link would save in its place. */
export async function take(path) {
  const response = await reach("GET", path);
  const named = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "");
  if (!named) return read(response);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  [, link.download] = named;
  link.click();
  return setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // when it is saved for sure
}
