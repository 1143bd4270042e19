import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { temporaryFolder } from '@tollgate/servers';
import { ensureTool } from '@tollgate/servers/tools';
import { startGrpcServer } from '@tollgate/unary-grpc';
import { h2specExceptions } from './h2spec-exceptions.ts';

interface Case {
  readonly name: string;
  readonly isPassed: boolean;
}

/** The cases of a JUnit report, each by its section and its sentence. */
function casesOf(report: string): Case[] {
  const found = report.matchAll(
    /<testcase package="([^"]*)" classname="([^"]*)"[^>]*>([\s\S]*?)<\/testcase>/g,
  );
  return [...found].map(([, section, sentence, inside]) => ({
    name: `${section}: ${sentence?.replaceAll('&#34;', '"')}`,
    isPassed: !/<(?:failure|error|skipped)/.test(inside ?? ''),
  }));
}

test('every case of h2spec passes, also the strict ones, but for the exceptions with a reason', async () => {
  const program = await ensureTool('h2spec');
  using temporary = temporaryFolder();
  const reportFile = join(temporary.folder, 'report.xml');
  await using server = await startGrpcServer({
    listen: { host: '127.0.0.1', port: 0 },
    methods: new Map(),
    drainTimeoutMs: 50,
  });
  const port = server.address.split(':').at(-1) ?? '';
  const report = ['--strict', '--timeout', '5', '--junit-report', reportFile];
  const sections = ['generic', 'http2', 'hpack'];
  const child = spawn(program, ['--port', port, ...report, ...sections], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  const cases = casesOf(readFileSync(reportFile, 'utf8'));
  const failed = cases.filter(({ isPassed }) => !isPassed).map(({ name }) => name);
  console.log(`h2spec: ${output.trim().split('\n').at(-1)}`);
  expect(cases.length).toBeGreaterThanOrEqual(145);
  expect(failed).toEqual(h2specExceptions.map(({ name }) => name));
}, 600_000);
