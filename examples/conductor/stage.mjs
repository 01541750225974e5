// The stage that every request finds, and the plugins that serve it: the same
// for the session, for the tests, and for their mutations.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Window } from 'happy-dom';
import { mutations } from './mutations.mjs';

const packages = ['header', 'canvas-component'];
const modules = join(dirname(fileURLToPath(import.meta.url)), 'node_modules');

// The sequences that a package declares.
function sequencesOf(name) {
	const folder = join(modules, '@renderx-plugins', name, 'json-sequences', name);
	const read = (file) => JSON.parse(readFileSync(join(folder, file), 'utf8'));

	return read('index.json').sequences.map(({ file }) => read(file));
}

// A page with a canvas and two things on it.
function openPage() {
	const window = new Window({ url: 'http://localhost/' });

	Object.assign(globalThis, { window, document: window.document,
		localStorage: window.localStorage, MouseEvent: window.MouseEvent,
		HTMLElement: window.HTMLElement, CustomEvent: window.CustomEvent });
	document.body.innerHTML = `
		<div id="rx-canvas">
			<button id="save" class="rx-comp rx-button">Save</button>
			<h1 id="title" class="rx-comp rx-heading">Title</h1>
		</div>`;
}

export async function setTheStage(mutation = process.env.MUTATION) {
	const all = [];

	openPage();
	for (const name of packages) {
		const { handlers } = await import(`@renderx-plugins/${name}`);
		for (const sequence of sequencesOf(name))
			all.push({ plugin: sequence.pluginId, sequence,
				handlers: { ...handlers } });
	}
	if (mutation)
		mutations[mutation](all);
	return all;
}
