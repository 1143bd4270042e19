import { runService } from '@tollgate/runtime/service';
import { tenant } from './tenant.ts';

await runService(tenant);
