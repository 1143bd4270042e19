import { runService } from '@tollgate/runtime/service';
import { recorder } from './recorder.ts';

await runService(recorder);
