// The types: how each fares, what bounds it, and a pause.

import {limitType, pauseType, resumeType} from '../parts/actions.js';
import {actionButton, empty} from '../parts/notes.js';
import {brief, count, rate, seconds, span} from '../parts/format.js';
import {edit} from '../parts/dialog.js';
import {html, nothing, repeat} from '../parts/view.js';
import {live} from '../parts/live.js';
import {mark} from '../parts/states.js';

const LIMITS = ['running', 'startsPerSecond', 'waiting'];

export function typesPage() {
  return {title: () => 'Types', view};
}

function view() {
  const now = live.now;
  const types = now?.types ?? [];
  return html`
    <div class="head"><h1>Types</h1></div>
    ${!now ? empty('Asking …') : types.length ? html`<div class="grid tiles">${repeat(types, it => it.type, it => tile(it, now))}</div>`
      : html`<section class="card">${empty('No type is known: no worker has registered, and no task was submitted.')}</section>`}`;
}

function tile(type, now) {
  const known = type.queued !== undefined;
  const fact = (name, value) => html`<dt>${name}</dt><dd>${value}</dd>`;
  const oldest = type.oldestQueuedAt ? span((Date.parse(now.at) - Date.parse(type.oldestQueuedAt)) / 1000) : '–';
  const latency = name => {
    const of = type.latency?.[name];
    return of ? html`<tr><th scope="row">${name}</th><td class="right">${span(seconds(of.p50))}</td><td class="right">${span(seconds(of.p95))}</td><td class="right">${span(seconds(of.p99))}</td></tr>` : nothing;
  };
  return html`
    <section class="card tile ${type.paused ? 'warn' : ''}" data-type=${type.type}>
      <header><a href="/tasks?type=${type.type}">${type.type}</a>${type.paused ? mark('warn', 'paused') : type.workers ? mark('ok', 'works') : mark(type.desired ? 'bad' : 'idle', 'no worker')}</header>
      <dl class="facts">
        ${fact('Workers', `${type.actual ?? type.workers ?? 0}${type.desired == null ? '' : ` of ${type.desired}`}`)}
        ${fact('Slots free', known ? `${count(type.free)} of ${count(type.slots)}` : '–')}
        ${fact('Queued', brief(type.queued))}
        ${fact('Running', brief(type.running))}
        ${fact('Oldest', oldest)}
        ${fact('Completed', html`${rate(type.rates?.completed)} /s`)}
        ${fact('Failed', html`${rate(type.rates?.failed)} /s`)}
        ${fact('Dead', type.dead ? html`<a href="/tasks?type=${type.type}&state=DEAD">${count(type.dead)}</a>` : 0)}
      </dl>
      ${type.latency ? html`<table><thead><tr><th>last minute</th><th class="right">p50</th><th class="right">p95</th><th class="right">p99</th></tr></thead><tbody>${latency('wait')}${latency('run')}${latency('total')}</tbody></table>` : nothing}
      <dl class="facts">
        ${LIMITS.map(name => html`<dt>${words(name)}</dt><dd class="full">${type.limits?.[name] ?? 'no limit'}${type.overridden?.includes(name) ? html` <span class="tag">set at run time</span>` : nothing}</dd>`)}
        ${type.defaults ? html`<dt>Defaults</dt><dd class="full">${span(seconds(type.defaults.timeout))} an attempt, ${count(type.defaults.maxAttempts)} attempts, ${type.defaults.durable ? 'durable' : 'not durable'}</dd>` : nothing}
      </dl>
      ${known ? html`<p class="buttons">
        ${actionButton('Limits', () => limits(type))}
        ${type.paused ? actionButton('Resume', () => resumeType(type.type)) : actionButton('Pause', () => pauseType(type.type))}
      </p>` : nothing}
    </section>`;
}

const words = name => ({running: 'Runs at most', startsPerSecond: 'Starts a second', waiting: 'Waits at most'})[name];

async function limits(type) {
  const current = Object.fromEntries(LIMITS.map(name => [name, type.limits?.[name] ?? null]));
  const text = await edit(`Limits of ${type.type}; null takes one back`, 'Set the limits', JSON.stringify(current, null, 2), wrongLimits);
  if (text === false) return;
  const wanted = JSON.parse(text);
  const changes = Object.fromEntries(LIMITS.filter(name => name in wanted && wanted[name] !== current[name]).map(name => [name, wanted[name]]));
  if (Object.keys(changes).length) await limitType(type.type, changes);
}

/** What is wrong with the limits that were typed, or null. */
export function wrongLimits(text) {
  let limits;
  try {
    limits = JSON.parse(text);
  } catch (wrong) {
    return `Not JSON: ${wrong.message}`;
  }
  if (limits === null || typeof limits !== 'object' || Array.isArray(limits)) return 'It must be an object.';
  const unknown = Object.keys(limits).find(name => !LIMITS.includes(name));
  if (unknown) return `${unknown} is not known; there are ${LIMITS.join(', ')}.`;
  const wrong = Object.entries(limits).find(([name, value]) => value !== null && !(value > 0 && (name === 'startsPerSecond' || Number.isInteger(value))));
  return wrong ? `${wrong[0]} must be null or a ${wrong[0] === 'startsPerSecond' ? '' : 'whole '}number above 0.` : null;
}
