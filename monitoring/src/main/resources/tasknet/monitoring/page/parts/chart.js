// A chart over time: uPlot in an element of its own, so that it lives as long as its place on the page.

import uPlot from '/lib/uplot/uPlot.esm.js';
import {clock, moment} from './format.js';

const HEIGHT = 170;

/** How far the labels of an axis of whole numbers may be apart. */
const WHOLE = Array.from({length: 16}, (_, zeros) => [1, 2, 5].map(digit => digit * 10 ** zeros)).flat();

/**
 * <time-chart> draws lines over time.
 *
 * Properties: times (seconds since 1970), lines ([{label, values, color, fill}], where color names a CSS
 * variable), markers ([{at, text, kind}], at in seconds), format (a value as text), whole (whether values are
 * whole numbers), range ([from, to] in seconds).
 */
class TimeChart extends HTMLElement {
  #plot = null;
  #shape = '';
  #observer = new ResizeObserver(() => this.#resize());
  #onTheme = () => this.#build();
  #data = null;

  set data(data) {
    this.#data = data;
    if (this.isConnected) this.#update();
  }

  connectedCallback() {
    this.#observer.observe(this);
    document.addEventListener('theme', this.#onTheme);
    this.#update();
  }

  disconnectedCallback() {
    this.#observer.disconnect();
    document.removeEventListener('theme', this.#onTheme);
    this.#plot?.destroy();
    this.#plot = null;
  }

  #update() {
    if (!this.#data) return;
    const shape = this.#data.lines.map(it => it.label).join();
    if (!this.#plot || shape !== this.#shape) {
      this.#shape = shape;
      this.#build();
      return;
    }
    this.#plot.setData(this.#columns(), false);
    this.#plot.setScale('x', this.#range());
  }

  #columns() {
    return [this.#data.times, ...this.#data.lines.map(it => it.values)];
  }

  #range() {
    const [min, max] = this.#data.range;
    return {min, max};
  }

  #resize() {
    const width = Math.floor(this.clientWidth);
    if (this.#plot && width > 0 && width !== this.#plot.width) this.#plot.setSize({width, height: HEIGHT});
  }

  #build() {
    if (!this.#data || !this.isConnected) return;
    this.#plot?.destroy();
    const style = getComputedStyle(document.documentElement);
    const color = name => style.getPropertyValue(name).trim();
    const axis = {stroke: color('--muted'), grid: {stroke: color('--line'), width: 1}, ticks: {show: false}, font: '12px system-ui'};
    const {format, whole} = this.#data;
    this.#plot = new uPlot({
      width: Math.max(200, Math.floor(this.clientWidth)),
      height: HEIGHT,
      padding: [8, 6, 0, 0],
      cursor: {drag: {x: false, y: false}, points: {size: 6}},
      scales: {x: {time: true, range: () => this.#data.range}, y: {range: (_, low, high) => [0, high > 0 ? high * 1.1 : 1]}},
      legend: {live: true},
      axes: [
        {...axis, values: (_, splits) => splits.map(it => clock(it * 1000).slice(0, 5)), space: 60, size: 28},
        {...axis, values: (_, splits) => splits.map(it => format(it)), size: 66, ...(whole && {incrs: WHOLE})},
      ],
      series: [
        {label: 'Time', value: (_, at) => (at == null ? '–' : moment(at * 1000))},
        ...this.#data.lines.map(line => ({
          label: line.label,
          stroke: color(line.color),
          width: 1.5,
          fill: line.fill ? color(line.color) + '22' : undefined,
          dash: line.dash,
          value: (_, value) => (value == null ? '–' : format(value)),
          points: {show: false},
          spanGaps: false,
        })),
      ],
      hooks: {draw: [plot => this.#drawMarkers(plot, color)]},
    }, this.#columns(), this);
  }

  /** A vertical line for each event; the list below the chart says what each was. */
  #drawMarkers(plot, color) {
    const {ctx, bbox} = plot;
    ctx.save();
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
    for (const marker of this.#data.markers ?? []) {
      const x = Math.round(plot.valToPos(marker.at, 'x', true));
      if (x < bbox.left || x > bbox.left + bbox.width) continue;
      ctx.strokeStyle = color(marker.kind === 'bad' ? '--bad' : marker.kind === 'ok' ? '--ok' : '--warn');
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
    }
    ctx.restore();
  }
}

customElements.define('time-chart', TimeChart);
