// What templates are made of. One place names the library.

export {html, svg, nothing, render} from '/lib/lit-html/lit-html.js';
export {repeat} from '/lib/lit-html/directives/repeat.js';

const LATEST = 500;

let draw = () => {};
let asked = false;

export function onRedraw(function_) {
  draw = function_;
}

/**
 * Draws the page anew with the next frame; any number of calls are one drawing. A browser that has no
 * time for frames draws it a little later all the same.
 */
export function redraw() {
  if (asked) return;
  asked = true;
  const drawOnce = () => {
    clearTimeout(timer);
    if (!asked) return;
    asked = false;
    draw();
  };
  const timer = setTimeout(drawOnce, LATEST);
  requestAnimationFrame(drawOnce);
}
