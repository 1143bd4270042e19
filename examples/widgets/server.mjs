// A sample API that knows nothing of Tollgate: it lists widgets (sample data).
import { serveSample } from '../sample-server.mjs';

const widgets = [
  { widget_id: 'wid_1', name: 'Sample sprocket', colour: 'blue' },
  { widget_id: 'wid_2', name: 'Sample gear', colour: 'green' },
  { widget_id: 'wid_3', name: 'Sample lever', colour: 'red' },
];

serveSample('widgets', (request) => {
  request.resume();
  const { pathname } = new URL(request.url, 'http://sample');
  if (pathname !== '/v1/widgets') return { status: 404, body: { error: 'no such path' } };
  if (request.method !== 'GET') return { status: 405, body: { error: 'only GET' } };
  return { status: 200, body: { widgets } };
});
