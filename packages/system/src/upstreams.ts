import { existsSync, readFileSync } from 'node:fs';
import type { Lane, UpstreamSettings } from '@tollgate/gateway';

/**
 * The reader's own protected APIs from a JSON file: a list of `{ "name", "prefixes", "address" }`
 * with `address` as host:port, optionally `timeoutMs`, `stripPrefix`, `http2`, `lane`. No file: none.
 *
 * @throws Error that names the file and every entry that is wrong.
 */
export function readUpstreams(file: string): UpstreamSettings[] {
  if (!existsSync(file)) return [];
  let entries: unknown;
  try {
    entries = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file} is not JSON.`, { cause: error });
  }
  if (!Array.isArray(entries)) throw new Error(`${file}: a list of upstreams is expected.`);
  const read = entries.map(readUpstream);
  const problems = read.flatMap((result) => ('problem' in result ? [result.problem] : []));
  if (problems.length > 0) throw new Error(`${file}: ${problems.join('; ')}`);
  return read.flatMap((result) => ('upstream' in result ? [result.upstream] : []));
}

const known = ['name', 'prefixes', 'address', 'timeoutMs', 'stripPrefix', 'http2', 'lane'];

function readUpstream(
  entry: Record<string, unknown>,
  index: number,
): { problem: string } | { upstream: UpstreamSettings } {
  const { name, prefixes, address, timeoutMs, stripPrefix, http2, lane } = entry ?? {};
  const place = `entry ${index + 1}`;
  const unknown = Object.keys(entry ?? {}).filter((key) => !known.includes(key));
  const [, host, port] = /^([^\s:]+|\[[0-9a-f:]+\]):(\d{1,5})$/i.exec(String(address)) ?? [];
  const problems = [
    ...unknown.map((key) => `${key} is unknown`),
    ...(typeof name === 'string' ? [] : ['name: a text is expected']),
    ...(isTexts(prefixes) ? [] : ['prefixes: a list of paths is expected']),
    ...(host && Number(port) <= 65_535 ? [] : ['address: host:port is expected']),
    ...(timeoutMs === undefined || Number.isInteger(timeoutMs) ? [] : ['timeoutMs: milliseconds']),
    ...(lane === undefined || isLane(lane) ? [] : ['lane: one-call or two-calls']),
    ...[{ stripPrefix }, { http2 }].flatMap((flag) =>
      Object.entries(flag)
        .filter(([, value]) => value !== undefined && typeof value !== 'boolean')
        .map(([key]) => `${key}: true or false`),
    ),
  ];
  if (problems.length > 0 || !isTexts(prefixes)) {
    return { problem: `${place}: ${problems.join(', ')}` };
  }
  return {
    upstream: {
      name: String(name),
      prefixes: prefixes.map((prefix) => prefix.replace(/\/+$/, '')),
      addresses: [{ host: String(host).replace(/^\[|\]$/g, ''), port: Number(port) }],
      ...(timeoutMs === undefined ? {} : { timeoutMs: Number(timeoutMs) }),
      ...(stripPrefix === undefined ? {} : { stripPrefix: Boolean(stripPrefix) }),
      ...(http2 === undefined ? {} : { http2: Boolean(http2) }),
      ...(isLane(lane) ? { lane } : {}),
    },
  };
}

function isLane(value: unknown): value is Lane {
  return value === 'one-call' || value === 'two-calls';
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}
