/* SPDX-License-Identifier: MIT */
/*
 * Any text as a record of partial statistics: it is refused with a place, or
 * what is written of it is JSON and is read as the same again.
 */
#include <stdlib.h>

#include "fuzz.h"
#include "tele/json.h"
#include "tele/mem.h"
#include "tele/partial.h"
#include "tele/summary.h"

static void
must_be_json(const struct out *out)
{
	struct json_fault fault;

	must(out->len > 0 && out->buf[out->len - 1] == '\n');
	must(json_check((struct slice){ out->buf, out->len }, &fault));
}

/* All columns; what has no value must not be asked for one. */
static void
look_at(const struct summary *s)
{
	__int128 value;
	int64_t ns;

	for (int i = 0; i < SUMMARY_COLUMNS; i++)
		if (summary_value(s, (enum summary_column)i, &value))
			/* Late children take time from earlier parents. */
			must(value >= 0 || i == SUMMARY_SELF_MS);
	for (int i = 0; i <= 20; i++)
		if (quantile_at(&s->durations, i / 20.0, &ns))
			must(ns >= s->durations.min_ns &&
			    ns <= s->durations.max_ns);
}

/* Read what was written of S: it gives the same record. */
static void
read_again(const struct summary *s, struct slice group, struct slice session)
{
	struct summary again, twice = { 0 };
	struct out first, second;
	struct slice record, g, n;
	const char *at;
	char *text;

	out_open_memory(&first);
	out_open_memory(&second);
	partial_write(s, group, session, &first);
	must_be_json(&first);
	text = memcpy(mem_alloc(first.len - 1), first.buf, first.len - 1);
	record = (struct slice){ text, first.len - 1 };
	must(partial_read(&again, record, &g, &n, &at) == NULL);
	must(slice_equal(g, group) && slice_equal(n, session));
	summary_merge(&twice, &again);
	partial_write(&twice, group, session, &second);
	must(slice_equal((struct slice){ first.buf, first.len },
	    (struct slice){ second.buf, second.len }));
	summary_free(&again);
	summary_free(&twice);
	out_close(&first);
	out_close(&second);
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice record = { (const char *)data, size }, group, session;
	const char *at = NULL, *wrong;
	struct json_fault fault;
	struct summary s;
	struct out out;

	wrong = partial_read(&s, record, &group, &session, &at);
	if (wrong != NULL) {
		must(at >= record.ptr && at <= record.ptr + size);
		summary_free(&s);
		return 0;
	}
	must(json_check(record, &fault));
	look_at(&s);
	/* No record begins with blanks, and none of no group is written. */
	if (*record.ptr == '{' && group.len > 0) {
		out_open_memory(&out);
		summary_write(&s, group, &out);
		must_be_json(&out);
		out_close(&out);
		read_again(&s, group, session);
	}
	summary_free(&s);
	return 0;
}
