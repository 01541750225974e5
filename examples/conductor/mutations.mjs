// Mistakes that somebody might make, each in one place: what MUTATION=name does
// to the plugins before they are mounted.
const of = (all, id) => all.find(({ sequence }) => sequence.id === id);

export const mutations = {
	'swapped beats'(all) {
		const { sequence } = of(all, 'canvas-component-select-symphony');
		const { beats } = sequence.movements[0];
		[beats[0], beats[1]] = [beats[1], beats[0]];
	},
	'dropped handler'(all) {
		delete of(all, 'canvas-component-deselect-symphony')
			.handlers.publishDeselectionChanged;
	},
	'throwing handler'(all) {
		of(all, 'canvas-component-update-symphony')
			.handlers.updateAttribute = () => {
				throw new TypeError('no such attribute');
			};
	},
	'renamed key'(all) {
		const { handlers } = of(all, 'header-ui-theme-toggle-symphony');
		const { toggleTheme } = handlers;
		handlers.toggleTheme = async (data, context) => {
			const { theme, ...rest } = await toggleTheme(data, context);
			return { ...rest, colour: theme };
		};
	},
};
