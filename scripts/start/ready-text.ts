import { join } from 'node:path';
import type { Launched } from './launch.ts';

/** What the terminal shows when everything runs: calls to paste, then addresses. */
export function readyText({ home, demo, addresses }: Launched, tookMs: number): string {
  const file = join(home, 'demo.json');
  const wide = Math.max(...addresses.map(([name]) => name.length));
  return `
Tollgate runs at ${demo.base_url} (started in ${(tookMs / 1000).toFixed(1)} s).

A first call, as the demo customer (${file}):

  key=$(sed -n 's/.*"api_key": *"\\([^"]*\\)".*/\\1/p' ${file})

  curl -i ${demo.base_url}/v1/messages/send -H "X-API-Key: $key" \\
    -H 'Content-Type: application/json' \\
    -d '{"to": "+49 170 0000000", "message": "hello", "type": "sms"}'

A first 429: the plan allows 60 requests a minute.

  curl -s -o /dev/null -w '%{http_code}\\n' "${demo.base_url}/v1/widgets?[1-70]" \\
    -H "X-API-Key: $key" | sort | uniq -c

What was used, and what it costs:

  curl -s ${demo.base_url}/v1/usage -H "X-API-Key: $key"
  curl -s ${demo.base_url}/v1/billing/calculate -H "X-API-Key: $key"

${addresses.map(([name, url]) => `  ${name.padEnd(wide)}  ${url}`).join('\n')}
  ${'logs'.padEnd(wide)}  ${join(home, 'logs')}

Ctrl-C stops everything.
`;
}
