// The workers: a tile each, beside what workers.json declares.

import {bytes, count, percent, rate, seconds, span} from '../parts/format.js';
import {empty} from '../parts/notes.js';
import {html, nothing, repeat} from '../parts/view.js';
import {live} from '../parts/live.js';
import {mark} from '../parts/states.js';
import {spark} from '../parts/spark.js';

export function workersPage() {
  return {title: () => 'Workers', view};
}

function view() {
  const now = live.now;
  if (!now) return empty('Asking …');
  const containers = new Map((now.containers ?? []).map(it => [it.id, it]));
  const workers = now.workers ?? [];
  return html`
    <div class="head"><h1>Workers</h1></div>
    ${declared(now)}
    ${workers.length
      ? html`<div class="grid tiles">${repeat(workers, it => it.id, it => tile(it, containers.get(it.container), now))}</div>`
      : html`<section class="card">${empty('No worker is registered.', 'Start some with ./tasknet up or docker compose up -d; what runs is declared in workers.json.')}</section>`}`;
}

function declared(now) {
  const types = (now.types ?? []).filter(it => it.desired != null);
  if (!types.length && !now.declared?.error) return nothing;
  const wrong = types.filter(it => it.state === 'missing' || it.state === 'extra');
  return html`
    <section class="card">
      <h2>Declared in workers.json <span class="muted">${now.declared?.file ?? ''}</span></h2>
      ${now.declared?.error ? html`<p class="banner warn">${now.declared.error}</p>` : nothing}
      <p class="choices">${types.map(it => html`<span class="tag">${it.type} ${it.actual ?? '?'} of ${it.desired}</span>${it.state === 'ok' || it.state === 'off' || !it.state ? nothing : mark('warn', it.state)}`)}</p>
      ${wrong.length ? nothing : html`<p class="muted">What there should be is there.</p>`}
    </section>`;
}

function tile(worker, container, now) {
  const state = stateOf(worker);
  const ended = (worker.completed ?? 0) + (worker.failed ?? 0) + (worker.lost ?? 0);
  const fact = (name, value, full = false) => html`<dt>${name}</dt><dd class=${full ? 'full' : ''}>${value}</dd>`;
  const since = worker.startedAt ? (Date.parse(now.at) - Date.parse(worker.startedAt)) / 1000 : null;
  return html`
    <section class="card tile ${state[0] === 'ok' ? '' : state[0]}" id=${worker.id} data-worker=${worker.id}>
      <header><a href="/tasks?worker=${encodeURIComponent(worker.id)}" title="Tasks that ran here">${worker.id}</a>${mark(...state)}</header>
      <div>
        <div class="meter" role="img" aria-label="${worker.running ?? 0} of ${worker.capacity} slots run"><i class=${worker.running >= worker.capacity ? 'full' : ''} .style=${`width:${Math.min(100, ((worker.running ?? 0) / Math.max(1, worker.capacity)) * 100)}%`}></i></div>
        <span class="muted">${count(worker.running)} of ${count(worker.capacity)} slots run</span>
      </div>
      <dl class="facts">
        ${fact('Types', (worker.types ?? []).map(type => html`<span class="tag">${type}</span> `), true)}
        ${fact('Address', `${worker.host}:${worker.port}${worker.hostname ? ` (${worker.hostname})` : ''}`, true)}
        ${fact('Rate', `${rate(worker.rate)} /s`)}
        ${fact('Success', ended ? percent((worker.completed ?? 0) / ended) : '–')}
        ${fact('Round trip', span(seconds(worker.roundTrip)))}
        ${fact('Sent again', worker.sent ? percent((worker.retransmissions ?? 0) / worker.sent) : '–')}
        ${fact('Heartbeat', worker.heartbeatAge ? `${span(Math.max(0, Math.round(seconds(worker.heartbeatAge) * 10) / 10))} ago` : '–')}
        ${fact('Up for', since == null ? '–' : span(since))}
        ${worker.lost ? fact('Lost', html`<span class="wrong">${count(worker.lost)} attempts</span>`) : nothing}
        ${container ? fact('Container', html`<a href="/containers/${container.name}">${container.name}</a>${container.restarts ? `, ${container.restarts} restarts` : ''}`, true) : nothing}
      </dl>
      ${container?.usage ? html`
        <div class="usage">
          <span>CPU ${percent(container.usage.cpuPercent / 100)}${spark(container.cpu, `CPU of ${container.name}`, 10)}</span>
          <span>Memory ${bytes(container.usage.memory)}${spark(container.memory, `Memory of ${container.name}`)}</span>
        </div>` : nothing}
    </section>`;
}

function stateOf(worker) {
  if (worker.registered === false) return ['bad', 'gone'];
  if (worker.suspect) return ['bad', 'silent'];
  if (worker.late) return ['warn', 'heartbeat late'];
  return worker.running ? ['busy', 'running'] : ['ok', 'ready'];
}
