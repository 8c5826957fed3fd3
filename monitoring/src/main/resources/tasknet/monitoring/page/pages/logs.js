// What all services logged: as it comes, or backwards in time.

import {address, get} from '../parts/api.js';
import {choose, type} from '../parts/search.js';
import {html, nothing, redraw} from '../parts/view.js';
import {empty} from '../parts/notes.js';
import {icon} from '../parts/icons.js';
import {logEntry} from '../parts/logline.js';

const PATH = '/logs';
const PAGE = 200;
const KEPT = 2000;
const LEVELS = ['ERROR', 'WARN', 'INFO', 'DEBUG'];
const FILTERS = ['service', 'level', 'text', 'regex', 'task'];

/** What monitoring is asked for by that address. */
export function parameters(query) {
  const asked = {};
  for (const name of FILTERS) {
    const values = query.getAll(name).filter(Boolean);
    if (values.length) asked[name] = values;
  }
  return asked;
}

export function logsPage(route) {
  return new Logs(route.query);
}

class Logs {
  #query;
  #services = [];
  #problems = [];
  #entries = []; // the newest first
  #next = null;
  #searchedAll = true;
  #error = null;
  #loading = false;
  #follows = true;
  #stream = null;
  #abort = null;
  #missed = false;

  constructor(query) {
    this.#query = query;
    this.#begin();
  }

  title() {
    return 'Logs';
  }

  moved(route) {
    this.#query = route.query;
    this.#begin();
  }

  close() {
    this.#abort?.abort();
    this.#stream?.close();
  }

  keys() {
    return {pause: () => this.#toggle()};
  }

  get #from() {
    return this.#query.get('before');
  }

  async #begin() {
    this.close();
    this.#entries = [];
    this.#next = null;
    this.#error = null;
    this.#missed = false;
    if (this.#follows && !this.#from) this.#follow();
    await this.#older();
  }

  /** A page of what was before. */
  async #older() {
    const abort = new AbortController();
    this.#abort = abort;
    this.#loading = true;
    redraw();
    try {
      const page = await get('/api/logs', {...parameters(this.#query), limit: PAGE, before: this.#next ?? this.#from}, abort.signal);
      if (abort.signal.aborted) return;
      // What the stream has brought meanwhile may be in the first page, too.
      const known = new Set(this.#next ? [] : this.#entries.map(identity));
      this.#entries.push(...page.entries.filter(it => !known.has(identity(it))));
      this.#next = page.next ?? null;
      this.#searchedAll = !page.stopped;
      this.#services = page.services;
      this.#problems = page.problems;
    } catch (wrong) {
      if (abort.signal.aborted) return;
      this.#error = wrong;
    }
    this.#loading = false;
    redraw();
  }

  #follow() {
    const stream = new EventSource(address('/api/logs/stream', parameters(this.#query)));
    this.#stream = stream;
    stream.addEventListener('entries', event => {
      this.#entries.unshift(...JSON.parse(event.data).toReversed());
      if (this.#entries.length > KEPT && scrollY < 400) {
        this.#entries.length = KEPT;
        this.#next = this.#entries.at(-1).time ?? this.#next;
      }
      redraw();
    });
    stream.addEventListener('gap', () => {
      this.#missed = true;
      redraw();
    });
  }

  #toggle() {
    this.#follows = !this.#follows;
    if (this.#follows) this.#begin();
    else this.#stream?.close();
    redraw();
  }

  view() {
    const follows = this.#follows && !this.#from;
    return html`
      <div class="head">
        <h1>Logs</h1>
        <div class="actions">
          ${this.#from ? html`<a href=${address(PATH, parameters(this.#query))}>To the newest</a>` : html`
            <button aria-pressed=${!follows} @click=${() => this.#toggle()}>${icon(follows ? 'pause' : 'play')}${follows ? 'Live' : 'Paused'}</button>`}
        </div>
      </div>
      <section class="card" aria-label="Filter and entries">
        ${this.#filters()}
        ${this.#problems.map(problem => html`<p class="banner warn">${problem}</p>`)}
        ${this.#error ? html`<p class="banner bad" role="alert">${this.#error.message}</p>` : nothing}
        ${this.#missed ? html`<p class="banner warn">More was logged than could be shown; some entries are missing here. Load the page anew to see them.</p>` : nothing}
        ${this.#entries.length ? html`
          <div class="log" role="log" aria-live="off" aria-label="Entries, the newest first">
            ${this.#entries.map((entry, index) => html`${this.#day(entry, this.#entries[index - 1])}${logEntry(entry, {needle: this.#query.get('text') ?? ''})}`)}
          </div>` : this.#loading || this.#error ? nothing : this.#none()}
        <div class="pager">
          ${this.#next ? html`<button ?disabled=${this.#loading} @click=${() => this.#older()}>${this.#searchedAll ? 'Older' : 'Search on'}</button>` : nothing}
          <span class="muted">${this.#loading ? 'Reading …' : this.#next ? (this.#searchedAll ? '' : '64 MiB were searched; there is more.') : this.#entries.length ? 'Nothing older.' : ''}</span>
        </div>
      </section>`;
  }

  #none() {
    return this.#next ? empty('Nothing found so far.') : empty('No log entry matches.', this.#query.size ? html`<a href=${PATH}>Show all</a>` : '');
  }

  /** A line where the day changes. */
  #day(entry, newer) {
    const day = it => (it?.time ? new Date(it.time).toDateString() : null);
    const own = day(entry);
    return own && own !== (day(newer) ?? new Date().toDateString()) ? html`<p class="gap">${own}</p>` : nothing;
  }

  #filters() {
    const query = this.#query;
    const services = query.getAll('service');
    const known = [...new Set([...this.#services, ...services])];
    const regex = query.has('regex');
    const wanted = query.get('regex') ?? query.get('text') ?? '';
    const search = (value, asRegex) => ({text: asRegex ? null : value, regex: asRegex ? value : null});
    const asRegex = () => document.getElementById('as-regex')?.checked ?? regex;
    return html`
      <form @submit=${event => event.preventDefault()}>
        <div class="filters">
          <label class="search">Text in message or stack trace
            <input type="search" name="text" data-search placeholder="Search  /" maxlength="200" .value=${wanted}
              @input=${event => type(PATH, () => this.#query, search(event.target.value, asRegex()))} />
          </label>
          <label class="nowrap">Regular expression
            <input type="checkbox" id="as-regex" .checked=${regex} @change=${event => choose(PATH, query, search(wanted, event.target.checked))} />
          </label>
          <label>Level
            <select name="level" @change=${event => choose(PATH, query, {level: event.target.value})}>
              <option value="">all</option>
              ${LEVELS.map(level => html`<option value=${level} ?selected=${query.get('level') === level}>${level.toLowerCase()}${level === 'ERROR' ? '' : ' and worse'}</option>`)}
            </select>
          </label>
          <label>Task
            <input name="task" class="mono" placeholder="id" maxlength="26" .value=${query.get('task') ?? ''}
              @input=${event => type(PATH, () => this.#query, {task: event.target.value.trim()})} />
          </label>
          <label>Before
            <input type="datetime-local" name="before" step="1" .value=${localTime(this.#from)}
              @change=${event => choose(PATH, query, {before: event.target.value ? new Date(event.target.value).toISOString() : null})} />
          </label>
          ${query.size ? html`<a href=${PATH} class="nowrap">Clear all</a>` : nothing}
        </div>
        <fieldset class="choices">
          <legend>Service</legend>
          ${known.map(service => html`
            <label><input type="checkbox" name="service" value=${service} .checked=${services.includes(service)}
              @change=${event => choose(PATH, query, {service: event.target.checked ? [...services, service] : services.filter(it => it !== service)})} /><span class="badge">${service}</span></label>`)}
        </fieldset>
      </form>`;
  }
}

const identity = entry => `${entry.time}${entry.file}${entry.message}`;

/** As the field for date and time wants it, in this browser's zone. */
function localTime(instant) {
  if (!instant) return '';
  const date = new Date(instant);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
