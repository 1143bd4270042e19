import { startSharedServers } from './shared-servers.ts';
import { keepForTeardown } from './teardown-handle.ts';

/** Jest's global setup: starts the shared servers once, and tells the test files by environment. */
export default async function globalSetup(): Promise<void> {
  const servers = await startSharedServers();
  Object.assign(process.env, servers.environment);
  keepForTeardown(servers);
}
