// The frame of the page: what is open, what is drawn around it.

import {brief, span} from './parts/format.js';
import {dialog} from './parts/dialog.js';
import {help, startKeys} from './parts/keys.js';
import {html, nothing, onRedraw, redraw, render} from './parts/view.js';
import {icon} from './parts/icons.js';
import {live, startLive} from './parts/live.js';
import {startRoutes} from './parts/route.js';
import {toasts} from './parts/toast.js';
import {containersPage} from './pages/containers.js';
import {deadPage} from './pages/dead.js';
import {logsPage} from './pages/logs.js';
import {overviewPage} from './pages/overview.js';
import {schedulesPage} from './pages/schedules.js';
import {taskPage} from './pages/task.js';
import {tasksPage} from './pages/tasks.js';
import {typesPage} from './pages/types.js';
import {workersPage} from './pages/workers.js';

/**
 * A page is made when it is opened, and has
 *   title()        what it is called
 *   view()         its template
 *   moved(route)   the address has changed within the page
 *   tick()         /api/live was answered
 *   close()        it is left: stop what goes on
 *   keys()         what p does; each but title and view may be missing
 */
const PAGES = {
  overview: overviewPage,
  tasks: route => (route.id ? taskPage(route) : tasksPage(route)),
  workers: workersPage,
  containers: containersPage,
  logs: logsPage,
  dead: deadPage,
  types: typesPage,
  schedules: schedulesPage,
};

const NAVIGATION = [
  ['overview', '/', 'Overview'],
  ['tasks', '/tasks', 'Tasks'],
  ['workers', '/workers', 'Workers'],
  ['containers', '/containers', 'Containers'],
  ['logs', '/logs', 'Logs'],
  ['dead', '/dead', 'Dead letters'],
  ['types', '/types', 'Types'],
  ['schedules', '/schedules', 'Schedules'],
];

const STALE_AFTER = 5;

let page = null;
let opened = '';

function open(route) {
  const name = PAGES[route.name] ? route.name : 'overview';
  const key = `${name}/${route.id ?? ''}`;
  if (key === opened) {
    page.moved?.(route);
  } else {
    page?.close?.();
    page = PAGES[name](route);
    opened = key;
  }
  redraw();
}

function draw() {
  document.title = `${page.title()} · Tasknet`;
  render(frame(), document.getElementById('app'));
}

function frame() {
  const name = opened.split('/')[0];
  return html`
    <a class="skip" href="#main">To the content</a>
    <div class="frame">
      <header class="side">
        <a class="brand" href="/" aria-label="Tasknet"><img src="/icon.svg" alt="" /><span>Tasknet</span></a>
        <nav aria-label="Pages">
          ${NAVIGATION.map(([key, address, word]) => html`
            <a href=${address} aria-current=${key === name ? 'page' : nothing}>${icon(key)}<span class="word">${word}</span>${number(key)}</a>`)}
        </nav>
        <div class="foot">
          <div>
            <button class="plain" title="Light or dark" aria-label="Light or dark" @click=${() => window.toggleTheme()}>${icon('theme')}</button>
            <button class="plain keys-button" title="Keyboard (?)" aria-label="Keyboard" @click=${help}>${icon('keys')}</button>
          </div>
          <span class="version">${live.now ? html`${live.now.version ? html`${live.now.version}<br />` : nothing}${live.now.writable ? 'actions allowed' : 'read-only'}` : nothing}</span>
        </div>
      </header>
      <main id="main" tabindex="-1">${banners()}${page.view()}</main>
    </div>
    ${toasts()}${dialog()}`;
}

/** What there is of something, beside its name in the navigation. */
function number(key) {
  const now = live.now;
  if (!now) return nothing;
  const sum = field => (now.types ?? []).reduce((all, type) => all + (type[field] ?? 0), 0);
  switch (key) {
    case 'workers':
      return html`<span class="number">${now.workers?.length ?? ''}</span>`;
    case 'containers':
      return now.docker?.available ? html`<span class="number">${now.containers?.length ?? ''}</span>` : nothing;
    case 'dead': {
      const dead = sum('dead');
      return dead ? html`<span class="number bad">${brief(dead)}</span>` : nothing;
    }
    default:
      return nothing;
  }
}

/** What makes all else doubtful. */
function banners() {
  const age = live.receivedAt ? (Date.now() - live.receivedAt) / 1000 : 0;
  if (live.error && (!live.now || age > STALE_AFTER)) {
    return html`<p class="banner bad" role="alert">${icon('dead')}<span>${live.error}
      ${live.now ? html` What you see is ${span(Math.round(age))} old.` : nothing} Trying again.</span></p>`;
  }
  const dispatcher = live.now?.dispatcher;
  if (dispatcher && !dispatcher.up) {
    return html`<p class="banner bad" role="alert">${icon('dead')}<span><strong>The dispatcher is away.</strong>
      ${dispatcher.reason} (${dispatcher.url}). Tasks and types cannot be shown; logs, workers and containers can.</span></p>`;
  }
  if (dispatcher && !dispatcher.ready) {
    return html`<p class="banner warn" role="status">${icon('dead')}<span>The dispatcher is not ready: ${dispatcher.reason}.</span></p>`;
  }
  return nothing;
}

onRedraw(draw);
startKeys(() => page?.keys?.() ?? {});
startRoutes(open);
startLive(() => {
  page?.tick?.();
  redraw();
});
