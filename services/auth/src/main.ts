import { runService } from '@tollgate/runtime/service';
import { startAuth } from './auth.ts';
import { readConfig } from './config.ts';

await runService({ name: 'auth', readConfig, start: startAuth });
