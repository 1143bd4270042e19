/** A place that may take something from the machine itself, and why. */
export interface Exception {
  /** The folder, or one above it: a file may move within. */
  readonly below: string;
  readonly file: string;
  readonly reason: string;
}

/** Something of the machine that code is given, and the one place that gives it. */
export interface Source {
  readonly name: string;
  /** Names of uses, as `module.ts` makes them. */
  readonly uses: readonly RegExp[];
  readonly home: RegExp;
  readonly why: string;
  readonly exceptions: readonly Exception[];
}

/** Why secrets are no argument: nobody can hand a foreseeable source to what makes them. */
const SECRET = 'a secret: a seam here would let a source in that can be foreseen';

/** All that runs takes from the machine, and every exception. */
export const SOURCES: readonly Source[] = [
  {
    name: 'one-clock',
    uses: [
      /^Temporal(?:\.Now\b|$)/,
      /^(?:new )?Date(?:\(\)|\.now)?$/,
      /^performance\b/,
      /^process\.(?:hrtime|uptime)\b/,
    ],
    home: /^packages\/runtime\/src\/clock\/clock\.ts$/,
    why: "the clock is injected: Clock of the runtime's clock.ts",
    exceptions: [
      {
        below: 'packages/unary-grpc/src',
        file: 'server.ts',
        reason: 'imports nothing of ours: takes the monotonic clock once and hands it down',
      },
    ],
  },
  {
    name: 'one-environment',
    uses: [/^process(?:\.(?:env|loadEnvFile)\b|$)/],
    home: /^packages\/runtime\/src\/start\/service\.ts$/,
    why: 'settings are read once, by runService, and handed over',
    exceptions: [],
  },
  {
    name: 'injected-chance',
    uses: [
      /^Math(?:\.random)?$/,
      /^crypto(?:\.(?:random|getRandomValues|generate|subtle\.generate).*)?$/,
      /^typeid-js\./,
      /^jose\.generate/,
    ],
    // A service's start hands chance over to its parts.
    home: /^services\/[a-z]+\/src\/[^/]+\.ts$/,
    why: 'chance is an argument, so that a test can decide it',
    exceptions: [
      { below: 'packages/runtime/src', file: 'seal.ts', reason: `the nonce is ${SECRET}` },
      { below: 'packages/runtime/src', file: 'scram-verifier.ts', reason: `the salt is ${SECRET}` },
      {
        below: 'packages/runtime/src',
        file: 'new-id.ts',
        reason: 'ids differ; nothing decides by them',
      },
      {
        below: 'packages/runtime/src',
        file: 'request-id.ts',
        reason: 'ids differ; nothing decides by them',
      },
      {
        below: 'packages/runtime/src',
        file: 'idempotency.ts',
        reason: 'marks whose claim it is; nothing decides by it but equality',
      },
      {
        below: 'services/tenant/src',
        file: 'invite.ts',
        reason: `an invitation's token is ${SECRET}; the pure part takes the bytes`,
      },
      {
        below: 'services/notification/src',
        file: 'create-webhook-endpoint.ts',
        reason: `an endpoint's secret is ${SECRET}; the pure part takes the source`,
      },
      {
        below: 'services/auth/src',
        file: 'create-api-key.ts',
        reason: `an API key is ${SECRET}; the pure part takes the source`,
      },
      {
        below: 'services/auth/src',
        file: 'open-session.ts',
        reason: `a refresh token is ${SECRET}`,
      },
      { below: 'services/auth/src', file: 'key-ring.ts', reason: `a signing key is ${SECRET}` },
      {
        below: 'services/auth/src',
        file: 'password-hasher.ts',
        reason: `nobody's password, hashed for users who do not exist, is ${SECRET}`,
      },
      {
        below: 'services/auth/src',
        file: 'access-tokens.ts',
        reason: 'ids of tokens differ; nothing decides by them',
      },
      {
        below: 'services/metering/src',
        file: 'warm-up.ts',
        reason: 'ids of practice requests differ; nothing decides by them',
      },
    ],
  },
  {
    name: 'one-log',
    uses: [/^console\b/],
    home: /^packages\/runtime\/src\/start\/service\.ts$/,
    why: 'services write JSON logs, by the logger they are given',
    exceptions: [],
  },
];
