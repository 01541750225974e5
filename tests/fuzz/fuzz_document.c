/* SPDX-License-Identifier: MIT */
/*
 * Any text as a document of the format of JSON, logfmt or columns that its
 * first line names: what comes out must be events, with spans of what begins
 * and ends or without.
 */
#include <stdlib.h>

#include "runlog.h"
#include "tele/formats.h"
#include "tele/jsonlog.h"
#include "tele/pairing.h"

/* The format called NAME that reads JSON, or NULL. */
static const struct format *
find(struct slice name)
{
	static struct formats formats;
	char error[256];

	if (formats.count == 0)
		must(formats_load(&formats, NULL, error, sizeof(error)));
	for (int i = 0; i < formats.count; i++)
		if (formats.list[i]->json != NULL &&
		    slice_equal(formats.list[i]->name, name))
			return formats.list[i];
	return NULL;
}

static void
run_document(const struct format *f, struct slice text, bool pair)
{
	struct emit_options options = { .names = &f->fields,
		.keep = ~UINT64_C(0) << EVENT_KEYS };
	const struct jsonlog_options wish = { .gap_ns = 1, .keep_all = true };
	struct pairing_ids ids = { 0 };
	struct pairing pairing;
	struct jsonlog *l;
	struct emitter e;
	struct input in;
	struct out out;
	size_t seen;

	out_open_memory(&out);
	out_reserve(&out, 1); /* not NULL, even if nothing comes */
	emit_init(&e, &out, &options);
	emit_source(&e, "-");
	if (pair)
		pairing_init(&pairing, &e, &ids);
	l = jsonlog_new(f, &e, &wish);
	input_open_memory(&in, "memory", text);
	must(jsonlog_score(l, slice_range(in.p, in.end), &seen) <= seen);
	jsonlog_begin(l, &in);
	jsonlog_take(l);
	jsonlog_end(l);
	if (pair) {
		pairing_end(&pairing);
		pairing_free(&pairing);
	}
	must_be_events((struct slice){ out.buf, out.len }, e.count);
	jsonlog_free(l);
	emit_free(&e);
	input_close(&in);
	out_close(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *p = (const char *)data, *end = p + size;
	const char *newline = memchr(p, '\n', size);
	const struct format *f;

	if (newline == NULL)
		return 0;
	f = find(slice_range(p, newline));
	if (f == NULL)
		return 0;
	run_document(f, slice_range(newline + 1, end), false);
	run_document(f, slice_range(newline + 1, end), true);
	return 0;
}
