/* SPDX-License-Identifier: MIT */
#ifndef RUNLOG_H
#define RUNLOG_H

#include "fuzz.h"
#include "tele/duration.h"
#include "tele/json.h"
#include "tele/textlog.h"

/* Every line of TEXT, COUNT of them, is JSON and an event. */
static inline void
must_be_events(struct slice text, uint64_t count)
{
	const char *p = text.ptr, *end = p + text.len, *newline;
	struct json_fault fault;
	struct event_reader r;
	struct event ev;
	struct input in;
	uint64_t lines = 0;

	for (; p < end; p = newline + 1) {
		newline = memchr(p, '\n', (size_t)(end - p));
		must(newline != NULL);
		must(json_check(slice_range(p, newline), &fault));
		lines++;
	}
	must(lines == count);
	input_open_memory(&in, "memory", text);
	event_reader_init(&r, &in);
	for (; event_next(&r, &ev); lines--)
		must(ev.type == RECORD_EVENT && ev.kind != KIND_OTHER);
	must(lines == 0);
	event_reader_free(&r);
	must(input_close(&in) == 0);
}

/*
 * What F makes of LOG, in OUT, when it comes in blocks of at least STEP bytes.
 * All lines must be accounted for, and all that is written must be events.
 */
static inline void
run_log(const struct format *f, struct slice log, size_t step, bool everything,
    struct out *out)
{
	struct emit_options options = { .names = &f->fields };
	struct textlog_counts *n;
	struct emitter e;
	struct correlator *c;
	struct textlog t;
	struct input in;
	const char *end;

	if (everything)
		options.keep = ~UINT64_C(0) << EVENT_KEYS;
	out_open_memory(out);
	out_reserve(out, 1); /* not NULL, even if nothing comes */
	emit_init(&e, out, &options);
	emit_source(&e, "a \"file\"");
	c = correlator_new(f, &e);
	textlog_init(&t, f, c);
	if (everything)
		t.gap_ns = NS_PER_S;
	input_open_memory(&in, "memory", log);
	textlog_begin(&t, slice_range(in.p, in.end));
	for (end = in.end; in.p < end;) {
		in.end = (size_t)(end - in.p) > step
		    ? memchr(in.p + step, '\n', (size_t)(end - in.p) - step)
		    : end;
		in.end = in.end == NULL || in.end == end ? end : in.end + 1;
		textlog_block(&t, &in);
	}
	textlog_end(&t);
	n = &t.counts;
	must(in.line == n->matched + n->continuation + n->unmatched);
	must_be_events((struct slice){ out->buf, out->len }, e.count);
	correlator_free(c);
	textlog_free(&t);
	emit_free(&e);
	must(input_close(&in) == 0);
}

#endif
