// SPDX-License-Identifier: MIT
// How soon a page shows its picture, and how long a frame takes at worst while
// it is panned: for 1,000, 10,000 and 100,000 spans.
//
// Prints one record a size, with its goals.  Frames come at the pace of the
// screen, 60 a second, so that no frame is shorter than 16 ms.
'use strict';

const fs = require('fs');
const os = require('os');
const path = require('path');
const { execFileSync } = require('child_process');
const { chromium } = require('playwright-core');

const ROUNDS = 5;
const FRAMES = 100;
const sizes = [
	{ spans: 1000, paint: 500, frame: 33 },
	{ spans: 10000, paint: 500, frame: 33 },
	{ spans: 100000, paint: 2000, frame: 100 },
];

/** A tree of SPANS spans, of which every 50th fails. */
function makeEvents(spans) {
	const lines = [];
	for (let i = 0; i < spans; i++) {
		const begin = new Date(Date.UTC(2026, 0, 2) + i / 10).toISOString().slice(0, 23);
		const event = { time: begin + 'Z', kind: 'span', name: 'operation ' + i % 500,
			duration_ms: i === 0 ? spans / 10 : i % 97 + 1,
			status: i % 50 === 49 ? 'error' : 'ok', trace: 't', span: String(i),
			service: 'service ' + i % 12, code_file: 'src/part' + i % 80 + '.ts',
			code_line: i % 300, src: 'app.log', src_line: i + 1 };
		if (i > 0)
			event.parent = String(Math.floor((i - 1) / 8));
		lines.push(JSON.stringify(event));
	}
	return lines.join('\n') + '\n';
}

/** Remember when the first frame was drawn: runs before any script of the page. */
function watchFirstFrame() {
	const request = window.requestAnimationFrame;

	window.requestAnimationFrame = act => request(now => {
		act(now);
		window.firstFrame ??= performance.now();
	});
}

/** The worst time from a frame to the next while the picture moves. */
async function panFrames(frames) {
	const canvas = document.getElementById('canvas');
	const send = (type, at) => canvas.dispatchEvent(new PointerEvent(type,
		{ pointerId: 1, clientX: 500, clientY: at, bubbles: true }));
	const next = () => new Promise(done => requestAnimationFrame(done));
	let worst = 0;

	canvas.setPointerCapture = () => {};
	send('pointerdown', 700);
	let before = await next();
	for (let i = 0; i < frames; i++) {
		send('pointermove', 700 - i * 5);
		const now = await next();
		worst = Math.max(worst, now - before);
		before = now;
	}
	send('pointerup', 200);
	return worst;
}

async function measure(browser, file) {
	const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });

	await page.addInitScript(watchFirstFrame);
	await page.goto('file://' + file);
	await page.waitForFunction(() => window.firstFrame);
	await page.waitForTimeout(500);
	const paint = await page.evaluate(() => window.firstFrame);
	const frame = await page.evaluate(panFrames, FRAMES);
	await page.close();
	return { paint, frame };
}

async function run(folder) {
	const browser = await chromium.launch({
		executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
		args: ['--no-sandbox', '--disable-gpu'],
	});
	for (const goal of sizes) {
		const file = path.join(folder, goal.spans + '.html');
		fs.writeFileSync(file, execFileSync('tele-timeline', ['-f', 'html'],
			{ input: makeEvents(goal.spans), maxBuffer: 1 << 30 }));
		const runs = [];
		for (let i = 0; i < ROUNDS; i++)
			runs.push(await measure(browser, file));
		const paint = Math.min(...runs.map(r => r.paint));
		const frame = Math.min(...runs.map(r => r.frame));
		const missed = [paint > goal.paint && 'first_paint_ms', frame > goal.frame && 'worst_frame_ms']
			.filter(Boolean).join(', ');
		console.log(JSON.stringify({
			bench: `page of ${goal.spans} spans`,
			first_paint_ms: Math.round(paint),
			worst_frame_ms: Math.round(frame * 10) / 10,
			size_bytes: fs.statSync(file).size,
			goal: `first_paint_ms <= ${goal.paint}, worst_frame_ms <= ${goal.frame}`,
			missed: missed || undefined,
		}));
	}
	await browser.close();
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tele-bench-'));
run(folder).finally(() => fs.rmSync(folder, { recursive: true })).catch(e => {
	process.stderr.write(e.stack + '\n');
	process.exit(1);
});
