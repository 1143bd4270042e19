import type { EncodedField, Representation } from '../../src/hpack/testing/naive-encoder.ts';
import { createNaiveEncoder } from '../../src/hpack/testing/naive-encoder.ts';
import { flag, frameType, setting } from '../../src/http2/protocol.ts';
import * as frames from '../support/frames.ts';
import type { Random } from './random.ts';

/** Paths of the fuzzed server; the last one it does not know. */
export const fuzzPaths = {
  echo: '/test.Fuzz/Echo',
  later: '/test.Fuzz/Later',
  hang: '/test.Fuzz/Hang',
  make: '/test.Fuzz/Make',
  count: '/test.Fuzz/Count',
  unknown: '/test.Fuzz/Unknown',
} as const;

/** The frames of an honest client, as a seed makes them: calls, big and small, and all that is around. */
export function honestSession(random: Random, calls: number): Buffer[] {
  const encoder = createNaiveEncoder(4_096);
  const all = [
    frames.settingsFrame([setting.initialWindowBytes, random.pick([0, 10, 65_535, 1_000_000])]),
    frames.settingsAckFrame,
  ];
  for (let index = 0; index < calls; index += 1) {
    const streamId = 2 * index + 1;
    const block = encoder.encode(callFields(random), random.below(20) === 0 ? [0, 4_096] : []);
    all.push(...blockFrames(random, streamId, block), ...bodyFrames(random, streamId));
    if (random.below(3) === 0) all.push(aside(random, streamId));
  }
  return all;
}

function callFields(random: Random): EncodedField[] {
  const path = random.pick([
    fuzzPaths.echo,
    fuzzPaths.echo,
    fuzzPaths.later,
    fuzzPaths.hang,
    fuzzPaths.make,
    fuzzPaths.count,
    fuzzPaths.unknown,
  ]);
  const more = random.pick<Record<string, string>>([
    {},
    { 'grpc-timeout': random.pick(['1m', '5S', '99999999H', 'x']) },
    { 'x-any': 'y'.repeat(random.below(300)) },
    { 'content-length': String(random.below(40)) },
  ]);
  return frames.requestFields(path, more).map(([name, value]) => ({
    field: [name, value] as const,
    representation: random.pick<Representation>(['indexed', 'indexing', 'plain', 'never']),
    isNameIndexed: random.below(2) === 0,
    isNameHuffman: random.below(2) === 0,
    isValueHuffman: random.below(2) === 0,
  }));
}

/** A block as one frame or several, perhaps with padding or priority. */
function blockFrames(random: Random, streamId: number, block: Buffer): Buffer[] {
  const cut = random.below(4) === 0 ? random.below(block.length + 1) : block.length;
  let flags = cut === block.length ? flag.endHeaders : 0;
  let payload: Buffer = block.subarray(0, cut);
  if (random.below(6) === 0) {
    flags |= flag.priority;
    payload = Buffer.concat([frames.number32(0), Buffer.of(15), payload]);
  }
  if (random.below(6) === 0) {
    const padding = random.below(20);
    flags |= flag.padded;
    payload = Buffer.concat([Buffer.of(padding), payload, Buffer.alloc(padding)]);
  }
  const first = frames.frame(frameType.headers, { flags, streamId }, payload);
  if (cut === block.length) return [first];
  const head = { flags: flag.endHeaders, streamId };
  return [first, frames.frame(frameType.continuation, head, block.subarray(cut))];
}

function bodyFrames(random: Random, streamId: number): Buffer[] {
  const message = random.pick([
    Buffer.from('well'),
    Buffer.from(String(random.below(40_000))),
    random.bytes(random.below(50)),
    Buffer.alloc(random.below(16_000)),
  ]);
  const body = frames.prefixed(message);
  const cut = random.below(body.length);
  return random.pick([
    [frames.dataFrame(streamId, body.subarray(0, 16_384), true)],
    [frames.dataFrame(streamId, body.subarray(0, cut)), frames.resetFrame(streamId)],
    [
      frames.dataFrame(streamId, body.subarray(0, cut)),
      frames.dataFrame(streamId, body.subarray(cut), true),
    ],
  ]);
}

/** What belongs to no call. */
function aside(random: Random, streamId: number): Buffer {
  return random.pick([
    frames.pingFrame,
    frames.windowFrame(0, 1 + random.below(100_000)),
    frames.windowFrame(streamId, 1 + random.below(100_000)),
    frames.resetFrame(streamId),
    frames.settingsFrame([setting.initialWindowBytes, random.below(70_000)]),
    frames.settingsFrame([setting.headerTableBytes, random.below(5_000)]),
    frames.frame(frameType.priority, { streamId }, Buffer.alloc(5)),
    frames.frame(0xbb, { streamId }, random.bytes(10)),
  ]);
}
