import { expect, test } from '@jest/globals';
import { printEvents, readEvents } from './event-types.ts';
import { buildContract } from './testing/build-contract.ts';

const path = 'tollgate/fruit/v1/events.proto';

function event(name: string, ...subjects: string[]): string {
  const options = subjects.map((it) => `option (tollgate.options.v1.event_subjects) = "${it}";`);
  return `// Something happened to a ${name}.\nmessage ${name} { ${options.join(' ')} }\n`;
}

test('every subject of every message becomes a constant that joins it to the schema', () => {
  const contract = buildContract({
    [path]: [
      event('Cherry', 'fruit.cherry.picked', 'fruit.cherry.thrown_away'),
      event('Apple', 'fruit.apple.picked'),
      'message NoEvent {}',
    ].join(''),
  });
  const events = readEvents(contract);
  expect(events.map(({ name, message }) => [name, message.name])).toEqual([
    ['applePicked', 'Apple'],
    ['cherryPicked', 'Cherry'],
    ['cherryThrownAway', 'Cherry'],
  ]);
  const printed = printEvents(events);
  expect(printed).toContain(`/**
 * Something happened to a Cherry.
 *
 * @generated from message tollgate.fruit.v1.Cherry
 */
export const cherryThrownAway: EventType<typeof CherrySchema> = {
  subject: 'fruit.cherry.thrown_away',
  schema: CherrySchema,
};`);
  expect(printed).toContain('  applePicked,\n  cherryPicked,\n  cherryThrownAway,\n];');
});

test.each([
  ['of another domain', event('A', 'sky.apple.picked'), /not of the package's domain/],
  ['of another form', event('A', 'fruit.apple'), /is not <domain>\.<noun>\.<verb>/],
  ['of the wire', event('A', 'tollgate.fruit.apple.picked'), /is not <domain>/],
  [
    'that another message has',
    event('A', 'fruit.apple.picked') + event('B', 'fruit.apple.picked'),
    /have the same subject/,
  ],
  [
    'with the name of another',
    event('A', 'fruit.apple_tree.cut', 'fruit.apple.tree_cut'),
    /have the same name, appleTreeCut/,
  ],
])('a subject %s is refused', (_, body, why) => {
  expect(() => readEvents(buildContract({ [path]: body }))).toThrow(why);
});
