// Every container of the project as Docker sees it, and one with its log.

import '../parts/chart.js';
import {ago, bytes, count, moment, percent, plural, seconds, span} from '../parts/format.js';
import {empty, notYet} from '../parts/notes.js';
import {get} from '../parts/api.js';
import {html, nothing, repeat} from '../parts/view.js';
import {live} from '../parts/live.js';
import {mark} from '../parts/states.js';
import {Poll} from '../parts/poll.js';
import {spark} from '../parts/spark.js';

const EVERY = 2000;
const LINES = 300;

export function containersPage(route) {
  return route.id ? new OneContainer(route.id) : {title: () => 'Containers', view: all};
}

function all() {
  const now = live.now;
  if (!now) return empty('Asking …');
  const containers = now.containers ?? [];
  return html`
    <div class="head"><h1>Containers</h1></div>
    ${withoutDocker(now)}
    ${containers.length ? html`
      <section class="card"><div class="scroll"><table>
        <thead><tr><th>Container</th><th>State</th><th class="wide">Image</th><th class="wide">Up for</th><th class="right wide">Restarts</th><th>CPU</th><th>Memory</th><th class="wide">Network in, out</th></tr></thead>
        <tbody>${repeat(containers, it => it.id, row)}</tbody>
      </table></div></section>`
      : now.docker?.available ? html`<section class="card">${empty('Docker has no container of this project.', 'Services that were started with ./tasknet up are processes, not containers.')}</section>` : nothing}`;
}

function withoutDocker(now) {
  if (now.docker?.available !== false) return nothing;
  return html`<p class="banner info"><span><strong>Docker is not seen</strong>: ${now.docker.reason}.
    ${now.containers?.length ? 'Containers are shown as they were last seen. ' : ''}Everything else on this page works without it.</span></p>`;
}

function row(container) {
  const usage = container.usage;
  return html`
    <tr data-container=${container.name}>
      <td><a href="/containers/${container.name}" data-row>${container.name}</a></td>
      <td>${mark(...stateOf(container))}${container.exitCause && container.state !== 'running' ? html`<br /><span class=${container.exitCode === 0 ? 'muted' : 'wrong'}>${container.exitCause}</span>` : nothing}${container.restarts ? html`<br /><span class="wrong">${plural(container.restarts, 'restart')}</span>` : nothing}</td>
      <td class="wide">${container.image}</td>
      <td class="wide nowrap">${container.state === 'running' ? span(seconds(container.uptime)) : container.finishedAt ? `ended ${ago(container.finishedAt)}` : '–'}</td>
      <td class="right wide ${container.restarts ? 'wrong' : ''}">${count(container.restarts)}</td>
      <td>${usage ? percent(usage.cpuPercent / 100) : '–'}${container.cpu?.length ? spark(container.cpu, `CPU of ${container.name}`, 10) : nothing}</td>
      <td>${usage ? `${bytes(usage.memory)} of ${bytes(usage.memoryLimit)}` : '–'}${container.memory?.length ? spark(container.memory, `Memory of ${container.name}`) : nothing}</td>
      <td class="wide nowrap">${usage ? `${bytes(usage.networkReceivedPerSecond)}/s, ${bytes(usage.networkSentPerSecond)}/s` : '–'}</td>
    </tr>`;
}

function stateOf(container) {
  if (container.state !== 'running') return [container.exitCode || ['dead', 'restarting'].includes(container.state) ? 'bad' : 'idle', container.state];
  return {unhealthy: ['bad', 'not healthy'], starting: ['warn', 'starting']}[container.health] ?? ['ok', container.health ?? 'running'];
}

class OneContainer {
  #name;
  #poll;
  #log;

  constructor(name) {
    this.#name = name;
    const path = `/api/containers/${encodeURIComponent(name)}`;
    this.#poll = new Poll(signal => get(path, {history: 300}, signal), EVERY);
    this.#log = new Poll(signal => printed(path, signal), EVERY);
    this.#poll.start();
    this.#log.start();
  }

  title() {
    return this.#name;
  }

  close() {
    this.#poll.stop();
    this.#log.stop();
  }

  view() {
    const container = this.#poll.value;
    if (!container) return html`<div class="head"><h1>${this.#name}</h1></div>${live.now ? withoutDocker(live.now) : nothing}${notYet(this.#poll)}`;
    const fact = (name, value) => (value == null || value === '' ? nothing : html`<dt>${name}</dt><dd>${value}</dd>`);
    return html`
      <div class="head"><h1>${container.name}</h1>${mark(...stateOf(container))}</div>
      ${live.now ? withoutDocker(live.now) : nothing}
      ${container.healthOutput ? html`<p class="banner bad">${container.healthOutput}</p>` : nothing}
      ${container.error ? html`<p class="banner bad">${container.error}</p>` : nothing}
      <div class="grid two">
        <section class="card"><h2>Container</h2><dl class="facts">
          ${fact('Service', container.service)}
          ${fact('Image', container.image)}
          ${fact('Id', html`<span class="mono">${container.id.slice(0, 12)}</span>`)}
          ${fact('Started', container.startedAt ? `${moment(container.startedAt)}, ${ago(container.startedAt)}` : null)}
          ${fact('Ended', container.finishedAt ? `${moment(container.finishedAt)}, ${ago(container.finishedAt)}` : null)}
          ${fact('Cause', container.exitCause)}
          ${fact('Exit code', container.exitCode)}
          ${fact('Restarts', container.restarts)}
          ${fact('Processes', container.usage?.processes)}
          ${fact('Networks', Object.entries(container.networks ?? {}).map(([name, address]) => `${name} ${address}`).join(', '))}
          ${fact('Ports', (container.ports ?? []).map(it => `${it.port}/${it.protocol}${it.publishedAt?.length ? ` at ${it.publishedAt.join(', ')}` : ''}`).join('; '))}
        </dl></section>
        ${this.#charts(container)}
      </div>
      <section class="card"><h2>What it printed <span class="muted">the last ${LINES} lines</span></h2>
        ${this.#log.value == null ? notYet(this.#log) : html`<pre class="output" tabindex="0" aria-label="What it printed">${this.#log.value || 'nothing'}</pre>`}
      </section>`;
  }

  #charts(container) {
    const history = container.history ?? [];
    if (history.length < 2) return html`<section class="card"><h2>CPU and memory</h2>${empty(container.state === 'running' ? 'Readings come once a second.' : 'It does not run.')}</section>`;
    const times = history.map(it => Date.parse(it.at) / 1000);
    const chart = (title, pick, format, color) => html`<h2>${title}</h2><time-chart role="img" aria-label=${title} .data=${{
      times, range: [times.at(-1) - 300, times.at(-1)], format, lines: [{label: title, values: history.map(pick), color, fill: true}]}}></time-chart>`;
    return html`<section class="card">
      ${chart('CPU', it => it.cpuPercent / 100, percent, '--accent')}
      ${chart('Memory', it => it.memory, bytes, '--busy')}
    </section>`;
  }
}

async function printed(path, signal) {
  const response = await fetch(`${path}/logs?tail=${LINES}`, {signal});
  if (!response.ok) throw new Error((await response.json()).detail);
  return response.text();
}
