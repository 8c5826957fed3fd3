// Numbers, times and sizes as people read them. Everything here is pure.

const DURATION = /^(-)?P(?:(\d+)D)?(?:T(?:(-?\d+)H)?(?:(-?\d+)M)?(?:(-?\d+(?:\.\d+)?)S)?)?$/;

/** Seconds of an ISO-8601 duration such as PT1M3.5S; null for null and for what is none. */
export function seconds(duration) {
  const parts = duration == null ? null : DURATION.exec(duration);
  if (!parts) return null;
  const [, minus, days, hours, minutes, rest] = parts;
  const sum = (days ?? 0) * 86400 + (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + Number(rest ?? 0);
  return minus ? -sum : sum;
}

/** Milliseconds since 1970 of an instant, with its microseconds, which Date drops. */
export function millis(instant) {
  if (instant == null) return null;
  const fraction = /\.(\d+)Z$/.exec(instant);
  const whole = Date.parse(fraction ? instant.slice(0, fraction.index) + 'Z' : instant);
  return fraction ? whole + Number('0.' + fraction[1]) * 1000 : whole;
}

/** 0.35 ms, 12 ms, 1.2 s, 3 m 20 s, 2 h 5 m, 4 d 3 h; a dash for null. */
export function span(secs) {
  if (secs == null || Number.isNaN(secs)) return '–';
  if (secs < 0) return '−' + span(-secs);
  if (secs === 0) return '0';
  if (secs < 0.001) return `${round(secs * 1e6)} µs`;
  if (secs < 0.9995) return `${round(secs * 1000)} ms`;
  if (secs < 59.95) return `${round(secs)} s`;
  const whole = Math.round(secs);
  if (whole < 3600) return two(Math.floor(whole / 60), 'm', whole % 60, 's');
  const minutes = Math.floor(whole / 60);
  if (minutes < 1440) return two(Math.floor(minutes / 60), 'h', minutes % 60, 'm');
  const hours = Math.floor(minutes / 60);
  return two(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

/** Two or three digits that matter: 0.35, 1.2, 12, 345. */
function round(value) {
  if (value >= 100) return String(Math.round(value));
  const digits = value >= 10 ? 1 : 2;
  return String(Number(value.toFixed(digits)));
}

function two(large, largeUnit, small, smallUnit) {
  return small ? `${large} ${largeUnit} ${small} ${smallUnit}` : `${large} ${largeUnit}`;
}

/** 12,345; a dash for null. */
export function count(value) {
  return value == null ? '–' : Math.round(value).toLocaleString('en');
}

/** Large counts in little room: 950, 12.3 k, 4.56 M. */
export function brief(value) {
  if (value == null) return '–';
  if (value < 10_000) return count(value);
  if (value < 1_000_000) return `${Number((value / 1000).toFixed(value < 100_000 ? 1 : 0))} k`;
  return `${Number((value / 1_000_000).toFixed(2))} M`;
}

/** So many in a second: 0, 0.4, 12.5, 1,234. */
export function rate(perSecond) {
  if (perSecond == null) return '–';
  if (perSecond === 0) return '0';
  if (perSecond < 0.05) return '<0.1';
  return perSecond < 100 ? String(Number(perSecond.toFixed(1))) : count(perSecond);
}

/** 0 %, 0.3 %, 12 % of a share from 0 to 1. */
export function percent(share) {
  if (share == null || Number.isNaN(share)) return '–';
  const value = share * 100;
  if (value === 0) return '0 %';
  if (value < 0.1) return '<0.1 %';
  return `${value < 10 ? Number(value.toFixed(1)) : Math.round(value)} %`;
}

/** 512 B, 38.2 MiB. */
export function bytes(value) {
  if (value == null) return '–';
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  let rest = value;
  while (rest >= 1024 && unit < units.length - 1) {
    rest /= 1024;
    unit++;
  }
  return `${unit === 0 || rest >= 100 ? Math.round(rest) : Number(rest.toFixed(1))} ${units[unit]}`;
}

/** How long ago an instant was, as seen at a time in milliseconds. */
export function ago(instant, now = Date.now()) {
  const at = millis(instant);
  if (at == null) return '–';
  const secs = (now - at) / 1000;
  if (secs < 0) return `in ${span(Math.max(1, Math.round(-secs)))}`;
  return secs < 1 ? 'now' : `${span(Math.floor(secs))} ago`;
}

const pad = (number, digits = 2) => String(Math.trunc(number)).padStart(digits, '0');

/** The time of day in this browser's zone, 21:03:15; with milliseconds when asked. */
export function clock(instant, withMillis = false) {
  const at = typeof instant === 'number' ? instant : millis(instant);
  if (at == null) return '–';
  const date = new Date(at);
  const time = `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
  return withMillis ? `${time}.${pad(date.getMilliseconds(), 3)}` : time;
}

/** Date and time in this browser's zone, 2026-11-28 21:03:15. */
export function moment(instant) {
  const at = typeof instant === 'number' ? instant : millis(instant);
  if (at == null) return '–';
  const date = new Date(at);
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())} ${clock(at)}`;
}

/** The time alone for today, else with its date. */
export function when(instant, now = Date.now()) {
  const at = millis(instant);
  if (at == null) return '–';
  return new Date(at).toDateString() === new Date(now).toDateString() ? clock(at) : moment(at);
}

/** One task, 3 tasks. */
export function plural(number, one, many = one + 's') {
  return `${count(number)} ${number === 1 ? one : many}`;
}

/** The end of an id, which is what differs. */
export function tail(id, length = 8) {
  return id.length > length ? id.slice(-length) : id;
}
