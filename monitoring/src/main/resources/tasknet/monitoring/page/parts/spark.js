// A line without axes, as large as a word.

import {html} from './view.js';

const WIDTH = 120;
const HEIGHT = 28;

/** The points of the line; values that are not known are left out. */
export function points(values, top) {
  const highest = Math.max(top ?? 0, ...values.filter(it => it != null), 1e-9);
  const step = values.length > 1 ? WIDTH / (values.length - 1) : 0;
  return values
    .map((value, index) => (value == null ? null : `${(index * step).toFixed(1)},${(HEIGHT - 1 - (value / highest) * (HEIGHT - 2)).toFixed(1)}`))
    .filter(Boolean)
    .join(' ');
}

/** @param top what the height means, when that is more than the highest value */
export function spark(values, label, top) {
  const line = points(values ?? [], top);
  return html`
    <svg class="spark" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label=${label}>
      <polyline points=${line} vector-effect="non-scaling-stroke"></polyline>
    </svg>`;
}
