import { readFile, writeFile } from 'node:fs/promises';
import {
  clone,
  create,
  fromBinary,
  getExtension,
  hasExtension,
  setExtension,
  toBinary,
} from '@bufbuild/protobuf';
import { FileDescriptorSetSchema, type MethodDescriptorProto } from '@bufbuild/protobuf/wkt';
import { http } from '../../packages/api/src/gen/google/api/annotations_pb.ts';
import { type HttpRule, HttpRuleSchema } from '../../packages/api/src/gen/google/api/http_pb.ts';

/** What Envoy needs beside Tollgate's own files, whether or not one of them imports it. */
const extraFiles = ['google/rpc/error_details.proto', 'google/rpc/status.proto'];

/** An alias of the versioned paths: `/api/v1/x` is the same call as `/v1/x`. */
const alias = { from: '/v1/', to: '/api/v1/' };

/**
 * Makes of a whole descriptor set what Envoy's transcoder reads: only Tollgate's
 * packages with their imports and the details of errors, and each JSON binding below `/v1/` once
 * more below `/api/v1/`. The alias stands in the descriptors because Envoy must find it on the
 * incoming path: a path rewritten by the route comes too late for the transcoder.
 */
export async function writeTranscoderDescriptors({
  from,
  to,
}: {
  from: string;
  to: string;
}): Promise<void> {
  const set = fromBinary(FileDescriptorSetSchema, await readFile(from));
  const byName = new Map(set.file.map((file) => [file.name, file]));
  const wanted = new Set<string>();
  const want = (name: string): void => {
    if (wanted.has(name)) return;
    wanted.add(name);
    byName.get(name)?.dependency.forEach(want);
  };
  set.file.filter(({ name }) => name.startsWith('tollgate/')).forEach(({ name }) => want(name));
  extraFiles.forEach(want);
  // buf writes dependencies before dependents; filtering keeps that order.
  const files = set.file.filter(({ name }) => wanted.has(name));
  for (const file of files) {
    for (const service of file.service) service.method.forEach(addAlias);
  }
  const reduced = create(FileDescriptorSetSchema, { file: files });
  await writeFile(to, toBinary(FileDescriptorSetSchema, reduced));
}

function addAlias({ options }: MethodDescriptorProto): void {
  if (!options || !hasExtension(options, http)) return;
  const rule = getExtension(options, http);
  const aliases = [rule, ...rule.additionalBindings].flatMap(aliasOf);
  const additionalBindings = [...rule.additionalBindings, ...aliases];
  setExtension(options, http, create(HttpRuleSchema, { ...rule, additionalBindings }));
}

/** The same binding below the alias; none for paths that are not versioned. */
function aliasOf(rule: HttpRule): HttpRule[] {
  const { case: kind, value } = rule.pattern;
  if (kind === undefined || kind === 'custom' || !value.startsWith(alias.from)) return [];
  const copy = clone(HttpRuleSchema, rule);
  copy.additionalBindings = [];
  copy.pattern = { case: kind, value: `${alias.to}${value.slice(alias.from.length)}` };
  return [copy];
}
