import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';

/** Any object of Kubernetes. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly [field: string]: unknown;
}

/** Says what is wrong with a manifest: unknown kinds and unknown fields too. Empty: nothing. */
export type JudgeManifest = (manifest: Manifest) => string[];

/** A judge by the schemas of one Kubernetes version, see `installSchemas`. */
export function createManifestJudge(folder: string): JudgeManifest {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
  ajv.addSchema(readJson(join(folder, '_definitions.json')), '_definitions.json');
  return (manifest) => {
    const name = schemaName(manifest);
    const file = join(folder, name);
    if (!existsSync(file)) return [`${manifest.apiVersion} ${manifest.kind} is no known kind`];
    const validate = ajv.getSchema(name) ?? ajv.addSchema(readJson(file), name).getSchema(name);
    if (!validate) throw new Error(`${name} is no schema`);
    return validate(manifest) ? [] : (validate.errors ?? []).map(describeError);
  };
}

/** `rbac.authorization.k8s.io/v1` Role: `role-rbac-v1.json`. */
function schemaName({ apiVersion, kind }: Manifest): string {
  const version = apiVersion.replace(/^([^./]*)(?:\.[^/]*)?\//, '$1-');
  return `${kind.toLowerCase()}-${version}.json`;
}

function describeError({ instancePath, message, params }: ErrorObject): string {
  return `${instancePath} ${message} ${JSON.stringify(params)}`;
}

function readJson(file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(file, 'utf8'));
}
