import { spawnSync } from 'node:child_process';

/** Its hints name our own `exports`, whose star it does not let stand for folders. */
const quiet = ['--no-progress', '--no-config-hints'];

/** What `npm run check` does, cheapest first; all steps run, so that one look shows everything. */
const STEPS: { name: string; command: string[] }[] = [
  { name: 'generated code', command: ['node', 'scripts/generate.ts', '--check'] },
  { name: 'settings tables', command: ['node', 'scripts/generate-settings.ts', '--check'] },
  { name: 'contract', command: ['buf', 'lint'] },
  { name: 'breaks of the contract', command: ['node', 'scripts/contract.ts', 'check'] },
  { name: 'format', command: ['biome', 'check', '--error-on-warnings'] },
  { name: 'types', command: ['tsc', '-p', '.'] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'unused', command: ['knip', ...quiet] },
  { name: 'used by tests only', command: ['knip', ...quiet, '--production', '--files'] },
  { name: 'structure', command: ['node', 'scripts/checks/structure/structure.ts'] },
  { name: 'migrations', command: ['node', 'scripts/checks/migrations/lint-migrations.ts'] },
  { name: 'tidy', command: ['node', 'scripts/checks/tidy.ts'] },
];

const failed = STEPS.filter(({ name, command }) => {
  const [program = '', ...rest] = command;
  const { status, error } = spawnSync(program, rest, { stdio: 'inherit' });
  console.log(
    `check: ${name}: ${status === 0 ? 'ok' : `failed${error ? ` (${error.message})` : ''}`}`,
  );
  return status !== 0;
});
process.exitCode = failed.length === 0 ? 0 : 1;
