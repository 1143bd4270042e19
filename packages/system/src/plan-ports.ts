import { freePort } from '@tollgate/servers';
import type { ProcessPorts } from './process-kinds.ts';
import type { ServiceProcess, ServiceProcessName } from './service-processes.ts';

/** Where everything of a system listens on 127.0.0.1. */
export interface PortPlan {
  readonly gateway: number;
  readonly envoyAdmin: number;
  readonly messages: number;
  readonly widgets: number;
  readonly services: Readonly<Record<ServiceProcessName, ProcessPorts>>;
}

/** Chosen once: a process that is started again keeps its ports. */
export async function planPorts(
  services: readonly ServiceProcess[],
  gatewayPort: number | undefined,
): Promise<PortPlan> {
  const ports: [ServiceProcessName, ProcessPorts][] = [];
  for (const { name, listeners } of services) {
    const own: [string, number][] = [];
    for (const listener of listeners) own.push([listener, await freePort()]);
    ports.push([name, Object.fromEntries(own)]);
  }
  return {
    gateway: gatewayPort ?? (await freePort()),
    envoyAdmin: await freePort(),
    messages: await freePort(),
    widgets: await freePort(),
    services: Object.fromEntries(ports) as PortPlan['services'],
  };
}
