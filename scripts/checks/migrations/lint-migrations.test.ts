import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { checkoutFolder, temporaryFolder } from '@tollgate/servers';
import { lintMigrations } from './lint-migrations.ts';
import { migrationTexts } from './migration-sql.ts';

test.each([
  ['adding-required-field', 'alter table plan add column seats integer not null'],
  ['adding-foreign-key-constraint', 'alter table plan add foreign key (a) references other (b)'],
  ['changing-column-type', 'alter table plan alter column name type varchar(20)'],
  ['constraint-missing-not-valid', 'alter table plan add constraint one check (seats > 0)'],
  ['ban-drop-column', 'alter table plan drop column name'],
  ['ban-drop-table', 'drop table plan'],
  ['renaming-column', 'alter table plan rename column name to title'],
  ['disallowed-unique-constraint', 'alter table plan add constraint one unique (name)'],
  ['prefer-timestamp-tz', 'create table one (made timestamp)'],
  ['syntax-error', 'alter tabel plan'],
])('%s is found', async (rule, statement) => {
  const sql = `begin;\nset local search_path to billing;\n${statement};\ncommit;\n`;
  const found = await lintMigrations([{ name: 'billing/0009-planted.sql', sql }]);
  expect(found.map(ruleOf)).toContain(rule);
  for (const line of found) expect(line).toMatch(/^billing\/0009-planted\.sql:/);
});

test('no rule is left out that nothing of ours would break', async () => {
  const config = readFileSync(join(checkoutFolder, '.squawk.toml'), 'utf8');
  const [, list = ''] = /excluded_rules = \[(.*?)\]/s.exec(config) ?? [];
  const excluded = [...list.matchAll(/"(.*?)"/g)].map(([, rule]) => rule);
  using place = temporaryFolder();
  const all = join(place.folder, 'all.toml');
  writeFileSync(all, config.replace(list, ''));
  const found = await lintMigrations(migrationTexts(), { config: all });
  expect([...new Set(found.map(ruleOf))].toSorted()).toEqual(excluded.toSorted());
});

function ruleOf(line: string): string | undefined {
  return /: (?:warning|error): (\S+)/.exec(line)?.[1];
}
