import type { DeclaredEvent } from '../generate/event-types.ts';

/** Subjects that are announced no more, or with another message, one line each. buf does not see them. */
export function eventBreaks(
  before: readonly DeclaredEvent[],
  after: readonly DeclaredEvent[],
): string[] {
  if (before.length === 0 && after.length > 0) throw new Error('it declares none');
  const now = new Map(after.map(({ subject, message }) => [subject, message.typeName]));
  return before.flatMap(({ subject, message }) => {
    const carried = now.get(subject);
    if (carried === message.typeName) return [];
    if (carried === undefined) return [`The event ${subject} is announced no more.`];
    return [`The event ${subject} carried ${message.typeName} and carries ${carried} now.`];
  });
}
