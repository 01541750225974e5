// The command under test: reads the events of a recorded request from standard
// input, plays it again, and writes the log of that.
import { readFileSync } from 'node:fs';
import { perform } from './perform.mjs';

const events = readFileSync(0, 'utf8').split('\n').filter(Boolean)
	.map(JSON.parse);
const root = events.find(({ kind }) => kind === 'sequence');
const { priority } = events.find((event) => event.priority) ?? {};

await perform([{ plugin: root.plugin, id: root.sequence_id, priority,
	payload: JSON.parse(root['attr.payload'] ?? '{}') }]);
