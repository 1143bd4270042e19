import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startSharedServers } from '@tollgate/testkit';
import { type InventoryRecord, takeInventory } from './inventory/inventory.ts';

/**
 * Writes `test/inventory.json` anew: every RPC, message, event and table as they are now. What has
 * changed since the last one belongs into the CHANGELOG; the list of changes begins empty.
 *
 *     npm run inventory
 */
const root = join(import.meta.dirname, '..');
await using servers = await startSharedServers();
Object.assign(process.env, servers.environment);
const record: InventoryRecord = { changes: [], ...(await takeInventory(root)) };
await writeFile(join(root, 'test/inventory.json'), `${JSON.stringify(record, null, 2)}\n`);
