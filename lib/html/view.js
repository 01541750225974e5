// The canvas: what part of the picture it shows, and the hands that move it.

// The least scale at which the text of a graph can be read.
const LEGIBLE = 0.7;

class View {
	constructor(canvas, app) {
		this.canvas = canvas;
		this.app = app;
		this.c = canvas.getContext('2d');
		this.x = this.y = 0;
		this.k = 1;
		this.pointers = new Map();
		new ResizeObserver(() => this.resize()).observe(canvas.parentElement);
		canvas.addEventListener('wheel', e => this.onWheel(e), { passive: false });
		canvas.addEventListener('pointerdown', e => this.onDown(e));
		canvas.addEventListener('pointermove', e => this.onMove(e));
		for (const name of ['pointerup', 'pointercancel'])
			canvas.addEventListener(name, e => this.onUp(e));
		canvas.addEventListener('pointerleave', () => this.app.hover(-1));
		canvas.addEventListener('dblclick', e => this.onDouble(e));
	}

	setPicture(picture) {
		this.picture = picture;
		this.measure();
		this.fit();
	}

	measure() {
		const box = this.canvas.getBoundingClientRect();
		const ratio = window.devicePixelRatio || 1;
		this.width = Math.max(50, box.width);
		this.height = Math.max(50, box.height);
		this.canvas.width = Math.round(this.width * ratio);
		this.canvas.height = Math.round(this.height * ratio);
		this.ratio = ratio;
		this.gutter = this.picture ? this.picture.gutter(this.width) : 0;
		this.plotWidth = Math.max(20, this.width - this.gutter - (this.uniform ? 0 : 16));
		this.plotHeight = this.height - (this.picture ? this.picture.top : 0);
	}

	get uniform() {
		return this.picture && this.picture.uniform;
	}

	get fitScale() {
		const p = this.picture;
		return this.uniform
			? Math.min(2, this.width / p.width, this.height / p.height)
			: this.plotWidth / p.width;
	}

	get ky() {
		return this.uniform ? this.k : 1;
	}

	sx(x) {
		return this.gutter + (x - this.x) * this.k;
	}

	sy(y) {
		return this.picture.top + (y - this.y) * this.ky;
	}

	wx(sx) {
		return this.x + (sx - this.gutter) / this.k;
	}

	wy(sy) {
		return this.y + (sy - this.picture.top) / this.ky;
	}

	resize() {
		if (!this.picture)
			return;
		const zoom = this.k / this.fitScale;
		this.measure();
		this.k = this.fitScale * zoom;
		this.clamp();
		this.draw();
	}

	/** Where the picture begins when all of it is shown. */
	get home() {
		const p = this.picture, k = this.fitScale;
		return this.uniform
			? { x: (p.width - this.width / k) / 2, y: (p.height - this.height / k) / 2 }
			: { x: 0, y: 0 };
	}

	fit() {
		this.k = this.fitScale;
		Object.assign(this, this.home);
		this.changed();
	}

	/** Keep some of the picture in sight. */
	clamp() {
		const p = this.picture, fit = this.fitScale;
		this.k = Math.max(fit * (this.uniform ? 0.5 : 1),
			Math.min(this.k, fit * (this.uniform ? 100 : 1e6)));
		if (this.uniform) {
			const w = this.width / this.k, h = this.height / this.k;
			this.x = Math.max(-w * 0.8, Math.min(this.x, p.width - w * 0.2));
			this.y = Math.max(-h * 0.8, Math.min(this.y, p.height - h * 0.2));
			return;
		}
		this.x = Math.max(0, Math.min(this.x, p.width - this.plotWidth / this.k));
		this.y = Math.max(0, Math.min(this.y, p.height - this.plotHeight + ROW));
	}

	changed() {
		this.clamp();
		this.draw();
		this.app.moved();
	}

	zoom(factor, sx = this.gutter + this.plotWidth / 2, sy = this.height / 2) {
		const x = this.wx(sx), y = this.wy(sy);
		this.k *= factor;
		this.clamp();
		this.x = x - (sx - this.gutter) / this.k;
		if (this.uniform)
			this.y = y - (sy - this.picture.top) / this.k;
		this.changed();
	}

	pan(dx, dy) {
		this.x += dx / this.k;
		this.y += dy / this.ky;
		this.changed();
	}

	/** BOX in the middle, at the scale K. */
	centre(box, k) {
		this.k = k;
		this.clamp();
		this.x = (box.x0 + box.x1) / 2 - this.plotWidth / this.k / 2;
		if (this.uniform)
			this.y = (box.y0 + box.y1) / 2 - this.plotHeight / this.k / 2;
	}

	/** Move as little as shows BOX; or, if IS_FIT, fill the canvas with it. */
	show(box, isFit) {
		const w = this.plotWidth / this.k, h = this.plotHeight / this.ky;
		const wide = Math.max(box.x1 - box.x0, this.picture.width * 1e-6);
		if (isFit)
			this.centre(box, this.plotWidth / wide / (this.uniform ? 4 : 1.1));
		else if (this.uniform && this.k < LEGIBLE)
			this.centre(box, 1);
		else if (box.x1 < this.x || box.x0 > this.x + w)
			this.x = (box.x0 + box.x1) / 2 - w / 2;
		if (box.y0 < this.y)
			this.y = box.y0;
		else if (box.y1 > this.y + h)
			this.y = box.y1 - h;
		this.changed();
	}

	draw() {
		if (this.frame)
			return;
		this.frame = requestAnimationFrame(() => {
			this.frame = 0;
			this.paint();
		});
	}

	paint() {
		const c = this.c, look = this.app.look();
		c.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
		c.fillStyle = look.colours.paper;
		c.fillRect(0, 0, this.width, this.height);
		c.font = FONT;
		c.textBaseline = 'middle';
		c.textAlign = 'left';
		drawText.column = c.measureText('0').width;
		this.picture.paint(c, this, look);
		this.paintScrollbar(c, look);
		this.paintArea(c, look);
	}

	paintScrollbar(c, look) {
		const whole = this.picture.height;
		if (this.uniform || whole <= this.plotHeight)
			return;
		const size = Math.max(24, this.plotHeight * this.plotHeight / whole);
		c.fillStyle = look.colours.line;
		c.fillRect(this.width - 10, this.picture.top, 10, this.plotHeight);
		c.fillStyle = look.colours.faint;
		c.fillRect(this.width - 9, this.picture.top +
			(this.plotHeight - size) * this.y / (whole - this.plotHeight + ROW), 8, size);
	}

	paintArea(c, look) {
		const a = this.area;
		if (!a)
			return;
		const x = this.sx(a.x0), y = this.sy(a.y0);
		c.strokeStyle = look.colours.mark;
		c.strokeRect(x, y, this.sx(a.x1) - x, this.sy(a.y1) - y);
		c.globalAlpha = 0.15;
		c.fillStyle = look.colours.mark;
		c.fillRect(x, y, this.sx(a.x1) - x, this.sy(a.y1) - y);
		c.globalAlpha = 1;
	}

	/** The part of the picture that is in sight. */
	sight() {
		return { x0: this.wx(this.gutter), x1: this.wx(this.width),
			y0: this.wy(this.picture.top), y1: this.wy(this.height) };
	}

	point(e) {
		const box = this.canvas.getBoundingClientRect();
		return { x: e.clientX - box.left, y: e.clientY - box.top };
	}

	onWheel(e) {
		e.preventDefault();
		const { x, y } = this.point(e);
		const unit = e.deltaMode === 1 ? 18 : e.deltaMode === 2 ? this.height : 1;
		if (x < this.gutter && !e.ctrlKey)
			this.pan(0, e.deltaY * unit);
		else if (e.shiftKey || Math.abs(e.deltaX) > Math.abs(e.deltaY))
			this.pan((e.deltaX || e.deltaY) * unit, 0);
		else
			this.zoom(Math.exp(-e.deltaY * unit * (e.ctrlKey ? 0.01 : 0.002)), x, y);
	}

	onDown(e) {
		const p = this.point(e);
		this.canvas.setPointerCapture(e.pointerId);
		this.pointers.set(e.pointerId, p);
		this.app.hover(-1);
		if (this.pointers.size > 1) {
			this.mode = 'pinch';
			return;
		}
		this.start = p;
		this.mode = !this.uniform && p.x > this.width - 12 ? 'scroll'
			: e.shiftKey || this.app.isSelecting ? 'area' : 'press';
	}

	onMove(e) {
		const p = this.point(e), before = this.pointers.get(e.pointerId);
		if (!before) {
			this.app.hover(this.picture.hit(this, p.x, p.y), p);
			return;
		}
		if (this.mode === 'press' &&
			Math.hypot(p.x - this.start.x, p.y - this.start.y) > 4)
			this.mode = 'pan';
		if (this.mode === 'pinch')
			this.pinch(e.pointerId, before, p);
		else if (this.mode === 'pan')
			this.pan(before.x - p.x, before.y - p.y);
		else if (this.mode === 'scroll')
			this.pan(0, (p.y - before.y) * this.picture.height / this.plotHeight);
		else if (this.mode === 'area')
			this.setArea(this.start, p);
		if (this.mode !== 'press')
			this.pointers.set(e.pointerId, p);
	}

	/** Two fingers: what was below them stays there. */
	pinch(id, before, now) {
		const other = [...this.pointers].find(([key]) => key !== id);
		if (!other)
			return;
		const q = other[1];
		const apart = (a, b) => this.uniform ? Math.hypot(a.x - b.x, a.y - b.y)
			: Math.abs(a.x - b.x);
		this.zoom(Math.max(0.5, Math.min(2, Math.max(10, apart(now, q)) /
			Math.max(10, apart(before, q)))), (before.x + q.x) / 2, (before.y + q.y) / 2);
		this.pan((before.x - now.x) / 2, (before.y - now.y) / 2);
	}

	setArea(a, b) {
		const clip = x => Math.max(this.gutter, Math.min(this.width, x));
		this.area = { x0: this.wx(clip(Math.min(a.x, b.x))), x1: this.wx(clip(Math.max(a.x, b.x))),
			y0: this.wy(Math.min(a.y, b.y)), y1: this.wy(Math.max(a.y, b.y)) };
		this.app.sumArea(this.area);
		this.draw();
	}

	onUp(e) {
		const p = this.point(e);
		if (!this.pointers.delete(e.pointerId))
			return;
		if (this.mode === 'press' && e.type === 'pointerup')
			this.app.click(this.picture.hit(this, p.x, p.y), p.x < this.gutter);
		if (this.pointers.size === 0)
			this.mode = '';
	}

	onDouble(e) {
		const p = this.point(e), item = this.picture.hit(this, p.x, p.y);
		if (item >= 0 && p.x >= this.gutter)
			this.show(this.picture.box(item), true);
	}
}
