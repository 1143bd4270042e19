import type { ConfigObject } from '../config-object.ts';
import { any, extension } from '../config-object.ts';
import { decisionMetadata } from '../rate-limits.ts';

/** A header that may bring an API key, alone, and all that may be in it. */
export interface KeyHeader {
  readonly name: 'x-api-key' | 'authorization';
  readonly other: 'x-api-key' | 'authorization';
  readonly pattern: string;
}

const key = 'tg_(?:live|test)_[0-9A-Za-z]{36}';

/** Where an API key may stand so that a gate needs nobody else to know whose call it is. */
export const keyHeaders: readonly KeyHeader[] = [
  { name: 'x-api-key', other: 'authorization', pattern: key },
  { name: 'authorization', other: 'x-api-key', pattern: `Bearer ${key}` },
];

/**
 * Matches requests that bring an API key in this header and nothing in the other. So the gate is
 * asked about a header that is always there, and what is taken off the request is this header and
 * nothing of anybody else's. A header that came twice matches by either value: the gate is shown
 * both.
 */
export function bringsOnly({ name, other, pattern }: KeyHeader): ConfigObject[] {
  return [
    { name, string_match: { safe_regex: { regex: pattern } } },
    { name: other, present_match: true, invert_match: true },
  ];
}

const rbac = 'envoy.extensions.filters.http.rbac.v3';
const guardName = 'envoy.filters.http.rbac';

/** Stands behind the limiter and does nothing but on routes that bring {@link decidedByGateAlone}. */
export function admissionGuard(): ConfigObject {
  return extension(guardName, `${rbac}.RBAC`);
}

/**
 * What a route of one call takes the place of Auth with: not asking Auth, and passing nothing on
 * that the gate has not admitted for this very credential. The guard is for what must never happen:
 * were the question lost between here and the gate, Envoy would let the call pass unasked.
 */
export function decidedByGateAlone(): ConfigObject {
  return {
    'envoy.filters.http.ext_authz': any(
      'envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute',
      { disabled: true },
    ),
    [guardName]: any(`${rbac}.RBACPerRoute`, {
      rbac: {
        rules: {
          action: 'ALLOW',
          policies: {
            admitted: {
              permissions: [{ any: true }],
              principals: [
                {
                  and_ids: {
                    ids: [saidByGate('admitted', 'true'), saidByGate('class', 'upstream')],
                  },
                },
              ],
            },
          },
        },
      },
    }),
  };
}

function saidByGate(name: string, value: string): ConfigObject {
  return {
    sourced_metadata: {
      metadata_matcher: {
        filter: decisionMetadata,
        path: [{ key: name }],
        value: { string_match: { exact: value } },
      },
    },
  };
}
