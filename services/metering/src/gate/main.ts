import { runService } from '@tollgate/runtime';
import { startGate } from './gate.ts';
import { readConfig } from './config.ts';

await runService({
  name: 'metering',
  process: 'gate',
  readConfig: readConfig,
  start: startGate,
});
