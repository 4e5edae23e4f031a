// What this tab of the browser holds, and how it asks its server about that.

import { ask } from "/server.js";

export const state = { tab: "", name: "", firms: [], columns: [], memberships: [], edits: {}, changed: [], variant: 0,
  downloads: {} };

export const at = (id) => document.getElementById(id);
export const show = (id, elements) => at(id).replaceChildren(...elements);

/** Ask the server about this tab; return what it says, throw what is wrong. */
export const inTab = (method, path, body) => ask(method, `/tabs/${state.tab}${path}`, body);

/** Show what belongs to a stage of the work, or what stands there before it. */
export function reveal(stage, there) {
  for (const one of document.querySelectorAll(`[data-before="${stage}"]`)) one.hidden = there;
  for (const one of document.querySelectorAll(`[data-after="${stage}"]`)) one.hidden = !there;
}
