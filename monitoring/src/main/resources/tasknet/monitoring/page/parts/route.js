// Which page the address names. The address holds the whole view, so that it can be shared.

let listener = () => {};

/** The path's words and the query, with all values of a name. */
export function parse(location) {
  const words = location.pathname.split('/').filter(Boolean).map(decodeURIComponent);
  return {name: words[0] ?? 'overview', id: words[1] ?? null, query: new URLSearchParams(location.search)};
}

export function startRoutes(onChange) {
  listener = onChange;
  addEventListener('popstate', () => listener(parse(location)));
  document.addEventListener('click', follow);
  listener(parse(location));
}

/** Goes to an address of the page; with replace, without a step that can be gone back. */
export function go(address, {replace = false} = {}) {
  if (address === location.pathname + location.search) return;
  history[replace ? 'replaceState' : 'pushState'](null, '', address);
  listener(parse(location));
}

function follow(event) {
  const link = event.target.closest?.('a[href]');
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!link || !plain || event.defaultPrevented || link.target || link.origin !== location.origin) return;
  if (/^\/(api|lib|metrics|health)(\/|$)/.test(link.pathname)) return;
  event.preventDefault();
  if (link.hash && link.pathname === location.pathname) return;
  go(link.pathname + link.search);
  scrollTo(0, 0);
  // What it points at is there with the next drawing.
  if (link.hash) requestAnimationFrame(() => requestAnimationFrame(() => pointAt(link.hash)));
}

function pointAt(hash) {
  document.getElementById(decodeURIComponent(hash.slice(1)))?.scrollIntoView({block: 'center'});
}
