import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { create, createFileRegistry, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  type CodeGeneratorRequest,
  CodeGeneratorRequestSchema,
  type CodeGeneratorResponse,
  CodeGeneratorResponse_FileSchema,
  CodeGeneratorResponseSchema,
  FileDescriptorSetSchema,
} from '@bufbuild/protobuf/wkt';
import { readClosedSets } from './closed-sets.ts';
import { printEvents, readEvents } from './event-types.ts';
import { narrowWords } from './narrow-words.ts';
import { printWords } from './print-words.ts';

/**
 * A plugin of buf and protoc: the TypeScript of protoc-gen-es, in which fields that hold words of a
 * closed set have these words as their type, with two files more: `words.ts`, the closed sets, and
 * `events.ts`, the events with their subjects. It must be asked for all files at once
 * (`strategy: all`). What is wrong in the contract is answered as the plugin's error.
 */
function plugin(request: CodeGeneratorRequest): CodeGeneratorResponse {
  const response = protocGenEs(request);
  if (response.error !== '') return response;
  const contract = createFileRegistry(create(FileDescriptorSetSchema, { file: request.protoFile }));
  const { sets, fields } = readClosedSets(contract);
  const files = [
    ...narrowWords(response.file, fields),
    { name: 'words.ts', content: printWords(sets) },
    { name: 'events.ts', content: printEvents(readEvents(contract)) },
  ];
  return create(CodeGeneratorResponseSchema, {
    ...response,
    file: files.map((file) => create(CodeGeneratorResponse_FileSchema, file)),
  });
}

/** What protoc-gen-es itself answers. */
function protocGenEs(request: CodeGeneratorRequest): CodeGeneratorResponse {
  const manifest = createRequire(import.meta.url).resolve('@bufbuild/protoc-gen-es/package.json');
  const program = join(dirname(manifest), 'bin/protoc-gen-es');
  const { status, stdout, error } = spawnSync(process.execPath, [program], {
    input: toBinary(CodeGeneratorRequestSchema, request),
    stdio: ['pipe', 'pipe', 'inherit'],
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`protoc-gen-es failed (exit code ${status})`);
  return fromBinary(CodeGeneratorResponseSchema, stdout);
}

function answer(request: CodeGeneratorRequest): CodeGeneratorResponse {
  try {
    return plugin(request);
  } catch (error) {
    const message = Error.isError(error) ? error.message : String(error);
    return create(CodeGeneratorResponseSchema, { error: message });
  }
}

const request = fromBinary(CodeGeneratorRequestSchema, await buffer(process.stdin));
process.stdout.write(toBinary(CodeGeneratorResponseSchema, answer(request)));
