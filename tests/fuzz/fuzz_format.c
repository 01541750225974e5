/* SPDX-License-Identifier: MIT */
/*
 * Any text as a format file: it is refused with a message, or it reads a small
 * log without ado.
 */
#include <stdlib.h>

#include "runlog.h"

static const struct slice name = { "fuzz.yaml", 9 };

/* Lines that templates of every kind may fit, and some that none does. */
static const char lines[] =
    "2026-01-02T03:04:05.678Z open a b 1 2.5ms x=1 y=two\n"
    "2026-01-02T03:04:05.678Z in open: 007 5.ms 00012.50ms \"quoted\\\"\n"
    "2026-01-02T03:04:06.678Z set id-1767323045678-abc9 handler=h\n"
    "2026-01-02T03:04:06.678Z failed: TypeError: x\n"
    "    at f (http://localhost:5173/src/a.ts:10:5)\n"
    "    at g (node:internal/x:1:2)\n"
    "2026-01-02T03:04:07.678Z delta: +a,b ~c -d | more\n"
    "2026-01-02T03:04:07.679Z \360\237\216\274 close a in 12.25ms\n"
    "2026-01-02T03:04:09.679Z close a in 9223372036854.7ms\n"
    "[2026-01-02 03:04:05.1 -05:00] [INF] open z 3 4\n"
    "[LOG] %cclose color: red\n"
    " open \033[31m \000 \377 \342\200\256\r\n"
    "\n"
    "open a";

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = { (const char *)data, size };
	struct slice log = { lines, sizeof(lines) - 1 };
	char error[128] = "";
	struct format *f = format_parse(name.ptr, text, error, sizeof(error));
	struct out whole, pieces;

	if (f == NULL) {
		must(strncmp(error, name.ptr, name.len) == 0);
		must(error[name.len] == ':' && strlen(error) < sizeof(error));
		return 0;
	}
	if (f->kind == FORMAT_TEXT) {
		run_log(f, log, log.len, true, &whole);
		run_log(f, log, 1, true, &pieces);
		must(slice_equal((struct slice){ whole.buf, whole.len },
		    (struct slice){ pieces.buf, pieces.len }));
		out_close(&whole);
		out_close(&pieces);
	}
	format_free(f);
	return 0;
}
