// Use a page as a user would: a step a line on stdin, what is to be seen on
// stdout.
//
//   node drive.js ENDPOINT PAGE.html[#FRAGMENT] [WIDTH HEIGHT] <steps
//
// What no page may do is reported at the end, whatever the steps were: a word
// on the console, an error, a request.
'use strict';

const fs = require('fs');
const path = require('path');
const { chromium } = require('playwright-core');

const [endpoint, page, width = '1280', height = '800'] = process.argv.slice(2);
const say = text => process.stdout.write(text + '\n');
const sleep = ms => new Promise(done => setTimeout(done, ms));

const steps = {
	async press(p, keys) {
		for (const key of keys.split(' '))
			await p.keyboard.press(key);
	},
	async type(p, text) {
		await p.keyboard.type(text);
	},
	async click(p, selector) {
		await p.click(selector);
	},
	async focus(p, selector) {
		await p.focus(selector);
	},
	/** X Y, in the canvas. */
	async hover(p, at) {
		await p.mouse.move(...await inCanvas(p, at));
	},
	async clickat(p, at) {
		await p.mouse.click(...await inCanvas(p, at));
	},
	async doubleat(p, at) {
		await p.mouse.dblclick(...await inCanvas(p, at));
	},
	/** X Y DY */
	async wheel(p, args) {
		await p.mouse.move(...await inCanvas(p, args));
		await p.mouse.wheel(0, Number(args.split(' ')[2]));
	},
	/** X Y to X Y */
	async drag(p, args) {
		const [from, to] = args.split(' to ');
		await p.mouse.move(...await inCanvas(p, from));
		await p.mouse.down();
		await p.mouse.move(...await inCanvas(p, to), { steps: 5 });
		await p.mouse.up();
	},
	async hold(p, key) {
		await p.keyboard.down(key);
	},
	async release(p, key) {
		await p.keyboard.up(key);
	},
	/** Two fingers, X1 X2 Y to X1 X2 Y. */
	async pinch(p, args) {
		const cdp = await p.context().newCDPSession(p);
		const [from, to] = args.split(' to ').map(s => s.split(' ').map(Number));
		const [left, top] = await inCanvas(p, '0 0');
		const touch = (type, a) => cdp.send('Input.dispatchTouchEvent', { type,
			touchPoints: a ? [{ x: left + a[0], y: top + a[2], id: 1 },
				{ x: left + a[1], y: top + a[2], id: 2 }] : [] });
		await touch('touchStart', from);
		for (let i = 1; i <= 4; i++)
			await touch('touchMove', from.map((v, k) => v + (to[k] - v) * i / 4));
		await touch('touchEnd', null);
	},
	async theme(p, colorScheme) {
		await p.emulateMedia({ colorScheme });
	},
	async media(p, media) {
		await p.emulateMedia({ media });
	},
	async reload(p) {
		await settle(p);
		await p.reload();
	},
	/** The text of what a selector finds, an element a line. */
	async text(p, selector) {
		await settle(p);
		for (const text of await p.locator(selector).allTextContents())
			say(text);
	},
	async see(p, selector) {
		say(selector + ' is ' + (await p.locator(selector).first().isVisible() ? 'to be seen' : 'hidden'));
	},
	/** What an expression is, in the page. */
	async value(p, expression) {
		await settle(p);
		say(String(await p.evaluate(expression)));
	},
	async address(p) {
		await settle(p);
		say(new URL(p.url()).hash);
	},
	async shot(p, file) {
		await settle(p);
		await p.screenshot({ path: file });
	},
	async axe(p) {
		await p.evaluate(fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'));
		const { violations } = await p.evaluate(() => globalThis.axe.run());
		for (const v of violations)
			say(`${v.impact} ${v.id}: ${v.nodes[0].html.slice(0, 120)}`);
		say(violations.filter(v => /serious|critical/.test(v.impact)).length + ' serious');
	},
};

/** Until it has drawn, and has written its address. */
async function settle(p) {
	await sleep(180);
	if (process.env.NO_SCRIPTS)
		return;
	await p.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
}

async function inCanvas(p, at) {
	const box = await p.locator('#canvas').boundingBox();
	const [x, y] = at.split(' ').map(Number);
	return [box.x + x, box.y + y];
}

async function run() {
	const browser = await chromium.connect(endpoint);
	const context = await browser.newContext({
		viewport: { width: Number(width), height: Number(height) },
		hasTouch: true,
		javaScriptEnabled: !process.env.NO_SCRIPTS,
		colorScheme: 'light',
	});
	context.setDefaultTimeout(10000);
	const p = await context.newPage();
	const [file, fragment] = page.split('#');
	const url = 'file://' + path.resolve(file) + (fragment ? '#' + fragment : '');
	const faults = [];
	p.on('console', m => faults.push('console: ' + m.text()));
	p.on('pageerror', e => faults.push('error: ' + e.message));
	p.on('request', r => {
		if (!r.isNavigationRequest() && r.url() !== 'data:,')
			faults.push('request: ' + r.url());
	});
	await p.goto(url);
	for (const line of fs.readFileSync(0, 'utf8').split('\n').filter(Boolean)) {
		const [name, ...rest] = line.trim().split(' ');
		await steps[name](p, rest.join(' '));
	}
	faults.forEach(say);
	await browser.close();
}

run().catch(e => {
	process.stderr.write(e.stack + '\n');
	process.exit(1);
});
