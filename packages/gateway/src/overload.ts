import { type ConfigObject, extension } from './config-object.ts';

const heapBytesMax = 1_073_741_824;
const connectionsMax = 20_000;

/** What Envoy does before it runs out of memory or file descriptors: shrink, then refuse. */
export function overloadManager(): ConfigObject {
  const monitors = 'envoy.extensions.resource_monitors';
  const heap = 'envoy.resource_monitors.fixed_heap';
  const above = (value: number) => [{ name: heap, threshold: { value } }];
  return {
    refresh_interval: '0.25s',
    resource_monitors: [
      extension(heap, `${monitors}.fixed_heap.v3.FixedHeapConfig`, {
        max_heap_size_bytes: heapBytesMax,
      }),
      extension(
        'envoy.resource_monitors.global_downstream_max_connections',
        `${monitors}.downstream_connections.v3.DownstreamConnectionsConfig`,
        { max_active_downstream_connections: connectionsMax },
      ),
    ],
    actions: [
      { name: 'envoy.overload_actions.shrink_heap', triggers: above(0.95) },
      { name: 'envoy.overload_actions.stop_accepting_requests', triggers: above(0.98) },
    ],
  };
}
