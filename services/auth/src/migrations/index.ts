import { type Migration, runtimeMigration } from '@tollgate/runtime/migrations';
import { identity } from './0001-identity.ts';

/** Everything that makes Auth's schema, in order. Entries are never edited or removed. */
export const migrations: Migration[] = [runtimeMigration('auth', 'auth'), identity];
