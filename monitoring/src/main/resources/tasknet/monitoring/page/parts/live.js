// What is now: /api/live, asked once a second while somebody looks.

import {get} from './api.js';

const EVERY = 1000;
const PATIENCE = 4000;

/** The newest answer, why there is none, and when it came by this browser's clock. */
export const live = {now: null, error: null, receivedAt: 0};

let timer = null;
let asking = false;
let listener = () => {};

/** Begins to ask; the listener is called after each answer, also after one that failed. */
export function startLive(onChange) {
  listener = onChange;
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) refresh();
  });
  refresh();
}

/** Asks at once, for instance after an action. */
export async function refresh() {
  if (asking) return;
  asking = true;
  clearTimeout(timer);
  const began = performance.now();
  try {
    live.now = await get('/api/live', {}, AbortSignal.timeout(PATIENCE));
    live.error = null;
    live.receivedAt = Date.now();
  } catch (failure) {
    live.error = failure.name === 'TimeoutError' ? 'Monitoring does not answer.' : failure.message;
  } finally {
    asking = false;
  }
  if (!document.hidden) {
    timer = setTimeout(refresh, Math.max(100, EVERY - (performance.now() - began)));
  }
  listener();
}

/** Whether actions are allowed. */
export const writable = () => live.now?.writable === true;
