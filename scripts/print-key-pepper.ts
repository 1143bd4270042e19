import { keyPepperOf } from '@tollgate/system';

/**
 * `TOLLGATE_ENCRYPTION_KEY=… node scripts/print-key-pepper.ts` prints what the API keys of an
 * installation are hashed with, for the Secret of its gates.
 */
const encryptionKey = process.env['TOLLGATE_ENCRYPTION_KEY'];
if (!encryptionKey) throw new Error('TOLLGATE_ENCRYPTION_KEY is not set.');
process.stdout.write(`${keyPepperOf({ encryptionKey })}\n`);
