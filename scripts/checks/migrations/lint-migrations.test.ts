import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { checkoutFolder, temporaryFolder } from '@tollgate/servers';
import { lintMigrations, ruleOf } from './lint-migrations.ts';
import { migrationTexts } from './migration-sql.ts';

const planted = { name: 'billing/0009-planted.sql', breaks: [] };

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
  const found = await lintMigrations([{ ...planted, sql }]);
  expect(found.map(ruleOf)).toContain(rule);
  for (const line of found) expect(line).toMatch(/^billing\/0009-planted\.sql:/);
});

test('a rule that a migration says it breaks is not told, and one that it does not break is', async () => {
  const sql = 'begin;\nset local lock_timeout = 1;\nalter table plan drop column name;\ncommit;\n';
  expect(await lintMigrations([{ ...planted, sql, breaks: ['ban-drop-column'] }])).toEqual([]);
  const breaks = ['ban-drop-column', 'ban-drop-table'];
  expect(await lintMigrations([{ ...planted, sql, breaks }])).toEqual([
    'billing/0009-planted.sql: says that it breaks ban-drop-table, which it does not',
  ]);
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
