// Calls of monitoring's REST interface.

/** What was answered instead of what was asked for: a problem (RFC 9457), or no answer at all. */
export class CallError extends Error {
  constructor(status, code, message, problem = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.problem = problem;
  }
}

/** Reads JSON. Parameters that are null or empty are left out; lists are repeated. */
export function get(path, parameters = {}, signal) {
  return call('GET', address(path, parameters), {signal});
}

/** Reads from the dispatcher, through monitoring. */
export function ask(path, parameters = {}, signal) {
  return get('/api/dispatcher' + path, parameters, signal);
}

/** Changes something at the dispatcher; the header is what other sites cannot send. */
export function act(method, path, body) {
  const headers = {'X-Tasknet-Action': '1'};
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  return call(method, '/api/dispatcher' + path, {
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
  });
}

export function address(path, parameters = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one != null && one !== '') query.append(name, one);
    }
  }
  return query.size ? `${path}?${query}` : path;
}

async function call(method, url, options) {
  let response;
  try {
    response = await fetch(url, {method, ...options});
  } catch (failure) {
    if (failure.name === 'AbortError' || failure.name === 'TimeoutError') throw failure;
    throw new CallError(0, 'unreachable', 'Monitoring does not answer.');
  }
  const text = await response.text();
  let document = null;
  try {
    document = text ? JSON.parse(text) : null;
  } catch {
    // not JSON: told below
  }
  if (response.ok && (document !== null || !text)) return document;
  const problem = document ?? {};
  throw new CallError(
    response.status,
    (problem.type ?? '').replace('urn:tasknet:problem:', ''),
    problem.detail ?? problem.title ?? `HTTP ${response.status}`,
    problem,
  );
}
