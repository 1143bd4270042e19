import { runService } from '@tollgate/runtime/service';
import { startBilling } from './billing.ts';
import { readConfig } from './config.ts';

await runService({ name: 'billing', readConfig, start: startBilling });
