import { join } from 'node:path';
import type { ServiceName } from '@tollgate/api';
import {
  describeSettings,
  type ReadConfig,
  readSettings,
  SettingsError,
} from '@tollgate/runtime/config';
import { readCommonConfig } from '@tollgate/runtime/service';
import { checkoutFolder } from '@tollgate/servers';
import { processKinds, readMigrateConfig } from '@tollgate/system';

/** A container that runs a file of ours, wherever it is described. */
export interface OurContainer {
  /** For messages: file and name. */
  readonly place: string;
  /** The first argument: the file that Node runs. */
  readonly main: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Whose secrets are mounted where the settings look for them. */
  readonly secretsOf: string | undefined;
}

/** What each program reads from its environment, by the file that is run. */
export async function readersByMain(): Promise<Map<string, ReadConfig<unknown>>> {
  const found = new Map<string, ReadConfig<unknown>>([['scripts/migrate.ts', readMigrateConfig]]);
  for (const { service, main, config } of processKinds) {
    const { readConfig } = await import(join(checkoutFolder, config));
    found.set(main, withCommon(service, readConfig));
  }
  return found;
}

function withCommon(name: ServiceName, readConfig: ReadConfig<unknown>): ReadConfig<unknown> {
  return (settings) => [readConfig(settings), readCommonConfig(settings, name)];
}

/** Settings that nobody reads, that are missing, or that name a secret which is not there. */
export function settingProblems(
  { place, main, environment, secretsOf }: OurContainer,
  readConfig: ReadConfig<unknown>,
  secretNames: Readonly<Record<string, readonly string[]>>,
): string[] {
  const settings = describeSettings(readConfig);
  const names = Object.keys(environment).filter((name) => name.startsWith('TOLLGATE_'));
  const known = new Set(settings.map(({ name }) => name));
  const given = new Set(names.map((name) => name.replace(/_FILE$/, '')));
  const files = Object.entries(environment).filter(([name]) => name.endsWith('_FILE'));
  const holds = (secretsOf && secretNames[secretsOf]) || [];
  const secret = new Set(settings.flatMap((setting) => (setting.secret ? [setting.name] : [])));
  return [
    ...[...given].filter((name) => !known.has(name)).map((name) => `${main} reads no ${name}`),
    ...settings
      .filter((setting) => setting.default === undefined && !given.has(setting.name))
      .map(({ name }) => `${name} is missing`),
    ...files
      .filter(([, file]) => !holds.some((key) => file === `/run/secrets/tollgate/${key}`))
      .map(([name, file]) => `${name}: there is no ${file}`),
    ...names.filter((name) => secret.has(name)).map((name) => `${name} is no secret any more`),
  ].map((problem) => `${place}: ${problem}`);
}

/** What the program itself says about its settings, with its secrets in `folder`. */
export function refusedSettings(
  { place, environment }: OurContainer,
  readConfig: ReadConfig<unknown>,
  secrets: { readonly mountedAt: string; readonly folder: string },
): string[] {
  const here = Object.entries(environment).map(
    ([name, value]) => [name, value.replace(secrets.mountedAt, secrets.folder)] as const,
  );
  try {
    readSettings(Object.fromEntries(here), readConfig);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems.map((one) => `${place}: ${one}`);
    throw error;
  }
}
