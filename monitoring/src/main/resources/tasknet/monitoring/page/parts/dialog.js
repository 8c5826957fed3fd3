// One dialog at a time, as a promise. The browser's own <dialog> keeps the keyboard inside.

import {html, nothing, redraw} from './view.js';

let open = null;

/**
 * Asks before something is done.
 *
 * @param question what is going to happen, one sentence
 * @param action the word on the button
 * @return whether it shall be done
 */
export function confirm(question, action, {danger = false} = {}) {
  return show({question, action, danger});
}

/**
 * Asks for a text.
 *
 * @param check answers what is wrong with it, or null
 * @return the text, or false
 */
export function edit(question, action, text, check) {
  return show({question, action, text, check, wrong: check(text)});
}

/** Shows something until it is closed. */
export function inform(question, content) {
  return show({question, content});
}

function show(dialog) {
  open?.resolve(false);
  return new Promise(resolve => {
    open = {...dialog, resolve};
    redraw();
    requestAnimationFrame(() => requestAnimationFrame(() => {
      const element = document.querySelector('dialog');
      if (element && !element.open) element.showModal();
    }));
  });
}

function answer(value) {
  const {resolve} = open;
  open = null;
  document.querySelector('dialog')?.close();
  redraw();
  resolve(value);
}

function submit(event) {
  event.preventDefault();
  if (open.text === undefined) {
    answer(true);
  } else if (!open.wrong) {
    answer(open.text);
  }
}

function change(event) {
  open.text = event.target.value;
  open.wrong = open.check(open.text);
  redraw();
}

export function dialog() {
  if (!open) return nothing;
  return html`
    <dialog aria-labelledby="dialog-title" @cancel=${event => { event.preventDefault(); answer(false); }}>
      <form @submit=${submit}>
        <h2 id="dialog-title">${open.question}</h2>
        ${open.content ?? nothing}
        ${open.text === undefined ? nothing : html`
          <textarea rows="12" spellcheck="false" aria-label=${open.question} .value=${open.text} @input=${change}></textarea>
          <p class="wrong" role="alert">${open.wrong ?? ''}</p>`}
        <p class="buttons">
          <button type="button" @click=${() => answer(false)}>${open.action ? 'Keep as it is' : 'Close'}</button>
          ${open.action ? html`
            <button class=${open.danger ? 'danger' : 'primary'} ?disabled=${Boolean(open.wrong)}>${open.action}</button>` : nothing}
        </p>
      </form>
    </dialog>`;
}
