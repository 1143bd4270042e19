/**
 * What the guides use of curl, for machines that have none: `-s -i -o FILE -w FORMAT -X METHOD
 * -H HEADER -d BODY URL`, with `%{http_code}` alone in the format, and one `[1-70]` in the URL for as
 * many calls. Anything else is refused, so that a guide cannot use it unnoticed.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    silent: { type: 'boolean', short: 's' },
    include: { type: 'boolean', short: 'i' },
    output: { type: 'string', short: 'o' },
    'write-out': { type: 'string', short: 'w', default: '' },
    request: { type: 'string', short: 'X' },
    header: { type: 'string', short: 'H', multiple: true, default: [] },
    data: { type: 'string', short: 'd' },
  },
});
const [url, ...more] = positionals;
if (url === undefined || more.length > 0) throw new Error('One URL is expected.');

const [, before = url, last = '', after = ''] = /^(.*)\[1-(\d+)\](.*)$/.exec(url) ?? [];
for (let call = 1; call <= Number(last || 1); call += 1) {
  await print(last === '' ? url : `${before}${call}${after}`);
}

/** Makes one call and prints what is wanted of its answer. */
async function print(/** @type {string} */ address) {
  const response = await fetch(address, {
    method: values.request ?? (values.data === undefined ? 'GET' : 'POST'),
    headers: values.header.map((line) => {
      const [name = '', value = ''] = line.split(/:\s*(.*)/s);
      return [name, value];
    }),
    ...(values.data === undefined ? {} : { body: values.data }),
  });
  const headers = Array.from(response.headers, ([name, value]) => `${name}: ${value}\r\n`);
  const head = values.include ? `HTTP/1.1 ${response.status}\r\n${headers.join('')}\r\n` : '';
  const printed = head + (await response.text());
  if (values.output === undefined) process.stdout.write(printed);
  else writeFileSync(values.output, printed);
  const format = values['write-out'].replaceAll('\\n', '\n');
  process.stdout.write(format.replaceAll('%{http_code}', String(response.status)));
}
