// What somebody should look at now, worst first, each with a place to look. Everything here is pure.

import {bytes, plural, seconds, span} from './format.js';

const OLD_QUEUE = 30;
const MUCH_LOST = 0.05;
const FEW_SENT = 5;
const FULL = 0.9;

/**
 * @param now an answer of /api/live
 * @return [{kind: 'bad' or 'warn', text, address}], at most one for each cause
 */
export function attention(now, at = Date.parse(now.at)) {
  const list = [];
  const bad = (text, address) => list.push({kind: 'bad', text, address});
  const warn = (text, address) => list.push({kind: 'warn', text, address});
  if (now.dispatcher && !now.dispatcher.up) bad(`The dispatcher is away: ${now.dispatcher.reason}`, '/logs?service=dispatcher');
  if (now.nameservice && !now.nameservice.up) bad(`The nameservice is away: ${now.nameservice.reason}`, '/logs?service=nameservice');
  for (const type of now.types ?? []) {
    if (type.queued > 0 && type.workers === 0) {
      bad(`${plural(type.queued, 'task')} of type ${type.type} ${type.queued === 1 ? 'waits' : 'wait'}, and no worker runs it`, `/tasks?type=${type.type}&state=QUEUED`);
    } else if (type.paused && type.queued > 0) {
      warn(`Type ${type.type} is paused; ${plural(type.queued, 'task')} ${type.queued === 1 ? 'waits' : 'wait'}`, '/types');
    } else if (type.oldestQueuedAt && (at - Date.parse(type.oldestQueuedAt)) / 1000 > OLD_QUEUE) {
      warn(`The oldest task of type ${type.type} has waited for ${span(Math.round((at - Date.parse(type.oldestQueuedAt)) / 1000))}`, `/tasks?type=${type.type}&state=QUEUED`);
    }
    if (type.state === 'missing') {
      warn(`Type ${type.type} has ${type.actual} of ${plural(type.desired, 'worker')} that workers.json declares`, '/workers');
    }
  }
  for (const worker of now.workers ?? []) {
    if (worker.registered === false) bad(`Worker ${worker.id} is gone`, `/workers#${worker.id}`);
    else if (worker.suspect || worker.late) bad(`Worker ${worker.id} does not answer${worker.heartbeatAge ? `; last heard of ${span(Math.round(seconds(worker.heartbeatAge)))} ago` : ''}`, `/workers#${worker.id}`);
  }
  for (const container of now.containers ?? []) {
    if (['exited', 'dead'].includes(container.state) && container.exitCode) {
      bad(`Container ${container.name} ended: ${container.exitCause ?? `exit code ${container.exitCode}`}`, `/containers/${container.name}`);
    } else if (container.state === 'restarting' || container.health === 'unhealthy') {
      bad(`Container ${container.name} is ${container.state === 'restarting' ? 'restarting' : 'not healthy'}`, `/containers/${container.name}`);
    } else if (container.state === 'paused') {
      warn(`Container ${container.name} is paused`, `/containers/${container.name}`);
    }
  }
  const {rates, stats} = now;
  if (rates && rates.sent > FEW_SENT && rates.retransmissions / rates.sent > MUCH_LOST) {
    warn(`${Math.round((rates.retransmissions / rates.sent) * 100)} % of what is sent to workers has to be sent again`, '/workers');
  }
  if (stats?.store?.most && (stats.store.used ?? 0) / stats.store.most > FULL) {
    bad(`The store holds ${bytes(stats.store.used)} of ${bytes(stats.store.most)}`, '/tasks');
  }
  if (now.declared?.error) warn(`workers.json: ${now.declared.error}`, '/workers');
  if (now.history?.kept === false) warn(`The charts do not outlive monitoring: ${now.history.reason}`, '/logs?service=monitoring');
  const dead = (now.types ?? []).reduce((sum, type) => sum + (type.dead ?? 0), 0);
  if (dead) warn(`${plural(dead, 'task')} died`, '/dead');
  return list.sort((one, other) => (one.kind === other.kind ? 0 : one.kind === 'bad' ? -1 : 1));
}

/** All states of all types together: {COMPLETED: 12, …}. */
export function totals(types) {
  const fields = {SCHEDULED: 'scheduled', QUEUED: 'queued', RUNNING: 'running', COMPLETED: 'completed', DEAD: 'dead', CANCELLED: 'cancelled', EXPIRED: 'expired'};
  return Object.fromEntries(Object.entries(fields).map(([state, field]) => [state, types.reduce((sum, type) => sum + (type[field] ?? 0), 0)]));
}
