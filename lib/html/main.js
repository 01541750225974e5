// What is chosen, searched and filtered; where that is in the address.

const kinds = { timeline: Timeline, heatmap: Heatmap, graph: Graph };

class App {
	constructor() {
		this.filters = new Map();
		this.words = '';
		this.chosen = -1;
		this.isSelecting = false;
		this.colours = readColours();
		this.pictures = [];
		this.view = new View($('canvas'), this);
		this.table = new Table($('list'), this);
		darkness.addEventListener('change', () => {
			this.colours = readColours();
			this.writeLegend();
			this.view.draw();
		});
		this.listen();
		this.fillPictures();
		this.readAddress();
		window.addEventListener('hashchange', () => this.readAddress());
	}

	listen() {
		const on = (id, name, act) => $(id).addEventListener(name, act);
		on('zoom-in', 'click', () => this.view.zoom(1.5));
		on('zoom-out', 'click', () => this.view.zoom(1 / 1.5));
		on('fit', 'click', () => this.view.fit());
		on('area', 'click', () => this.setSelecting(!this.isSelecting));
		on('failed', 'click', () => this.toggle('failed', 1));
		on('keys', 'click', () => $('help').showModal());
		on('next', 'click', () => this.stepMatch(1));
		on('previous', 'click', () => this.stepMatch(-1));
		on('search', 'input', () => this.search($('search').value));
		on('search', 'keydown', e => this.onSearchKey(e));
		on('picture', 'change', () => this.openPicture(Number($('picture').value)));
		document.addEventListener('keydown', e => this.onKey(e));
		$('canvas').addEventListener('focus', () => this.choose(this.chosen, false));
	}

	fillPictures() {
		data.pictures.forEach((of, i) => $('picture').append(
			element('option', { value: String(i) }, strings[of.label || of.title])));
		$('picture').hidden = data.pictures.length < 2;
	}

	openPicture(at) {
		this.at = Math.max(0, Math.min(data.pictures.length - 1, at || 0));
		const of = data.pictures[this.at];
		this.picture = this.pictures[this.at] ||= new kinds[of.kind](of);
		this.chosen = -1;
		this.view.area = null;
		$('picture').value = String(this.at);
		$('title').textContent = this.picture.title;
		$('subtitle').textContent = this.picture.subtitle;
		$('canvas').setAttribute('aria-label', this.picture.title + ', ' + this.picture.subtitle);
		document.documentElement.style.setProperty('--top',
			document.querySelector('header').offsetHeight + 'px');
		this.filters.clear();
		this.table.setPicture(this.picture);
		this.apply();
		this.view.setPicture(this.picture);
		this.writeLegend();
		this.choose(-1);
	}

	writeLegend() {
		const list = this.picture ? this.picture.legend(this.colours) : [];
		$('legend').replaceChildren(...list.map(([colour, text]) => {
			const box = element('i', {});
			box.style.background = colour;
			return element('span', {}, box, text);
		}));
	}

	look() {
		return { colours: this.colours, found: this.words ? this.found : null,
			item: this.chosen, row: this.chosenRow() };
	}

	chosenRow() {
		return this.chosen < 0 ? -1 : this.picture.rowOf(this.chosen);
	}

	// --- filters and search ---

	/** Filter by KEY and VALUE, or no more if it was so. */
	toggle(key, value) {
		if (this.filters.get(key) === value)
			this.filters.delete(key);
		else
			this.filters.set(key, value);
		this.apply();
		this.moved();
	}

	/** Find out which rows pass the filters, and which of them match. */
	apply() {
		const p = this.picture, shown = [];
		const filters = [...this.filters].filter(([key]) => key !== 'failed');
		const failed = this.filters.has('failed');
		for (let i = 0; i < p.rowCount; i++)
			if ((!failed || p.hasFailed(i)) &&
				filters.every(([key, value]) => p.passes(i, key, value)))
				shown.push(i);
		this.shown = shown;
		this.view.area = null;
		this.hover(-1);
		p.setShown(shown);
		this.table.setItems(shown);
		if (this.view.picture === p)
			this.view.changed();
		$('failed').setAttribute('aria-pressed', String(failed));
		$('filters').replaceChildren(...filters.map(([key, value]) => {
			const button = element('button', { type: 'button' },
				element('bdi', {}, p.filterLabel(key, value)), ' ✕');
			button.setAttribute('aria-label', 'No longer only ' + p.filterLabel(key, value));
			button.addEventListener('click', () => this.toggle(key, value));
			return button;
		}));
		this.findMatches();
	}

	search(words) {
		this.words = words;
		if ($('search').value !== words)
			$('search').value = words;
		this.findMatches();
		this.view.draw();
		this.moved();
	}

	findMatches() {
		this.matches = [];
		if (this.words) {
			const hits = matchingStrings(this.words);
			this.found = new Uint8Array(this.picture.rowCount);
			for (const i of this.shown)
				if (this.picture.matches(i, hits)) {
					this.found[i] = 1;
					this.matches.push(i);
				}
		}
		this.writeMatches();
	}

	writeMatches() {
		const at = this.matches.indexOf(this.chosenRow());
		$('matches').textContent = !this.words ? ''
			: at >= 0 ? `${at + 1} of ${this.matches.length}`
			: plural(this.matches.length, 'match', 'matches');
	}

	stepMatch(by) {
		const n = this.matches.length;
		if (n === 0)
			return;
		const at = this.matches.indexOf(this.chosenRow());
		const next = at < 0 ? (by > 0 ? 0 : n - 1) : (at + by + n) % n;
		this.choose(this.picture.itemOf(this.matches[next]), true);
	}

	// --- what is chosen ---

	/** ITEM is what the details tell of; IS_SHOWN moves the picture to it. */
	choose(item, isShown) {
		this.chosen = item;
		if (item >= 0 && isShown)
			this.view.show(this.picture.box(item));
		this.writeDetails();
		this.writeMatches();
		this.table.mark();
		this.view.draw();
		this.moved();
	}

	click(item, isName) {
		if (item < 0) {
			this.choose(-1);
			return;
		}
		if (isName) {
			const [filter] = this.picture.filtersOf(item);
			if (filter)
				this.toggle(filter.key, filter.value);
		}
		this.choose(item, false);
	}

	writeDetails() {
		const p = this.picture, item = this.chosen, box = $('details');
		if (item < 0) {
			box.replaceChildren(element('p', {}, 'Nothing is chosen: click, or use the arrow keys.'));
			return;
		}
		const list = element('dl', {});
		for (const [label, text, link] of p.details(item))
			list.append(element('dt', {}, label), element('dd', {},
				link ? element('a', { href: link, rel: 'noreferrer' }, text) : text));
		const only = p.filtersOf(item).map(({ key, value, label }) => {
			const button = element('button', { type: 'button' }, 'Only ', element('bdi', {}, label));
			button.addEventListener('click', () => this.toggle(key, value));
			return button;
		});
		box.replaceChildren(
			element('p', {}, element('bdi', { class: 'name' }, p.nameOf(item)), '  ',
				element('bdi', {}, p.ownerOf(item))),
			list, ...only);
	}

	/** Tell beside the mouse what is below it. */
	hover(item, point) {
		const tip = $('tip');
		tip.hidden = item < 0;
		if (item < 0)
			return;
		const lines = this.picture.details(item).map(([label, text]) =>
			element('p', {}, label + ' ', element('bdi', {}, text)));
		const name = this.picture.nameOf(item), owner = this.picture.ownerOf(item);
		tip.replaceChildren(element('p', {}, element('bdi', {}, name), owner ? '  ' : '',
			element('bdi', {}, owner)), ...lines);
		tip.style.left = Math.max(4, Math.min(point.x + 14, this.view.width - tip.offsetWidth - 4)) + 'px';
		tip.style.top = Math.max(4, point.y + 20 + tip.offsetHeight > this.view.height
			? point.y - tip.offsetHeight - 8 : point.y + 16) + 'px';
	}

	// --- areas ---

	setSelecting(is) {
		this.isSelecting = is;
		$('area').setAttribute('aria-pressed', String(is));
		if (!is) {
			this.view.area = null;
			this.view.draw();
			this.writeDetails();
		}
	}

	sumArea(area) {
		const { count, failed, total, p95, of } = this.picture.sum(area);
		const list = element('dl', { id: 'sum' });
		for (const [label, text] of [['count', count.toLocaleString('en')],
			['failed', failed.toLocaleString('en')], ['total', duration(total)],
			['p95', (p95 < 0 ? 'none' : duration(p95)) + (of ? ' ' + of : '')]])
			list.append(element('dt', {}, label), element('dd', {}, text));
		$('details').replaceChildren(element('p', { class: 'name' }, 'In the area'), list);
	}

	// --- keys ---

	onSearchKey(e) {
		if (e.key === 'Enter')
			this.stepMatch(e.shiftKey ? -1 : 1);
		else if (e.key === 'Escape')
			this.search('');
		else
			return;
		e.preventDefault();
	}

	onKey(e) {
		const isCanvas = e.target === $('canvas') || e.target === document.body;
		if (e.ctrlKey || e.metaKey || e.altKey || $('help').open)
			return;
		if (/^(INPUT|SELECT|TEXTAREA)$/.test(e.target.tagName))
			return;
		const act = App.keys[e.key.length === 1 ? e.key.toLowerCase() : e.key];
		const isMove = /^(Arrow|Page|Home|End|Enter)/.test(e.key);
		if (!act || (isMove && !isCanvas))
			return;
		e.preventDefault();
		act(this, e);
	}

	arrow(e, dx, dy) {
		const item = e.shiftKey ? null : this.picture.move(this.chosen, dx, dy);
		if (item === null)
			this.view.pan(dx * 60, dy * 60);
		else
			this.choose(item, true);
	}

	escape() {
		this.setSelecting(false);
		if (this.chosen >= 0)
			this.choose(-1);
		else if (this.words)
			this.search('');
		else if (this.filters.size) {
			this.filters.clear();
			this.apply();
			this.moved();
		}
	}

	filterChosen() {
		if (this.chosen < 0)
			return;
		const [filter] = this.picture.filtersOf(this.chosen);
		if (filter)
			this.toggle(filter.key, filter.value);
	}

	sumSight() {
		this.view.area = this.view.sight();
		this.sumArea(this.view.area);
		this.view.draw();
	}

	// --- the address: everything that one sees is in its fragment ---

	moved() {
		clearTimeout(this.timer);
		if (!this.isReading)
			this.timer = setTimeout(() => this.writeAddress(), 120);
	}

	writeAddress() {
		const at = new URLSearchParams(), v = this.view, home = v.home;
		if (this.at)
			at.set('p', this.at);
		const zoom = v.k / v.fitScale;
		if (Math.abs(zoom - 1) > 1e-6)
			at.set('z', zoom.toPrecision(6));
		if (Math.abs(v.x - home.x) > 1e-9)
			at.set('x', (v.x / this.picture.width).toPrecision(8));
		if (Math.abs(v.y - home.y) > 1e-9)
			at.set('y', v.y.toPrecision(8));
		if (this.words)
			at.set('q', this.words);
		if (this.chosen >= 0)
			at.set('i', this.chosen);
		for (const [key, value] of this.filters)
			at.append('f', key + '-' + value);
		if (this.table.sort)
			at.set('s', this.table.sort);
		this.address = '#' + at;
		history.replaceState(null, '', this.address);
	}

	readAddress() {
		if (location.hash === this.address && this.picture)
			return;
		const at = new URLSearchParams(location.hash.slice(1)), v = this.view;
		const number = (key, otherwise) =>
			Number.isFinite(parseFloat(at.get(key))) ? parseFloat(at.get(key)) : otherwise;
		this.isReading = true;
		this.openPicture(Math.trunc(number('p', 0)));
		for (const part of at.getAll('f')) {
			const [key, value] = part.split('-');
			if (this.picture.isFilter(key, Number(value)))
				this.filters.set(key, Number(value));
		}
		this.apply();
		this.search(at.get('q') || '');
		this.table.setSort(at.get('s') || '');
		v.k = v.fitScale * number('z', 1);
		if (at.has('z') || at.has('x') || at.has('y')) {
			v.x = at.has('x') ? number('x', 0) * this.picture.width : v.home.x;
			v.y = number('y', v.home.y);
		}
		v.changed();
		const item = Math.trunc(number('i', -1));
		this.choose(item >= 0 && item < this.picture.itemCount ? item : -1, false);
		this.isReading = false;
	}
}

App.keys = {
	'+': app => app.view.zoom(1.5),
	'=': app => app.view.zoom(1.5),
	'-': app => app.view.zoom(1 / 1.5),
	'0': app => app.view.fit(),
	'/': () => $('search').focus(),
	'?': () => $('help').showModal(),
	'n': (app, e) => app.stepMatch(e.shiftKey ? -1 : 1),
	'x': app => app.toggle('failed', 1),
	'f': app => app.filterChosen(),
	'a': app => app.sumSight(),
	'[': app => app.openPicture(app.at - 1),
	']': app => app.openPicture(app.at + 1),
	ArrowUp: (app, e) => app.arrow(e, 0, -1),
	ArrowDown: (app, e) => app.arrow(e, 0, 1),
	ArrowLeft: (app, e) => app.arrow(e, -1, 0),
	ArrowRight: (app, e) => app.arrow(e, 1, 0),
	PageUp: app => app.view.pan(0, -app.view.plotHeight * 0.9),
	PageDown: app => app.view.pan(0, app.view.plotHeight * 0.9),
	Home: app => app.view.pan(0, -1e9),
	End: app => app.view.pan(0, 1e9),
	Enter: app => app.chosen >= 0 && app.view.show(app.picture.box(app.chosen), true),
	Escape: app => app.escape(),
};

if (data.pictures.length > 0) {
	for (const e of document.querySelectorAll('.live'))
		e.hidden = false;
	document.documentElement.classList.add('scripted');
	new App();
}
