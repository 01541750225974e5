// Start a browser, say where it listens, and run until stdin ends.
'use strict';

const { chromium } = require('playwright-core');

(async () => {
	const server = await chromium.launchServer({
		executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
		args: ['--no-sandbox', '--disable-gpu', '--hide-scrollbars'],
	});
	process.stdout.write(server.wsEndpoint() + '\n');
	process.stdin.resume();
	process.stdin.on('end', () => server.close().then(() => process.exit(0)));
})();
