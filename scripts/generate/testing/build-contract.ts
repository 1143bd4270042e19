import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createFileRegistry, type FileRegistry, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

const root = join(import.meta.dirname, '../../..');
const optionsPath = 'tollgate/options/v1/options.proto';

/** As much of protovalidate as a contract of a test uses. */
const validatePath = 'buf/validate/validate.proto';
const validate = `
  syntax = "proto2";
  package buf.validate;
  import "google/protobuf/descriptor.proto";
  extend google.protobuf.FieldOptions { optional FieldRules field = 1159; }
  message FieldRules { optional bool required = 25; }
`;

/**
 * Builds a contract from the bodies of its files, by path; each file has the syntax, the package of
 * its path and the options of the real contract without saying so.
 *
 * @throws Error with what buf says when it cannot be built.
 */
export function buildContract(bodies: Readonly<Record<string, string>>): FileRegistry {
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-contract-'));
  try {
    writeFileSync(join(folder, 'buf.yaml'), 'version: v2\n');
    writeContract(folder, bodies);
    return build(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Writes such a contract into a folder, over what is there. */
export function writeContract(folder: string, bodies: Readonly<Record<string, string>>): void {
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write(validatePath, validate);
  cpSync(join(root, 'proto', optionsPath), join(folder, optionsPath));
  for (const [path, body] of Object.entries(bodies)) write(path, withHead(path, body));
}

function withHead(path: string, body: string): string {
  return [
    'syntax = "proto3";',
    `package ${dirname(path).replaceAll('/', '.')};`,
    `import "${optionsPath}";`,
    `import "${validatePath}";`,
    body,
  ].join('\n');
}

function build(folder: string): FileRegistry {
  const buf = join(root, 'node_modules/.bin/buf');
  const made = spawnSync(buf, ['build', '--as-file-descriptor-set', '-o', '-'], { cwd: folder });
  if (made.status !== 0) throw new Error(`buf build: ${made.stderr}`);
  return createFileRegistry(fromBinary(FileDescriptorSetSchema, made.stdout));
}
