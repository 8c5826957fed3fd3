// Dead letters: what died of the same is one line.

import {ask} from '../parts/api.js';
import {deleteGroup, requeueGroup} from '../parts/actions.js';
import {actionButton, empty, failure, notYet} from '../parts/notes.js';
import {ago, count, moment, tail} from '../parts/format.js';
import {html, nothing, repeat} from '../parts/view.js';
import {Poll} from '../parts/poll.js';

const EVERY = 2000;
const PAGE = 100;

export function deadPage(route) {
  return new Dead(route);
}

class Dead {
  #cursor = null;
  #poll = new Poll(signal => ask('/dead', {limit: PAGE, cursor: this.#cursor}, signal), EVERY);

  constructor(route) {
    this.#cursor = route.query.get('cursor');
    this.#poll.start();
  }

  title() {
    return 'Dead letters';
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
      <div class="head"><h1>Dead letters</h1></div>
      ${failure(this.#poll)}
      <section class="card">
        <h2>By cause <span class="muted">the group in which a task died last comes first</span></h2>
        ${page ? this.#groups(page) : notYet(this.#poll)}
        ${page ? html`<div class="pager">
          ${this.#cursor ? html`<a href="/dead">First page</a>` : nothing}
          ${page.next ? html`<a href="/dead?cursor=${encodeURIComponent(page.next)}">More groups</a>` : nothing}
        </div>` : nothing}
      </section>`;
  }

  #groups(page) {
    if (!page.groups.length) return empty('No task is dead.', 'A task that fails for the last time, or in a way that no retry helps, comes here and stays until somebody requeues or deletes it.');
    const then = done => done.then(() => this.#poll.start());
    return html`
      <div class="scroll"><table class="stack">
        <thead><tr><th class="right">Tasks</th><th>Type</th><th>Cause</th><th class="wide">First</th><th>Last</th><th class="wide">Newest</th><th></th></tr></thead>
        <tbody>${repeat(page.groups, it => it.fingerprint, group => html`
          <tr data-group=${group.fingerprint}>
            <td class="right"><a href="/tasks?fingerprint=${group.fingerprint}&state=DEAD" data-row><strong>${count(group.tasks)}</strong></a></td>
            <td>${group.type}</td>
            <td class="line"><strong class="wrong">${group.code}</strong><br />${group.message}</td>
            <td class="wide nowrap">${moment(group.firstAt)}</td>
            <td class="nowrap" title=${group.lastAt}>${ago(group.lastAt)}</td>
            <td class="wide mono"><a href="/tasks/${group.sample}">…${tail(group.sample, 10)}</a></td>
            <td class="nowrap right">
              ${actionButton('Requeue', () => then(requeueGroup(group)))}
              ${actionButton('Delete', () => then(deleteGroup(group)), {danger: true})}
            </td>
          </tr>`)}
        </tbody></table></div>`;
  }
}
