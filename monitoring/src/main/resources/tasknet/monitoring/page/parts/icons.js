// Line icons, 16 by 16, drawn with the colour of the text.

import {html, svg} from './view.js';

const PATHS = {
  overview: svg`<path d="M2 9h3l2-6 3 11 2-5h2"/>`,
  tasks: svg`<path d="M6 4h8M6 8h8M6 12h8M2.5 4h.01M2.5 8h.01M2.5 12h.01"/>`,
  workers: svg`<rect x="2" y="3" width="12" height="4" rx="1"/><rect x="2" y="9" width="12" height="4" rx="1"/><path d="M4.5 5h.01M4.5 11h.01"/>`,
  containers: svg`<path d="M8 1.8 14 5v6l-6 3.2L2 11V5zM2 5l6 3 6-3M8 8v6"/>`,
  logs: svg`<path d="M3 2.5h7l3 3v8H3zM5.5 7h5M5.5 9.5h5M5.5 12h3"/>`,
  dead: svg`<path d="M8 2 14.5 13.5h-13zM8 6.5v3M8 11.6h.01"/>`,
  types: svg`<path d="M2 4h7M12 4h2M2 8h2M7 8h7M2 12h6M11 12h3"/><circle cx="10.5" cy="4" r="1.5"/><circle cx="5.5" cy="8" r="1.5"/><circle cx="9.5" cy="12" r="1.5"/>`,
  schedules: svg`<circle cx="8" cy="8" r="6"/><path d="M8 4.5V8l2.5 1.5"/>`,
  pause: svg`<path d="M5.5 3.5v9M10.5 3.5v9"/>`,
  play: svg`<path d="M5 3.5v9l7-4.5z"/>`,
  copy: svg`<rect x="5.5" y="5.5" width="8" height="8" rx="1"/><path d="M3.5 10.5h-1v-8h8v1"/>`,
  theme: svg`<path d="M13 9.5A5.5 5.5 0 0 1 6.5 3 5.5 5.5 0 1 0 13 9.5z"/>`,
  keys: svg`<rect x="1.5" y="4" width="13" height="8" rx="1.5"/><path d="M4 7h.01M7 7h.01M10 7h.01M5 9.5h6"/>`,
  close: svg`<path d="M4 4l8 8M12 4l-8 8"/>`,
};

export function icon(name) {
  return html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">${PATHS[name]}</svg>`;
}
