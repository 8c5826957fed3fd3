// Asking for the same again and again, one call at a time.

import {redraw} from './view.js';

/**
 * What is asked for, as it is now.
 *
 * @param ask makes the call; gets an AbortSignal
 * @param every milliseconds from one answer to the next call; 0 for once
 */
export class Poll {
  value = null;
  error = null;
  asked = false;
  #timer = null;
  #abort = null;

  constructor(ask, every) {
    this.ask = ask;
    this.every = every;
  }

  /** Asks now, and forgets the call that is under way. */
  async start() {
    this.stop();
    const abort = new AbortController();
    this.#abort = abort;
    try {
      const value = await this.ask(abort.signal);
      if (abort.signal.aborted) return;
      this.value = value;
      this.error = null;
    } catch (failure) {
      if (abort.signal.aborted) return;
      this.error = failure;
    }
    this.asked = true;
    if (this.every) this.#timer = setTimeout(() => this.#again(), this.every);
    redraw();
  }

  /** What was answered stays. */
  stop() {
    clearTimeout(this.#timer);
    this.#abort?.abort();
  }

  #again() {
    if (document.hidden) {
      this.#timer = setTimeout(() => this.#again(), 1000);
    } else {
      this.start();
    }
  }
}
