import { readFileSync } from 'node:fs';
import {
  type Address,
  type ListenAddress,
  type Parsed,
  parseAddress,
  parseBoolean,
  parseDurations,
  parseInteger,
  parseKey,
  parseListenAddress,
  parseUrl,
} from './parse-setting.ts';
import { type Secret, secret } from './secret.ts';

/** What every setting says about itself; the README's table is made of it. */
export interface SettingOptions<D = string> {
  /** One sentence: effect, unit, bounds. */
  readonly description: string;
  /** Used when the setting is absent; without it the setting is required. */
  readonly default?: D;
  /** Keeps the value out of every print of the settings. */
  readonly secret?: boolean;
}

/**
 * The only reader of the environment. Each method takes the name of a variable; `NAME_FILE` may name
 * a file to read the value from instead. A missing or malformed value is noted, and a stand-in is
 * answered, so that all problems come out at once: nobody sees a config that has one.
 */
export interface Settings {
  text(name: string, options: SettingOptions): string;
  /**
   * Like `text`, wrapped so that it cannot be printed by accident. With `keyBytes` it must be a key
   * of so many bytes in base64.
   */
  secret(name: string, options: Omit<SettingOptions, 'secret'> & { keyBytes?: number }): Secret;
  integer(name: string, options: SettingOptions<number> & { min: number; max: number }): number;
  /** The URL as written. `protocols` with their colon, e.g. `['http:', 'https:']`. */
  url(name: string, options: SettingOptions & { protocols: readonly string[] }): string;
  address(name: string, options: SettingOptions): Address;
  /** An address, or `unix:/path`. */
  listenAddress(name: string, options: SettingOptions): ListenAddress;
  choice<T extends string>(name: string, values: readonly T[], options: SettingOptions<T>): T;
  boolean(name: string, options: SettingOptions<boolean>): boolean;
  /** A JSON document; `parse` checks its shape and throws what is wrong with it. */
  json<T>(name: string, parse: (value: unknown) => T, options: SettingOptions): T;
  /** Milliseconds from a list such as `0s,5s,5m`. */
  durations(name: string, options: SettingOptions): number[];
}

/** A service's own settings out of the environment; pure. */
export type ReadConfig<C> = (settings: Settings) => C;

/** Variables by name, e.g. `process.env`. */
export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

/** One setting, for the table of a README. */
export interface SettingDescription {
  readonly name: string;
  readonly kind: string;
  readonly default: string | undefined;
  readonly description: string;
  readonly secret: boolean;
}

/** Everything that is wrong with the settings, one sentence each. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The settings have ${problems.length} problem(s): ${problems.join(' ')}`);
    this.problems = problems;
  }
}

/** Reads a config from the environment. Throws a `SettingsError` with all problems. */
export function readSettings<C>(environment: EnvironmentVariables, readConfig: ReadConfig<C>): C {
  const { settings, problems } = collectSettings(environment);
  let config: C;
  try {
    config = readConfig(settings);
  } catch (error) {
    // A reader may stumble over a stand-in; what counts then is why there is a stand-in.
    if (problems.length > 0) throw new SettingsError(problems);
    throw error;
  }
  if (problems.length > 0) throw new SettingsError(problems);
  return config;
}

/** What a reader asks for, in its order. No variable needs to be set for this. */
export function describeSettings<C>(readConfig: ReadConfig<C>): SettingDescription[] {
  const { settings, descriptions } = collectSettings({});
  readConfig(settings);
  return descriptions;
}

function collectSettings(environment: EnvironmentVariables) {
  const problems: string[] = [];
  const descriptions: SettingDescription[] = [];

  /** The value, or the stand-in when there is none or it is malformed. */
  function read<T>(
    setting: { name: string; kind: string; standIn: T },
    options: SettingOptions<string | number | boolean>,
    parse: (text: string) => Parsed<T>,
  ): T {
    const { name, kind } = setting;
    const fallback = options.default === undefined ? undefined : String(options.default);
    const { description } = options;
    const isSecret = options.secret ?? false;
    descriptions.push({ name, kind, default: fallback, description, secret: isSecret });

    const found = lookUp(environment, name);
    if ('problem' in found) problems.push(found.problem);
    const text = 'value' in found ? (found.value ?? fallback) : fallback;
    if (text === undefined) {
      if ('value' in found) problems.push(`${name} is missing: ${description}`);
      return setting.standIn;
    }
    const parsed = parse(text);
    if ('value' in parsed) return parsed.value;
    problems.push(`${name} must ${parsed.problem}.`);
    return setting.standIn;
  }

  const settings: Settings = {
    text: (name, options) => read({ name, kind: 'text', standIn: '' }, options, parseText),
    secret: (name, { keyBytes, ...options }) =>
      secret(
        read({ name, kind: 'text', standIn: '' }, { ...options, secret: true }, (text) =>
          // A default such as none is the reader's own, not a key.
          text === options.default ? parseText(text) : parseSecret(text, keyBytes),
        ),
      ),
    integer: (name, options) =>
      read({ name, kind: 'integer', standIn: options.min }, options, (text) =>
        parseInteger(text, options),
      ),
    url: (name, options) =>
      read({ name, kind: 'url', standIn: '' }, options, (text) =>
        parseUrl(text, options.protocols),
      ),
    address: (name, options) =>
      read({ name, kind: 'address', standIn: { host: '', port: 0 } }, options, parseAddress),
    listenAddress: (name, options) =>
      read<ListenAddress>(
        { name, kind: 'address', standIn: { host: '', port: 0 } },
        options,
        parseListenAddress,
      ),
    choice: (name, values, options) =>
      read({ name, kind: values.join(' | '), standIn: firstOf(values) }, options, (text) => {
        const value = values.find((candidate) => candidate === text);
        return value === undefined ? { problem: `be one of ${values.join(', ')}` } : { value };
      }),
    boolean: (name, options) =>
      read({ name, kind: 'boolean', standIn: false }, options, parseBoolean),
    json: <T>(name: string, parse: (value: unknown) => T, options: SettingOptions) =>
      // The stand-in for a document of unknown shape; readSettings never lets it out.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      read<T>({ name, kind: 'json', standIn: {} as T }, options, (text) => parseJson(text, parse)),
    durations: (name, options) =>
      read({ name, kind: 'durations', standIn: [] }, options, parseDurations),
  };
  return { settings, problems, descriptions };
}

/** The text of a variable or of the file that its `_FILE` twin names; empty counts as absent. */
function lookUp(
  environment: EnvironmentVariables,
  name: string,
): { value: string | undefined } | { problem: string } {
  const value = environment[name] || undefined;
  const path = environment[`${name}_FILE`] || undefined;
  if (path === undefined) return { value };
  if (value !== undefined) return { problem: `${name} and ${name}_FILE must not both be set.` };
  try {
    // Editors and `echo` end a file with a line break that is no part of the value.
    return { value: readFileSync(path, 'utf8').replace(/\r?\n$/, '') || undefined };
  } catch (error) {
    const code = Error.isError(error) && 'code' in error ? String(error.code) : 'unreadable';
    return { problem: `${name}_FILE names a file that cannot be read (${code}).` };
  }
}

function parseSecret(text: string, keyBytes: number | undefined): Parsed<string> {
  return keyBytes === undefined ? parseText(text) : parseKey(text, keyBytes);
}

function parseText(text: string): Parsed<string> {
  return { value: text };
}

function parseJson<T>(text: string, parse: (value: unknown) => T): Parsed<T> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's message quotes the text, which may be a private key.
    return { problem: 'be valid JSON' };
  }
  try {
    return { value: parse(value) };
  } catch (error) {
    return {
      problem: `be right: ${Error.isError(error) ? error.message : 'it has another shape'}`,
    };
  }
}

function firstOf<T>(values: readonly T[]): T {
  const [first] = values;
  if (first === undefined) throw new Error('A choice needs at least one value.');
  return first;
}
