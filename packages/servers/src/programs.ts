import { spawnSync } from 'node:child_process';
import { accessSync, constants, readdirSync, realpathSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import type { ServerUser } from '../bootstrap/state-folder.mjs';

/** The servers that Tollgate needs. */
export type ServerName = 'postgres' | 'redis' | 'nats' | 'envoy';

/** A server's program: where it lies, its version, and whether it is the machine's or pinned. */
export interface Program {
  readonly file: string;
  readonly version: string;
  readonly source: 'PATH' | 'pinned';
}

interface ProgramSpec {
  /** For people. */
  readonly title: string;
  /** What it may be called on PATH. */
  readonly commands: readonly string[];
  readonly versionMin: readonly number[];
  /** Where else to look, after PATH. */
  readonly folders?: () => string[];
  readonly resolveLinks?: boolean;
}

/**
 * The four servers: what they are called on PATH and the oldest version that will do.
 */
export const programs: Readonly<Record<ServerName, ProgramSpec>> = {
  // initdb lies beside the real postgres; Debian keeps both off PATH.
  postgres: {
    title: 'Postgres',
    commands: ['postgres'],
    versionMin: [15],
    folders: debianPostgresFolders,
    resolveLinks: true,
  },
  // Never resolved: Debian's redis-server is a link to a program that goes by its own name.
  redis: { title: 'Redis or Valkey', commands: ['valkey-server', 'redis-server'], versionMin: [7] },
  nats: { title: 'NATS', commands: ['nats-server'], versionMin: [2, 10, 23] },
  envoy: { title: 'Envoy', commands: ['envoy'], versionMin: [1, 40] },
};

/**
 * The first program on PATH that runs as the servers' user and is new enough, or undefined.
 */
export function findOnPath(
  name: ServerName,
  user: ServerUser,
  env: { readonly PATH?: string | undefined } = process.env,
): Program | undefined {
  const { commands, folders, versionMin, resolveLinks } = programs[name];
  const onPath = (env.PATH ?? '').split(delimiter).filter(isAbsolute);
  for (const folder of [...onPath, ...(folders?.() ?? [])]) {
    for (const command of commands) {
      const file = executable(join(folder, command), resolveLinks);
      const version = file && programVersion(file, user);
      if (!version || compareVersions(version, versionMin) < 0) continue;
      if (name === 'postgres' && !executable(join(dirname(file), 'initdb'))) continue;
      return { file, version: version.join('.'), source: 'PATH' };
    }
  }
  return undefined;
}

/** The version numbers a program reports, or undefined when it cannot be run by this user. */
export function programVersion(file: string, user: ServerUser = {}): number[] | undefined {
  const { stdout, stderr, status } = spawnSync(file, ['--version'], {
    encoding: 'utf8',
    timeout: 10_000,
    cwd: '/', // the current folder may be closed to the servers' user
    ...user,
  });
  if (status !== 0) return undefined;
  // "postgres (PostgreSQL) 15.18", "v=7.0.15", "nats-server: v2.12.15", "…/1.40.0/Clean/…"
  const found = /(?:^|[\sv/=])(\d+)\.(\d+)(?:\.(\d+))?/.exec(`${stdout}${stderr}`);
  return found?.slice(1).filter(Boolean).map(Number);
}

/** Less than zero when `version` is older than `other`; missing parts count as zero. */
export function compareVersions(version: readonly number[], other: readonly number[]): number {
  for (let part = 0; part < Math.max(version.length, other.length); part++) {
    const difference = (version[part] ?? 0) - (other[part] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function executable(file: string, resolveLinks = false): string | undefined {
  try {
    accessSync(file, constants.X_OK);
    return resolveLinks ? realpathSync(file) : file;
  } catch {
    return undefined;
  }
}

function debianPostgresFolders(): string[] {
  const root = '/usr/lib/postgresql';
  try {
    const newestFirst = readdirSync(root).sort((a, b) => Number(b) - Number(a));
    return newestFirst.map((version) => join(root, version, 'bin'));
  } catch {
    return [];
  }
}
