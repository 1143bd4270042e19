import { migrationTexts } from './checks/migrations/migration-sql.ts';

/** `npm run migrations:print` prints the SQL of all migrations, in the order in which they run. */
for (const { name, sql } of migrationTexts()) console.log(`-- ${name}\n${sql}`);
