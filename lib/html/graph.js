// Who leads to whom: items are the nodes, then the edges.

const MARGIN = 16;
const NEAR = 6;

class Graph {
	constructor(of) {
		this.of = of;
		this.uniform = true;
		this.top = 0;
		this.nodes = of.nodes.length;
		this.rowCount = this.itemCount = this.nodes + of.edges.length;
		for (const key of ['change', 'count', 'errors', 'known', 'p95', 'total', 'cycle', 'shade',
			'label', 'x', 'y'])
			this[key] = [...column(of.nodes, key, of.nodes.length),
				...column(of.edges, key, of.edges.length)];
		for (const key of ['name', 'owner', 'focus', 'starts', 'ends', 'file', 'line', 'width', 'height'])
			this['node_' + key] = column(of.nodes, key, of.nodes.length);
		for (const key of ['from', 'to', 'kind', 'keys', 'tenths'])
			this['edge_' + key] = column(of.edges, key, of.edges.length);
		this.durations = [...of.nodes.durations, ...of.edges.durations];
		this.width = of.width + 2 * MARGIN;
		this.height = of.height + 2 * MARGIN;
		this.columns = this.listColumns();
		this.traceLines();
	}

	/** Points along each edge, for the mouse. */
	traceLines() {
		this.traces = this.of.edges.points.map(p => {
			const trace = [];
			for (let i = 0; i + 7 < p.length; i += 6)
				for (let t = 0; t <= 1; t += 0.1) {
					const u = 1 - t;
					const at = k => u * u * u * p[i + k] + 3 * u * u * t * p[i + 2 + k] +
						3 * u * t * t * p[i + 4 + k] + t * t * t * p[i + 6 + k];
					trace.push([at(0), at(1)]);
				}
			return trace;
		});
	}

	listColumns() {
		const list = [
			{ key: 'name', title: 'name', text: i => this.nameOf(i) },
			{ key: 'owner', title: 'owner', text: i => this.ownerOf(i) },
			{ key: 'kind', title: 'kind', text: i => this.kindOf(i) },
			{ key: 'count', title: 'count', n: i => this.count[i] },
			{ key: 'errors', title: 'failed', n: i => this.errors[i] },
			{ key: 'p95', title: 'p95', ns: i => this.known[i] ? this.p95[i] : -1 },
			{ key: 'total', title: 'total', ns: i => this.known[i] ? this.total[i] : -1 },
		];
		if (this.of.based)
			list.push({ key: 'change', title: 'change',
				text: i => ['', 'added', 'removed', 'changed'][this.change[i]] });
		return list;
	}

	get title() {
		return strings[this.of.title];
	}

	get subtitle() {
		return strings[this.of.subtitle];
	}

	gutter() {
		return 0;
	}

	setShown(list) {
		this.order = list;
		this.isShown = new Uint8Array(this.rowCount);
		for (const i of list)
			this.isShown[i] = 1;
	}

	isNode(i) {
		return i < this.nodes;
	}

	ends(i) {
		return [this.edge_from[i - this.nodes], this.edge_to[i - this.nodes]];
	}

	kindOf(i) {
		return this.isNode(i) ? 'node' : strings[this.edge_kind[i - this.nodes]];
	}

	nameOf(i) {
		if (this.isNode(i))
			return strings[this.node_name[i]];
		return this.ends(i).map(n => strings[this.node_name[n]]).join(' → ');
	}

	ownerOf(i) {
		return this.isNode(i) ? strings[this.node_owner[i]] : '';
	}

	hasFailed(i) {
		return this.errors[i] > 0;
	}

	matches(i, hits) {
		if (!this.isNode(i))
			return hits[this.edge_keys[i - this.nodes]];
		return hits[this.node_name[i]] || hits[this.node_owner[i]] || hits[this.node_file[i]];
	}

	/** Near a node is what leads to it, and what it leads to. */
	filtersOf(i) {
		if (!this.isNode(i))
			return [];
		const list = [{ key: 'near', value: i, label: 'near ' + this.nameOf(i) }];
		if (this.node_owner[i])
			list.push({ key: 'owner', value: this.node_owner[i], label: this.ownerOf(i) });
		return list;
	}

	filterLabel(key, value) {
		return key === 'near' ? 'near ' + this.nameOf(value) : strings[value];
	}

	isFilter(key, value) {
		return key === 'failed' ? value === 1
			: key === 'near' ? value >= 0 && value < this.nodes
			: key === 'owner' && value in strings;
	}

	passes(i, key, value) {
		if (key === 'owner')
			return this.isNode(i) ? this.node_owner[i] === value
				: this.ends(i).every(n => this.node_owner[n] === value);
		if (!this.isNode(i))
			return this.ends(i).includes(value);
		if (i === value)
			return true;
		for (let e = this.nodes; e < this.rowCount; e++) {
			const ends = this.ends(e);
			if (ends.includes(value) && ends.includes(i))
				return true;
		}
		return false;
	}

	rowOf(item) {
		return item;
	}

	itemOf(row) {
		return row;
	}

	box(i) {
		const x = this.x[i] + MARGIN, y = this.y[i] + MARGIN;
		if (!this.isNode(i))
			return { x0: x - 40, x1: x + 40, y0: y - 10, y1: y + 10 };
		return { x0: x, x1: x + this.node_width[i], y0: y, y1: y + this.node_height[i] };
	}

	hit(view, sx, sy) {
		const x = view.wx(sx), y = view.wy(sy), near = NEAR / view.k;
		for (const i of this.order) {
			const b = this.box(i);
			if (this.isNode(i) && x >= b.x0 && x <= b.x1 && y >= b.y0 && y <= b.y1)
				return i;
		}
		for (const i of this.order)
			if (!this.isNode(i) && this.traces[i - this.nodes].some(([px, py]) =>
				Math.hypot(px + MARGIN - x, py + MARGIN - y) < near + 4))
				return i;
		return -1;
	}

	/** The nearest node in a direction. */
	move(item, dx, dy) {
		const nodes = this.order.filter(i => this.isNode(i));
		if (item < 0)
			return nodes[0] ?? -1;
		const middle = i => {
			const b = this.box(i);
			return [(b.x0 + b.x1) / 2, (b.y0 + b.y1) / 2];
		};
		const [x, y] = middle(item);
		let best = item, least = Infinity;
		for (const i of nodes) {
			const [px, py] = middle(i);
			const ahead = (px - x) * dx + (py - y) * dy;
			const aside = Math.abs((px - x) * dy) + Math.abs((py - y) * dx);
			if (i !== item && ahead > 1 && ahead + aside * 2 < least) {
				least = ahead + aside * 2;
				best = i;
			}
		}
		return best;
	}

	details(i) {
		const list = [['kind', this.kindOf(i)], ['numbers', strings[this.label[i]]]];
		if (this.known[i])
			list.push(['total', duration(this.total[i])], ['p95', duration(this.p95[i])]);
		if (this.change[i])
			list.push(['change', ['', 'added', 'removed', 'changed'][this.change[i]]]);
		if (this.cycle[i])
			list.push(['cycle', String(this.cycle[i])]);
		if (!this.isNode(i)) {
			if (this.edge_keys[i - this.nodes])
				list.push(['keys', strings[this.edge_keys[i - this.nodes]]]);
			return list;
		}
		if (this.node_starts[i] || this.node_ends[i])
			list.push(['executions', `begins ${this.node_starts[i]}, ends ${this.node_ends[i]}`]);
		if (this.node_file[i])
			list.push(['code', strings[this.node_file[i]] +
				(this.node_line[i] ? ':' + strings[this.node_line[i]] : ''),
				codeLink(strings[this.node_file[i]], strings[this.node_line[i]])]);
		return list;
	}

	/** What the nodes in AREA have together; edges count where there are none. */
	sum(area) {
		const inside = i => {
			const b = this.box(i);
			return b.x1 > area.x0 && b.x0 < area.x1 && b.y1 > area.y0 && b.y0 < area.y1;
		};
		let items = this.order.filter(i => this.isNode(i) && inside(i));
		if (!items.length)
			items = this.order.filter(i => !this.isNode(i) && inside(i));
		const pairs = [];
		let count = 0, failed = 0, total = 0;
		for (const i of items) {
			count += this.count[i];
			failed += this.errors[i];
			total += this.total[i];
			addPairs(pairs, this.durations[i]);
		}
		return { count, failed, total, p95: quantile(pairs, 0.95) };
	}

	legend(colours) {
		const last = this.of.palette.length - 1;
		return [[this.shadeOf(1, colours), 'fast'], [this.shadeOf(last + 1, colours), 'slow: p95'],
			[colours.alarm, 'something failed'], [colours.ink, 'wider: more often']];
	}

	shadeOf(shade, colours) {
		const { palette } = this.of;
		return palette[colours.dark ? palette.length - shade : shade - 1];
	}

	paint(c, view, look) {
		c.save();
		c.translate(view.sx(MARGIN), view.sy(MARGIN));
		c.scale(view.k, view.k);
		c.lineJoin = 'round';
		for (const i of this.order)
			if (!this.isNode(i))
				this.drawEdge(c, i, look);
		for (const i of this.order)
			if (this.isNode(i))
				this.drawNode(c, i, look);
		c.restore();
	}

	drawEdge(c, i, look) {
		const { colours } = look;
		const p = this.of.edges.points[i - this.nodes];
		const colour = i === look.item ? colours.mark
			: this.shade[i] ? this.edgeColour(this.shade[i], colours) : colours.faint;
		c.strokeStyle = c.fillStyle = colour;
		c.lineWidth = this.edge_tenths[i - this.nodes] / 10;
		c.setLineDash(this.change[i] === 2 ? [5, 3] : []);
		c.beginPath();
		c.moveTo(p[0], p[1]);
		for (let k = 2; k + 5 < p.length; k += 6)
			c.bezierCurveTo(p[k], p[k + 1], p[k + 2], p[k + 3], p[k + 4], p[k + 5]);
		c.stroke();
		c.setLineDash([]);
		this.drawHead(c, p);
		const text = strings[this.label[i]];
		const wide = text.length * drawText.column;
		c.fillStyle = colours.paper;
		c.globalAlpha = 0.75;
		c.fillRect(this.x[i] - wide / 2, this.y[i] - 7, wide, 14);
		c.globalAlpha = 1;
		c.fillStyle = look.found && look.found[i] ? colours.mark : colours.ink;
		c.textAlign = 'center';
		c.fillText(visible(text), this.x[i], this.y[i]);
		c.textAlign = 'left';
	}

	/** Lines need more contrast to the paper than boxes do. */
	edgeColour(shade, colours) {
		return this.shadeOf(Math.ceil(shade * 0.7 + this.of.palette.length * 0.3), colours);
	}

	drawHead(c, p) {
		const n = p.length;
		const angle = Math.atan2(p[n - 1] - p[n - 3], p[n - 2] - p[n - 4]);
		const [x, y] = [p[n - 2], p[n - 1]], cos = Math.cos(angle), sin = Math.sin(angle);
		c.beginPath();
		c.moveTo(x + cos * 9, y + sin * 9);
		c.lineTo(x - sin * 4, y + cos * 4);
		c.lineTo(x + sin * 4, y - cos * 4);
		c.fill();
	}

	drawNode(c, i, look) {
		const { colours } = look;
		const w = this.node_width[i], h = this.node_height[i], x = this.x[i], y = this.y[i];
		c.fillStyle = this.shade[i] ? this.shadeOf(this.shade[i], colours) : colours.paper;
		c.fillRect(x, y, w, h);
		c.setLineDash(this.change[i] === 2 ? [5, 3] : []);
		c.lineWidth = i === look.item || this.node_focus[i] || this.change[i] === 1 ? 3 : 1;
		c.strokeStyle = i === look.item ? colours.mark : this.errors[i] ? colours.alarm : colours.faint;
		c.strokeRect(x, y, w, h);
		c.setLineDash([]);
		if (look.found && look.found[i]) {
			c.strokeStyle = colours.mark;
			c.lineWidth = 2;
			c.strokeRect(x - 4, y - 4, w + 8, h + 8);
		}
		const middle = this.of.palette.length / 2;
		const isDark = (this.shade[i] > middle) !== colours.dark;
		c.fillStyle = !this.shade[i] ? colours.ink : isDark ? '#ffffff' : '#000000';
		c.textAlign = 'center';
		[SIGNS[this.change[i]] + visible(this.nameOf(i)), visible(this.ownerOf(i)),
			strings[this.label[i]]].filter(Boolean).forEach((text, row) => {
			c.font = (row === 0 ? 'bold ' : '') + FONT;
			drawText(c, text, x + w / 2, y + 13 + row * 15, w - 4);
		});
		c.font = FONT;
		c.textAlign = 'left';
	}
}
