// The keyboard: / to search, g and a letter to go, ? for help.

import {html} from './view.js';
import {inform} from './dialog.js';
import {go} from './route.js';

const PLACES = {o: '/', t: '/tasks', w: '/workers', c: '/containers', l: '/logs', d: '/dead', y: '/types', s: '/schedules'};
const SECOND_KEY_WITHIN = 1200;

let wentAt = 0;

/** @param actions of the page that is open: {pause, next, previous, open}, each may be missing */
export function startKeys(actions) {
  document.addEventListener('keydown', event => {
    if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector('dialog[open]')) return;
    const place = performance.now() - wentAt < SECOND_KEY_WITHIN ? PLACES[event.key] : undefined;
    wentAt = event.key === 'g' ? performance.now() : 0;
    if (place) {
      go(place);
    } else if (event.key === '/') {
      document.querySelector('[data-search]')?.focus();
    } else if (event.key === '?') {
      help();
    } else if (event.key === 'p') {
      actions().pause?.();
    } else if (event.key === 'j' || event.key === 'k') {
      step(event.key === 'j' ? 1 : -1);
    } else {
      return;
    }
    event.preventDefault();
  });
}

function isTyping(element) {
  return element.matches?.('input:not([type=checkbox]), textarea, select, [contenteditable]');
}

/** To the next or the previous row; Enter opens it, as it is a link. */
function step(by) {
  const rows = [...document.querySelectorAll('[data-row]')];
  const at = rows.indexOf(document.activeElement);
  rows[Math.min(rows.length - 1, Math.max(0, at + by))]?.focus();
}

export function help() {
  inform('Keyboard', html`
    <table class="keys">
      ${[
        ['/', 'search, on tasks and logs'],
        ['p', 'pause or go on, on tasks and logs'],
        ['j k', 'next, previous row; Enter opens it'],
        ['g o', 'overview'], ['g t', 'tasks'], ['g w', 'workers'], ['g c', 'containers'],
        ['g l', 'logs'], ['g d', 'dead letters'], ['g y', 'types'], ['g s', 'schedules'],
        ['?', 'this'],
      ].map(([keys, what]) => html`
        <tr><th scope="row">${keys.split(' ').map(key => html`<kbd>${key}</kbd> `)}</th><td>${what}</td></tr>`)}
    </table>`);
}
