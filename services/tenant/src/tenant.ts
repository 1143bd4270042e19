import { randomBytes } from 'node:crypto';
import { serveRpc } from '@tollgate/runtime/rpc';
import {
  openBackbone,
  type Platform,
  type RunningService,
  running,
  type ServiceDefinition,
} from '@tollgate/runtime/service';
import { readConfig, type TenantConfig } from './config.ts';
import { migrations } from './migrations/index.ts';
import { routes } from './routes.ts';
import { rows } from './rows.ts';
import { createPlatformTenant } from './tenants/create-platform-tenant.ts';

/** Tenant, for its process and for tests. */
export const tenant = {
  name: 'tenant',
  readConfig,
  start: startTenant,
} satisfies ServiceDefinition<TenantConfig>;

/** Opens everything Tenant needs, top-down, and closes it in reverse. Ready when it returns. */
async function startTenant(config: TenantConfig, platform: Platform): Promise<RunningService> {
  const { clock } = platform;
  await using opened = new AsyncDisposableStack();
  const { database } = opened.use(await openBackbone(config, { rows, migrations }, platform));
  await createPlatformTenant({ database, clock });
  const server = opened.use(
    await serveRpc({
      ...platform,
      address: config.rpcAddress,
      handlers: routes({ database, clock, randomBytes }),
    }),
  );
  return running(opened.move(), { rpc: server.address });
}
