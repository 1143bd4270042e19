import { frame } from '../support/frames.ts';
import type { Random } from './random.ts';

const headBytes = 9;

/** Changes some of the frames, one in `every`, in ways that a broken or malicious peer might. */
export function mutateFrames(
  random: Random,
  { frames, every }: { frames: readonly Buffer[]; every: number },
): { frames: Buffer[]; mutated: number } {
  let mutated = 0;
  const changed = frames.flatMap((one) => {
    if (random.below(every) > 0) return [one];
    mutated += 1;
    return mutate(random, one);
  });
  return { frames: changed, mutated };
}

function mutate(random: Random, original: Buffer): Buffer[] {
  const changed = Buffer.from(original);
  const payload = changed.subarray(headBytes);
  const head = { flags: changed[4] as number, streamId: changed.readUInt32BE(5) };
  const type = changed[3] as number;
  const mutations: [() => Buffer[], ...(() => Buffer[])[]] = [
    () => flipped(random, changed, headBytes),
    () => flipped(random, changed, headBytes),
    () => flipped(random, changed, 0),
    () => [frame(random.below(12), head, payload)],
    () => [frame(type, { ...head, flags: random.below(256) }, payload)],
    () => [frame(type, { ...head, streamId: random.below(60) }, payload)],
    () => [frame(type, head, payload.subarray(0, random.below(payload.length + 1)))],
    () => [frame(type, head, Buffer.concat([payload, random.bytes(1 + random.below(20))]))],
    () => {
      changed.writeUIntBE(random.pick([0, 1, payload.length + 1, 16_384, 16_385]), 0, 3);
      return [changed];
    },
    () => [],
    () => [changed, changed],
    () => [changed, frame(random.below(12), { ...head }, random.bytes(random.below(30)))],
    () => [random.bytes(random.below(40))],
  ];
  return random.pick(mutations)();
}

/** Some bits, from a byte on: payloads are header blocks more often than not. */
function flipped(random: Random, bytes: Buffer, from: number): Buffer[] {
  if (bytes.length <= from) return [bytes];
  for (let count = 0; count <= random.below(3); count += 1) {
    const at = from + random.below(bytes.length - from);
    bytes[at] = (bytes[at] as number) ^ (1 << random.below(8));
  }
  return [bytes];
}
