/* SPDX-License-Identifier: MIT */
/*
 * Any text: the check, the tokens of the whole and the tokens of its pieces
 * must agree; what is unescaped must survive being escaped again.
 */
#include <stdlib.h>

#include "fuzz.h"
#include "tele/json.h"
#include "tele/mem.h"
#include "tele/utf8.h"

/* What came of a text: all its tokens as one number, and where it ended. */
struct outcome {
	enum json_token last;
	size_t at;
	uint64_t tokens;
};

static void
mix(uint64_t *hash, struct slice bytes)
{
	for (size_t i = 0; i < bytes.len; i++)
		*hash = (*hash ^ (uint8_t)bytes.ptr[i]) *
		    UINT64_C(0x100000001b3);
	*hash = (*hash ^ 0x100) * UINT64_C(0x100000001b3);
}

static char *
copy(struct slice s)
{
	return memcpy(mem_alloc(s.len), s.ptr, s.len);
}

/* RAW, escaped, is JSON that stands for RAW, if that is UTF-8. */
static void
round_trip(struct slice raw)
{
	char *json = mem_alloc(raw.len * 6 + 18), *back;
	size_t n = json_escape(json + 1, raw), m;
	struct json_fault fault;

	must(n <= raw.len * 6);
	json[0] = json[n + 1] = '"';
	must(json_check((struct slice){ json, n + 2 }, &fault));
	back = mem_alloc(n);
	m = json_unescape(back, (struct slice){ json + 1, n });
	must(utf8_check(back, back + m) == back + m);
	if (utf8_check(raw.ptr, raw.ptr + raw.len) == raw.ptr + raw.len)
		must(slice_equal((struct slice){ back, m }, raw));
	free(back);
	free(json);
}

static void
unescape(struct slice text)
{
	char *from = copy(text), *raw = mem_alloc(text.len);
	size_t n = json_unescape(raw, (struct slice){ from, text.len });

	must(n <= text.len);
	must(utf8_check(raw, raw + n) == raw + n);
	round_trip((struct slice){ raw, n });
	free(from);
	free(raw);
}

static struct outcome
tokenize_whole(struct slice text)
{
	struct outcome o = { .tokens = 1 };
	struct json j;

	json_init(&j);
	json_feed(&j, text, true);
	while ((o.last = json_next(&j)) > JSON_END) {
		uint8_t type = (uint8_t)o.last;

		mix(&o.tokens, (struct slice){ (const char *)&type, 1 });
		if (o.last == JSON_KEY || o.last == JSON_STRING ||
		    o.last == JSON_NUMBER)
			mix(&o.tokens, j.text);
		if (o.last == JSON_KEY || o.last == JSON_STRING)
			unescape(j.text);
		must(j.depth >= 0 && j.depth <= JSON_DEPTH);
	}
	o.at = (size_t)((o.last == JSON_ERROR ? j.fault.at : j.p) - text.ptr);
	return o;
}

/* In pieces whose lengths STEPS chooses, each in memory of its own. */
static struct outcome
tokenize_pieces(struct slice text, uint64_t steps)
{
	struct outcome o = { .last = JSON_MORE, .tokens = 1 };
	size_t from = 0, to = 0;
	struct json j;

	json_init(&j);
	while (o.last == JSON_MORE) {
		char *piece;

		must(to <= text.len);
		steps = steps * UINT64_C(6364136223846793005) + 1;
		to += 1 + (steps >> 33) % (steps >> 62 ? 4 : 64);
		if (to > text.len)
			to = text.len;
		piece = copy((struct slice){ text.ptr + from, to - from });
		json_feed(&j, (struct slice){ piece, to - from },
		    to == text.len);
		while ((o.last = json_next(&j)) > JSON_END) {
			uint8_t type = (uint8_t)o.last;

			mix(&o.tokens,
			    (struct slice){ (const char *)&type, 1 });
			if (o.last == JSON_KEY || o.last == JSON_STRING ||
			    o.last == JSON_NUMBER)
				mix(&o.tokens, j.text);
		}
		must(o.last != JSON_MORE || to < text.len);
		if (o.last == JSON_ERROR)
			o.at = from + (size_t)(j.fault.at - piece);
		from += (size_t)(j.p - piece);
		if (o.last == JSON_END)
			o.at = from;
		free(piece);
	}
	return o;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = { (const char *)data, size };
	struct json_fault fault = { 0 };
	bool is_json = json_check(text, &fault);
	struct outcome whole = tokenize_whole(text), pieces;
	const char *end = text.ptr + size;
	uint64_t steps = 1;

	if (is_json)
		must(whole.last == JSON_END && whole.at == size);
	else if (whole.last == JSON_ERROR)
		must(fault.at == text.ptr + whole.at);
	else
		must(fault.at == json_blank(text.ptr + whole.at, end));
	mix(&steps, text);
	for (int i = 0; i < 4; i++) {
		pieces = tokenize_pieces(text, steps + (uint64_t)i);
		must(pieces.last == whole.last);
		must(pieces.tokens == whole.tokens);
		must(pieces.last == JSON_END || pieces.at == whole.at);
	}
	round_trip(text);
	return 0;
}
