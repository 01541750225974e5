/* SPDX-License-Identifier: MIT */
/*
 * Any lines as records: the reader, which guesses keys, must take exactly the
 * lines and values that a plain reader of JSON takes, and what is written with
 * another value must be read again.
 */
#include <stdlib.h>

#include "fuzz.h"
#include "tele/event.h"
#include "tele/json.h"
#include "tele/mem.h"

/* The known keys of one record, as the tokens say. */
struct plain {
	uint64_t have;
	struct slice value[EVENT_KEYS];
};

static bool
has_type(const struct json *j, enum json_token token, enum event_type type)
{
	switch (type) {
	case EVENT_STRING:
		return token == JSON_STRING;
	case EVENT_STRINGS:
		return token == JSON_ARRAY;
	case EVENT_NUMBER:
		return token == JSON_NUMBER;
	default:
		for (size_t i = 0; i < j->text.len; i++)
			if (j->text.ptr[i] < '0' || j->text.ptr[i] > '9')
				return false;
		return token == JSON_NUMBER;
	}
}

/*
 * Past the value that TOKEN begins; whether there are only strings in it, if it
 * is an array.
 */
static bool
skip(struct json *j, enum json_token token)
{
	int depth = j->depth - 1;
	bool is_strings = token == JSON_ARRAY;

	if (token != JSON_OBJECT && token != JSON_ARRAY)
		return false;
	while (j->depth > depth) {
		token = json_next(j);
		is_strings &= token == JSON_STRING || token == JSON_ARRAY_END;
	}
	return is_strings;
}

/* The known key that RAW, escaped in whatever way, is. */
static int
key_of(struct slice raw)
{
	char *name = mem_alloc(raw.len);
	int key = event_key_of(
	    (struct slice){ name, json_unescape(name, raw) });

	free(name);
	return key;
}

/* Read LINE without guessing; false if it is no record. */
static bool
read_plainly(struct slice line, struct plain *plain)
{
	struct json_fault fault;
	enum json_token token;
	struct slice text;
	struct json j;
	int key;

	plain->have = 0;
	if (!json_check(line, &fault))
		return false;
	json_init(&j);
	json_feed(&j, line, true);
	if (json_next(&j) != JSON_OBJECT)
		return false;
	while (json_next(&j) == JSON_KEY) {
		const char *from;

		key = key_of(j.text);
		from = json_blank(j.p, j.end);
		token = json_next(&j);
		/* Statistics say "" where a key is absent. */
		if (key >= 0 && token == JSON_STRING && j.text.len == 0 &&
		    event_keys[key].type != EVENT_STRING)
			continue;
		if (key >= 0 && token != JSON_NULL &&
		    !has_type(&j, token, event_keys[key].type))
			return false;
		text = j.text;
		if (!skip(&j, token) && key >= 0 && token == JSON_ARRAY)
			return false;
		if (key < 0 || token == JSON_NULL)
			continue;
		plain->have |= UINT64_C(1) << key;
		plain->value[key] = token == JSON_STRING
		    ? text
		    : slice_range(from, j.p);
	}
	return true;
}

/* The event's values are those that a plain reader finds, but for EXCEPT. */
static void
must_be_alike(const struct event *ev, const struct plain *plain, int except)
{
	for (int key = 0; key < EVENT_KEYS; key++) {
		bool has = event_has(ev, (enum event_key)key);

		if (key == except)
			continue;
		must(has == ((plain->have >> key & 1) != 0));
		must(!has || slice_equal(ev->value[key], plain->value[key]));
	}
}

/* Write EV with KEY and read it again: the rest stays. */
static void
write_and_read(const struct event *ev, const struct plain *plain,
    enum event_key key)
{
	static const struct slice json = { "new \\\"value\\\"", 13 };
	struct event_reader r;
	struct event again;
	struct input in;
	struct out out;

	out_open_memory(&out);
	event_write_with(&out, ev, key, json);
	must(out.buf[out.len - 1] == '\n');
	input_open_memory(&in, "memory", (struct slice){ out.buf, out.len });
	event_reader_init(&r, &in);
	must(event_next(&r, &again));
	must(event_has(&again, key));
	must(slice_equal(again.value[key], json));
	must_be_alike(&again, plain, (int)key);
	must(!event_next(&r, &again));
	event_reader_free(&r);
	must(input_close(&in) == 0);
	out_close(&out);
}

static void
read_numbers(struct event_reader *r, const struct event *ev)
{
	static const enum event_key keys[] = { EVENT_DURATION_MS, EVENT_SELF_MS,
		EVENT_WAIT_MS };
	struct timestamp t;
	int64_t ns;
	int digits;

	for (size_t i = 0; i < 3; i++)
		if (event_ns(r, ev, keys[i], &ns))
			must(ns >= 0);
	if (event_time(r, ev, &ns, &digits)) {
		must(timestamp_parse(ev->value[EVENT_TIME], &t));
		must(t.ns == ns && t.digits == digits);
	}
}

static struct slice
next_line(struct slice *text)
{
	const char *end = text->ptr + text->len;
	const char *newline = memchr(text->ptr, '\n', text->len);
	struct slice line = slice_range(text->ptr, newline ? newline : end);

	*text = slice_range(newline ? newline + 1 : end, end);
	return line;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned turn = (unsigned)size;
	struct slice rest = { (const char *)data, size };
	struct event_reader r;
	struct plain plain;
	struct input in;
	struct event ev;
	enum event_key key;

	input_open_memory(&in, "memory", rest);
	event_reader_init(&r, &in);
	while (rest.len > 0) {
		if (!read_plainly(next_line(&rest), &plain))
			continue;
		must(event_next(&r, &ev));
		must_be_alike(&ev, &plain, -1);
		do {
			key = (enum event_key)(turn++ % EVENT_KEYS);
		} while (event_keys[key].type != EVENT_STRING);
		write_and_read(&ev, &plain, key);
		read_numbers(&r, &ev);
	}
	must(!event_next(&r, &ev));
	event_reader_free(&r);
	input_close(&in);
	return 0;
}
