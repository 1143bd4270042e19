import { type FreshDatabase, freshDatabase } from '@tollgate/testkit';
import type { Change } from './compare.ts';
import { type ContractInventory, contractInventory } from './contract.ts';
import { type DatabaseInventory, databaseInventory } from './database.ts';
import { type EventInventory, eventInventory } from './events.ts';

/** Every RPC, message, event and table of the system. */
export interface Inventory extends ContractInventory {
  readonly events: EventInventory;
  readonly tables: DatabaseInventory;
}

/** The record in `test/inventory.json`, with what has changed since on purpose. */
export interface InventoryRecord extends Inventory {
  readonly changes: readonly Change[];
}

/** Takes stock of the checkout: its descriptors, its code, and a freshly migrated database. */
export async function takeInventory(root: string): Promise<Inventory> {
  await using database = await freshDatabase();
  const contract = await contractInventory(root);
  const events = eventInventory();
  return { ...contract, events, tables: await tablesOf(database) };
}

function tablesOf({ sql, urls }: FreshDatabase): Promise<DatabaseInventory> {
  return databaseInventory((text, values) => sql(text, values), Object.keys(urls));
}
