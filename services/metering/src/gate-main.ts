import { runService } from '@tollgate/runtime/service';
import { gate } from './gate.ts';

await runService(gate);
