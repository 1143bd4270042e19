import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type FreshDatabase, freshDatabase } from '@tollgate/testkit';
import type { Database } from '../src/database.ts';
import { acme, clock, migrations, NoteRow, note, openSample } from './sample-schema.ts';

let fresh: FreshDatabase;
let database: Database;

beforeAll(async () => {
  fresh = await freshDatabase({ migrations: { billing: migrations } });
  database = await openSample(fresh);
});

afterAll(async () => {
  await database?.[Symbol.asyncDispose]();
  await fresh?.[Symbol.asyncDispose]();
});

const context = { tenantId: acme };

test('counts, sums and instants come back exactly as they were written', async () => {
  await database.write(context, async (rows) => {
    rows.insert(NoteRow, note(acme, 'exact'));
  });
  const [byRow, [bySql]] = await database.read(context, async (rows) => [
    await rows.find(NoteRow, { tenantId: acme, noteId: 'exact' }),
    await rows.sql('select * from note where create_time = $1 and note_id = any($2)', [
      clock.now(),
      ['exact', `with 'quotes", {braces} and \\ in it`],
    ]),
  ]);
  expect(byRow?.amountMinor).toBe(9_007_199_254_740_993n);
  expect(byRow?.createTime.toString()).toBe('2026-01-31T12:00:00.123456Z');
  expect(bySql?.amount_minor).toBe(9_007_199_254_740_993n);
  expect(String(bySql?.create_time)).toBe('2026-01-31T12:00:00.123456Z');
});

test('text with quotes, backslashes and question marks is stored as it is', async () => {
  const text = `'; drop table note; -- \\' ? ?? $1 \u{1f4a5}`;
  await database.write(context, async (rows) => {
    rows.insert(NoteRow, note(acme, 'odd', text));
  });
  const found = await database.read(context, (rows) => rows.find(NoteRow, { text }));
  expect(found?.text).toBe(text);
});

test('a found row is tracked: assigned fields are written, and seen by statements before', async () => {
  await database.write(context, async (rows) => {
    rows.insert(NoteRow, note(acme, 'tracked'));
    const found = await rows.find(NoteRow, { tenantId: acme, noteId: 'tracked' });
    if (!found) throw new Error('an inserted row is found in its own transaction');
    found.text = 'changed';
    expect(await rows.sql(`select text from note where note_id = 'tracked'`)).toEqual([
      { text: 'changed' },
    ]);
    found.text = 'changed again';
  });
  const [stored] = await fresh.sql(`select text from billing.note where note_id = 'tracked'`);
  expect(stored).toEqual({ text: 'changed again' });
});

test('reading writes nothing: one unchanged row costs no update', async () => {
  await database.write(context, async (rows) => {
    rows.insert(NoteRow, note(acme, 'still'));
  });
  const versionOf = () =>
    fresh.sql(`select xmin::text, ctid::text from billing.note where note_id = 'still'`);
  const before = await versionOf();
  await database.write(context, (rows) => rows.findAll(NoteRow, { noteId: 'still' }));
  expect(await versionOf()).toEqual(before);
});

test('work that throws leaves nothing behind', async () => {
  const failed = database.write(context, async (rows) => {
    rows.insert(NoteRow, note(acme, 'gone'));
    await rows.sql('select 1');
    throw new Error('on purpose');
  });
  await expect(failed).rejects.toThrow('on purpose');
  expect(await fresh.sql(`select 1 from billing.note where note_id = 'gone'`)).toEqual([]);
});

test('a read-only transaction refuses to write', async () => {
  const attempt = database.read(context, (rows) => rows.sql('delete from note'));
  await expect(attempt).rejects.toMatchObject({ code: '25006' });
});

test('two that deadlock both succeed, each with its work done once', async () => {
  await database.write(context, async (rows) => {
    rows.insert(NoteRow, { ...note(acme, 'left'), amountMinor: 0n });
    rows.insert(NoteRow, { ...note(acme, 'right'), amountMinor: 0n });
  });
  const bothHoldOne = barrier(2);
  function addInOrder(first: string, second: string) {
    return database.write(context, async (rows) => {
      for (const noteId of [first, second]) {
        const found = await rows.find(NoteRow, { tenantId: acme, noteId }, { lock: 'update' });
        if (found) found.amountMinor += 1n;
        await rows.em.flush();
        await bothHoldOne();
      }
    });
  }
  await Promise.all([addInOrder('left', 'right'), addInOrder('right', 'left')]);
  expect(
    await fresh.sql(`select amount_minor from billing.note where note_id in ('left', 'right')`),
  ).toEqual([{ amount_minor: '2' }, { amount_minor: '2' }]);
});

test('transactions inside each other are separate, not one', async () => {
  const failed = database.write(context, async (rows) => {
    rows.insert(NoteRow, note(acme, 'outer'));
    await database.write(context, async (inner) => {
      inner.insert(NoteRow, note(acme, 'inner'));
    });
    throw new Error('outer only');
  });
  await expect(failed).rejects.toThrow('outer only');
  expect(
    await fresh.sql(`select note_id from billing.note where note_id in ('outer', 'inner')`),
  ).toEqual([{ note_id: 'inner' }]);
});

/** Waits until as many callers wait; later callers pass at once. */
function barrier(parties: number): () => Promise<void> {
  let waiting = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  return () => {
    waiting += 1;
    if (waiting >= parties) resolve();
    return promise;
  };
}
