/** A change of the record on purpose. */
export interface Change {
  /** Where, by `/`: `tables/auth.users/columns/email`, or anything above it. */
  readonly path: string;
  readonly reason: string;
}

/** Something that the record has and that is gone, or is something else by now. */
export interface Difference {
  readonly path: string;
  readonly recorded: string;
  /** Undefined when it is gone. */
  readonly found: string | undefined;
}

/**
 * What of a record, as JSON knows it, is missing or different; what was added is no difference.
 */
export function differences(recorded: unknown, found: unknown, path = ''): Difference[] {
  if (!isGroup(recorded)) {
    const [was, is] = [JSON.stringify(recorded), JSON.stringify(found)];
    return was === is ? [] : [{ path, recorded: was, found: is }];
  }
  if (!isGroup(found)) {
    return [{ path, recorded: JSON.stringify(recorded), found: JSON.stringify(found) }];
  }
  return Object.entries(recorded).flatMap(([name, value]) =>
    differences(value, found[name], path === '' ? name : `${path}/${name}`),
  );
}

/** Differences that no change accounts for, one line each, and changes that account for none. */
export function unexplained(
  found: readonly Difference[],
  changes: readonly Change[],
): readonly string[] {
  const isOf = (difference: Difference) => (change: Change) =>
    difference.path === change.path || difference.path.startsWith(`${change.path}/`);
  const left = found.filter((difference) => !changes.some(isOf(difference)));
  const idle = changes.filter((change) => !found.some((difference) => isOf(difference)(change)));
  const bare = changes.filter(({ reason }) => reason.trim() === '');
  return [
    ...left.map(({ path, recorded, found: now }) => {
      return `${path} was ${recorded}, ${now === undefined ? 'and is gone' : `is ${now}`}`;
    }),
    ...idle.map(({ path }) => `${path} is a listed change, and has not changed`),
    ...bare.map(({ path }) => `${path} is a listed change without a reason`),
  ];
}

function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
