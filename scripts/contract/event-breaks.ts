import type { FileRegistry } from '@bufbuild/protobuf';
import { readEvents } from '../generate/event-types.ts';

/** Subjects that are announced no more, or with another message, one line each. buf does not see them. */
export function eventBreaks(before: FileRegistry, after: FileRegistry): string[] {
  const now = new Map(readEvents(after).map(({ subject, message }) => [subject, message.typeName]));
  return readEvents(before).flatMap(({ subject, message }) => {
    const carried = now.get(subject);
    if (carried === message.typeName) return [];
    if (carried === undefined) return [`The event ${subject} is announced no more.`];
    return [`The event ${subject} carried ${message.typeName} and carries ${carried} now.`];
  });
}
