// SPDX-License-Identifier: MIT
// What all pictures share: the data, texts, durations.
'use strict';

const data = JSON.parse(document.getElementById('data').textContent);
const strings = data.strings;
const $ = id => document.getElementById(id);

/** An element with attributes and children; text is text, never markup. */
function element(name, attributes, ...children) {
	const e = document.createElement(name);
	for (const [key, value] of Object.entries(attributes || {}))
		e.setAttribute(key, value);
	e.append(...children);
	return e;
}

/** Characters that reorder or hide others, as numbers: for the canvas. */
function visible(text) {
	return text.replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
		c => '\\u' + c.charCodeAt(0).toString(16).padStart(4, '0'));
}

/** Three significant digits and nothing that means nothing. */
function digits(n) {
	return String(n >= 100 ? Math.round(n) : Number(n.toPrecision(3)));
}

const units = [[86400e9, ' d'], [3600e9, ' h'], [60e9, ' min'], [1e9, ' s'],
	[1e6, ' ms'], [1e3, ' µs'], [1, ' ns']];

/** Nanoseconds for people: "1.5 ms". */
function duration(ns) {
	if (ns === 0 || ns == null)
		return ns === 0 ? '0' : '';
	if (ns < 0)
		return '-' + duration(-ns);
	const [size, name] = units.find(([least]) =>
		ns >= (least === 60e9 ? 180e9 : least)) || units[units.length - 1];
	return digits(ns / size) + name;
}

function plural(n, one, many) {
	return n.toLocaleString('en') + ' ' + (n === 1 ? one : many || one + 's');
}

/** The P-quantile by nearest rank of PAIRS, [value, times] in any order. */
function quantile(pairs, p) {
	let count = 0;
	for (const [, n] of pairs)
		count += n;
	if (count === 0)
		return -1;
	let rank = Math.max(1, Math.ceil(p * count - 1e-9));
	pairs.sort((a, b) => a[0] - b[0]);
	for (const [value, n] of pairs) {
		rank -= n;
		if (rank <= 0)
			return value;
	}
	return -1;
}

/** `[value, times, ...]` as pairs, added to PAIRS. */
function addPairs(pairs, flat) {
	for (let i = 0; i < flat.length; i += 2)
		pairs.push([flat[i], flat[i + 1]]);
}

/** A column of numbers that was left out because all are 0. */
function column(of, key, count) {
	return of[key] || new Uint8Array(count);
}

/**
 * Where the code is, by the template.  What the log says of it is only ever
 * part of a path: it can choose neither the scheme nor the host.
 */
function codeLink(file, line) {
	if (!data.link || !file)
		return null;
	const path = new TextDecoder().decode(new TextEncoder().encode(file))
		.replace(/^\/+/, '/').split('/').map(encodeURIComponent).join('/');
	return data.link.replace(/\/?\{file\}|\{line\}/g, field =>
		field === '{line}' ? encodeURIComponent(line || '1')
		: field[0] === '/' ? '/' + path.replace(/^\//, '') : path);
}

const darkness = matchMedia('(prefers-color-scheme: dark)');

/** The colours of the style sheet, for the canvas. */
function readColours() {
	const style = getComputedStyle(document.documentElement);
	const colours = { dark: darkness.matches };
	for (const name of ['paper', 'ink', 'faint', 'line', 'band', 'path',
		'other', 'before', 'alarm', 'match', 'mark'])
		colours[name] = style.getPropertyValue('--' + name).trim();
	return colours;
}

const FONT = '12px ui-monospace, "DejaVu Sans Mono", Consolas, Menlo, monospace';

/** TEXT in ROOM columns: without its middle, if it is too long. */
function shorten(text, room) {
	if (text.length <= room)
		return text;
	if (room < 2)
		return '';
	const head = Math.floor((room - 1) / 2);
	return text.slice(0, head) + '…' + text.slice(text.length - (room - 1 - head));
}

/** TEXT at X, Y, in at most WIDTH pixels. */
function drawText(c, text, x, y, width) {
	c.fillText(shorten(text, Math.floor(width / drawText.column)), x, y);
}

/** A name and, in what room it leaves, its owner. */
function drawNames(c, name, owner, x, y, width) {
	const room = Math.floor(width / drawText.column) - name.length - 2;
	drawText(c, owner && room >= 4 ? name + '  ' + shorten(owner, room) : name, x, y, width);
}
drawText.column = 7.2; // as measured when the picture is painted

/** What is called like WORDS, by the number of a string. */
function matchingStrings(words) {
	const hits = new Uint8Array(strings.length);
	const wish = words.toLowerCase();
	for (let i = 1; i < strings.length; i++)
		if (strings[i].toLowerCase().includes(wish))
			hits[i] = 1;
	return hits;
}
