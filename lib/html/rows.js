// Pictures that are rows on a common scale: names at the left, a ruler above.

const ROW = 18;
const RULER = 22;

class Rows {
	constructor(of) {
		this.of = of;
		this.uniform = false;
		this.top = RULER;
		this.order = [];
	}

	gutter(width) {
		return Math.round(Math.min(300, width * (width < 600 ? 0.36 : 0.3)));
	}

	/** Show the items of LIST, in this order. */
	setShown(list) {
		this.order = list;
		this.place = new Int32Array(this.rowCount).fill(-1);
		for (let i = 0; i < list.length; i++)
			this.place[list[i]] = i;
	}

	get itemCount() {
		return this.rowCount;
	}

	/** Whether an address may ask for this filter. */
	isFilter(key, value) {
		if (key === 'failed')
			return value === 1;
		if (key === 'below')
			return value >= 0 && value < this.rowCount;
		return (key === 'name' || key === 'owner') && value in strings;
	}

	get height() {
		return this.order.length * ROW;
	}

	rowAt(view, y) {
		return this.order[Math.floor((y - this.top + view.y) / ROW)] ?? -1;
	}

	/** Call DRAW with each row in sight, and where its middle is. */
	eachRow(view, draw) {
		const first = Math.max(0, Math.floor(view.y / ROW));
		const last = Math.min(this.order.length,
			Math.ceil((view.y + view.plotHeight) / ROW));
		for (let i = first; i < last; i++)
			draw(this.order[i], this.top + i * ROW - view.y + ROW / 2);
	}

	/** What is behind the names: bands for what is chosen or found. */
	drawBand(c, view, row, y, look) {
		const colour = look.found && look.found[row] ? look.colours.match
			: row === look.row ? look.colours.band : null;
		if (colour) {
			c.fillStyle = colour;
			c.fillRect(0, y - ROW / 2, view.width, ROW);
		}
		if (row === look.row) {
			c.fillStyle = look.colours.mark;
			c.fillRect(0, y - ROW / 2, 3, ROW);
		}
	}

	/** The items of a rectangle, by rows and by what is below it. */
	rowsOf(area) {
		return this.order.slice(Math.max(0, Math.floor(area.y0 / ROW)),
			Math.max(0, Math.ceil(area.y1 / ROW)));
	}

	/** The row that is STEPS further down. */
	rowFrom(row, steps) {
		const at = row < 0 ? -1 : this.place[row];
		const to = Math.max(0, Math.min(this.order.length - 1,
			at < 0 ? 0 : at + steps));
		return this.order[to] ?? -1;
	}
}
