// What people do to tasks, types and groups: asked for, done, and told.

import {act} from './api.js';
import {confirm, edit} from './dialog.js';
import {plural} from './format.js';
import {refresh} from './live.js';
import {tell} from './toast.js';

const AT_A_TIME = 6;

/** Does it, tells what came of it; answers whether it was done. */
async function carryOut(call, done) {
  try {
    const answer = await call();
    tell(typeof done === 'function' ? done(answer) : done);
    return true;
  } catch (failure) {
    tell(failure.message, 'bad');
    return false;
  } finally {
    refresh();
  }
}

export async function cancelTask(id) {
  const sure = await confirm(`Cancel task ${id}?`, 'Cancel the task', {danger: true});
  return sure && carryOut(() => act('DELETE', `/tasks/${id}`), answer => `Cancelled; it was ${answer.was.toLowerCase()}.`);
}

export async function requeueTask(id) {
  return carryOut(() => act('POST', `/tasks/${id}/requeue`), 'Back in its queue.');
}

/** Why a text is no JSON, or null. */
export function notJson(text) {
  try {
    JSON.parse(text);
    return null;
  } catch (wrong) {
    return `Not JSON: ${wrong.message}`;
  }
}

export async function editAndRequeue(task) {
  const text = await edit(
    `Payload of task ${task.id}`, 'Requeue with this payload', JSON.stringify(task.payload ?? null, null, 2), notJson);
  return text !== false
    && carryOut(() => act('POST', `/tasks/${task.id}/requeue`, {payload: JSON.parse(text)}), 'Back in its queue with the new payload.');
}

export async function deleteTask(id) {
  const sure = await confirm(`Delete task ${id} with all that is kept of it?`, 'Delete the task', {danger: true});
  return sure && carryOut(() => act('DELETE', `/dead/tasks/${id}`), 'Deleted.');
}

/**
 * Cancels or requeues many, and tells how many it was and why the others were not.
 *
 * @param ids of the tasks
 * @param what 'cancel' or 'requeue'
 */
export async function changeMany(ids, what) {
  const cancel = what === 'cancel';
  const sure = await confirm(
    cancel ? `Cancel ${plural(ids.length, 'task')}?` : `Bring ${plural(ids.length, 'task')} back into the queue?`,
    cancel ? `Cancel ${plural(ids.length, 'task')}` : `Requeue ${plural(ids.length, 'task')}`, {danger: cancel});
  if (!sure) return false;
  const queue = [...ids];
  const refused = new Map();
  let done = 0;
  const work = async () => {
    for (let id = queue.pop(); id; id = queue.pop()) {
      try {
        await (cancel ? act('DELETE', `/tasks/${id}`) : act('POST', `/tasks/${id}/requeue`));
        done++;
      } catch (failure) {
        const reason = failure.problem?.state
          ? `${failure.problem.state.toLowerCase()} already`
          : failure.message;
        refused.set(reason, (refused.get(reason) ?? 0) + 1);
      }
    }
  };
  await Promise.all(Array.from({length: AT_A_TIME}, work));
  const others = [...refused].map(([reason, number]) => `${number} not: ${reason}`).join('; ');
  tell(`${plural(done, 'task')} ${cancel ? 'cancelled' : 'requeued'}.${others ? ` ${others}.` : ''}`, refused.size ? 'bad' : 'ok');
  refresh();
  return true;
}

export async function requeueGroup(group) {
  const sure = await confirm(`Bring all ${plural(group.tasks, 'task')} of this group back into the queue?`, 'Requeue the group');
  return sure && carryOut(() => act('POST', `/dead/${group.fingerprint}/requeue`), changed('requeued'));
}

export async function deleteGroup(group) {
  const sure = await confirm(
    `Delete all ${plural(group.tasks, 'task')} of this group with all that is kept of them?`, 'Delete the group', {danger: true});
  return sure && carryOut(() => act('DELETE', `/dead/${group.fingerprint}`), changed('deleted'));
}

const changed = word => answer =>
  `${plural(answer.tasks, 'task')} ${word}${answer.done ? '.' : ' so far; the dispatcher goes on with the others.'}`;

export function pauseType(type) {
  return carryOut(() => act('POST', `/types/${type}/pause`), `Type ${type} is paused: none of its tasks begins.`);
}

export function resumeType(type) {
  return carryOut(() => act('POST', `/types/${type}/resume`), `Type ${type} goes on.`);
}

/** @param limits {running, startsPerSecond, waiting}; null takes one back */
export function limitType(type, limits) {
  return carryOut(() => act('PATCH', `/types/${type}`, {limits}), `The limits of ${type} are in force.`);
}

export function pauseSchedule(name) {
  return carryOut(() => act('POST', `/schedules/${encodeURIComponent(name)}/pause`), `Schedule ${name} is paused.`);
}

export function resumeSchedule(name) {
  return carryOut(() => act('POST', `/schedules/${encodeURIComponent(name)}/resume`), `Schedule ${name} goes on.`);
}

export async function deleteSchedule(name) {
  const sure = await confirm(`Delete schedule ${name}? Tasks that it has made stay.`, 'Delete the schedule', {danger: true});
  return sure && carryOut(() => act('DELETE', `/schedules/${encodeURIComponent(name)}`), `Schedule ${name} is deleted.`);
}
