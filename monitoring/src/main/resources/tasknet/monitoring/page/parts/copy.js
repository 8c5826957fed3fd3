// Text for the clipboard, and commands that repeat what the page shows.

import {html} from './view.js';
import {icon} from './icons.js';
import {tell} from './toast.js';

/** @param text or what makes it, when it is wanted; word: what stands beside the icon */
export function copyButton(text, what, word = '') {
  return html`<button class="plain" title="Copy ${what}" aria-label="Copy ${what}" @click=${event => copy(event, text, what)}>${icon('copy')}${word}</button>`;
}

async function copy(event, text, what) {
  event.preventDefault();
  try {
    await navigator.clipboard.writeText(typeof text === 'function' ? text() : text);
    tell(`Copied ${what}.`);
  } catch {
    tell(`The browser does not let this page copy ${what}.`, 'bad');
  }
}

/** In single quotes, as a shell takes it. */
const quoted = text => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** The command that submits such a task again. */
export function curl(task, dispatcher) {
  const body = {type: task.type, payload: task.payload};
  if (task.labels) body.labels = task.labels;
  return `curl ${dispatcher}/tasks -d ${quoted(JSON.stringify(body))}`;
}

/** Where the dispatcher is reached from outside: not by the name that only containers know. */
export function publicAddress(url) {
  const {protocol, hostname, port} = new URL(url);
  const isOutside = hostname === 'localhost' || /^[\d.]+$/.test(hostname) || hostname.includes('.');
  return isOutside ? `${protocol}//${hostname}${port ? ':' + port : ''}` : `http://localhost:${port || 80}`;
}
