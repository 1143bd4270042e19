import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ensureTool } from '@tollgate/servers/tools';

/** The peer's program. */
export interface RatelimitProgram {
  readonly file: string;
  readonly version: string;
}

const pins = fileURLToPath(
  new URL('../../packages/servers/pins/ratelimit/go.mod', import.meta.url),
);

/** Builds envoyproxy/ratelimit by `go install` where it is not there yet. */
export async function ratelimitProgram(): Promise<RatelimitProgram> {
  const file = await ensureTool('ratelimit');
  return { file, version: pinnedVersion(readFileSync(pins, 'utf8')) };
}

/** The version of the module in the text of a go.mod. */
export function pinnedVersion(goMod: string): string {
  const version = /^\s*(?:require\s+)?github\.com\/envoyproxy\/ratelimit\s+(v\S+)/m.exec(
    goMod,
  )?.[1];
  if (!version) throw new Error('go.mod does not pin envoyproxy/ratelimit');
  return version;
}
