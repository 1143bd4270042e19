import { randomUUID } from 'node:crypto';
import { SubscriptionChangedSchema } from '@tollgate/api/tollgate/billing/v1/events';
import type { Database } from '../src/database.ts';
import { type EventBus, openEventBus, startOutboxRelay } from '../src/events.ts';
import { createHealth, createMetrics, openLog, systemClock } from '../src/service.ts';
import { acme, NoteRow, note } from './sample-schema.ts';

/** The event that these tests publish. */
export const subscriptionChanged = {
  subject: 'billing.subscription.changed',
  schema: SubscriptionChangedSchema,
};

const parts = {
  log: openLog({ service: 'billing', level: 'silent' }),
  clock: systemClock,
  health: createHealth(),
  metrics: createMetrics('billing'),
};

/** A connection to the bus of a test. */
export function openBus(url: string): Promise<EventBus> {
  return openEventBus({ ...parts, url });
}

/** A relay of this database to this bus. */
export function relay(
  database: Database,
  { publish, onReturn }: Partial<EventBus> & Pick<EventBus, 'publish'>,
): AsyncDisposable {
  const { signal } = new AbortController();
  const bus = { publish, onReturn: onReturn ?? (() => ({ [Symbol.dispose]: () => undefined })) };
  return startOutboxRelay({ ...parts, database, bus, signal });
}

/** Commits that this subscription is now at this plan. */
export function changePlan(
  database: Database,
  change: { subscriptionId: string; planId: string; entityVersion?: bigint },
): Promise<void> {
  const { subscriptionId, planId, ...version } = change;
  return database.write({ tenantId: acme, requestId: 'request-1' }, async (rows) => {
    rows.emit({
      type: subscriptionChanged,
      tenantId: acme,
      entityId: subscriptionId,
      ...version,
      payload: { subscription: { subscriptionId, planId } },
    });
  });
}

/** A consumer whose effect is one more note per run, or a failure of the test's choosing. */
export function consumeToNotes(
  bus: EventBus,
  database: Database,
  {
    durable,
    failing = () => undefined,
  }: { durable: string; failing?: (plan: string) => Error | false | undefined },
): Promise<AsyncDisposable> {
  return bus.consume({
    event: subscriptionChanged,
    durable,
    database,
    async on(event, rows) {
      const plan = event.payload.subscription?.planId ?? '';
      rows.insert(NoteRow, note(event.tenantId, randomUUID(), plan));
      await rows.em.flush();
      const failure = failing(plan);
      if (failure) throw failure;
    },
  });
}
