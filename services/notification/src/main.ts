import { runService } from '@tollgate/runtime/service';
import { readConfig } from './config.ts';
import { startNotification } from './notification.ts';

await runService({ name: 'notification', readConfig, start: startNotification });
