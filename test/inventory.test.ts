import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { differences, unexplained } from '../scripts/inventory/compare.ts';
import {
  type Inventory,
  type InventoryRecord,
  takeInventory,
} from '../scripts/inventory/inventory.ts';

const root = join(import.meta.dirname, '..');
let record: InventoryRecord;
let found: Inventory;

beforeAll(async () => {
  record = JSON.parse(await readFile(join(import.meta.dirname, 'inventory.json'), 'utf8'));
  found = await takeInventory(root);
});

test('every RPC, message, event and table that was there is there, but for changes on purpose', () => {
  const { changes, ...recorded } = record;
  expect(unexplained(differences(recorded, found), changes)).toEqual([]);
});

test.each([
  ['rpcs', 'tollgate.auth.v1.AuthService.Login'],
  ['messages', 'tollgate.tenant.v1.Tenant'],
  ['enums', 'tollgate.errors.v1.ErrorReason'],
  ['events', 'tenant.member.removed'],
  ['tables', 'billing.outbox'],
] as const)('one of the %s that goes missing is noticed', (kind, name) => {
  const { [name]: gone, ...rest } = found[kind] as Record<string, unknown>;
  expect(gone).toBeDefined();
  const less = { ...found, [kind]: rest } as Inventory;
  const { changes, ...recorded } = record;
  const lines = unexplained(differences(recorded, less), changes);
  expect(lines.map((line) => line.split(' ')[0])).toEqual([`${kind}/${name}`]);
});

test('the record has all of the system', () => {
  const events = Object.values(record.events);
  expect(events.every((type) => type in record.messages)).toBe(true);
  expect(Object.keys(record.rpcs).length).toBeGreaterThan(30);
  expect(Object.keys(record.tables).length).toBeGreaterThan(20);
});
