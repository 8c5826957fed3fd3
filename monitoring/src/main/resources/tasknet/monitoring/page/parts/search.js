// A filter that stands in the address: form fields for it, and back.

import {go} from './route.js';

const TYPING = 350;

let timer = null;

/** The address of a page with some parameters changed; what is null or empty goes. Keeps no place in a listing. */
export function changed(path, query, changes) {
  const next = new URLSearchParams(query);
  next.delete('cursor');
  for (const [name, value] of Object.entries(changes)) {
    next.delete(name);
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one != null && one !== '') next.append(name, one);
    }
  }
  return next.size ? `${path}?${next}` : path;
}

/** Goes there at once. */
export const choose = (path, query, changes) => go(changed(path, query, changes));

/** Goes there when nothing was typed for a moment; each letter is no step that can be gone back. */
export function type(path, query, changes) {
  clearTimeout(timer);
  timer = setTimeout(() => go(changed(path, query(), changes), {replace: true}), TYPING);
}
