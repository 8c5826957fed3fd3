// JSON as a tree that folds; what is large is folded and built only when it is opened.

import {html, nothing} from './view.js';

const MANY = 100;
const LONG = 2000;

/** @param depth how many levels are open at first */
export function tree(value, depth = 2) {
  return html`<div class="json" tabindex="0" role="region" aria-label="JSON">${node(value, depth)}</div>`;
}

function node(value, depth, key) {
  const name = key === undefined ? nothing : html`<span class="json-key">${JSON.stringify(key)}</span>: `;
  if (value === null || typeof value !== 'object') return html`${name}${leaf(value)}`;
  const list = Array.isArray(value);
  const entries = list ? value.map(it => [undefined, it]) : Object.entries(value);
  const [open, close] = list ? '[]' : '{}';
  if (entries.length === 0) return html`${name}${open}${close}`;
  return html`
    <details ?open=${depth > 0 && entries.length <= MANY}>
      <summary>${name}${open}<span class="json-size">${entries.length}${close}</span></summary>
      <ul>${entries.slice(0, MANY * 10).map(([inner, it]) => html`<li>${node(it, depth - 1, inner)}</li>`)}
        ${entries.length > MANY * 10 ? html`<li class="muted">… ${entries.length - MANY * 10} more; copy it to see all</li>` : nothing}
      </ul>
      <span>${close}</span>
    </details>`;
}

function leaf(value) {
  const text = JSON.stringify(value);
  const kind = value === null ? 'null' : typeof value;
  return html`<span class="json-${kind}">${text.length > LONG ? text.slice(0, LONG) + `… (${text.length} characters)` : text}</span>`;
}
