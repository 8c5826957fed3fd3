// Everything at a glance: what happens now, and since when.

import '../parts/chart.js';
import {attention, totals} from '../parts/attention.js';
import {brief, count, millis, percent, rate, seconds, span, when} from '../parts/format.js';
import {badge, mark, STATES} from '../parts/states.js';
import {get} from '../parts/api.js';
import {changed} from '../parts/search.js';
import {empty, failure} from '../parts/notes.js';
import {html, nothing, repeat} from '../parts/view.js';
import {live} from '../parts/live.js';
import {Poll} from '../parts/poll.js';
import {spark} from '../parts/spark.js';

const RANGES = {'5m': 5 * 60, '15m': 15 * 60, '1h': 3600, '6h': 6 * 3600, '24h': 24 * 3600};
const POINTS = 300;
const FASTEST = 2000;
const SPARK_POINTS = 60;
const MARKS = 40;

export function overviewPage(route) {
  return new Overview(route.query);
}

class Overview {
  #range;
  #poll;

  constructor(query) {
    this.moved({query});
  }

  title() {
    return 'Overview';
  }

  moved(route) {
    this.#poll?.stop();
    this.#range = RANGES[route.query.get('range')] ? route.query.get('range') : '15m';
    const length = RANGES[this.#range] * 1000;
    const old = this.#poll?.value ?? null;
    this.#poll = new Poll(
      signal => {
        const to = Date.now();
        return get('/api/history', {from: new Date(to - length).toISOString(), to: new Date(to).toISOString(), points: POINTS}, signal)
          .then(history => ({...history, range: [(to - length) / 1000, to / 1000]}));
      },
      Math.max(FASTEST, Math.min(60_000, length / POINTS)));
    this.#poll.value = old;
    this.#poll.start();
  }

  close() {
    this.#poll.stop();
  }

  view() {
    const now = live.now;
    return html`
      <div class="head"><h1>Overview</h1></div>
      ${now ? html`${this.#attention(now)}${this.#figures(now)}` : empty('Asking …')}
      ${this.#charts()}
      ${now ? html`<div class="grid wide-first">${this.#types(now)}<div>${this.#services(now)}${this.#markers()}</div></div>` : nothing}`;
  }

  #attention(now) {
    const list = attention(now);
    if (!list.length) return nothing;
    return html`
      <section class="card" id="attention">
        <h2>Needs attention <span class="muted">${list.length}</span></h2>
        <ul class="markers">${list.slice(0, 12).map(it => html`<li>${mark(it.kind, it.kind === 'bad' ? 'now' : 'look')}<a href=${it.address}>${it.text}</a></li>`)}</ul>
      </section>`;
  }

  #figures(now) {
    const {stats, rates} = now;
    const types = now.types ?? [];
    const all = totals(types);
    const slots = types.length ? now.workers?.reduce((sum, worker) => sum + (worker.capacity ?? 0), 0) : null;
    const oldest = stats?.oldestQueuedAt ? (Date.parse(now.at) - millis(stats.oldestQueuedAt)) / 1000 : null;
    const done = rates ? rates.completed + rates.failed : null;
    const share = done ? rates.failed / done : done === 0 ? 0 : null;
    const total = stats?.latency?.total;
    const figure = (name, value, more, line, kind = '') => html`
      <div class="card figure ${kind}">
        <span class="name">${name}</span><span class="value">${value}</span><span class="more">${more}</span>
        ${line ? spark(this.#last(line), `${name}, the last minutes`) : nothing}
      </div>`;
    return html`
      <div class="grid figures" id="figures">
        ${figure('Completed', html`${rate(rates?.completed)}<small> /s</small>`, html`${rate(rates?.submitted)} /s submitted`, 'completed')}
        ${figure('Failed attempts', percent(share), html`${rate(rates?.failed)} /s${rates?.lost ? `, ${rate(rates.lost)} /s lost` : ''}`, 'failed', share > 0.05 ? 'bad' : '')}
        ${figure('Running', html`<span data-count="RUNNING">${count(all.RUNNING)}</span>`, html`of ${count(slots)} slots`, 'running')}
        ${figure('Queued', html`<span data-count="QUEUED">${brief(all.QUEUED)}</span>`, html`${brief(all.SCHEDULED)} scheduled`, 'queued')}
        ${figure('Oldest in a queue', oldest == null ? '–' : span(Math.max(0, oldest)), oldest == null ? 'nothing waits' : 'has waited so long', 'oldestQueued', oldest > 30 ? 'warn' : '')}
        ${figure('Median time', span(seconds(total?.p50)), html`p95 ${span(seconds(total?.p95))}, p99 ${span(seconds(total?.p99))}`, 'p95')}
      </div>
      <p class="choices" id="states">${STATES.map(state => html`<a href="/tasks?state=${state}">${badge(state)} <span data-state=${state}>${count(all[state])}</span></a>`)}</p>`;
  }

  #last(name) {
    return this.#poll.value?.series?.[name]?.slice(-SPARK_POINTS) ?? [];
  }

  #charts() {
    const history = this.#poll.value;
    const chart = (title, lines, format, whole = false) => html`
      <section class="card"><h2>${title}</h2>
        ${history ? html`<time-chart role="img" aria-label=${title} .data=${{
          times: history.times,
          range: history.range,
          format,
          whole,
          lines: lines.map(line => ({...line, values: history.series[line.name] ?? []})),
          markers: history.markers.map(it => ({at: millis(it.at) / 1000, kind: kindOf(it.kind)})),
        }}></time-chart>` : empty(this.#poll.error ? this.#poll.error.message : 'Asking …')}
      </section>`;
    return html`
      <div class="head">
        <p class="segments" role="group" aria-label="How far back">
          ${Object.keys(RANGES).map(range => html`<a href=${changed('/', new URLSearchParams(), {range: range === '15m' ? null : range})} aria-current=${range === this.#range ? 'true' : nothing}>${range}</a>`)}
        </p>
        ${failure(this.#poll)}
      </div>
      <div class="grid three">
        ${chart('Tasks a second', [
          {name: 'submitted', label: 'Submitted', color: '--muted', dash: [4, 3]},
          {name: 'completed', label: 'Completed', color: '--ok', fill: true},
          {name: 'failed', label: 'Failed', color: '--bad'}], rate)}
        ${chart('In the dispatcher', [
          {name: 'queued', label: 'Queued', color: '--accent', fill: true},
          {name: 'running', label: 'Running', color: '--busy'}], brief, true)}
        ${chart('From submitted to ended', [
          {name: 'p50', label: 'p50', color: '--ok'},
          {name: 'p95', label: 'p95', color: '--warn'},
          {name: 'p99', label: 'p99', color: '--bad'}], span)}
      </div>`;
  }

  #types(now) {
    const types = now.types ?? [];
    return html`
      <section class="card">
        <h2>Types <a href="/types">limits and pauses</a></h2>
        ${types.length ? html`
          <div class="scroll"><table>
            <thead><tr><th>Type</th><th class="right">Workers</th><th class="right">Queued</th><th class="right">Running</th><th class="right">/s</th><th class="right">p95</th><th class="right wide">Completed</th><th class="right">Dead</th></tr></thead>
            <tbody>${repeat(types, type => type.type, type => html`
              <tr>
                <td><a href="/tasks?type=${type.type}">${type.type}</a> ${type.paused ? mark('warn', 'paused') : nothing}</td>
                <td class="right ${type.state === 'missing' ? 'wrong' : ''}">${type.actual ?? type.workers ?? '–'}${type.desired == null ? '' : ` of ${type.desired}`}</td>
                <td class="right">${brief(type.queued ?? 0)}</td>
                <td class="right">${brief(type.running ?? 0)}</td>
                <td class="right">${rate(type.rates?.completed)}</td>
                <td class="right nowrap">${span(seconds(type.latency?.total?.p95))}</td>
                <td class="right wide">${brief(type.completed ?? 0)}</td>
                <td class="right ${type.dead ? 'wrong' : ''}">${type.dead ? html`<a href="/tasks?type=${type.type}&state=DEAD">${brief(type.dead)}</a>` : 0}</td>
              </tr>`)}
            </tbody></table></div>` : empty('No type is known: no worker has registered, and no task was submitted.')}
      </section>`;
  }

  #services(now) {
    const service = (name, it, more) => html`
      <tr><td>${name}</td><td>${!it ? mark('idle', 'unknown') : it.up ? (it.ready ? mark('ok', 'ready') : mark('warn', 'not ready')) : mark('bad', 'away')}</td>
        <td>${it?.reason ?? more ?? ''}</td></tr>`;
    const since = now.dispatcher?.startedAt;
    const workers = now.workers ?? [];
    const silent = workers.filter(it => it.suspect || it.late || it.registered === false).length;
    return html`
      <section class="card">
        <h2>Services</h2>
        <div class="scroll"><table><tbody>
          ${service('dispatcher', now.dispatcher, since ? `up for ${span((Date.parse(now.at) - millis(since)) / 1000)}` : null)}
          ${service('nameservice', now.nameservice)}
          <tr><td><a href="/workers">workers</a></td><td>${silent ? mark('bad', `${silent} silent`) : workers.length ? mark('ok', 'ready') : mark('warn', 'none')}</td><td>${count(workers.length)} known</td></tr>
          <tr><td><a href="/containers">Docker</a></td><td>${now.docker?.available ? mark('ok', 'answers') : mark('idle', 'not seen')}</td><td>${now.docker?.available ? `${(now.containers ?? []).filter(it => it.state === 'running').length} of ${(now.containers ?? []).length} containers run` : now.docker?.reason}</td></tr>
        </tbody></table></div>
      </section>`;
  }

  #markers() {
    const markers = (this.#poll.value?.markers ?? []).toReversed().slice(0, MARKS);
    return html`
      <section class="card">
        <h2>What happened <span class="muted">in the last ${this.#range}</span></h2>
        ${markers.length ? html`<ul class="markers" tabindex="0" aria-label="What happened">${markers.map(it => html`<li><time datetime=${it.at}>${when(it.at)}</time>${mark(kindOf(it.kind), it.kind.replaceAll('-', ' '))}<span>${it.text}</span></li>`)}</ul>`
          : html`<p class="muted">No container or service came or went.</p>`}
      </section>`;
  }
}

/** Whether what happened is good, bad, or in between. */
function kindOf(kind) {
  if (/died|oom|away|lost/.test(kind)) return 'bad';
  return /back|joined/.test(kind) ? 'ok' : 'warn';
}
