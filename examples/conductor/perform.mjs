// Plays requests on the conductor, and logs all that happens as a browser's
// console would show it.
import { EventBus, MusicalConductor } from 'musical-conductor';
import { format } from 'node:util';
import { setTheStage } from './stage.mjs';

// A line of the log; only the first has a stamp.
function logTo(stream) {
	for (const method of ['log', 'info', 'warn', 'error', 'debug'])
		console[method] = (...args) => stream.write(
			`${new Date().toISOString()} ${format(...args)}\n`);
}

// Tests play what was asked for again, so the log has to tell it: the data of a
// request without what the conductor adds.
function askedFor({ __mc_correlation_id__, instanceId, symphonyName, resourceId,
	conflictResult, sequenceHash, ...payload }) {
	return payload;
}

// Resolves once nothing has happened for a few turns.
async function untilQuiet(busy) {
	for (let turns = 0; turns < 5; turns = busy() ? 0 : turns + 1)
		await new Promise((resolve) => setTimeout(resolve, 1));
}

export async function perform(requests, stream = process.stdout) {
	let running = 0;
	const bus = new EventBus();

	logTo(stream);
	const conductor = MusicalConductor.getInstance(bus);
	for (const { plugin, sequence, handlers } of await setTheStage())
		await conductor.mount(sequence, handlers, plugin);
	bus.subscribe('sequence-started', ({ data }) =>
		console.log(`Request payload: ${JSON.stringify(askedFor(data))}`));
	bus.subscribe('plugin:handler:start', () => running++);
	bus.subscribe('plugin:handler:end', () => running--);
	for (const { plugin, id, payload, priority } of requests) {
		await setTheStage();
		let isOver = false;
		const ends = ['completed', 'failed'].map((end) =>
			bus.subscribe(`sequence-${end}`, () => { isOver = true; }));
		await conductor.play(plugin, id, structuredClone(payload), priority);
		await untilQuiet(() => !isOver || running > 0);
		for (const unsubscribe of ends)
			unsubscribe();
	}
}
