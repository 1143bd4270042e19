import type { Lane, UpstreamSettings } from '@tollgate/gateway';

/** How the gateway asks Tollgate about a call. */
export interface Form {
  readonly name: string;
  readonly lane: Lane;
  /** A path of the gateway's whose calls it decides so. */
  readonly path: string;
}

/** All forms there are, the reference first. */
export const forms: readonly [Form, ...Form[]] = [
  { name: 'two calls', lane: 'two-calls', path: '/two-calls/v1/widgets' },
  { name: 'one call', lane: 'one-call', path: '/one-call/v1/widgets' },
];

/** The same server behind each form's path. */
export function upstreamsAt(port: number): UpstreamSettings[] {
  return forms.map(({ lane }) => ({
    name: lane,
    prefixes: [`/${lane}`],
    addresses: [{ host: '127.0.0.1', port }],
    stripPrefix: true,
    lane,
  }));
}
