// What templates are made of. One place names the library.

export {html, svg, nothing, render} from '/lib/lit-html/lit-html.js';
export {repeat} from '/lib/lit-html/directives/repeat.js';

let draw = () => {};
let asked = false;

export function onRedraw(function_) {
  draw = function_;
}

/** Draws the page anew with the next frame; any number of calls are one drawing. */
export function redraw() {
  if (asked) return;
  asked = true;
  // A page in the background gets no frames, and shows nothing to anybody.
  requestAnimationFrame(() => {
    asked = false;
    draw();
  });
}
