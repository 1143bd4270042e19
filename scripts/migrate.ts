import type { ServiceName } from '@tollgate/api';
import { readSettings } from '@tollgate/runtime/config';
import { openLog } from '@tollgate/runtime/service';
import { migrateDatabase, readMigrateConfig } from '@tollgate/system';

/** `node scripts/migrate.ts` brings the database up to date; safe to repeat. */
const log = openLog({ service: 'migrate', level: 'info' });
try {
  const { passwords, ...config } = readSettings(process.env, readMigrateConfig);
  const revealed = passwords.map(([service, password]) => [service, password.reveal()]);
  await migrateDatabase({
    ...config,
    passwords: Object.fromEntries(revealed) as Record<ServiceName, string>,
    log,
  });
  log.info('database is up to date');
} catch (error) {
  log.fatal({ error }, 'migration failed');
  process.exitCode = 1;
}
