import type { DescService } from '@bufbuild/protobuf';
import { rpcName } from '@tollgate/api';
import type { RpcHandler } from './handler.ts';

/**
 * The services that the handlers belong to. Throws unless each method of each of them has exactly
 * one handler: a forgotten RPC is found at start, not by a caller.
 */
export function completeServices(handlers: readonly RpcHandler[]): DescService[] {
  const served = handlers.map((handler) => rpcName(handler.method));
  const repeated = served.filter((name, index) => served.indexOf(name) !== index);
  const services = [...new Set(handlers.map((handler) => handler.method.parent))];
  const missing = services
    .flatMap((service) => service.methods.map(rpcName))
    .filter((name) => !served.includes(name));
  if (repeated.length > 0) throw new Error(`More than one handler for ${repeated.join(', ')}.`);
  if (missing.length > 0) throw new Error(`No handler for ${missing.join(', ')}.`);
  return services;
}
