import { events } from '@tollgate/api/events';

/** The payload's message by subject, as `tenant.member.added`. */
export type EventInventory = Readonly<Record<string, string>>;

/** Every event of the contract. */
export function eventInventory(): EventInventory {
  return Object.fromEntries(events.map(({ subject, schema }) => [subject, schema.typeName]));
}
