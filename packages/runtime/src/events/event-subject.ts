import { type ServiceName, serviceNames } from '@tollgate/api';
import { events } from '@tollgate/api/events';

/** A domain that announces changes: the service whose they are. */
export type EventDomain = ServiceName;

/** Those of the contract's events; each has a JetStream stream of its own. */
export const eventDomains: readonly EventDomain[] = serviceNames.filter((name) =>
  events.some(({ subject }) => subject.startsWith(`${name}.`)),
);

const pattern = /^(?<domain>[a-z]+)\.(?<noun>[a-z_]+)\.(?<verb>[a-z_]+)$/;

/** The parts of `<domain>.<noun>.<verb>`. Throws for anything else. */
export function parseSubject(subject: string): {
  readonly domain: EventDomain;
  /** `<domain>.<noun>`: the kind of entity, within which versions count. */
  readonly noun: string;
} {
  const { domain, noun } = pattern.exec(subject)?.groups ?? {};
  const known = eventDomains.find((name) => name === domain);
  if (!known) throw new Error(`"${subject}" is not <domain>.<noun>.<verb> of a known domain.`);
  return { domain: known, noun: `${domain}.${noun}` };
}

/** The subject on the wire. */
export function wireSubject(subject: string): string {
  return `tollgate.${subject}`;
}

/** The stream that keeps a domain's events. */
export function streamOf(domain: EventDomain): string {
  return `TOLLGATE_${domain.toUpperCase()}`;
}
