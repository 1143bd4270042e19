import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFileRegistry, type FileRegistry, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { readClosedSets } from '../generate/closed-sets.ts';
import { readEvents } from '../generate/event-types.ts';
import { eventBreaks } from './event-breaks.ts';
import { wordBreaks } from './word-breaks.ts';

const buf = join(import.meta.dirname, '../../node_modules/.bin/buf');

/** buf's own exit code for "there are breaks". */
const breaksFound = 100;

/** A workspace of buf with the contract in `proto`, and the contract as it was, `proto/baseline.binpb`. */
export interface Contract {
  readonly folder: string;
}

/** The file that holds the contract to compare with. */
export function baselineOf({ folder }: Contract): string {
  return join(folder, 'proto/baseline.binpb');
}

/**
 * Everything in the contract that breaks a client which was made for the baseline, one line each: as
 * buf says it, by the rules in `buf.yaml`, then what buf does not see: words and subjects.
 *
 * @throws Error when one of the two cannot be read.
 */
export function contractBreaks(contract: Contract): string[] {
  const before = registryOf(readFileSync(baselineOf(contract)));
  const after = registryOf(imageOf(contract));
  const [closedSets, events] = [readClosedSets(after), readEvents(after)];
  return [
    ...bufBreaks(contract),
    ...compared('closed sets', () =>
      wordBreaks(readClosedSets(before), closedSets, { before, after }),
    ),
    ...compared('events', () => eventBreaks(readEvents(before), events)),
  ];
}

/**
 * A baseline that today's rules refuse, or whose options were called otherwise, cannot be compared
 * with. That is a break of its own: one that can be accepted, or no baseline would ever follow it.
 */
function compared(what: string, compare: () => string[]): string[] {
  try {
    return compare();
  } catch (error) {
    return [
      `The ${what} of the baseline cannot be read: ${Error.isError(error) && error.message}.`,
    ];
  }
}

/** The contract as it is now, as an image of buf: a `google.protobuf.FileDescriptorSet`. */
export function imageOf({ folder }: Contract): Uint8Array {
  const args = ['build', 'proto', '--exclude-source-info', '-o', '-'];
  const { status, stdout, stderr } = spawnSync(buf, args, { cwd: folder, maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(`buf build: ${stderr}`);
  return stdout;
}

function bufBreaks({ folder }: Contract): string[] {
  const args = ['breaking', 'proto', '--against', 'proto/baseline.binpb'];
  const { status, stdout, stderr } = spawnSync(buf, args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0 && status !== breaksFound) throw new Error(`buf breaking: ${stderr}`);
  return stdout.split('\n').filter((line) => line !== '');
}

function registryOf(image: Uint8Array): FileRegistry {
  return createFileRegistry(fromBinary(FileDescriptorSetSchema, image));
}
