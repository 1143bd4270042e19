/**
 * Nanoseconds per header block of a small gRPC request, as Node's client encodes it: the same block
 * again and again (what a proxy sends), one new field in each, and a connection's first block with
 * the making of its decoder. Each figure is CPU time, the best of some rounds.
 * Run: `node packages/unary-grpc/bench/hpack.ts`; with a path to an installed hpack.js
 * (`npm install --prefix <folder> hpack.js@2.1.6`, then `<folder>/node_modules/hpack.js`) it
 * measures that library too, in turns, and shows which faults of a block it lets pass.
 */
import { createRequire } from 'node:module';
import { decodeBlock } from '../src/hpack/decode-block.ts';
import { createDynamicTable } from '../src/hpack/dynamic-table.ts';
import { createHeaderDecoder } from '../src/hpack/header-decoder.ts';
import { captureBlocks } from '../src/hpack/testing/capture-blocks.ts';

const limits = { tableBytesMax: 4_096, listBytesMax: 16_384, fieldsMax: 128 };
const rounds = 7;
const roundUs = 50_000;

/** A decoder of one connection; what it returns keeps the work from being optimised away. */
type Decode = (block: Buffer) => unknown;

interface Scenario {
  readonly name: string;
  /** Decoded first on each connection. */
  readonly before: readonly Buffer[];
  /** Decoded over and over on one connection, or once on each new one. */
  readonly blocks: readonly Buffer[];
  readonly isRepeatable: boolean;
}

/** The decompressor of hpack.js, as much as is used. */
interface Decompressor {
  write(block: Buffer): boolean;
  execute(): void;
  read(): unknown;
  on(event: 'error', listener: (error: Error) => void): void;
}

const openers: [name: string, open: () => Decode][] = [
  ['own', () => createHeaderDecoder(limits).decode],
  ['own, nothing kept', openUnkept],
];
const peerPath = process.argv[2];
if (peerPath !== undefined) openers.push(['hpack.js', openPeer(peerPath)]);

for (const scenario of await makeScenarios()) {
  const best = openers.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < rounds; round += 1) {
    openers.forEach(([, open], at) => {
      best[at] = Math.min(best[at] as number, measure(open, scenario));
    });
  }
  const bytes = scenario.blocks[0]?.length;
  console.log(`${scenario.name} (${bytes} bytes)`);
  openers.forEach(([name], at) => {
    console.log(`  ${name.padEnd(20)} ${(best[at] as number).toFixed(0).padStart(7)} ns per block`);
  });
}
showFaults();

function openUnkept(): Decode {
  const table = createDynamicTable(limits.tableBytesMax, limits.tableBytesMax);
  return (block) => decodeBlock(block, table, limits);
}

function openPeer(path: string): () => Decode {
  const library = createRequire(import.meta.url)(path) as {
    decompressor: { create(options: { table: { maxSize: number } }): Decompressor };
  };
  return () => {
    const decompressor = library.decompressor.create({ table: { maxSize: 4_096 } });
    let fault: Error | undefined;
    decompressor.on('error', (error) => {
      fault = error;
    });
    return (block) => {
      decompressor.write(block);
      decompressor.execute();
      const fields: unknown[] = [];
      for (let field = decompressor.read(); field !== null; field = decompressor.read()) {
        fields.push(field);
      }
      if (fault) throw fault;
      return fields;
    };
  };
}

async function makeScenarios(): Promise<Scenario[]> {
  const request = {
    ':method': 'POST',
    ':path': '/envoy.service.ratelimit.v3.RateLimitService/ShouldRateLimit',
    ':scheme': 'http',
    ':authority': 'gate',
    te: 'trailers',
    'grpc-timeout': '20m',
    'content-type': 'application/grpc',
    'x-envoy-internal': 'true',
    'x-forwarded-for': '127.0.0.1',
  };
  const same = await captureBlocks([request, request, request], limits.tableBytesMax);
  const changing = Array.from({ length: 1_000 }, (_, at) => ({
    ...request,
    'x-request-id': `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`,
  }));
  const different = await captureBlocks(changing, limits.tableBytesMax);
  return [
    {
      name: 'the same block',
      before: same.slice(0, 2),
      blocks: same.slice(2),
      isRepeatable: true,
    },
    {
      name: 'one new field',
      before: different.slice(0, 1),
      blocks: different.slice(1),
      isRepeatable: false,
    },
    { name: 'the first block', before: [], blocks: same.slice(0, 1), isRepeatable: false },
  ];
}

/** In CPU time, since other work on the machine would count in time that passes. */
function measure(open: () => Decode, { before, blocks, isRepeatable }: Scenario): number {
  const connect = () => {
    const decode = open();
    for (const block of before) decode(block);
    return decode;
  };
  let decode = connect();
  let count = 0;
  let us = 0;
  const started = process.threadCpuUsage();
  while (us < roundUs) {
    for (let time = 0; time < Math.ceil(1_000 / blocks.length); time += 1) {
      if (!isRepeatable) decode = connect();
      for (const block of blocks) decode(block);
      count += blocks.length;
    }
    const { user, system } = process.threadCpuUsage(started);
    us = user + system;
  }
  return (us * 1_000) / count;
}

/** Blocks that RFC 7541 wants refused, and who refuses them. */
function showFaults(): void {
  const faults = {
    'index 0': '80',
    'an index beyond the table': 'be',
    'an integer without end': 'ffffffffffffffffffff',
    'a table larger than announced': '3fe2ff03',
    'a table size after a field': '8220',
    'padding of eight bits': '000178821fff',
    'padding with zeros': '0001788100',
    'an end of string': '00017884ffffffff',
    'a string longer than its block': '00017802ff',
  };
  for (const [name, hex] of Object.entries(faults)) {
    const answers = openers.map(([opener, open]) => {
      try {
        open()(Buffer.from(hex, 'hex'));
        return `${opener} takes it`;
      } catch (error) {
        return `${opener} refuses it (${Error.isError(error) ? error.name : 'no error'})`;
      }
    });
    console.log(`${name}: ${answers.join(', ')}`);
  }
}
