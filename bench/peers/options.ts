import { parseArgs } from 'node:util';
import { type Runs, readRuns, runOptions } from '../command-line/read-runs.ts';
import { oneOf, wholeNumber } from '../command-line/read-value.ts';
import { distributions } from '../load/key-order.ts';
import { type Durability, durabilities } from '../processes/measured-redis.ts';
import { type LoadCase, limitCounts, plainCase, type Rate, tenants } from './load-case.ts';

/** What the command line says. */
export interface Options extends Runs {
  /** Gates that answer together. */
  readonly gates: number;
  /** What Envoy and the client reach them by. */
  readonly socket: Socket;
  readonly aof: Durability;
  /** Another commit of ours that takes part. */
  readonly against?: string;
  /** The one load that is measured, and nothing else; absent: the whole run. */
  readonly only?: LoadCase;
}

const sockets = ['tcp', 'unix'] as const;
type Socket = (typeof sockets)[number];

const text = { type: 'string' } as const;

/** Reads the arguments, of which none is needed. @throws Error that says what is wrong. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...runOptions,
      gates: text,
      socket: text,
      aof: text,
      against: text,
      distribution: text,
      keys: text,
      limits: text,
      rate: text,
      recorder: { type: 'boolean', default: false },
    },
  });
  const only = readCase(values);
  if (only && values.publish) throw new Error('--publish publishes the whole run, no single load');
  return {
    ...readRuns(values),
    gates: wholeNumber('gates', values.gates, { fallback: 1, max: 8 }),
    socket: oneOf('socket', values.socket, sockets) ?? 'tcp',
    aof: oneOf('aof', values.aof, durabilities) ?? 'everysec',
    ...(values.against === undefined ? {} : { against: values.against }),
    ...(only ? { only } : {}),
  };
}

/** The load that the words describe, in what they leave open like the plain one. */
function readCase(words: {
  readonly distribution?: string;
  readonly keys?: string;
  readonly limits?: string;
  readonly rate?: string;
  readonly recorder: boolean;
}): LoadCase | undefined {
  const { distribution, limits, recorder } = words;
  if (!recorder && !distribution && !words.keys && !limits && !words.rate) return undefined;
  const keys = wholeNumber('keys', words.keys, {
    fallback: plainCase.keys,
    min: tenants,
    max: 1_000_000,
  });
  if (keys % tenants !== 0) throw new Error(`--keys must be a multiple of ${tenants}`);
  return {
    distribution: oneOf('distribution', distribution, distributions) ?? plainCase.distribution,
    keys,
    limits: oneOf('limits', limits, limitCounts) ?? plainCase.limits,
    rate: readRate(words.rate),
    recorder,
  };
}

function readRate(text = 'saturated'): Rate {
  if (text === 'saturated' || text === 'half') return text;
  const bounds = { fallback: 0, max: 1_000_000 };
  if (/^\d+$/.test(text)) return wholeNumber('rate', text, bounds);
  throw new Error('--rate must be saturated, half, or questions a second');
}
