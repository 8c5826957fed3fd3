// The schedules: what makes tasks by the time of day.

import {ask} from '../parts/api.js';
import {deleteSchedule, pauseSchedule, resumeSchedule} from '../parts/actions.js';
import {actionButton, empty, failure, notYet} from '../parts/notes.js';
import {ago, moment, tail} from '../parts/format.js';
import {html, nothing, repeat} from '../parts/view.js';
import {mark} from '../parts/states.js';
import {Poll} from '../parts/poll.js';

const EVERY = 3000;

export function schedulesPage(route) {
  return new Schedules(route);
}

class Schedules {
  #cursor;
  #poll = new Poll(signal => ask('/schedules', {cursor: this.#cursor}, signal), EVERY);

  constructor(route) {
    this.moved(route);
  }

  title() {
    return 'Schedules';
  }

  moved(route) {
    this.#cursor = route.query.get('cursor');
    this.#poll.start();
  }

  close() {
    this.#poll.stop();
  }

  view() {
    const page = this.#poll.value;
    return html`
      <div class="head"><h1>Schedules</h1></div>
      ${failure(this.#poll)}
      <section class="card">
        ${page ? this.#table(page) : notYet(this.#poll)}
        ${page?.next ? html`<div class="pager"><a href="/schedules?cursor=${encodeURIComponent(page.next)}">More</a></div>` : nothing}
      </section>`;
  }

  #table(page) {
    if (!page.schedules.length) {
      return empty('No schedules.', html`<code>./tasknet schedules add nightly '0 3 * * *' reverse hello</code>`);
    }
    const then = done => done.then(() => this.#poll.start());
    return html`
      <div class="scroll"><table class="stack">
        <thead><tr><th>Name</th><th>When</th><th>State</th><th>Makes</th><th class="wide">Next</th><th>Last</th><th></th></tr></thead>
        <tbody>${repeat(page.schedules, it => it.name, it => html`
          <tr data-schedule=${it.name}>
            <td><a href="/tasks?schedule=${encodeURIComponent(it.name)}" data-row>${it.name}</a></td>
            <td class="nowrap"><code>${it.cron}</code><br /><span class="muted">${it.zone}</span></td>
            <td>${it.paused ? mark('warn', 'paused') : mark('ok', 'on')}</td>
            <td class="line">${it.task.type}<br /><span class="muted mono">${JSON.stringify(it.task.payload ?? null).slice(0, 60)}</span></td>
            <td class="wide nowrap">${it.next?.[0] ? html`${moment(it.next[0])}<br /><span class="muted">${ago(it.next[0])}</span>` : '–'}</td>
            <td class="nowrap">${it.lastRun ? html`<a class="mono" href="/tasks/${it.lastRun.task}">…${tail(it.lastRun.task, 10)}</a><br /><span class="muted">${ago(it.lastRun.tick)}</span>` : '–'}</td>
            <td class="nowrap right">
              ${it.paused ? actionButton('Resume', () => then(resumeSchedule(it.name))) : actionButton('Pause', () => then(pauseSchedule(it.name)))}
              ${actionButton('Delete', () => then(deleteSchedule(it.name)), {danger: true})}
            </td>
          </tr>`)}
        </tbody></table></div>`;
  }
}
