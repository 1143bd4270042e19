/**
 * Other spellings of a path that a server behind the gateway, or a filter inside it, might take for
 * the same: slashes, dots, encodings, case, endings. The path itself is not among them. The result
 * is what goes onto the wire, not normalised; each is safe to hand to `node:http` as it is.
 */
export function pathVariants(path: string): readonly string[] {
  const segments = path.split('/').slice(1);
  const [first = '', ...rest] = segments;
  const tail = rest.map((segment) => `/${segment}`).join('');
  const last = segments.at(-1) ?? '';
  const parent = path.slice(0, -last.length);
  const variants = [
    ...slashes(path, parent, last),
    ...dots(path, first, tail),
    ...encodings(path, first, tail, parent, last),
    path.toUpperCase(),
    `/${first.toUpperCase()}${tail}`,
    `${parent}${last.toUpperCase()}`,
    ...[
      ';a=b',
      ';',
      ',',
      ':',
      ':verb',
      '.json',
      '.',
      '~',
      '*',
      '%20',
      '%00',
      '%0a',
      '%23',
      '%3f',
    ].map((ending) => `${path}${ending}`),
    `${path}?`,
    `${path}?a=b`,
    `${path}?%2e%2e/`,
    `${path}/extra`,
    `/api${path}`,
    `/api/api${path}`,
    `/v1${path}`,
    `http://127.0.0.1${path}`,
  ];
  return [...new Set(variants)].filter((variant) => variant !== path);
}

function slashes(path: string, parent: string, last: string): string[] {
  return [
    `${path}/`,
    `${path}//`,
    `/${path}`,
    `//${path}`,
    path.replaceAll('/', '//'),
    `${parent}/${last}`,
    path.replaceAll('/', '\\'),
    `${parent.slice(0, -1)}\\${last}`,
  ];
}

function dots(path: string, first: string, tail: string): string[] {
  return [
    `/.${path}`,
    `/..${path}`,
    `/x/..${path}`,
    `/x/%2e%2e${path}`,
    `/x/.%2E${path}`,
    `/healthz/..${path}`,
    `/.well-known/..${path}`,
    `/v1/auth/login/../../..${path}`,
    `/v1/auth/login/..;${path}`,
    `/${first}/.${tail}`,
    `/${first}/x/..${tail}`,
    `/${first}/%2e${tail}`,
    `${path}/.`,
    `${path}/x/..`,
    `${path}/%2e%2e/`,
  ];
}

function encodings(
  path: string,
  first: string,
  tail: string,
  parent: string,
  last: string,
): string[] {
  return [
    `/${percent(first)}${tail}`,
    `${parent}${percent(last)}`,
    `/${percent(path.slice(1))}`,
    `/${first}${tail.replaceAll('/', '%2f')}`,
    `/${first}${tail.replaceAll('/', '%2F')}`,
    `/${first}${tail.replaceAll('/', '%5c')}`,
    `/${first}${tail.replaceAll('/', '%252f')}`,
    `/${first}${tail.replaceAll('/', '%c0%af')}`,
    `/${first}${tail.replaceAll('/', '%u002f')}`,
    `%2f${path.slice(1)}`,
    `${path}%2f`,
    `${path}%c3%28`,
    `${path}%`,
    `${path}%zz`,
  ];
}

/** Every character of a text as `%xx`. */
function percent(text: string): string {
  return Array.from(Buffer.from(text), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}
