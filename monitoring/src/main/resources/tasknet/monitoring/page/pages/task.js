// One task: where its time went, what it was given and returned, and what all services logged about it.

import {ask, get} from '../parts/api.js';
import {cancelTask, deleteTask, editAndRequeue, requeueTask} from '../parts/actions.js';
import {actionButton, empty, failure, notYet} from '../parts/notes.js';
import {badge, hasEnded} from '../parts/states.js';
import {copyButton, curl, publicAddress} from '../parts/copy.js';
import {extent, rows, waterfall, zoom} from '../parts/waterfall.js';
import {go} from '../parts/route.js';
import {html, nothing, redraw} from '../parts/view.js';
import {live} from '../parts/live.js';
import {logEntry} from '../parts/logline.js';
import {ago, millis, moment, seconds, span} from '../parts/format.js';
import {Poll} from '../parts/poll.js';
import {tree} from '../parts/json.js';

const EVERY = 1000;
const LOG_LINES = 500;

export function taskPage(route) {
  return new Task(route.id);
}

class Task {
  #id;
  #zoom = null;
  #settled = 0;
  #poll = new Poll(signal => this.#load(signal), EVERY);

  constructor(id) {
    this.#id = id;
    this.#poll.start();
  }

  title() {
    return `Task …${this.#id.slice(-8)}`;
  }

  close() {
    this.#poll.stop();
  }

  async #load(signal) {
    const path = `/tasks/${encodeURIComponent(this.#id)}`;
    const task = await ask(path, {}, signal);
    const [trace, logs] = await Promise.all([
      ask(`${path}/trace`, {}, signal).catch(notAborted(signal, {complete: false, steps: []})),
      get('/api/logs', {task: this.#id, limit: LOG_LINES}, signal).catch(notAborted(signal, null)),
    ]);
    // Its last lines are written a moment after its end; then nothing more comes.
    this.#settled = hasEnded(task.state) ? this.#settled + 1 : 0;
    this.#poll.every = this.#settled > 4 ? 0 : EVERY;
    return {task, trace, logs};
  }

  #again() {
    this.#settled = 0;
    this.#poll.every = EVERY;
    this.#poll.start();
  }

  view() {
    const known = this.#poll.value;
    if (!known) {
      return this.#poll.error?.status === 404 || this.#poll.error?.status === 400
        ? html`<div class="head"><h1>No such task</h1></div><section class="card">${empty(this.#poll.error.message, html`Ended tasks are removed after a time. <a href="/logs?task=${this.#id}">Its log lines</a> may still be there.`)}</section>`
        : notYet(this.#poll);
    }
    const {task, trace, logs} = known;
    return html`
      <div class="head">
        <h1 class="mono">${task.id}</h1>${copyButton(task.id, 'the id')} ${badge(task.state)}
        <div class="actions">${this.#actions(task)}</div>
      </div>
      ${failure(this.#poll)}
      ${task.waitingFor ? html`<p class="banner warn">It waits for ${task.waitingFor}.</p>` : nothing}
      ${task.error && task.state !== 'COMPLETED' ? this.#error(task) : nothing}
      ${this.#timeline(task, trace)}
      <div class="grid two">
        ${this.#facts(task)}
        <div>${this.#value('Payload', task.payload, task, true)}${task.state === 'COMPLETED' ? this.#value('Result', task.result, task) : nothing}</div>
      </div>
      ${this.#attempts(task)}
      ${this.#logs(logs)}`;
  }

  #actions(task) {
    const then = done => done.then(was => was && this.#again());
    const dead = task.state === 'DEAD';
    return html`
      ${hasEnded(task.state) ? nothing : actionButton('Cancel', () => then(cancelTask(task.id)), {danger: true, small: false})}
      ${dead ? html`
        ${actionButton('Requeue', () => then(requeueTask(task.id)), {small: false})}
        ${actionButton('Edit and requeue', () => then(editAndRequeue(task)), {small: false})}
        ${actionButton('Delete', () => deleteTask(task.id).then(was => was && go('/dead')), {danger: true, small: false})}` : nothing}`;
  }

  #error(task) {
    const {code, message, retryable} = task.error;
    return html`
      <section class="banner ${task.state === 'DEAD' ? 'bad' : 'warn'}">
        <span><strong>${code}</strong>: ${message}${retryable ? '' : ' (no retry helps)'}
        ${task.fingerprint ? html` · <a href="/tasks?fingerprint=${task.fingerprint}&state=DEAD">others that died of the same</a>` : nothing}</span>
      </section>`;
  }

  #timeline(task, trace) {
    const all = rows(task, trace.steps ?? [], Date.now());
    const shown = this.#zoom ? zoom(all, this.#zoom) : all;
    const range = extent(all);
    const pick = number => () => { this.#zoom = number; redraw(); };
    return html`
      <section class="card" id="timeline">
        <h2>Timeline <span class="muted">${range ? span((range[1] - range[0]) / 1000) : ''}${task.progress ? ` · ${task.progress.percent} %${task.progress.note ? `, ${task.progress.note}` : ''}` : ''}</span></h2>
        ${task.attempts.length ? html`
          <p class="segments" role="group" aria-label="What is shown">
            <a href="#all" @click=${pick(null)} aria-current=${this.#zoom ? nothing : 'true'}>All</a>
            ${task.attempts.slice(-12).map(it => html`<a href="#attempt" @click=${pick(it.number)} aria-current=${this.#zoom === it.number ? 'true' : nothing}>Attempt ${it.number}</a>`)}
          </p>` : nothing}
        ${waterfall(shown)}
        ${trace.steps?.length ? html`
          <details><summary>All ${trace.steps.length} steps</summary>
            <div class="scroll"><table>
              <thead><tr><th class="right">After</th><th>Step</th><th>Attempt</th><th>Worker</th><th>Detail</th></tr></thead>
              <tbody>${trace.steps.map(step => html`
                <tr><td class="right mono nowrap">+${span((millis(step.at) - range[0]) / 1000)}</td><td>${step.kind}${step.times ? ` ×${step.times}` : ''}</td><td>${step.attempt ?? ''}</td><td>${step.worker ?? ''}</td><td>${step.detail ?? ''}${step.ran ? ` ran ${span(seconds(step.ran))}` : ''}</td></tr>`)}
              </tbody></table></div>
          </details>` : nothing}
        ${trace.complete ? nothing : html`<p class="muted">What went over the wire is kept in memory for recent tasks only; of this one ${trace.steps?.length ? 'a part is' : 'nothing is'} there.</p>`}
      </section>`;
  }

  #facts(task) {
    const fact = (name, value) => (value == null || value === '' ? nothing : html`<dt>${name}</dt><dd>${value}</dd>`);
    const time = instant => (instant ? html`<time datetime=${instant} title=${instant}>${moment(instant)}</time> <span class="muted">${ago(instant)}</span>` : null);
    const labels = Object.entries(task.labels ?? {});
    return html`
      <section class="card">
        <h2>Task</h2>
        <dl class="facts">
          ${fact('Type', html`<a href="/tasks?type=${task.type}">${task.type}</a>`)}
          ${fact('Submitted', time(task.createdAt))}
          ${fact('Ended', time(task.endedAt))}
          ${fact('Took', task.endedAt ? span((millis(task.endedAt) - millis(task.createdAt)) / 1000) : null)}
          ${fact('Next attempt', time(task.nextAttemptAt))}
          ${fact('Deadline', time(task.deadline))}
          ${fact('Timeout', `${span(seconds(task.timeout))} an attempt`)}
          ${fact('Attempts', `${task.attempts.length} so far; ${task.maxAttempts} may fail`)}
          ${fact('Priority', task.priority)}
          ${fact('Labels', labels.length ? labels.map(([key, value]) => html`<a class="tag" href="/tasks?label=${encodeURIComponent(`${key}:${value}`)}">${key}:${value}</a> `) : null)}
          ${fact('Schedule', task.schedule ? html`<a href="/tasks?schedule=${task.schedule.name}">${task.schedule.name}</a>, due ${moment(task.schedule.tick)}` : null)}
          ${fact('Callback', task.callback ? `${task.callback.url}: ${task.callback.state}, called ${task.callback.attempts} times${task.callback.lastStatus ? `, last answer ${task.callback.lastStatus}` : ''}${task.callback.lastError ? `, ${task.callback.lastError}` : ''}` : null)}
        </dl>
      </section>`;
  }

  #value(name, value, task, again = false) {
    const dispatcher = live.now?.dispatcher?.url;
    return html`
      <section class="card">
        <h2>${name}${value === undefined ? nothing : copyButton(() => JSON.stringify(value, null, 2), name.toLowerCase())}
          ${again && dispatcher && value !== undefined ? copyButton(() => curl(task, publicAddress(dispatcher)), 'the curl command that submits it again', 'curl') : nothing}</h2>
        ${value === undefined ? html`<span class="muted">none</span>` : tree(value)}
      </section>`;
  }

  #attempts(task) {
    if (!task.attempts.length) return nothing;
    return html`
      <section class="card">
        <h2>Attempts</h2>
        <div class="scroll"><table>
          <thead><tr><th>Number</th><th>Worker</th><th>Began</th><th>Took</th><th>Outcome</th></tr></thead>
          <tbody>${task.attempts.map(attempt => html`
            <tr>
              <td>${attempt.number}</td>
              <td><a href="/workers#${attempt.worker}">${attempt.worker}</a></td>
              <td class="nowrap" title=${attempt.startedAt}>${moment(attempt.startedAt)}</td>
              <td class="nowrap">${attempt.endedAt ? span((millis(attempt.endedAt) - millis(attempt.startedAt)) / 1000) : 'goes on'}</td>
              <td>${attempt.error ? html`<strong class="wrong">${attempt.error.code}</strong> ${attempt.error.message}` : attempt.endedAt ? 'completed' : ''}</td>
            </tr>`)}
          </tbody></table></div>
      </section>`;
  }

  #logs(logs) {
    const entries = (logs?.entries ?? []).toReversed();
    return html`
      <section class="card" id="task-log">
        <h2>Log <span class="muted">all services, oldest first</span> <a href="/logs?task=${this.#id}">open in Logs</a></h2>
        ${logs === null ? html`<p class="muted">The logs cannot be read now.</p>`
          : entries.length ? html`<div class="log">${entries.map(entry => logEntry(entry, {tasks: false}))}</div>`
            : html`<p class="muted">No log line names this task${logs?.next ? ' in what was searched' : ''}.</p>`}
      </section>`;
  }
}

/** What is not there does not take the rest of the page away. */
function notAborted(signal, instead) {
  return wrong => {
    if (signal.aborted) throw wrong;
    return instead;
  };
}
