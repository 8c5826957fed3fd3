// Where the time of a task went: its steps as bars on one axis.

import {html, nothing} from './view.js';
import {millis, seconds, span} from './format.js';

/**
 * The rows of a waterfall. A bar is {from, to, kind, open}, a dot {at, kind, text}; times are milliseconds since 1970.
 *
 * @param task as the dispatcher shows it
 * @param steps of its trace, oldest first; may be empty
 * @param now when the time of what goes on is up to
 */
export function rows(task, steps, now) {
  const at = step => millis(step.at);
  const first = (kind, attempt, after = -Infinity) => steps.find(it => it.kind === kind && (attempt === undefined || it.attempt === attempt) && at(it) >= after);
  const created = millis(task.createdAt);
  const received = first('received');
  const stored = first('stored');
  const list = [];
  if (received && stored) {
    list.push({name: 'stored', bars: [{from: at(received), to: at(stored), kind: 'disk'}]});
  }
  let free = stored ? at(stored) : created;
  for (const attempt of task.attempts) {
    const number = attempt.number;
    const began = millis(attempt.startedAt);
    const ended = millis(attempt.endedAt);
    const until = ended ?? now;
    const waiting = number === 1 ? 'queued' : 'waited for its retry';
    if (began > free) list.push({name: waiting, bars: [{from: free, to: began, kind: 'wait'}]});
    list.push({
      name: `attempt ${number}`,
      title: `attempt ${number} at ${attempt.worker}`,
      worker: attempt.worker,
      attempt: number,
      bars: [{from: began, to: until, kind: attempt.error ? 'bad' : 'net', open: ended === null}],
    });
    list.push(...ofAttempt(steps.filter(it => it.attempt === number), at, until));
    free = until;
  }
  if (!task.attempts.length || (task.attempts.at(-1).endedAt && !task.endedAt)) {
    list.push({name: task.state === 'SCHEDULED' ? 'scheduled' : 'queued', bars: [{from: free, to: millis(task.endedAt) ?? now, kind: 'wait', open: !task.endedAt}]});
  } else if (task.endedAt && millis(task.endedAt) > free) {
    list.push({name: 'waited', bars: [{from: free, to: millis(task.endedAt), kind: 'wait'}]});
  }
  const delivered = steps.filter(it => it.kind === 'delivered');
  if (delivered.length) {
    list.push({name: 'delivered', dots: delivered.map(it => ({at: at(it), kind: 'ok', text: 'told to who waited'}))});
  }
  return list;
}

/** What went over the wire for one attempt, and what its worker did. */
function ofAttempt(steps, at, until) {
  if (!steps.length) return [];
  const of = (...kinds) => steps.filter(it => kinds.includes(it.kind));
  const sends = of('sent', 'retransmitted', 'probed', 'cancel-sent');
  const answers = of('acknowledged', 'rejected', 'result-ready', 'result');
  const list = [];
  const sent = sends[0];
  const answer = answers[0];
  if (sent) {
    list.push({
      name: 'sent, acknowledged',
      inner: true,
      bars: [{from: at(sent), to: answer ? at(answer) : until, kind: answer ? 'net' : 'bad', open: !answer}],
      dots: [
        ...sends.slice(1).map(it => ({at: at(it), kind: it.kind === 'retransmitted' ? 'bad' : '', text: it.kind})),
        ...of('rejected', 'given-up', 'lost', 'not-run').map(it => ({at: at(it), kind: 'bad', text: `${it.kind} ${it.detail ?? ''}`})),
      ],
      note: of('retransmitted').reduce((sum, it) => sum + (it.times ?? 1), 0),
    });
  }
  const result = of('result-ready', 'result')[0];
  const ran = result?.ran == null ? null : seconds(result.ran) * 1000;
  const began = of('acknowledged')[0] ?? sent;
  if (result || of('acknowledged').length) {
    const end = result ? at(result) : until;
    const from = ran == null ? at(began) : Math.max(at(sent ?? began), end - ran);
    list.push({
      name: 'run', inner: true,
      bars: [{from, to: end, kind: 'run', open: !result}],
      dots: of('progress').map(it => ({at: at(it), kind: 'ok', text: it.detail ?? 'progress'})),
    });
  }
  const committed = of('committed')[0];
  if (result && committed) {
    list.push({
      name: 'result stored', inner: true,
      bars: [{from: at(result), to: at(committed), kind: 'disk'}],
      dots: of('result-acknowledged').map(it => ({at: at(it), kind: 'ok', text: 'result acknowledged'})),
    });
  }
  return list;
}

/** The time that rows take in all, or those of one attempt: [from, to]. */
export function extent(list) {
  const times = list.flatMap(row => [...(row.bars ?? []).flatMap(bar => [bar.from, bar.to]), ...(row.dots ?? []).map(dot => dot.at)]);
  if (!times.length) return null;
  const from = times.reduce((a, b) => Math.min(a, b));
  const to = times.reduce((a, b) => Math.max(a, b));
  return [from, to > from ? to : from + 0.001];
}

/** The rows of one attempt only. */
export function zoom(list, attempt) {
  const start = list.findIndex(row => row.attempt === attempt);
  if (start < 0) return list;
  const rest = list.slice(start + 1);
  const end = rest.findIndex(row => !row.inner);
  return [list[start], ...(end < 0 ? rest : rest.slice(0, end))];
}

export function waterfall(list) {
  const range = extent(list);
  if (!range) return nothing;
  const [from, to] = range;
  const share = time => ((time - from) / (to - from)) * 100;
  const place = bar => `left:${share(bar.from).toFixed(3)}%;width:${Math.max(0, share(bar.to) - share(bar.from)).toFixed(3)}%`;
  return html`
    <div class="waterfall" role="group" aria-label="Where the time went">
      <span></span>
      <span class="axis" aria-hidden="true"><span>0</span><span>${span((to - from) / 4000)}</span><span>${span((to - from) / 2000)}</span><span>${span((to - from) / 1333.3)}</span><span>${span((to - from) / 1000)}</span></span>
      <span></span>
      ${list.map(row => html`
        <span class="name ${row.inner ? 'inner' : ''}" title=${row.title ?? row.name}>${row.name}${row.worker ? html` <a href="/workers#${row.worker}" class="muted">${row.worker}</a>` : nothing}</span>
        <span class="track">
          ${(row.bars ?? []).map(bar => html`<span class="bar ${bar.kind} ${bar.open ? 'open' : ''}" .style=${place(bar)}
            title="${row.name}: ${span((bar.to - bar.from) / 1000)}, from +${span((bar.from - from) / 1000)}"></span>`)}
          ${(row.dots ?? []).map(dot => html`<span class="dot ${dot.kind}" .style=${`left:${share(dot.at).toFixed(3)}%`} title="${dot.text}, +${span((dot.at - from) / 1000)}"></span>`)}
        </span>
        <span class="time">${row.bars?.length ? span((row.bars[0].to - row.bars[0].from) / 1000) : span((row.dots[0].at - from) / 1000)}${row.note ? html` <span class="wrong">+${row.note} sent again</span>` : nothing}</span>`)}
    </div>
    <p class="legend"><span><i class="wait"></i>waited</span><span><i class="disk"></i>written to the disk</span><span><i class="net"></i>with the worker</span><span><i class="run"></i>ran</span><span><i class="bad"></i>failed, or not answered</span></p>`;
}
