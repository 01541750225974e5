// Who was busy when: a row for each handler, or for each latency of one.

const GAP_WIDTH = 2;

class Heatmap extends Rows {
	constructor(of) {
		super(of);
		this.rowCount = of.rows;
		for (const key of ['name', 'owner', 'from', 'count', 'errors', 'total', 'known', 'p95',
			'file', 'line'])
			this[key] = column(of, key, of.rows);
		for (const key of ['time', 'label', 'gap'])
			this[key] = column(of, key, of.columns);
		this.cells = {};
		for (const key of ['row', 'column', 'count', 'errors', 'shade', 'total', 'known', 'p95'])
			this.cells[key] = column(of.cells, key, of.cells.length);
		this.indexCells();
		this.columns = this.listColumns();
	}

	/** Which cell is where, and where each column is. */
	indexCells() {
		this.cellAt = new Int32Array(this.rowCount * this.of.columns).fill(-1);
		for (let n = 0; n < this.of.cells.length; n++)
			this.cellAt[this.cells.row[n] * this.of.columns + this.cells.column[n]] = n;
		this.left = [0];
		for (let k = 0; k < this.of.columns; k++)
			this.left.push(this.left[k] + (this.gap[k] ? GAP_WIDTH : 1));
		this.width = Math.max(1, this.left[this.of.columns]);
	}

	listColumns() {
		const numbers = [
			{ key: 'count', title: 'count', n: i => this.count[i] },
			{ key: 'errors', title: 'failed', n: i => this.errors[i] },
		];
		if (this.of.latency)
			return [{ key: 'from', title: 'from', ns: i => this.from[i] }, ...numbers];
		return [
			{ key: 'name', title: 'name', text: i => strings[this.name[i]] },
			{ key: 'owner', title: 'owner', text: i => strings[this.owner[i]] },
			...numbers,
			{ key: 'total', title: 'total', ns: i => this.known[i] ? this.total[i] : -1 },
			{ key: 'p95', title: 'p95', ns: i => this.known[i] ? this.p95[i] : -1 },
		];
	}

	get title() {
		return strings[this.of.title];
	}

	get subtitle() {
		return strings[this.of.subtitle];
	}

	get itemCount() {
		return this.rowCount * this.of.columns;
	}

	hasFailed(i) {
		return this.errors[i] > 0;
	}

	matches(i, hits) {
		return hits[this.name[i]] || hits[this.owner[i]] || hits[this.file[i]];
	}

	filtersOf(item) {
		const i = this.rowOf(item);
		const list = [];
		for (const key of ['name', 'owner'])
			if (this[key][i])
				list.push({ key, value: this[key][i], label: strings[this[key][i]] });
		return list;
	}

	filterLabel(key, value) {
		return strings[value];
	}

	passes(i, key, value) {
		return this[key][i] === value;
	}

	isFilter(key, value) {
		return key !== 'below' && super.isFilter(key, value);
	}

	rowOf(item) {
		return Math.floor(item / this.of.columns);
	}

	/** The cell of a row that is darkest. */
	itemOf(row) {
		let best = row * this.of.columns, shade = -1;
		for (let k = 0; k < this.of.columns; k++) {
			const n = this.cellAt[row * this.of.columns + k];
			if (n >= 0 && this.cells.shade[n] > shade) {
				shade = this.cells.shade[n];
				best = row * this.of.columns + k;
			}
		}
		return best;
	}

	columnAt(x) {
		let low = 0, high = this.of.columns - 1;
		while (low < high) {
			const middle = (low + high + 1) >> 1;
			if (this.left[middle] <= x)
				low = middle;
			else
				high = middle - 1;
		}
		return low;
	}

	box(item) {
		const k = item % this.of.columns;
		const y = Math.max(0, this.place[this.rowOf(item)]) * ROW;
		return { x0: this.left[k], x1: this.left[k + 1], y0: y, y1: y + ROW };
	}

	hit(view, x, y) {
		const row = y < this.top ? -1 : this.rowAt(view, y);
		if (row < 0)
			return -1;
		if (x < view.gutter)
			return this.itemOf(row);
		const wx = view.wx(x);
		return wx >= this.width ? -1 : row * this.of.columns + this.columnAt(wx);
	}

	move(item, dx, dy) {
		if (item < 0)
			return this.order.length ? this.itemOf(this.order[0]) : -1;
		const row = this.rowFrom(this.rowOf(item), dy);
		let k = item % this.of.columns + dx;
		while (this.gap[k])
			k += dx;
		if (row < 0 || k < 0 || k >= this.of.columns)
			return item;
		return row * this.of.columns + k;
	}

	nameOf(item) {
		const i = this.rowOf(item);
		return this.of.latency ? 'from ' + duration(this.from[i]) : strings[this.name[i]];
	}

	ownerOf(item) {
		return strings[this.owner[this.rowOf(item)]];
	}

	details(item) {
		const i = this.rowOf(item), k = item % this.of.columns, n = this.cellAt[item];
		const list = [];
		if (this.gap[k]) {
			list.push(['nothing', 'for ' + duration(this.gap[k])]);
		} else {
			list.push(['when', strings[this.time[k]]], ['count', String(n < 0 ? 0 : this.cells.count[n])]);
			if (n >= 0 && this.cells.errors[n])
				list.push(['failed', String(this.cells.errors[n])]);
			if (n >= 0 && this.cells.known[n])
				list.push(['total', duration(this.cells.total[n])], ['p95', duration(this.cells.p95[n])]);
		}
		list.push(['all', plural(this.count[i], 'time') + ', ' + this.errors[i] + ' failed' +
			(this.known[i] ? ', total ' + duration(this.total[i]) + ', p95 ' + duration(this.p95[i]) : '')]);
		if (this.file[i])
			list.push(['code', strings[this.file[i]] + (this.line[i] ? ':' + strings[this.line[i]] : ''),
				codeLink(strings[this.file[i]], strings[this.line[i]])]);
		return list;
	}

	/** What the cells in AREA have together. */
	sum(area) {
		const pairs = [];
		let count = 0, failed = 0, total = 0;
		for (const row of this.rowsOf(area))
			for (let k = 0; k < this.of.columns; k++) {
				const n = this.cellAt[row * this.of.columns + k];
				if (n < 0 || this.left[k + 1] <= area.x0 || this.left[k] >= area.x1)
					continue;
				count += this.cells.count[n];
				failed += this.cells.errors[n];
				total += this.cells.total[n];
				addPairs(pairs, this.of.cells.durations[n]);
			}
		return { count, failed, total, p95: quantile(pairs, 0.95) };
	}

	/** On dark paper, lighter is more. */
	shade(at, colours) {
		const { palette } = this.of;
		return palette[colours.dark ? palette.length - 1 - at : at];
	}

	legend(colours) {
		const list = this.of.scale.map(([at, text]) => [this.shade(at, colours), strings[text]]);
		list.push([colours.ink, 'a line: nothing with a duration']);
		list.push([colours.alarm, '! something failed']);
		return list;
	}

	paint(c, view, look) {
		this.eachRow(view, (i, y) => this.drawBand(c, view, i, y, look));
		c.save();
		c.beginPath();
		c.rect(view.gutter, 0, view.width - view.gutter, view.height);
		c.clip();
		this.drawRuler(c, view, look);
		const first = this.columnAt(view.wx(view.gutter));
		const last = Math.min(this.of.columns - 1, this.columnAt(view.wx(view.width)));
		this.eachRow(view, (i, y) => {
			for (let k = first; k <= last; k++)
				this.drawCell(c, view, i, k, y, look);
		});
		c.restore();
		this.eachRow(view, (i, y) => {
			c.fillStyle = this.errors[i] ? look.colours.alarm : look.colours.ink;
			drawNames(c, this.of.latency ? duration(this.from[i]) : visible(strings[this.name[i]]),
				visible(strings[this.owner[i]]), 6, y, view.gutter - 10);
		});
	}

	drawRuler(c, view, look) {
		let free = view.gutter;
		for (let k = 0; k < this.of.columns; k++) {
			const x = view.sx(this.left[k]), wide = view.sx(this.left[k + 1]) - x;
			if (x + wide < view.gutter || x > view.width)
				continue;
			if (this.gap[k]) {
				c.fillStyle = look.colours.band;
				c.fillRect(x, RULER, wide, view.height);
			}
			const text = this.gap[k] ? '⋯' : strings[this.label[k]];
			if (x < free)
				continue;
			c.fillStyle = look.colours.faint;
			c.fillText(text, x, 11);
			free = x + (text.length + 2) * drawText.column;
		}
	}

	drawCell(c, view, i, k, y, look) {
		const item = i * this.of.columns + k, n = this.cellAt[item];
		const x = view.sx(this.left[k]), wide = Math.max(1, view.sx(this.left[k + 1]) - x - (view.k > 4 ? 1 : 0));
		if (n >= 0) {
			const shade = this.cells.shade[n];
			c.fillStyle = shade ? this.shade(shade - 1, look.colours) : look.colours.ink;
			c.fillRect(x, shade ? y - 8 : y, wide, shade ? ROW - 1 : 1);
			if (this.cells.errors[n] && wide > 4) {
				const isDark = shade && (shade > this.of.palette.length / 2) !== look.colours.dark;
				c.fillStyle = isDark ? '#ffffff' : shade ? '#000000' : look.colours.alarm;
				c.fillText('!', x + wide / 2 - 3, y);
			}
		}
		if (item === look.item) {
			c.strokeStyle = look.colours.mark;
			c.lineWidth = 2;
			c.strokeRect(x, y - 8, wide, ROW - 1);
			c.lineWidth = 1;
		}
	}
}
