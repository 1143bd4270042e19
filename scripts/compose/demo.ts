import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureDemo } from '../start/demo.ts';

const folder = '/run/secrets/tollgate';
const gatewayUrl = 'http://envoy:8080';

/**
 * `node scripts/compose/demo.ts` makes the demo customer once everything runs; with `--api-key` it
 * prints that customer's key and nothing else.
 */
async function main(args: readonly string[]): Promise<void> {
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const demo = await ensureDemo({
    file: join(folder, 'demo.json'),
    baseUrl: gatewayUrl,
    login: { email: read('email'), password: read('password') },
  });
  if (args.includes('--api-key')) {
    console.log(demo.api_key);
    return;
  }
  const baseUrl = `http://localhost:${process.env.TOLLGATE_PORT || '8080'}`;
  console.log(`
Tollgate runs at ${baseUrl}. A first call, as the demo customer:

  key=$(docker compose run --rm --no-deps -T demo scripts/compose/demo.ts --api-key)

  curl -i ${baseUrl}/v1/messages/send -H "X-API-Key: $key" \\
    -H 'Content-Type: application/json' \\
    -d '{"to": "+49 170 0000000", "message": "hello", "type": "sms"}'
`);
}

await main(process.argv.slice(2));
