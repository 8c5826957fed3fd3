// Short messages about what was done, read aloud by screen readers.

import {html, redraw, repeat} from './view.js';
import {icon} from './icons.js';

const messages = [];
let number = 0;

export function tell(text, kind = 'ok') {
  const message = {number: ++number, text, kind};
  messages.push(message);
  setTimeout(() => dismiss(message), kind === 'bad' ? 12_000 : 8_000);
  redraw();
}

function dismiss(message) {
  const at = messages.indexOf(message);
  if (at >= 0) messages.splice(at, 1);
  redraw();
}

export const toasts = () => html`
  <div class="toasts" role="status" aria-live="polite">
    ${repeat(messages, it => it.number, it => html`
      <p class="toast ${it.kind}">
        <span>${it.text}</span>
        <button class="plain" aria-label="Dismiss" @click=${() => dismiss(it)}>${icon('close')}</button>
      </p>`)}
  </div>`;
