/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "guarded.h"
#include "tap.h"
#include "tele/finding.h"
#include "tele/json.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* What finding_write makes of F must be WANT. */
static bool
writes(struct finding *f, const char *want, const char *title)
{
	struct json_fault fault;
	struct slice got;
	struct out out;
	bool same;

	out_open_memory(&out);
	finding_write(f, &out);
	got = (struct slice){ out.buf, out.len };
	same = slice_equal(got, slice_of(want)) && json_check(got, &fault);
	if (!ok(same, "finding: %s", title))
		note("%.*s# %s", (int)got.len, got.ptr, want);
	out_close(&out);
	return same;
}

/* Text that ends where it is said to. */
static void
text(struct finding *f, const char *key, struct slice s)
{
	char *copy = guarded(s);

	finding_text(f, key, (struct slice){ copy, s.len });
	free(copy);
}

static void
test_order(struct finding *f)
{
	static const struct slice seen[] = { { "b", 1 }, { "a\\\"", 3 } };

	finding_begin(f, "TS003", FINDING_ERROR);
	finding_json(f, "code_line", SLICE("7"));
	text(f, "code_file", SLICE("src/a.ts"));
	text(f, "src", SLICE("app.log"));
	finding_json(f, "src_line", SLICE("99"));
	text(f, "verdict", SLICE("slower"));
	text(f, "handler", SLICE("createNode"));
	finding_json(f, "beat", SLICE("2"));
	finding_count(f, "count", 18446744073709551615u);
	finding_json(f, "attr.user", SLICE("true"));
	text(f, "plugin", SLICE("Canvas"));
	finding_raws(f, "observed", seen, COUNT(seen));
	text(f, "expected", SLICE("a"));
	finding_format(f, "message", "%s before %s", "b", "a");
	writes(f,
	    "{\"finding\":\"TS003\",\"severity\":\"error\","
	    "\"message\":\"b before a\",\"expected\":\"a\","
	    "\"observed\":[\"b\",\"a\\\"\"],\"count\":18446744073709551615,"
	    "\"plugin\":\"Canvas\",\"beat\":2,\"handler\":\"createNode\","
	    "\"verdict\":\"slower\",\"attr.user\":true,"
	    "\"code_file\":\"src/a.ts\",\"code_line\":7,\"src\":\"app.log\","
	    "\"src_line\":99}\n",
	    "keys have one order, whatever that of setting them");
}

static void
test_values(struct finding *f)
{
	finding_begin(f, "X1", FINDING_NOTE);
	text(f, "handler", SLICE(""));
	finding_raw(f, "plugin", SLICE(""));
	finding_json(f, "beat", SLICE(""));
	finding_raws(f, "expected", NULL, 0);
	finding_format(f, "observed", "%s", "");
	writes(f, "{\"finding\":\"X1\",\"severity\":\"note\"}\n",
	    "what has no value is not written");

	finding_begin(f, "X2", FINDING_WARNING);
	text(f, "message", SLICE("first"));
	text(f, "message", SLICE("second"));
	finding_raw(f, "message", SLICE("third"));
	finding_count(f, "message", 4);
	writes(f,
	    "{\"finding\":\"X2\",\"severity\":\"warning\","
	    "\"message\":\"first\"}\n",
	    "of a key that is set twice the first value stays");
}

/* Quotes, NUL, an escape, bytes that are no UTF-8, a bidirectional control. */
static void
test_escapes(struct finding *f)
{
	finding_begin(f, "X", FINDING_NOTE);
	text(f, "message", SLICE("\"\\\n\0\033\xff\xe2\x80\xae/\xc3\xa9"));
	finding_raw(f, "handler", SLICE("\\\"\xe2\x80\xae\\u0007\xc3\xa9"));
	text(f, "at\"tr", SLICE("x"));
	writes(f,
	    "{\"finding\":\"X\",\"severity\":\"note\",\"message\":"
	    "\"\\\"\\\\\\n\\u0000\\u001b\xef\xbf\xbd\\u202e/\xc3\xa9\","
	    "\"handler\":\"\\\"\\u202e\\u0007\xc3\xa9\",\"at\\\"tr\":\"x\"}\n",
	    "any text becomes JSON that drives no terminal");
}

static void
test_copy(struct finding *f)
{
	char line[] = "{\"kind\":\"beat\",\"added\":[\"a\"],\"beat\":3,"
		      "\"handler\":\"h\\u0041\",\"src_line\":12}\n";
	struct event_reader events;
	struct input in;
	struct event ev;

	input_open_memory(&in, "test", slice_of(line));
	event_reader_init(&events, &in);
	finding_begin(f, "X", FINDING_NOTE);
	ok(event_next(&events, &ev), "finding: there is an event");
	finding_copy(f, &ev, EVENT_SRC_LINE);
	finding_copy(f, &ev, EVENT_SRC);
	finding_copy(f, &ev, EVENT_ADDED);
	finding_copy(f, &ev, EVENT_HANDLER);
	finding_copy(f, &ev, EVENT_BEAT);
	writes(f,
	    "{\"finding\":\"X\",\"severity\":\"note\",\"beat\":3,"
	    "\"handler\":\"h\\u0041\",\"added\":[\"a\"],\"src_line\":12}\n",
	    "the keys of an event are taken over as they are");
	event_reader_free(&events);
	input_close(&in);
}

/* Of three severities and two classes, each without and with: what fails. */
static void
test_gate(void)
{
	static const char *const classes[] = { "slower", "flow", NULL };
	static const struct {
		const char *words[3];
		const char *fails; /* per severity, with class -1, 0, 1 */
	} rows[] = {
		{ { "none" }, "... ... ..." },
		{ { "error" }, "... ... ###" },
		{ { "warning" }, "... ### ###" },
		{ { "note" }, "### ### ###" },
		{ { "any" }, "### ### ###" },
		{ { "error", "note" }, "### ### ###" },
		{ { "slower" }, ".#. .#. .#." },
		{ { "flow", "slower" }, ".## .## .##" },
		{ { "flow", "error" }, "..# ..# ###" },
		{ { "none", "flow" }, "..# ..# ..#" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *words[3] = { rows[i].words[0], rows[i].words[1] };
		struct opt_list list = { words, words[1] ? 2 : 1, 3 };
		struct finding_gate gate;
		char got[12] = "... ... ...";
		const char *wrong = finding_gate_read(&gate, &list, classes);

		for (int s = 0; s < 3; s++)
			for (int c = -1; c < 2; c++)
				if (finding_gate_fails(&gate,
					(enum finding_severity)s, c))
					got[s * 4 + c + 1] = '#';
		if (!ok(wrong == NULL && strcmp(got, rows[i].fails) == 0,
			"finding: what fails on %s%s%s", words[0],
			words[1] ? "," : "", words[1] ? words[1] : ""))
			note("%s", got);
	}
}

static void
test_gate_words(void)
{
	static const char *const classes[] = { "slower", NULL };
	const char *words[] = { "error", "slower", "sloer", "eror" };
	struct opt_list all = { words, 4, 4 }, two = { words, 2, 4 };
	struct finding_gate gate;

	ok(finding_gate_read(&gate, &all, classes) == words[2],
	    "finding: the first unknown word is told");
	ok(finding_gate_read(&gate, &two, NULL) == words[1],
	    "finding: a tool may have no classes");
}

int
main(void)
{
	struct finding f;

	finding_init(&f);
	test_order(&f);
	test_values(&f);
	test_escapes(&f);
	test_copy(&f);
	finding_free(&f);
	test_gate();
	test_gate_words();
	return done();
}
