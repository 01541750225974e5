/* SPDX-License-Identifier: MIT */
/*
 * Any events as tests: fixtures are JSON without a character that drives a
 * terminal, no two have one id, labels are tame, and what is made of the events
 * of a fixture is that fixture again.
 */
#include <ctype.h>
#include <stdlib.h>

#include "fuzz.h"
#include "tele/fixture.h"
#include "tele/input.h"
#include "tele/jsonscan.h"
#include "tele/utf8.h"

static const struct selection everything = { 0 };
static const struct recordings_options options = {
	.selection = &everything,
	.payload = { "attr.payload", 12 },
	.max = 50,
	.wants_durations = true,
};

static void
read_events(struct recordings *all, struct slice data)
{
	struct event_reader r;
	struct event ev;
	struct input in;

	recordings_init(all, &options);
	input_open_memory(&in, "memory", data);
	event_reader_init(&r, &in);
	while (event_next(&r, &ev))
		if (ev.type == RECORD_EVENT)
			recordings_add(all, &r, &ev);
	recordings_finish(all);
	event_reader_free(&r);
	input_close(&in);
}

static void
must_be_tame(const char *text)
{
	for (; *text != '\0'; text++)
		must(isalnum((unsigned char)*text) || *text == ' ' ||
		    *text == '_' || *text == '-');
}

/* Nothing in TEXT drives a terminal. */
static void
must_be_plain(struct slice text)
{
	const char *p = text.ptr, *end = p + text.len;
	uint32_t cp;
	size_t len;

	for (; p < end; p += len) {
		len = utf8_decode(p, end, &cp);
		must(len > 0 && !utf8_is_control(cp));
	}
}

/* The events of R happen again: the same flow comes of them. */
static void
must_happen_again(const struct recording *r)
{
	struct recordings again;
	struct out text;
	bool is_there = false;

	out_open_memory(&text);
	for (size_t i = 0; i < r->line_count; i++) {
		out_write(&text, r->lines[i]);
		out_write(&text, SLICE("\n"));
	}
	read_events(&again, (struct slice){ text.buf, text.len });
	for (size_t i = 0; i < again.map.count; i++)
		is_there |= slice_equal(again.map.entries[i]->key, r->flow);
	must(is_there);
	recordings_free(&again);
	out_close(&text);
}

static void
look_at(const struct fixture *f, struct redaction *redaction)
{
	const struct fixture_budget budget = { true, 0.99, 3 };
	const struct fixture_style style = { redaction, &budget,
		options.payload };
	struct json_fault fault;
	struct out out;

	must_be_tame(f->id);
	must_be_tame(f->label);
	must(json_check(f->recording->flow, &fault));
	must(f->recording->count > 0);
	out_open_memory(&out);
	fixture_write(&out, f, &style);
	must(out.buf[out.len - 1] == '\n');
	must(json_check((struct slice){ out.buf, out.len - 1 }, &fault));
	must_be_plain((struct slice){ out.buf, out.len - 1 });
	out_close(&out);
	must_happen_again(f->recording);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = { (const char *)data, size };
	const struct opt_list none = { 0 };
	const struct recording **sorted;
	struct redaction redaction;
	struct recordings all;
	struct fixture *f;
	char error[128];
	size_t count;

	must(redaction_init(&redaction, &none, "x+", error, sizeof(error)));
	read_events(&all, text);
	count = all.map.count;
	sorted = recordings_sorted(&all);
	f = mem_zalloc(count + 1, sizeof(*f));
	for (size_t i = 0; i < count; i++)
		f[i].recording = sorted[i];
	fixtures_name(f, count, &redaction);
	for (size_t i = 0; i < count; i++) {
		look_at(&f[i], &redaction);
		must(i == 0 || strcmp(f[i].id, f[i - 1].id) != 0);
	}
	free(sorted);
	free(f);
	recordings_free(&all);
	redaction_free(&redaction);
	return 0;
}
