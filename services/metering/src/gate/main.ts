import { runService } from '@tollgate/runtime/service';
import { readConfig } from './config.ts';
import { startGate } from './gate.ts';

await runService({
  name: 'metering',
  process: 'gate',
  readConfig: readConfig,
  start: startGate,
});
