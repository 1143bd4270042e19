import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type FreshDatabase, freshDatabase } from '@tollgate/testkit';
import type { Database } from '../src/database.ts';
import { reasonOf } from '../src/errors.ts';
import {
  acme,
  callOf,
  clock,
  globex,
  migrations,
  NoteRow,
  note,
  openSample,
} from './sample-schema.ts';

let fresh: FreshDatabase;
let database: Database;

beforeAll(async () => {
  fresh = await freshDatabase({ migrations: { billing: migrations } });
  database = await openSample(fresh);
});

beforeEach(async () => {
  await fresh.sql('truncate billing.note, billing.idempotency, billing.outbox');
});

afterAll(async () => {
  await database?.[Symbol.asyncDispose]();
  await fresh?.[Symbol.asyncDispose]();
});

/** A write that leaves one note and answers like the RPC does. */
function addNote(call: ReturnType<typeof callOf>, into = database) {
  return into.write(call, async (rows) => {
    const count = await rows.findAll(NoteRow, {});
    rows.insert(NoteRow, note(call.tenantId, `note-${count.length}`));
    return { secret: `secret-${count.length}` };
  });
}

const notes = () => fresh.sql('select tenant_id, note_id from billing.note');

test('a repeated call has its effect once and gets the first answer, marked as replayed', async () => {
  const first = callOf({ tenantId: acme, idempotencyKey: 'k1' });
  const second = callOf({ tenantId: acme, idempotencyKey: 'k1', requestId: 'request-2' });
  const answer = await addNote(first);
  const replay = await addNote(second);
  expect(answer.secret).toBe('secret-0');
  expect(replay).toEqual(answer);
  expect(first.answerHeader.get('idempotency-replayed')).toBeNull();
  expect(second.answerHeader.get('idempotency-replayed')).toBe('true');
  expect(await notes()).toHaveLength(1);
});

test('the same key with another input is refused and has no effect', async () => {
  await addNote(callOf({ tenantId: acme, idempotencyKey: 'k1' }));
  const other = addNote(callOf({ tenantId: acme, idempotencyKey: 'k1', inputHash: 'input-2' }));
  await expect(other.catch(reasonOf)).resolves.toBe('IDEMPOTENCY_KEY_REUSED');
  expect(await notes()).toHaveLength(1);
});

test('twenty calls at once under one key have one effect and twenty equal answers', async () => {
  const calls = Array.from({ length: 20 }, () => callOf({ tenantId: acme, idempotencyKey: 'k1' }));
  const answers = await Promise.all(calls.map((call) => addNote(call)));
  expect(new Set(answers.map(({ secret }) => secret))).toEqual(new Set(['secret-0']));
  expect(calls.filter((call) => call.answerHeader.has('idempotency-replayed'))).toHaveLength(19);
  expect(await notes()).toHaveLength(1);
});

test('a call that failed stores nothing, so that its repetition is a first call', async () => {
  const failed = database.write(callOf({ tenantId: acme, idempotencyKey: 'k1' }), async (rows) => {
    rows.insert(NoteRow, note(acme, 'lost'));
    throw new Error('on purpose');
  });
  await expect(failed).rejects.toThrow('on purpose');
  const retried = callOf({ tenantId: acme, idempotencyKey: 'k1' });
  await addNote(retried);
  expect(retried.answerHeader.has('idempotency-replayed')).toBe(false);
  expect(await notes()).toEqual([{ tenant_id: acme, note_id: 'note-0' }]);
});

test('the same key of another tenant, user or method is another key', async () => {
  const own = callOf({ tenantId: acme, idempotencyKey: 'k1' });
  const calls = [
    own,
    callOf({ tenantId: globex, idempotencyKey: 'k1' }),
    callOf({
      tenantId: acme,
      idempotencyKey: 'k1',
      principal: { ...own.principal, subject: 'usr_00000000000000000000000002' },
    }),
  ];
  for (const call of calls) await addNote(call);
  expect(calls.some((call) => call.answerHeader.has('idempotency-replayed'))).toBe(false);
  expect(await notes()).toHaveLength(3);
});

test('after two days a key is forgotten', async () => {
  await addNote(callOf({ tenantId: acme, idempotencyKey: 'k1' }));
  clock.advance({ hours: 48 });
  const later = callOf({ tenantId: acme, idempotencyKey: 'k1', inputHash: 'input-2' });
  expect((await addNote(later)).secret).toBe('secret-1');
  expect(await notes()).toHaveLength(2);
});

test('a write that does not answer what the RPC answers is refused, with nothing written', async () => {
  const wrong = database.write(callOf({ tenantId: acme, idempotencyKey: 'k1' }), async (rows) => {
    rows.insert(NoteRow, note(acme, 'wrong'));
    return { note: 'wrong' };
  });
  await expect(wrong).rejects.toThrow(/CreateApiKeyResponse, which has no note/);
  expect(await notes()).toEqual([]);
});

test('a second write under the key of the same call is refused', async () => {
  const call = callOf({ tenantId: acme, idempotencyKey: 'k1' });
  await addNote(call);
  await expect(addNote(call)).rejects.toThrow('A call writes once under its idempotency key.');
});

test('facts leave with the first answer, and not with a replay of it', async () => {
  const add = (call: ReturnType<typeof callOf>) =>
    database.writeWithFacts(call, async (rows) => {
      rows.insert(NoteRow, note(call.tenantId, 'note-1'));
      return { answer: { secret: 'secret-1' }, facts: { noteId: 'note-1' } };
    });
  const first = await add(callOf({ tenantId: acme, idempotencyKey: 'k1' }));
  expect(first).toMatchObject({ replayed: false, facts: { noteId: 'note-1' } });
  const second = await add(callOf({ tenantId: acme, idempotencyKey: 'k1' }));
  expect(second).toEqual({ answer: first.answer, replayed: true });
  const unkeyed = await database.writeWithFacts(callOf({ tenantId: acme }), async () => ({
    answer: { secret: 'secret-2' },
    facts: 2,
  }));
  expect(unkeyed).toEqual({ answer: { secret: 'secret-2' }, replayed: false, facts: 2 });
});

test('callers without a credential who say the same key are kept apart by the key space', async () => {
  const add = (keySpace: string, inputHash = 'input-1') =>
    database.writeWithFacts(
      callOf({ tenantId: acme, idempotencyKey: '1', inputHash }),
      async (rows) => {
        rows.insert(NoteRow, note(acme, keySpace));
        return { answer: { secret: keySpace }, facts: undefined };
      },
      { as: 'system', keySpace },
    );
  expect(await add('ada@example.com')).toMatchObject({ replayed: false });
  expect(await add('bob@example.com', 'input-2')).toMatchObject({ replayed: false });
  expect(await add('ada@example.com')).toMatchObject({
    replayed: true,
    answer: { secret: 'ada@example.com' },
  });
  const other = add('ada@example.com', 'input-3');
  await expect(other.catch(reasonOf)).resolves.toBe('IDEMPOTENCY_KEY_REUSED');
  expect(await notes()).toHaveLength(2);
});

test('a stored answer rests sealed: no secret in clear, and none that fits another key', async () => {
  await addNote(callOf({ tenantId: acme, idempotencyKey: 'k1' }));
  const [stored] = await fresh.sql<{ answer: Buffer }>('select answer from billing.idempotency');
  expect(stored?.answer.length).toBeGreaterThan('secret-0'.length);
  expect(stored?.answer.includes('secret-0')).toBe(false);
  await fresh.sql(`update billing.idempotency set key = 'k2'`);
  const moved = addNote(callOf({ tenantId: acme, idempotencyKey: 'k2' }));
  await expect(moved).rejects.toThrow(/authenticate/);
});
