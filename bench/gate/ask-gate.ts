import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { Client, credentials } from '@grpc/grpc-js';
import {
  RateLimitRequestSchema,
  type RateLimitResponse,
  RateLimitResponse_Code,
  RateLimitResponseSchema,
} from '@tollgate/api/envoy/service/ratelimit/v3/rls';
import { type LoadPlan, runLoad } from './load.ts';

/** Asks a gate as Envoy does. Runs in a process of its own, so as not to be measured itself. */
export interface AskGatePlan extends LoadPlan {
  readonly address: string;
  /** Questions go round these. */
  readonly tenants: readonly string[];
  readonly keysPerTenant: number;
  /** Makes the ids of this run's requests its own. */
  readonly runName: string;
}

const path = '/envoy.service.ratelimit.v3.RateLimitService/ShouldRateLimit';

process.once('message', (plan: AskGatePlan) => void work(plan));

async function work(plan: AskGatePlan): Promise<void> {
  // Like Envoy's: one connection for each worker thread.
  const clients = [0, 1].map(
    (number) =>
      new Client(plan.address, credentials.createInsecure(), {
        'grpc.use_local_subchannel_pool': 1,
        'tollgate.connection': number,
      }),
  );
  const result = await runLoad(plan, (at) => askOnce(clients[at % 2] as Client, plan, at));
  for (const client of clients) client.close();
  process.send?.(result);
  process.disconnect?.();
}

function askOnce(client: Client, plan: AskGatePlan, at: number): Promise<string> {
  const { tenants, keysPerTenant, runName } = plan;
  const key = Math.floor(at / tenants.length) % keysPerTenant;
  const request = create(RateLimitRequestSchema, {
    domain: 'tollgate',
    descriptors: [
      {
        entries: [
          { key: 'phase', value: 'admit' },
          { key: 'tenant', value: tenants[at % tenants.length] ?? '' },
          { key: 'environment', value: 'live' },
          { key: 'key', value: `key_${key}` },
          { key: 'key_limit', value: 'none' },
          { key: 'class', value: 'upstream' },
          { key: 'route', value: 'widgets' },
          { key: 'masked_remote_address', value: '192.0.2.1/32' },
          { key: 'rid', value: `${runName}-${at}` },
        ],
        hitsAddend: 1n,
      },
    ],
  });
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      path,
      (message: typeof request) => Buffer.from(toBinary(RateLimitRequestSchema, message)),
      (bytes) => fromBinary(RateLimitResponseSchema, bytes),
      request,
      (error, response?: RateLimitResponse) => {
        if (error || !response) return reject(error ?? new Error('no answer'));
        resolve(response.overallCode === RateLimitResponse_Code.OK ? 'ok' : 'over');
      },
    );
  });
}
