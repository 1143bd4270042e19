import type { Program, ServerName } from './index.mjs';

export function findOnPath(
  name: ServerName,
  user: { uid?: number; gid?: number },
  env?: { PATH?: string },
): Program | undefined;
export function programVersion(
  file: string,
  user?: { uid?: number; gid?: number },
): number[] | undefined;
export function compareVersions(version: number[], other: number[]): number;
