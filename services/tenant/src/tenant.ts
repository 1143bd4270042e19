import { openDatabase } from '@tollgate/runtime/database';
import { openEventBus, startOutboxRelay } from '@tollgate/runtime/events';
import { serveRpc } from '@tollgate/runtime/rpc';
import { type Platform, type RunningService, running } from '@tollgate/runtime/service';
import type { TenantConfig } from './config.ts';
import { routes } from './rpc/routes.ts';
import { createPlatformTenant } from './store/create-platform-tenant.ts';
import { InvitationRow } from './store/invitation-row.ts';
import { MemberRow } from './store/member-row.ts';
import { migrations } from './store/migrations/index.ts';
import { TenantRow } from './store/tenant-row.ts';

/** Opens everything Tenant needs, top-down, and closes it in reverse. Ready when it returns. */
export async function startTenant(
  config: TenantConfig,
  platform: Platform,
): Promise<RunningService> {
  const { clock, log } = platform;
  await using opened = new AsyncDisposableStack();
  const database = opened.use(
    await openDatabase(
      config.database,
      {
        schema: 'tenant',
        rows: [TenantRow, MemberRow, InvitationRow],
        migrations,
      },
      platform,
    ),
  );
  const bus = opened.use(await openEventBus({ url: config.natsUrl, ...platform }));
  opened.use(startOutboxRelay({ database, bus, log, clock, signal: platform.signal }));
  await createPlatformTenant({ database, clock });
  const server = opened.use(
    await serveRpc({
      ...platform,
      address: config.rpcAddress,
      handlers: routes({ database, clock }),
    }),
  );
  return running(opened.move(), { rpc: server.address });
}
