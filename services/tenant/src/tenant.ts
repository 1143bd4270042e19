import { serveRpc } from '@tollgate/runtime/rpc';
import {
  openBackbone,
  type Platform,
  type RunningService,
  running,
} from '@tollgate/runtime/service';
import type { TenantConfig } from './config.ts';
import { routes } from './rpc/routes.ts';
import { createPlatformTenant } from './store/create-platform-tenant.ts';
import { InvitationRow } from './store/invitation-row.ts';
import { MemberRow } from './store/member-row.ts';
import { migrations } from './store/migrations/index.ts';
import { TenantRow } from './store/tenant-row.ts';

const rows = [TenantRow, MemberRow, InvitationRow];

/** Opens everything Tenant needs, top-down, and closes it in reverse. Ready when it returns. */
export async function startTenant(
  config: TenantConfig,
  platform: Platform,
): Promise<RunningService> {
  const { clock } = platform;
  await using opened = new AsyncDisposableStack();
  const { database } = opened.use(await openBackbone(config, { rows, migrations }, platform));
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
