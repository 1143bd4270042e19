import { RateLimitService } from '@tollgate/api/envoy/service/ratelimit/v3/rls';
import { grpcService, serveGrpc } from '@tollgate/runtime/grpc';
import { testPlatform } from '../../packages/testkit/src/index.ts';
import { layers, libraries } from './layers.ts';

/** Serves the layer that is named on the command line, says where, and ends with its parent. */
const name = process.argv[2];
const layer = [...layers, ...libraries].find((one) => one.name === name);
if (!layer) throw new Error(`there is no layer ${name}`);
const platform = testPlatform('metering');
const server = await serveGrpc({
  ...platform,
  envoy: {
    address: { host: '127.0.0.1', port: 0 },
    transport: layer.transport ?? 'unary-grpc',
  },
  services: [grpcService(RateLimitService, { shouldRateLimit: layer.work(platform.clock) })],
});
process.once('disconnect', () => process.exit());
process.send?.(server.address);
