import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkoutFolder, temporaryFolder } from '@tollgate/servers';
import { ensureTool } from '@tollgate/servers/tools';
import { type MigrationSql, migrationTexts } from './migration-sql.ts';

/**
 * What squawk finds and no migration says that it breaks, and what one says and squawk does not
 * find: a line each, of a file the migration is named after.
 */
export async function lintMigrations(
  migrations: readonly MigrationSql[],
  { config = join(checkoutFolder, '.squawk.toml') } = {},
): Promise<string[]> {
  const squawk = await ensureTool('squawk');
  using place = temporaryFolder();
  for (const { name, sql } of migrations) {
    mkdirSync(join(place.folder, dirname(name)), { recursive: true });
    writeFileSync(join(place.folder, name), sql);
  }
  const args = ['--config', config, '--reporter', 'gcc', ...migrations.map(({ name }) => name)];
  const { stdout, stderr, status } = spawnSync(squawk, args, {
    cwd: place.folder,
    encoding: 'utf8',
  });
  const found = stdout.split('\n').filter((line) => line.includes('.sql:'));
  if (status !== 0 && found.length === 0) throw new Error(stderr || stdout);
  return migrations.flatMap(({ name, breaks }) => {
    const own = found.filter((line) => line.startsWith(`${name}:`));
    const idle = breaks.filter((rule) => !own.some((line) => ruleOf(line) === rule));
    return [
      ...own.filter((line) => !breaks.includes(ruleOf(line) ?? '')),
      ...idle.map((rule) => `${name}: says that it breaks ${rule}, which it does not`),
    ];
  });
}

/** The rule that a line of squawk's is about. */
export function ruleOf(line: string): string | undefined {
  return /: (?:warning|error): (\S+)/.exec(line)?.[1];
}

if (import.meta.main) {
  const migrations = migrationTexts();
  const found = await lintMigrations(migrations);
  for (const finding of found) console.error(finding);
  console.log(`migrations: ${migrations.length} files, ${found.length} violations`);
  process.exitCode = found.length === 0 ? 0 : 1;
}
