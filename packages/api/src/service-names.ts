/** The five services; the name is also the `kid` of the service's key and its Postgres schema. */
export const serviceNames = ['auth', 'tenant', 'metering', 'billing', 'notification'] as const;

/** Name of a service. */
export type ServiceName = (typeof serviceNames)[number];

/** Whether a text from outside names a service. */
export function isServiceName(text: unknown): text is ServiceName {
  return (serviceNames as readonly unknown[]).includes(text);
}

/** One value for each service, made in the order of the list. */
export function perService<T>(make: (service: ServiceName) => T): Record<ServiceName, T> {
  const entries = serviceNames.map((service) => [service, make(service)] as const);
  return Object.fromEntries(entries) as Record<ServiceName, T>;
}
