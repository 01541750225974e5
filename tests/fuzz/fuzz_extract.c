/* SPDX-License-Identifier: MIT */
/*
 * Any log, read in the text format that its first line names, else as the
 * conductor's: what comes out must be events, whatever pieces it comes in, and
 * every line must be accounted for.
 */
#include <stdlib.h>

#include "runlog.h"
#include "tele/formats.h"

/* The text format called NAME, or NULL. */
static const struct format *
find(struct slice name)
{
	static struct formats formats;
	char error[256];

	if (formats.count == 0)
		must(formats_load(&formats, NULL, error, sizeof(error)));
	for (int i = 0; i < formats.count; i++)
		if (formats.list[i]->kind == FORMAT_TEXT &&
		    slice_equal(formats.list[i]->name, name))
			return formats.list[i];
	return NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice log = { (const char *)data, size };
	const char *newline = memchr(data, '\n', size);
	const struct format *f = NULL;
	struct out whole, pieces;

	if (newline != NULL)
		f = find(slice_range(log.ptr, newline));
	if (f != NULL)
		log = slice_range(newline + 1, log.ptr + log.len);
	else
		f = find(SLICE("conductor"));
	must(f != NULL);
	run_log(f, log, log.len, false, &whole);
	run_log(f, log, log.len % 97, false, &pieces);
	must(slice_equal((struct slice){ whole.buf, whole.len },
	    (struct slice){ pieces.buf, pieces.len }));
	out_close(&whole);
	out_close(&pieces);
	run_log(f, log, log.len, true, &whole);
	out_close(&whole);
	return 0;
}
