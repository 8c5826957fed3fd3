// The states of a task: their order, and how each is shown. Never by colour alone.

import {html} from './view.js';

export const STATES = ['SCHEDULED', 'QUEUED', 'RUNNING', 'COMPLETED', 'DEAD', 'CANCELLED', 'EXPIRED'];

/** Whether a task in that state goes no further by itself. */
export const hasEnded = state => ['COMPLETED', 'DEAD', 'CANCELLED', 'EXPIRED'].includes(state);

/** The word of a state with its mark. */
export function badge(state) {
  return html`<span class="badge state-${state.toLowerCase()}">${state.toLowerCase()}</span>`;
}

/** A word with a mark of how good it is: ok, warn, bad, idle. */
export function mark(kind, word) {
  return html`<span class="badge ${kind}">${word}</span>`;
}
