/* SPDX-License-Identifier: MIT */
/*
 * Any log, read as the conductor's, as any text log's and as the one that it
 * looks like: what comes out must be events, whatever pieces it comes in, and
 * every line must be accounted for.
 */
#include <stdlib.h>

#include "runlog.h"
#include "tele/formats.h"

static const struct formats *
formats(void)
{
	static struct formats all;
	char error[256];

	if (all.count == 0)
		must(formats_load(&all, NULL, error, sizeof(error)));
	return &all;
}

static const struct format *
format_called(const char *name)
{
	for (int i = 0; i < formats()->count; i++)
		if (slice_equal(formats()->list[i]->name, slice_of(name)))
			return formats()->list[i];
	abort();
}

/* How much more LOG fits F than nothing; as reader_choose has it, roughly. */
static double
fit(const struct format *f, struct slice log)
{
	struct textlog t;
	double share;

	textlog_init(&t, f, NULL);
	textlog_begin(&t, log);
	share = (double)t.fit.known * (1 + textfit_bonus(&t.fit, f));
	textlog_free(&t);
	return share;
}

static const struct format *
best_format(struct slice log)
{
	const struct format *best = format_called("generic");
	double most = 0, share;
	struct input in;

	/* The text must be readable as wide.h says. */
	input_open_memory(&in, "memory", log);
	for (int i = 0; i < formats()->count; i++) {
		if (formats()->list[i]->kind != FORMAT_TEXT)
			continue;
		share = fit(formats()->list[i], slice_range(in.p, in.end));
		if (share > most) {
			most = share;
			best = formats()->list[i];
		}
	}
	must(input_close(&in) == 0);
	return best;
}

static void
run(const struct format *f, struct slice log)
{
	struct out whole, pieces;

	run_log(f, log, log.len, false, &whole);
	run_log(f, log, log.len % 97, false, &pieces);
	must(slice_equal((struct slice){ whole.buf, whole.len },
	    (struct slice){ pieces.buf, pieces.len }));
	out_close(&whole);
	out_close(&pieces);
	run_log(f, log, log.len, true, &whole);
	out_close(&whole);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice log = { (const char *)data, size };

	run(format_called("conductor"), log);
	run(format_called("generic"), log);
	run(format_called("traces"), log);
	run(best_format(log), log);
	return 0;
}
