import { any, type ConfigObject, extension } from './config-object.ts';
import { giveBackMetadata } from './rate-limits.ts';

const filter = 'envoy.filters.http.header_to_metadata';
const config = 'envoy.extensions.filters.http.header_to_metadata.v3.Config';

/** Leaves marks of headers behind, for what is decided and logged later. */
export function headerMarks(): ConfigObject {
  return extension(filter, config, { response_rules: [giveBackMark] });
}

/**
 * On a route of one call also the last four characters of the key, which Auth shows to people: for
 * the access log of a call that was left before the gate could say whose it is.
 */
export function keyEndingMark(header: string): ConfigObject {
  const ending = {
    header,
    on_header_present: {
      metadata_namespace: giveBackMetadata.namespace,
      key: 'key_ending',
      type: 'STRING',
      regex_value_rewrite: { pattern: { regex: '^.*(.{4})$' }, substitution: '\\1' },
    },
  };
  return {
    [filter]: any(config, { request_rules: [ending], response_rules: [giveBackMark] }),
  };
}

/** A number for a 5xx and for nothing else: only then is the call given back. */
const giveBackMark: ConfigObject = {
  header: ':status',
  on_header_present: {
    metadata_namespace: giveBackMetadata.namespace,
    key: giveBackMetadata.key,
    type: 'NUMBER',
    // Any other status becomes a text, which is no number and so leaves no value.
    regex_value_rewrite: { pattern: { regex: '^[1-4].*$' }, substitution: 'x' },
  },
};
