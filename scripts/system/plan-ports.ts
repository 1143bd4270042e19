import { freePort } from '@tollgate/servers';
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
  const portsOf = async (wanted: ServiceProcessName): Promise<ProcessPorts> => {
    const { listeners = [] } = services.find(({ name }) => name === wanted) ?? {};
    const ports: [string, number][] = [];
    for (const listener of listeners) ports.push([listener, await freePort()]);
    return Object.fromEntries(ports);
  };
  const gates: [string, ProcessPorts][] = [];
  for (const { name } of services) {
    if (name.startsWith('gate-')) gates.push([name, await portsOf(name)]);
  }
  return {
    gateway: gatewayPort ?? (await freePort()),
    envoyAdmin: await freePort(),
    messages: await freePort(),
    widgets: await freePort(),
    services: {
      ...Object.fromEntries(gates),
      auth: await portsOf('auth'),
      tenant: await portsOf('tenant'),
      metering: await portsOf('metering'),
      billing: await portsOf('billing'),
      notification: await portsOf('notification'),
    },
  };
}
