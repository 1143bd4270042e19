import { runService } from '@tollgate/runtime';
import { startGate } from './gate.ts';
import { readGateConfig } from './gate-config.ts';

await runService({
  name: 'metering',
  process: 'gate',
  readConfig: readGateConfig,
  start: startGate,
});
