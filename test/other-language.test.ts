import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { internalTokenHeader } from '@tollgate/api';
import { BillingService } from '@tollgate/api/tollgate/billing/v1/billing_service';
import { newId } from '@tollgate/runtime/database';
import { handler, serveRpc } from '@tollgate/runtime/rpc';
import { ensureTool } from '@tollgate/servers/tools';
import { principalToken, testPlatform } from '@tollgate/testkit';

/** Building the client takes minutes when it has not been built for this contract yet. */
const buildTimeoutMs = 900_000;

const viewer = {
  kind: 'user',
  subject: newId('usr'),
  tenantId: newId('ten'),
  environment: 'live',
  role: 'viewer',
} as const;

const listPlans = handler(BillingService.method.listPlans, async () => ({
  plans: [{ planId: 'free', limits: [{ kind: 'rate', window: 'minute' }] }],
}));
/** Nobody asks for them, but a service is served whole. */
const others = [
  handler(BillingService.method.createPlan, async () => ({})),
  handler(BillingService.method.listSubscriptions, async () => ({})),
  handler(BillingService.method.upgrade, async () => ({})),
  handler(BillingService.method.calculateBill, async () => ({})),
];

test(
  'a client in Go, made from the contract without a tool of ours, compiles and is answered',
  async () => {
    const program = await ensureTool('contract-client');
    await using server = await serveRpc({
      ...testPlatform('billing'),
      address: { host: '127.0.0.1', port: 0 },
      handlers: [listPlans, ...others],
    });
    const token = await principalToken(viewer);
    const asked = [server.address, internalTokenHeader, token];
    const { stdout } = await promisify(execFile)(program, asked);
    expect(stdout).toBe('free rate:minute\n');
  },
  buildTimeoutMs,
);
