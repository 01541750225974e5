// A session: what a user does on the page, a few times over.
import { perform } from './perform.mjs';

const canvas = (name, payload, plugin = 'CanvasComponentPlugin') =>
	({ plugin, id: `canvas-component-${name}-symphony`, payload });
const theme = (name) => ({ plugin: 'HeaderThemePlugin',
	id: `header-ui-theme-${name}-symphony`, payload: {} });
const button = { tag: 'button', text: 'OK', classes: ['rx-button'],
	css: '.rx-button { color: black }', dimensions: { width: 80, height: 24 } };

const requests = (i) => [
	theme('get'),
	theme('toggle'),
	canvas('create', { component: { template: button },
		position: { x: 10 * i, y: 20 }, _overrideNodeId: `node-${i}` }),
	canvas('create', { component: { id: `broken-${i}` } }),
	canvas('select', { id: 'save' }),
	canvas('select', { id: `nothing-${i}` }),
	canvas('update', { id: 'save', attribute: 'content', value: `Save ${i}` }),
	canvas('update', { id: 'save', attribute: 'flavour', value: i }),
	canvas('drag', { id: 'title', position: { x: i, y: i } },
		'CanvasComponentDragPlugin'),
	canvas('resize-start', { id: 'save' }),
	canvas('deselect', { id: 'save' }, 'CanvasComponentDeselectionPlugin'),
	canvas('deselect-all', {}, 'CanvasComponentDeselectionPlugin'),
	canvas('delete', { id: 'title' }, 'CanvasComponentDeletePlugin'),
];

await perform([1, 2, 3].flatMap(requests));
