import { environments, localExample, validateConfig } from '@tollgate/gateway';
import { ensurePrograms } from '@tollgate/servers';

/** `node scripts/check-gateway.ts`: every environment's configuration, judged by Envoy itself. */
async function check(): Promise<void> {
  const { envoy } = await ensurePrograms(['envoy']);
  const all = { local: localExample(20_000), ...environments };
  for (const [name, settings] of Object.entries(all)) {
    const problem = await validateConfig(envoy, settings);
    process.stdout.write(`envoy configuration ${name}: ${problem === '' ? 'valid' : problem}\n`);
    if (problem !== '') process.exitCode = 1;
  }
}

await check();
