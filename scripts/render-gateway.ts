import { parseArgs } from 'node:util';
import { environments, renderEnvoyConfig } from '@tollgate/gateway';

const names = Object.keys(environments);

/** `node scripts/render-gateway.ts --environment compose`: prints the configuration as JSON. */
function render(args: readonly string[]): void {
  const { values } = parseArgs({
    args: [...args],
    options: { environment: { type: 'string' } },
  });
  const settings = Object.entries(environments).find(([name]) => name === values.environment)?.[1];
  if (!settings) throw new Error(`--environment must be one of: ${names.join(', ')}`);
  process.stdout.write(`${JSON.stringify(renderEnvoyConfig(settings), null, 2)}\n`);
}

render(process.argv.slice(2));
