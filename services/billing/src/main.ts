import { runService } from '@tollgate/runtime';
import { startBilling } from './billing.ts';
import { readConfig } from './config.ts';

await runService({ name: 'billing', readConfig, start: startBilling });
