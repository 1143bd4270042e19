import { runService } from '@tollgate/runtime/service';
import { readConfig } from './config.ts';
import { startTenant } from './tenant.ts';

await runService({ name: 'tenant', readConfig, start: startTenant });
