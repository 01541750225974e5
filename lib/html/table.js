// The table beside the picture: of any length, for only what is in sight is
// in the document.

const TABLE_ROW = 24;

class Table {
	constructor(box, app) {
		this.box = box;
		this.app = app;
		this.first = -1;
		box.addEventListener('scroll', () => this.draw());
		new ResizeObserver(() => this.draw(true)).observe(box);
	}

	setPicture(picture) {
		this.picture = picture;
		this.columns = picture.columns;
		this.sort = '';
		this.head = element('tr', { 'aria-rowindex': '1' });
		this.body = element('tbody');
		this.table = element('table', {},
			this.caption = element('caption'), element('thead', {}, this.head), this.body);
		for (const column of this.columns)
			this.head.append(this.heading(column));
		this.box.replaceChildren(this.table);
	}

	heading(column) {
		const button = element('button', { type: 'button' }, column.title);
		button.addEventListener('click', () => {
			const down = '-' + column.key;
			const first = column.text ? column.key : down;
			this.setSort(this.sort !== first ? first
				: first === down ? column.key : down);
			this.app.moved();
		});
		return element('th', { scope: 'col', 'data-key': column.key,
			class: column.text || column === this.columns[0] ? '' : 'number' }, button);
	}

	/** Show ITEMS, numbers of rows. */
	setItems(items) {
		this.items = items;
		this.caption.textContent = plural(items.length, 'row') +
			(items.length < this.picture.rowCount
				? ' of ' + this.picture.rowCount.toLocaleString('en') : '');
		this.setSort(this.sort);
	}

	/** By KEY, downwards if there is a '-' before it; '' is as they came. */
	setSort(sort) {
		const key = sort.replace(/^-/, '');
		const column = this.columns.find(c => c.key === key);
		this.sort = column ? sort : '';
		this.list = this.items;
		if (column) {
			const sign = sort.startsWith('-') ? -1 : 1;
			const value = column.text || column.n || column.ns;
			this.list = [...this.items].map(i => [value(i), i]);
			this.list.sort((a, b) => (a[0] < b[0] ? -sign : a[0] > b[0] ? sign : 0) || a[1] - b[1]);
			this.list = this.list.map(pair => pair[1]);
		}
		for (const th of this.head.children) {
			const mine = column && th.dataset.key === key;
			if (mine)
				th.setAttribute('aria-sort', sort.startsWith('-') ? 'descending' : 'ascending');
			else
				th.removeAttribute('aria-sort');
			th.firstChild.textContent = this.columns.find(c => c.key === th.dataset.key).title +
				(mine ? (sort.startsWith('-') ? ' ▼' : ' ▲') : '');
		}
		this.table.setAttribute('aria-rowcount', String(this.list.length + 1));
		this.draw(true);
	}

	draw(isNew) {
		if (!this.list)
			return;
		const height = this.box.clientHeight;
		const first = Math.max(0, Math.floor(this.box.scrollTop / TABLE_ROW) - 10);
		if (!isNew && first === this.first)
			return;
		this.first = first;
		this.fill(first, Math.min(this.list.length, first + Math.ceil(height / TABLE_ROW) + 20));
	}

	fill(first, last) {
		const had = this.body.contains(document.activeElement)
			? document.activeElement.closest('tr').dataset.item : null;
		const rows = [];
		for (let i = first; i < last; i++)
			rows.push(this.row(i));
		this.body.replaceChildren(this.spacer(first), ...rows,
			this.spacer(this.list.length - last));
		if (had !== null)
			this.body.querySelector(`tr[data-item="${had}"] button`)?.focus({ preventScroll: true });
	}

	spacer(rows) {
		const cell = element('td', { colspan: String(this.columns.length) });
		cell.style.height = rows * TABLE_ROW + 'px';
		return element('tr', { class: 'spacer', 'aria-hidden': 'true' }, cell);
	}

	row(at) {
		const item = this.list[at];
		const tr = element('tr', { 'data-item': String(item), 'aria-rowindex': String(at + 2) });
		for (const c of this.columns)
			tr.append(this.cell(c, item));
		tr.classList.toggle('chosen', item === this.app.chosenRow());
		tr.addEventListener('click', () => this.app.choose(this.picture.itemOf(item), true));
		return tr;
	}

	cell(c, item) {
		const ns = c.ns ? c.ns(item) : 0;
		const text = c.text ? c.text(item) : c.n ? String(c.n(item)) : ns < 0 ? '' : duration(ns);
		if (c !== this.columns[0])
			return element('td', { class: c.text ? '' : 'number' }, text);
		return element('td', {}, element('button', { type: 'button' }, text || '(none)'));
	}

	/** Mark the row that was chosen. */
	mark() {
		for (const tr of this.body.children)
			tr.classList.toggle('chosen', tr.dataset.item === String(this.app.chosenRow()));
	}
}
