import ipaddr from 'ipaddr.js';

/** Why an address must not be called, or undefined when it may be. */
export type Refusal = string | undefined;

export interface TargetPolicy {
  /** Private and loopback addresses are allowed; metadata and multicast never are. */
  readonly allowPrivateTargets: boolean;
}

/** Ranges that a private installation may allow. Everything else that is not public stays refused. */
const PRIVATE_RANGES = new Set(['loopback', 'private', 'uniqueLocal']);

/**
 * Judges the form of a target: http or https, no credentials, no fragment, and a host that is not a
 * refused address literal. Whatever form an address is written in (decimal, octal, hexadecimal), the
 * URL parser of the platform has made it canonical before it is judged.
 */
export function refusalOfUrl(text: string, policy: TargetPolicy): Refusal {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return 'it is no address';
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'it is neither http nor https';
  if (url.username !== '' || url.password !== '') return 'it carries credentials';
  if (url.hash !== '') return 'it has a fragment';
  // `localhost.` is the same name, only written as a complete one.
  const host = url.hostname.replace(/^\[|\]$|\.$/g, '');
  if (ipaddr.isValid(host)) return refusalOfAddress(host, policy);
  const isLocal = host === 'localhost' || /\.(?:localhost|local|internal)$/.test(host);
  if (isLocal && !policy.allowPrivateTargets) return 'it is a name of a local network';
  return undefined;
}

/**
 * Judges one resolved address. IPv4 inside IPv6 (mapped, 6to4, NAT64, Teredo) is refused as such or
 * judged as the IPv4 address it stands for, so that no spelling reaches what another may not.
 */
export function refusalOfAddress(text: string, policy: TargetPolicy): Refusal {
  if (!ipaddr.isValid(text)) return 'it resolves to no address';
  const address = ipaddr.process(text);
  const range = address.range();
  if (range === 'unicast') return undefined;
  if (PRIVATE_RANGES.has(range)) {
    return policy.allowPrivateTargets ? undefined : `it is a ${range} address`;
  }
  return `it is a ${range} address`;
}
