import { runService } from '@tollgate/runtime/service';
import { notification } from './notification.ts';

await runService(notification);
