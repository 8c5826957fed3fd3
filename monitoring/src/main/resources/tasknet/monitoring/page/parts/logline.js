// One entry of the logs: its words, a link for each task, its stack trace folded.

import {html, nothing} from './view.js';
import {clock, moment} from './format.js';

const TASK = /\btask=([0-7][0-9A-HJKMNP-TV-Z]{25})\b/g;

/** Cuts a text at what is looked for: [text, found, text, found, …]. */
export function pieces(text, needle) {
  if (!needle) return [text];
  const parts = [];
  const lower = text.toLowerCase();
  const wanted = needle.toLowerCase();
  let from = 0;
  for (let at = lower.indexOf(wanted); at >= 0 && parts.length < 200; at = lower.indexOf(wanted, from)) {
    parts.push(text.slice(from, at), text.slice(at, at + wanted.length));
    from = at + wanted.length;
  }
  parts.push(text.slice(from));
  return parts;
}

const marked = (text, needle) => pieces(text, needle).map((part, index) => (index % 2 ? html`<mark>${part}</mark>` : part));

function message(text, needle, withTask) {
  if (!withTask) return marked(text, needle);
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(TASK)) {
    parts.push(marked(text.slice(from, match.index), needle), html`<a href="/tasks/${match[1]}">${match[0]}</a>`);
    from = match.index + match[0].length;
  }
  parts.push(marked(text.slice(from), needle));
  return parts;
}

/** @param options needle: what to mark; date: whether the day is shown; tasks: whether tasks are linked */
export function logEntry(entry, {needle = '', date = false, tasks = true} = {}) {
  const level = (entry.level ?? '').toLowerCase();
  return html`
    <div class="entry level-${level}">
      <time datetime=${entry.time ?? ''} title=${entry.time ?? ''}>${entry.time ? (date ? moment(entry.time) : clock(entry.time, true)) : '–'}</time>
      <span class="level-word">${entry.level ?? ''}</span>
      <span class="service" title=${entry.file}>${entry.file.replace(/\.log$/, '').replace(/\.\d{4}-\d\d-\d\d\.\d+$/, '')}</span>
      <span class="message">${message(entry.message, needle, tasks)}${entry.trace ? trace(entry.trace, needle) : nothing}</span>
    </div>`;
}

function trace(text, needle) {
  const lines = text.split('\n');
  return html`
    <details ?open=${Boolean(needle) && text.toLowerCase().includes(needle.toLowerCase())}>
      <summary>${lines.length} more lines: ${lines[0].slice(0, 160)}</summary>
      <pre tabindex="0">${marked(text, needle)}</pre>
    </details>`;
}
