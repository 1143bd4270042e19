import { freePort } from '../servers/index.mjs';
import type { ProcessPorts, ServiceProcess, ServiceProcessName } from './service-processes.ts';

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
  const planned: [ServiceProcessName, ProcessPorts][] = [];
  for (const { name, listeners } of services) {
    const ports: [string, number][] = [];
    for (const listener of listeners) ports.push([listener, await freePort()]);
    planned.push([name, Object.fromEntries(ports)]);
  }
  return {
    gateway: gatewayPort ?? (await freePort()),
    envoyAdmin: await freePort(),
    messages: await freePort(),
    widgets: await freePort(),
    services: Object.fromEntries(planned) as Record<ServiceProcessName, ProcessPorts>,
  };
}
