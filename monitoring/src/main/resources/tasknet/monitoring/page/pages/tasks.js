// All tasks: found by the dispatcher, filtered by the address.

import {ask} from '../parts/api.js';
import {changeMany} from '../parts/actions.js';
import {ago, millis, plural, span, tail, when} from '../parts/format.js';
import {actionButton, empty, failure, notYet} from '../parts/notes.js';
import {badge, hasEnded, STATES} from '../parts/states.js';
import {choose, changed, type} from '../parts/search.js';
import {go} from '../parts/route.js';
import {html, nothing, redraw, repeat} from '../parts/view.js';
import {icon} from '../parts/icons.js';
import {live} from '../parts/live.js';
import {Poll} from '../parts/poll.js';
import {tell} from '../parts/toast.js';

const PATH = '/tasks';
const PAGE = 50;
const EVERY = 1500;
const MANY = 1000;
const FILTERS = ['state', 'type', 'worker', 'label', 'text', 'from', 'to', 'fingerprint', 'schedule'];
const SINCE = [['', 'any time'], ['5m', 'last 5 minutes'], ['1h', 'last hour'], ['24h', 'last 24 hours'], ['7d', 'last 7 days']];

/** What the dispatcher is asked for by that address. */
export function parameters(query) {
  const asked = {};
  for (const name of FILTERS) {
    const values = query.getAll(name).filter(Boolean);
    if (values.length) asked[name] = values;
  }
  return asked;
}

export function tasksPage(route) {
  return new Tasks(route);
}

class Tasks {
  #query;
  #paused = false;
  #chosen = new Set();
  #poll = new Poll(signal => ask('/tasks', {...parameters(this.#query), cursor: this.#query.get('cursor'), limit: PAGE}, signal), EVERY);
  // The places that were gone through, so that there is a way back.
  #before = [];

  constructor(route) {
    this.#query = route.query;
    this.#poll.start();
  }

  title() {
    return 'Tasks';
  }

  moved(route) {
    if (!route.query.get('cursor')) this.#before = [];
    this.#query = route.query;
    this.#chosen.clear();
    this.#poll.value = null;
    this.#poll.asked = false;
    this.#ask();
  }

  close() {
    this.#poll.stop();
  }

  keys() {
    return {pause: () => this.#pause()};
  }

  /** Older pages stand still: what comes new comes on the first. */
  get #stands() {
    return this.#paused || this.#query.get('cursor');
  }

  #ask() {
    this.#poll.every = this.#stands ? 0 : EVERY;
    this.#poll.start();
  }

  #pause() {
    this.#paused = !this.#paused;
    if (this.#paused) this.#poll.stop();
    else this.#ask();
    redraw();
  }

  view() {
    const page = this.#poll.value;
    return html`
      <div class="head">
        <h1>Tasks</h1>
        <div class="actions">
          <button aria-pressed=${this.#paused} @click=${() => this.#pause()}>${icon(this.#paused ? 'play' : 'pause')}${this.#paused ? 'Paused' : 'Live'}</button>
        </div>
      </div>
      <section class="card" aria-label="Filter and list">
        ${this.#filters()}
        ${this.#chosen.size ? this.#chosenBar() : nothing}
        ${failure(this.#poll)}
        ${page ? this.#table(page.tasks) : notYet(this.#poll)}
        ${page ? this.#pager(page) : nothing}
      </section>`;
  }

  #filters() {
    const query = this.#query;
    const states = query.getAll('state');
    const types = (live.now?.types ?? []).map(it => it.type);
    const chosenType = query.get('type') ?? '';
    if (chosenType && !types.includes(chosenType)) types.push(chosenType);
    const field = (name, label, hint, style = 'short') => html`
      <label class=${style}>${label}
        <input name=${name} placeholder=${hint} .value=${query.get(name) ?? ''}
          @input=${event => type(PATH, () => this.#query, {[name]: event.target.value})} />
      </label>`;
    return html`
      <form @submit=${event => event.preventDefault()}>
        <div class="filters">
          <label class="search">Text in id, payload, result, error or label
            <input type="search" name="text" data-search placeholder="Search  /" maxlength="256" .value=${query.get('text') ?? ''}
              @input=${event => type(PATH, () => this.#query, {text: event.target.value})} />
          </label>
          <label>Type
            <select name="type" .value=${chosenType} @change=${event => choose(PATH, query, {type: event.target.value})}>
              <option value="">all</option>
              ${types.map(it => html`<option value=${it} ?selected=${it === chosenType}>${it}</option>`)}
            </select>
          </label>
          ${field('worker', 'Worker', 'id')}
          ${field('label', 'Label', 'key:value')}
          <label>Submitted
            <select name="from" .value=${query.get('from') ?? ''} @change=${event => choose(PATH, query, {from: event.target.value, to: null})}>
              ${SINCE.map(([value, word]) => html`<option value=${value} ?selected=${value === (query.get('from') ?? '')}>${word}</option>`)}
              ${SINCE.some(([value]) => value === (query.get('from') ?? '')) ? nothing : html`<option value=${query.get('from')} selected>since ${query.get('from')}</option>`}
            </select>
          </label>
          ${query.size ? html`<a href=${PATH} class="nowrap">Clear all</a>` : nothing}
        </div>
        <fieldset class="choices">
          <legend>State</legend>
          ${STATES.map(state => html`
            <label><input type="checkbox" name="state" value=${state} .checked=${states.includes(state)}
              @change=${event => choose(PATH, query, {state: event.target.checked ? [...states, state] : states.filter(it => it !== state)})} />${badge(state)}</label>`)}
        </fieldset>
        ${['fingerprint', 'schedule', 'to'].map(name => (query.get(name) ? html`
          <p>${name}: <code>${query.get(name)}</code> <a href=${changed(PATH, query, {[name]: null})}>remove</a></p>` : nothing))}
      </form>`;
  }

  #chosenBar() {
    const ids = [...this.#chosen];
    const done = async what => {
      if (await changeMany(ids, what)) {
        this.#chosen.clear();
        this.#ask();
      }
    };
    return html`
      <div class="chosen-bar">
        <strong>${plural(ids.length, 'task')} chosen</strong>
        ${actionButton('Cancel', () => done('cancel'), {danger: true})}
        ${actionButton('Requeue', () => done('requeue'))}
        <button class="small" @click=${() => this.#chooseAll()}>Choose all that match, up to ${MANY}</button>
        <button class="small" @click=${() => { this.#chosen.clear(); redraw(); }}>None</button>
      </div>`;
  }

  async #chooseAll() {
    try {
      let cursor = null;
      do {
        const page = await ask('/tasks', {...parameters(this.#query), cursor, limit: 500});
        page.tasks.forEach(task => this.#chosen.size < MANY && this.#chosen.add(task.id));
        cursor = page.next;
      } while (cursor && this.#chosen.size < MANY);
      redraw();
    } catch (wrong) {
      tell(wrong.message, 'bad');
    }
  }

  #table(tasks) {
    if (!tasks.length) {
      return this.#query.size
        ? empty('No task matches.', html`<a href=${PATH}>Show all</a>`)
        : empty('No tasks yet. Hand one in:', html`<code>curl localhost:4000/task -d '{"type":"reverse","payload":"hello"}'</code>`);
    }
    const all = tasks.every(task => this.#chosen.has(task.id));
    const choose = (ids, on) => {
      ids.forEach(id => (on ? this.#chosen.add(id) : this.#chosen.delete(id)));
      redraw();
    };
    return html`
      <div class="scroll">
        <table class="tasks">
          <thead><tr>
            <th><input type="checkbox" aria-label="Choose all on this page" .checked=${all} @change=${event => choose(tasks.map(it => it.id), event.target.checked)} /></th>
            <th>Task</th><th>State</th><th>Type</th><th>Submitted</th><th class="wide">Took</th><th class="wide">Payload</th><th class="wide">Outcome</th>
          </tr></thead>
          <tbody>${repeat(tasks, task => task.id, task => this.#row(task, choose))}</tbody>
        </table>
      </div>`;
  }

  #row(task, choose) {
    const chosen = this.#chosen.has(task.id);
    const href = `${PATH}/${task.id}`;
    return html`
      <tr class=${chosen ? 'chosen' : ''} data-task=${task.id}>
        <td><input type="checkbox" aria-label="Choose ${task.id}" .checked=${chosen} @change=${event => choose([task.id], event.target.checked)} /></td>
        <td class="mono"><a href=${href} data-row title=${task.id}>…${tail(task.id, 10)}</a></td>
        <td>${badge(task.state)}</td>
        <td>${task.type}</td>
        <td class="nowrap" title=${task.createdAt}>${when(task.createdAt)}</td>
        <td class="wide nowrap">${took(task)}</td>
        <td class="wide cut mono">${task.payload === undefined ? '' : JSON.stringify(task.payload)}${labels(task)}</td>
        <td class="wide cut mono">${outcome(task)}</td>
      </tr>`;
  }

  #pager(page) {
    const query = this.#query;
    const cursor = query.get('cursor');
    return html`
      <div class="pager">
        ${cursor ? html`<button @click=${() => this.#back()}>Newer</button> <a href=${changed(PATH, query, {})}>Newest</a>` : nothing}
        ${page.next ? html`<button data-older @click=${() => this.#older(page.next)}>Older</button>` : nothing}
        <span class="muted">${plural(page.tasks.length, 'task')} on this page${page.searched ? `, ${plural(page.searched, 'task')} looked at` : ''}${this.#stands ? ', standing still' : ''}</span>
      </div>`;
  }

  #older(next) {
    this.#before.push(location.pathname + location.search);
    const query = new URLSearchParams(this.#query);
    query.set('cursor', next);
    go(`${PATH}?${query}`);
    scrollTo(0, 0);
  }

  #back() {
    go(this.#before.pop() ?? changed(PATH, this.#query, {}));
  }
}

function took(task) {
  return task.endedAt ? span((millis(task.endedAt) - millis(task.createdAt)) / 1000) : hasEnded(task.state) ? '' : ago(task.createdAt).replace(' ago', ' so far');
}

function labels(task) {
  return Object.entries(task.labels ?? {}).map(([key, value]) => html` <span class="tag">${key}:${value}</span>`);
}

function outcome(task) {
  if (task.state === 'COMPLETED') return task.result === undefined ? 'long; open the task' : JSON.stringify(task.result);
  if (task.waitingFor) return html`<span class="muted">waits for ${task.waitingFor}</span>`;
  return task.error ? html`<span title=${task.error.message}>${task.error.code}: ${task.error.message}</span>` : '';
}
