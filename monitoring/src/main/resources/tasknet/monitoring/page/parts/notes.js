// What stands where there is nothing to show, and why.

import {html, nothing} from './view.js';
import {writable} from './live.js';

export const empty = (...lines) => html`<div class="empty">${lines.map(line => html`<p>${line}</p>`)}</div>`;

/** While nothing was answered yet, or instead of what could not be answered. */
export function notYet(poll) {
  if (poll.error) return html`<p class="banner bad" role="alert">${poll.error.message}</p>`;
  return poll.asked ? nothing : empty('Asking …');
}

/** What went wrong, above what was known before. */
export const failure = poll => (poll.error && poll.value ? html`<p class="banner warn">${poll.error.message}</p>` : nothing);

/** Attributes of a button that changes something. */
export const readOnlyReason = () => (writable() ? '' : 'Read-only: start monitoring with TASKNET_MONITORING_WRITABLE=true');

/** A button that changes something at the dispatcher; not to be pressed where that is not allowed. */
export function actionButton(word, does, {danger = false, small = true, disabled = false} = {}) {
  return html`<button class="${small ? 'small' : ''} ${danger ? 'danger' : ''}" ?disabled=${!writable() || disabled}
    title=${readOnlyReason() || nothing} @click=${does}>${word}</button>`;
}
