import { runService } from '@tollgate/runtime/service';
import { billing } from './billing.ts';

await runService(billing);
