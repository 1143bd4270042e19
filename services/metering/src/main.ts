import { runService } from '@tollgate/runtime/service';
import { readConfig } from './config.ts';
import { startMetering } from './metering.ts';

await runService({ name: 'metering', readConfig, start: startMetering });
