/** A line that is put behind the only occurrence of `after`. */
export interface Addition {
  readonly after: string;
  readonly add: string;
}

/**
 * Fields that Envoy 1.40 knows and the staged files, which are older, do not; by file.
 * Numbers and types are those in the descriptors inside Envoy's program; the tests in
 * `packages/gateway` prove each against it.
 */
export const envoyAdditions: Readonly<Record<string, readonly Addition[]>> = {
  'envoy/extensions/common/ratelimit/v3/ratelimit.proto': [
    {
      after: 'import "envoy/type/v3/token_bucket.proto";',
      add: 'import "google/protobuf/wrappers.proto";',
    },
    {
      after: '  RateLimitOverride limit = 2;',
      add: [
        '',
        '  // What this descriptor adds to its limit; unset means 1, 0 checks without charge.',
        '  google.protobuf.UInt64Value hits_addend = 3;',
        '',
        '  // Whether hits_addend is taken back from the limit instead of added to it.',
        '  bool is_negative_hits = 4;',
      ].join('\n'),
    },
  ],
  'envoy/service/ratelimit/v3/rls.proto': [
    {
      after: 'import "google/protobuf/timestamp.proto";',
      add: 'import "google/protobuf/wrappers.proto";',
    },
    {
      after: '      YEAR = 6;',
      add: '\n      // The time unit representing a week.\n      WEEK = 7;',
    },
    {
      after: '    Unit unit = 2;',
      add: [
        '',
        '    // How many units the window is long; unset means 1.',
        '    google.protobuf.UInt32Value unit_multiplier = 4 [(validate.rules).uint32 = {gt: 0}];',
      ].join('\n'),
    },
  ],
  'envoy/service/auth/v3/external_auth.proto': [
    {
      after: '    OkHttpResponse ok_response = 3;',
      add: [
        '',
        '    // The answer when the authorization service itself is at fault, not the caller.',
        '    DeniedHttpResponse error_response = 5;',
      ].join('\n'),
    },
  ],
};
