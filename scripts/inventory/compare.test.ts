import { expect, test } from '@jest/globals';
import { differences, unexplained } from './compare.ts';

const recorded = {
  rpcs: { 'a.B.C': { input: 'a.D', http: ['GET /d', 'POST /d'] } },
  tables: { 'a.b': { columns: { id: 'text not null', at: 'timestamptz' }, primaryKey: ['id'] } },
};

const compare = (found: unknown) => differences(recorded, found);

test('the same, and more than the same, is no difference', () => {
  expect(compare(structuredClone(recorded))).toEqual([]);
  const { 'a.b': table } = recorded.tables;
  const columns = { ...table.columns, name: 'text' };
  const tables = { 'a.b': { ...table, columns }, 'a.c': table };
  expect(compare({ ...recorded, tables, events: {} })).toEqual([]);
});

test('what is gone is found, by the highest thing that is', () => {
  expect(compare({ rpcs: {}, tables: recorded.tables })).toEqual([
    {
      path: 'rpcs/a.B.C',
      recorded: '{"input":"a.D","http":["GET /d","POST /d"]}',
      found: undefined,
    },
  ]);
  const columns = { id: 'text not null' };
  const tables = { 'a.b': { ...recorded.tables['a.b'], columns } };
  expect(compare({ ...recorded, tables })).toEqual([
    { path: 'tables/a.b/columns/at', recorded: '"timestamptz"', found: undefined },
  ]);
});

test('what is different is found, with both', () => {
  const rpcs = { 'a.B.C': { input: 'a.E', http: ['GET /d'] } };
  expect(compare({ ...recorded, rpcs })).toEqual([
    { path: 'rpcs/a.B.C/input', recorded: '"a.D"', found: '"a.E"' },
    { path: 'rpcs/a.B.C/http', recorded: '["GET /d","POST /d"]', found: '["GET /d"]' },
  ]);
});

test('a change on purpose accounts for all below it, has a reason, and has happened', () => {
  const found = compare({ rpcs: {}, tables: { 'a.b': { columns: {}, primaryKey: ['id'] } } });
  const reason = 'nobody called it';
  const rpc = { path: 'rpcs/a.B.C', reason };
  const columns = { path: 'tables/a.b/columns', reason };
  expect(unexplained(found, [rpc, columns])).toEqual([]);
  expect(unexplained(found, [columns])).toEqual([
    'rpcs/a.B.C was {"input":"a.D","http":["GET /d","POST /d"]}, and is gone',
  ]);
  expect(unexplained(found, [rpc, columns, { path: 'tables/a', reason }])).toEqual([
    'tables/a is a listed change, and has not changed',
  ]);
  expect(unexplained(found, [{ ...rpc, reason: ' ' }, columns])).toEqual([
    'rpcs/a.B.C is a listed change without a reason',
  ]);
});
