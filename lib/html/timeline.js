// An execution, or the usual one of many: when each part of it ran.

const SIGNS = ['', '+ ', '- ', '~ '];
const STATUS = ['ok', 'error', 'unfinished'];

class Timeline extends Rows {
	constructor(of) {
		super(of);
		this.rowCount = of.rows;
		for (const key of Timeline.keys)
			this[key] = column(of, key, of.rows);
		// What takes no time at all has no axis: a nanosecond, then.
		this.parts = of.axis.length ? of.axis : [[0, 1, 0, 1, 0]];
		this.width = this.parts[this.parts.length - 1][3];
		this.indexPath();
		this.columns = this.listColumns();
	}

	get title() {
		return strings[this.of.title];
	}

	get subtitle() {
		return strings[this.of.subtitle];
	}

	/** Where the pieces of the critical path of each row begin. */
	indexPath() {
		const rows = this.of.path.row;
		this.firstPiece = new Int32Array(this.rowCount + 1);
		for (const row of rows)
			this.firstPiece[row + 1]++;
		for (let i = 0; i < this.rowCount; i++)
			this.firstPiece[i + 1] += this.firstPiece[i];
	}

	listColumns() {
		const many = this.of.executions > 0;
		const took = i => this.known[i] ? this.took[i] : -1;
		const list = [
			{ key: 'name', title: 'name', text: i => strings[this.name[i]] },
			{ key: 'owner', title: 'owner', text: i => strings[this.owner[i]] },
			{ key: 'start', title: 'start', ns: i => this.start[i] },
			{ key: 'took', title: many ? 'p50' : 'took', ns: took },
			{ key: 'self', title: 'itself', ns: i => this.known[i] ? this.self[i] : -1 },
			{ key: 'onpath', title: 'on path', ns: i => this.critical[i] ? this.onpath[i] : -1 },
		];
		if (many)
			list.push(
				{ key: 'p95', title: 'p95', ns: i => this.p95[i] ? this.p95[i] - this.start[i] : -1 },
				{ key: 'count', title: 'count', n: i => this.count[i] });
		if (this.of.based)
			list.push({ key: 'before', title: 'before', ns: i => this.hasbase[i]
				? this.baseend[i] - this.basestart[i] : -1 },
			{ key: 'change', title: 'change', text: i => ['', 'added', 'removed', 'changed'][this.change[i]] });
		list.push(many ? { key: 'errors', title: 'failed', n: i => this.errors[i] }
			: { key: 'status', title: 'status', text: i => STATUS[this.status[i]] });
		return list.filter(c => c.key !== 'owner' || this.of.owner);
	}

	hasFailed(i) {
		return this.status[i] === 1 || this.errors[i] > 0;
	}

	matches(i, hits) {
		return hits[this.name[i]] || hits[this.owner[i]] || hits[this.error[i]] ||
			hits[this.file[i]];
	}

	/** What to see alone, given the item I. */
	filtersOf(i) {
		const list = [{ key: 'name', value: this.name[i], label: strings[this.name[i]] }];
		if (this.owner[i])
			list.push({ key: 'owner', value: this.owner[i], label: strings[this.owner[i]] });
		list.push({ key: 'below', value: i, label: 'below ' + strings[this.name[i]] });
		return list;
	}

	filterLabel(key, value) {
		if (key === 'below')
			return 'below ' + strings[this.name[value]];
		return strings[value];
	}

	passes(i, key, value) {
		if (key === 'below') {
			while (i > value)
				i = this.parent[i] - 1;
			return i === value;
		}
		return this[key][i] === value;
	}

	/** Nanoseconds to places on the axis and back: silences are short. */
	at(ns) {
		let part = this.parts[0];
		for (const p of this.parts)
			if (ns >= p[0])
				part = p;
		const [from, to, x0, x1] = part;
		return to > from ? x0 + (ns - from) / (to - from) * (x1 - x0) : x0;
	}

	back(x) {
		let part = this.parts[0];
		for (const p of this.parts)
			if (x >= p[2])
				part = p;
		const [from, to, x0, x1] = part;
		return x1 > x0 ? from + (x - x0) / (x1 - x0) * (to - from) : from;
	}

	box(i) {
		const y = Math.max(0, this.place[i]) * ROW;
		return { x0: this.at(this.start[i]), x1: this.at(this.end[i]), y0: y, y1: y + ROW };
	}

	rowOf(item) {
		return item;
	}

	itemOf(row) {
		return row;
	}

	hit(view, x, y) {
		return y < this.top ? -1 : this.rowAt(view, y);
	}

	move(item, dx, dy) {
		return dx ? null : this.rowFrom(item, dy);
	}

	/** Everything that is known of I: label, text, and what it leads to. */
	details(i) {
		const list = [['from', duration(this.start[i])], ['to', duration(this.end[i])]];
		for (const c of this.columns.slice(3)) {
			const text = c.text ? c.text(i) : c.n ? String(c.n(i))
				: c.ns(i) >= 0 ? duration(c.ns(i)) : '';
			if (text)
				list.push([c.title, text]);
		}
		if (this.lane[i])
			list.push(['beside', 'others of its parent']);
		if (this.early[i])
			list.push(['odd', 'starts ' + duration(this.early[i]) + ' before its parent']);
		if (this.late[i])
			list.push(['odd', 'ends ' + duration(this.late[i]) + ' after its parent']);
		if (this.error[i])
			list.push(['failed', strings[this.error[i]]]);
		if (this.file[i])
			list.push(['code', strings[this.file[i]] + (this.line[i] ? ':' + strings[this.line[i]] : ''),
				codeLink(strings[this.file[i]], strings[this.line[i]])]);
		if (this.src[i] && this.srcline[i])
			list.push(['source', strings[this.src[i]] + ':' + this.srcline[i]]);
		return list;
	}

	nameOf(i) {
		return strings[this.name[i]];
	}

	ownerOf(i) {
		return strings[this.owner[i]];
	}

	/** Count, total and durations of what begins or ends in AREA, or spans it. */
	sum(area) {
		const pairs = [];
		const from = this.back(area.x0), to = this.back(area.x1);
		let count = 0, failed = 0, total = 0;
		for (const i of this.rowsOf(area)) {
			if (this.start[i] > to || this.end[i] < from)
				continue;
			const times = this.of.executions > 0 ? this.count[i] : 1;
			count += times;
			failed += this.of.executions > 0 ? this.errors[i] : this.status[i] === 1;
			if (!this.known[i])
				continue;
			total += this.took[i] * times;
			pairs.push([this.took[i], times]);
		}
		return { count, failed, total, p95: quantile(pairs, 0.95),
			of: this.of.executions > 0 ? 'of medians' : '' };
	}

	legend(colours) {
		const list = [[colours.path, 'critical path'], [colours.other, 'other work']];
		if (this.of.based)
			list.push([colours.before, 'before']);
		list.push([colours.alarm, '✗ failed, ▶ unfinished, ∥ beside others, ! sticks out']);
		return list;
	}

	paint(c, view, look) {
		this.drawRuler(c, view, look);
		this.eachRow(view, (i, y) => this.drawBand(c, view, i, y, look));
		c.save();
		c.beginPath();
		c.rect(view.gutter, this.top, view.width - view.gutter, view.height);
		c.clip();
		this.eachRow(view, (i, y) => this.drawBar(c, view, i, y, look));
		c.restore();
		this.eachRow(view, (i, y) => this.drawName(c, view, i, y, look));
	}

	drawRuler(c, view, look) {
		c.textAlign = 'center';
		for (const [from, to, x0, x1, isSilence] of this.parts) {
			const left = Math.max(view.gutter, view.sx(x0));
			const right = Math.min(view.width, view.sx(x1));
			if (right <= left)
				continue;
			if (isSilence) {
				c.fillStyle = look.colours.band;
				c.fillRect(left, 0, right - left, view.height);
				c.fillStyle = look.colours.faint;
				c.fillText('⋯ ' + duration(to - from) + ' ⋯', (left + right) / 2, 11);
				continue;
			}
			this.drawTicks(c, view, look, left, right);
		}
		c.textAlign = 'left';
	}

	drawTicks(c, view, look, left, right) {
		const from = this.back(view.wx(left)), to = this.back(view.wx(right));
		const step = niceStep((to - from) * 90 / (right - left));
		for (let ns = Math.ceil(from / step) * step; ns <= to; ns += step) {
			const x = view.sx(this.at(ns));
			c.fillStyle = look.colours.line;
			c.fillRect(Math.round(x), RULER - 4, 1, view.height);
			c.fillStyle = look.colours.faint;
			if (x > left + 4 || ns === 0)
				c.fillText(tickLabel(ns, step), Math.max(x, view.gutter + 8), 11);
		}
	}

	drawBar(c, view, i, y, look) {
		const { colours } = look;
		const isMany = this.of.executions > 0;
		const height = this.of.based ? 6 : 11;
		const x0 = view.sx(this.at(this.start[i])), x1 = view.sx(this.at(this.end[i]));
		const width = Math.max(1, x1 - x0);
		if (x1 < view.gutter || x0 > view.width) {
			c.fillStyle = colours.faint;
			c.fillText(x0 > view.width ? '›' : '‹', x0 > view.width ? view.width - 20 : view.gutter + 2, y);
			return;
		}
		if (this.change[i] !== 2) {
			c.fillStyle = isMany && this.critical[i] ? colours.path : colours.other;
			c.fillRect(x0, y - 6, width, height);
			this.drawPath(c, view, i, y, height, colours);
		}
		if (this.hasbase[i]) {
			const b0 = view.sx(this.at(this.basestart[i]));
			c.fillStyle = colours.before;
			c.fillRect(b0, y + 2, Math.max(1, view.sx(this.at(this.baseend[i])) - b0), 4);
		}
		this.drawMarks(c, view, i, y, x0, x1, height, colours);
		this.drawTook(c, view, i, y, x0, x1, colours);
	}

	drawPath(c, view, i, y, height, colours) {
		const { from, to } = this.of.path;
		c.fillStyle = colours.path;
		for (let k = this.firstPiece[i]; k < this.firstPiece[i + 1]; k++) {
			const x = view.sx(this.at(from[k]));
			c.fillRect(x, y - 6, Math.max(1, view.sx(this.at(to[k])) - x), height);
		}
	}

	/** The whisker, and the frame of what failed. */
	drawMarks(c, view, i, y, x0, x1, height, colours) {
		if (this.p95[i] > this.end[i]) {
			const right = view.sx(this.at(this.p95[i]));
			c.fillStyle = colours.ink;
			c.fillRect(x1, y - 1, right - x1, 1);
			c.fillRect(right, y - 6, 1, height);
		}
		if (this.status[i] > 0 || this.errors[i] * 2 >= (this.count[i] || 1)) {
			c.strokeStyle = colours.alarm;
			c.setLineDash(this.status[i] === 2 ? [4, 2] : []);
			c.strokeRect(x0 + 0.5, y - 5.5, Math.max(1, x1 - x0 - 1), height - 1);
			c.setLineDash([]);
		}
	}

	/** What it took, behind the bar where there is room, or else before it. */
	drawTook(c, view, i, y, x0, x1, colours) {
		const text = (this.known[i] ? duration(this.took[i]) + ' ' : '') +
			(this.hasFailed(i) ? '✗' : this.status[i] === 2 ? '▶' : '') +
			(this.lane[i] ? '∥' : '') + (this.early[i] || this.late[i] ? '!' : '');
		const width = text.length * drawText.column;
		const ends = [x1, view.gutter];
		if (this.p95[i])
			ends.push(view.sx(this.at(this.p95[i])));
		if (this.hasbase[i])
			ends.push(view.sx(this.at(this.baseend[i])));
		const right = Math.max(...ends) + 6;
		c.fillStyle = this.hasFailed(i) ? colours.alarm : colours.faint;
		if (right + width < view.width - 14)
			c.fillText(text, right, y);
		else if (x0 - 6 - width > view.gutter)
			c.fillText(text, x0 - 6 - width, y);
	}

	drawName(c, view, i, y, look) {
		const room = view.gutter - 10;
		const indent = Math.min(this.depth[i] * 8, room / 2);
		const parent = this.parent[i] - 1;
		const isOwned = parent < 0 || this.owner[parent] !== this.owner[i];
		c.fillStyle = this.hasFailed(i) ? look.colours.alarm : look.colours.ink;
		c.font = (this.critical[i] ? 'bold ' : '') + FONT;
		drawNames(c, SIGNS[this.change[i]] + visible(strings[this.name[i]]),
			isOwned ? visible(strings[this.owner[i]]) : '', 6 + indent, y, room - indent);
		c.font = FONT;
	}
}
Timeline.keys = ['name', 'owner', 'status', 'parent', 'depth', 'lane', 'start', 'end',
	'took', 'known', 'self', 'critical', 'onpath', 'early', 'late', 'error', 'file', 'line',
	'src', 'srcline', 'count', 'errors', 'p95', 'change', 'hasbase', 'basestart', 'baseend'];

/** 1, 2 or 5 times a power of ten, or what clocks divide by. */
function niceStep(ns) {
	for (const step of [10e9, 15e9, 30e9, 60e9, 120e9, 300e9, 600e9, 900e9,
		1800e9, 3600e9, 7200e9, 10800e9, 21600e9, 43200e9, 86400e9])
		if (ns > 5e9 && step >= ns)
			return step;
	const power = 10 ** Math.floor(Math.log10(Math.max(1, ns)));
	return [1, 2, 5, 10].map(f => f * power).find(step => step >= ns);
}

/** As many digits as tell one tick from the next. */
function tickLabel(ns, step) {
	if (ns === 0)
		return '0';
	const [size, name] = units.find(([least]) => ns >= least) || units[units.length - 1];
	return (ns / size).toFixed(Math.max(0, Math.min(9, Math.ceil(-Math.log10(step / size) - 1e-9)))) + name;
}
