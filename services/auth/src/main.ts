import { runService } from '@tollgate/runtime/service';
import { auth } from './auth.ts';

await runService(auth);
