/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "guarded.h"
#include "random.h"
#include "rows.h"
#include "tap.h"
#include "tele/json.h"
#include "tele/term.h"
#include "tele/utf8.h"

static const struct slice good[] = {
	TEXT("0"),
	TEXT("-0"),
	TEXT("-0.0e-0"),
	TEXT("1E+400"),
	TEXT("123456789012345678901234567890.5"),
	TEXT("true"),
	TEXT("false"),
	TEXT("null"),
	TEXT(" \t\r\n1 \t\r\n"),
	TEXT("\"\""),
	TEXT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83C\\uDFBC\""),
	TEXT("\"\\ud800\""),
	TEXT("\"\\udc00\\ud800\""),
	TEXT("\"\x7f \xc2\x80 \xe2\x82\xac \xf4\x8f\xbf\xbf\""),
	TEXT("\"\xe2\x80\xa8\""),
	TEXT("[]"),
	TEXT("{}"),
	TEXT("[[],{},[{}]]"),
	TEXT("{\"\":0,\"\":1}"),
	TEXT(" { \"a\" : [ 1 , 2 ] , \"b\" : { } } "),
};

/* A fault without WHAT is a text that just stops. */
static const struct {
	struct slice text;
	size_t at;
	const char *what;
} bad[] = {
	{ TEXT(""), 0, NULL },
	{ TEXT("  "), 2, NULL },
	{ TEXT("["), 1, NULL },
	{ TEXT("[1"), 2, NULL },
	{ TEXT("[1,"), 3, NULL },
	{ TEXT("{\"a\""), 4, NULL },
	{ TEXT("{\"a\":"), 5, NULL },
	{ TEXT("[\"abc"), 5, NULL },
	{ TEXT("[tru"), 4, NULL },
	{ TEXT("]"), 0, "expected a value" },
	{ TEXT("}"), 0, "expected a value" },
	{ TEXT("[,1]"), 1, "expected a value" },
	{ TEXT("[1,]"), 3, "expected a value" },
	{ TEXT("[1,,2]"), 3, "expected a value" },
	{ TEXT("{\"a\":}"), 5, "expected a value" },
	{ TEXT("[1 2]"), 3, "expected ',' or ']' after value" },
	{ TEXT("[1}"), 2, "expected ',' or ']' after value" },
	{ TEXT("[1:2]"), 2, "expected ',' or ']' after value" },
	{ TEXT("{\"a\":1]"), 6, "expected ',' or '}' after value" },
	{ TEXT("{\"a\":1 \"b\":2}"), 7, "expected ',' or '}' after value" },
	{ TEXT("{\"a\" 1}"), 5, "expected ':' after key" },
	{ TEXT("{\"a\",1}"), 4, "expected ':' after key" },
	{ TEXT("{a:1}"), 1, "expected a key in quotes" },
	{ TEXT("{1:1}"), 1, "expected a key in quotes" },
	{ TEXT("{,}"), 1, "expected a key in quotes" },
	{ TEXT("{\"a\":1,}"), 7, "expected a key in quotes" },
	{ TEXT("{'a':1}"), 1, "expected a key in quotes" },
	{ TEXT("1 2"), 2, "text after the value" },
	{ TEXT("[] x"), 3, "text after the value" },
	{ TEXT("{}}"), 2, "text after the value" },
	{ TEXT("[1]\0"), 3, "text after the value" },
	{ TEXT("0x1"), 1, "text after the value" },
	{ TEXT("1_0"), 1, "text after the value" },
	{ TEXT("truex"), 4, "text after the value" },
	{ TEXT("tru"), 3, NULL },
	{ TEXT("nulL"), 0, "expected a value" },
	{ TEXT("True"), 0, "expected a value" },
	{ TEXT("NaN"), 0, "expected a value" },
	{ TEXT("Infinity"), 0, "expected a value" },
	{ TEXT("+1"), 0, "expected a value" },
	{ TEXT(".5"), 0, "expected a value" },
	{ TEXT("'a'"), 0, "expected a value" },
	{ TEXT("\v1"), 0, "expected a value" },
	{ TEXT("\xc2\xa0[]"), 0, "expected a value" },
	{ TEXT("\xef\xbb\xbf[]"), 0, "expected a value" },
	{ TEXT("// 1"), 0, "expected a value" },
	{ TEXT("\0"), 0, "expected a value" },
	{ TEXT("-"), 1, NULL },
	{ TEXT("1."), 2, NULL },
	{ TEXT("1e"), 2, NULL },
	{ TEXT("1e+"), 3, NULL },
	{ TEXT("01"), 1, "invalid number" },
	{ TEXT("-01"), 2, "invalid number" },
	{ TEXT("-a"), 1, "invalid number" },
	{ TEXT("-Infinity"), 1, "invalid number" },
	{ TEXT("1.e1"), 2, "invalid number" },
	{ TEXT("1.a"), 2, "invalid number" },
	{ TEXT("1ea"), 2, "invalid number" },
	{ TEXT("1e++1"), 3, "invalid number" },
	{ TEXT("\""), 1, NULL },
	{ TEXT("\"abc"), 4, NULL },
	{ TEXT("\"\\"), 2, NULL },
	{ TEXT("\"\\u12"), 5, NULL },
	{ TEXT("\"\xe2\x82"), 3, NULL },
	{ TEXT("\"a\nb\""), 2, "string is not closed" },
	{ TEXT("\"a\0b\""), 2, "NUL byte in string" },
	{ TEXT("\"a\tb\""), 2, "control character in string" },
	{ TEXT("\"a\x1f\""), 2, "control character in string" },
	{ TEXT("\"\\x\""), 1, "invalid escape in string" },
	{ TEXT("\"\\U0041\""), 1, "invalid escape in string" },
	{ TEXT("\"\\\0\""), 1, "invalid escape in string" },
	{ TEXT("\"\\u12g4\""), 1, "invalid escape in string" },
	{ TEXT("\"\\u00e\""), 1, "invalid escape in string" },
	{ TEXT("\"\xff\""), 1, "invalid UTF-8" },
	{ TEXT("\"\x80\""), 1, "invalid UTF-8" },
	{ TEXT("\"\xc0\xaf\""), 1, "invalid UTF-8" },
	{ TEXT("\"\xe2\x82\""), 1, "invalid UTF-8" },
	{ TEXT("\"a\xed\xa0\x80\""), 2, "invalid UTF-8" },
	{ TEXT("\"\xf4\x90\x80\x80\""), 1, "invalid UTF-8" },
	{ TEXT("\"\xf8\x88\x80\x80\x80\""), 1, "invalid UTF-8" },
	{ TEXT("[\"\\x\"]"), 2, "invalid escape in string" },
	{ TEXT("{\"\xff\":1}"), 2, "invalid UTF-8" },
};

/* Documents with their tokens; an error is `!` and where it is. */
static const struct {
	struct slice text;
	const char *tokens;
} documents[] = {
	{ TEXT("{\"a\":[1,-2.5e3,true,false,null,{}],\"b\\n\":\"x\\\"y\"}"),
	    "{ k(a) [ n(1) n(-2.5e3) t f z { } ] k(b\\n) s(x\\\"y) }" },
	{ TEXT(" [ [ ] , { \"\" : \"\" } , 0 ] "), "[ [ ] { k() s() } n(0) ]" },
	{ TEXT("12345"), "n(12345)" },
	{ TEXT("-0.5E-7 "), "n(-0.5E-7)" },
	{ TEXT("\"\xe2\x82\xac\xf0\x9f\x8e\xbc\\u00e9\\ud83c\\udfbc\""),
	    "s(\xe2\x82\xac\xf0\x9f\x8e\xbc\\u00e9\\ud83c\\udfbc)" },
	{ TEXT("true"), "t" },
	{ TEXT("[1,"), "[ n(1) !3" },
	{ TEXT("[01]"), "[ !2" },
	{ TEXT("[tru]"), "[ !1" },
	{ TEXT("{\"a\" 1}"), "{ !5" },
	{ TEXT("{\"a\":\"\\u12x4\"}"), "{ k(a) !6" },
	{ TEXT("[\"\xe2\x28\xa1\"]"), "[ !2" },
	{ TEXT("[\"\xf0\x9f\x8e"), "[ !5" },
	{ TEXT("[\"a\nb\"]"), "[ !3" },
	{ TEXT("[1,2,]"), "[ n(1) n(2) !5" },
	{ TEXT("-"), "!1" },
};

/* Raw bytes and the inside of the JSON string that says them. */
static const struct {
	struct slice raw, json;
} escapes[] = {
	{ TEXT(""), TEXT("") },
	{ TEXT("plain / text"), TEXT("plain / text") },
	{ TEXT("\"\\"), TEXT("\\\"\\\\") },
	{ TEXT("\b\f\n\r\t"), TEXT("\\b\\f\\n\\r\\t") },
	{ TEXT("a\0b"), TEXT("a\\u0000b") },
	{ TEXT("\x01\x1f"), TEXT("\\u0001\\u001f") },
	{ TEXT("\x1b[31m"), TEXT("\\u001b[31m") },
	{ TEXT("\x7f"), TEXT("\\u007f") },
	{ TEXT("\xc2\x80\xc2\x9f\xc2\xa0"), TEXT("\\u0080\\u009f\xc2\xa0") },
	{ TEXT("\xd8\x9c"), TEXT("\\u061c") },
	{ TEXT("\xe2\x80\x8d"), TEXT("\xe2\x80\x8d") },
	{ TEXT("\xe2\x80\x8e\xe2\x80\x8f"), TEXT("\\u200e\\u200f") },
	{ TEXT("\xe2\x80\xa8\xe2\x80\xa9"), TEXT("\\u2028\\u2029") },
	{ TEXT("\xe2\x80\xaa\xe2\x80\xae"), TEXT("\\u202a\\u202e") },
	{ TEXT("\xe2\x81\xa6\xe2\x81\xa9"), TEXT("\\u2066\\u2069") },
	{ TEXT("\xf0\x9f\x8e\xbc"), TEXT("\xf0\x9f\x8e\xbc") },
};

/* What no encoder of ours writes, and the bytes that it stands for. */
static const struct {
	struct slice json, raw;
} unescapes[] = {
	{ TEXT("\\/"), TEXT("/") },
	{ TEXT("\\u0041\\u00E9\\u20ac"), TEXT("A\xc3\xa9\xe2\x82\xac") },
	{ TEXT("\\uD83C\\uDFBC"), TEXT("\xf0\x9f\x8e\xbc") },
	{ TEXT("\\udbff\\udfff"), TEXT("\xf4\x8f\xbf\xbf") },
	{ TEXT("\\ud83c"), TEXT("\xef\xbf\xbd") },
	{ TEXT("\\ud83cx"), TEXT("\xef\xbf\xbdx") },
	{ TEXT("\\ud83c\\n"), TEXT("\xef\xbf\xbd\n") },
	{ TEXT("\\udfbc\\ud83c"), TEXT("\xef\xbf\xbd\xef\xbf\xbd") },
	{ TEXT("\\ud83c\\u0058"), TEXT("\xef\xbf\xbdX") },
	{ TEXT("\\ud83c\\ue000"), TEXT("\xef\xbf\xbd\xee\x80\x80") },
	{ TEXT("\\ud83c\\ud83c\\udfbc"), TEXT("\xef\xbf\xbd\xf0\x9f\x8e\xbc") },
};

static const char *
shown(struct slice text)
{
	static char buf[1024];

	term_escape(buf, sizeof(buf), text);
	return buf;
}

static void
test_good(void)
{
	struct json_fault fault;

	for (size_t i = 0; i < COUNT(good); i++) {
		char *p = guarded(good[i]);

		ok(json_check((struct slice){ p, good[i].len }, &fault),
		    "json: '%s' is accepted", shown(good[i]));
		free(p);
	}
}

static void
test_bad(void)
{
	struct json_fault fault;

	for (size_t i = 0; i < COUNT(bad); i++) {
		struct slice text = bad[i].text;
		char *p = guarded(text);
		bool accepted = json_check((struct slice){ p, text.len },
		    &fault);
		bool same_what = !accepted &&
		    (bad[i].what == NULL || fault.what == NULL
			    ? bad[i].what == fault.what
			    : strcmp(bad[i].what, fault.what) == 0);

		if (!ok(!accepted && fault.at == p + bad[i].at && same_what,
			"json: '%s' is refused at byte %zu: %s", shown(text),
			bad[i].at, bad[i].what ? bad[i].what : "it stops"))
			note("accepted %d, or at %td: %s", accepted,
			    accepted ? 0 : fault.at - p,
			    accepted ? "" : fault.what);
		free(p);
	}
}

/* The byte C after N others, in blocks of any width, in a string. */
static bool
stops_at(size_t n, char c, bool is_fault)
{
	char text[128];
	struct json_fault fault = { 0 };
	const char *after;
	char *p;
	bool good_stop;

	memset(text, 'a', sizeof(text));
	text[0] = '"';
	text[n + 1] = c;
	text[n + 2] = '"';
	p = guarded((struct slice){ text, n + 3 });
	after = json_string(p, p + n + 3, &fault);
	good_stop = is_fault ? after == NULL && fault.at == p + n + 1
			     : after == p + n + 3 - (c == '"');
	free(p);
	return good_stop;
}

static void
test_positions(void)
{
	size_t wrong = 0;

	for (size_t n = 0; n < 100; n++)
		wrong += !stops_at(n, '\0', true) || !stops_at(n, '\n', true) ||
		    !stops_at(n, '\x1f', true) || !stops_at(n, '\x80', true) ||
		    !stops_at(n, '\xff', true) || !stops_at(n, '"', false) ||
		    !stops_at(n, '\x7f', false) || !stops_at(n, ' ', false) ||
		    !stops_at(n, '~', false);
	ok(wrong == 0, "json: a string is scanned alike at every offset");
}

/* DEPTH times OPEN, then as often CLOSE, around VALUE. */
static bool
check_nested(const char *open, const char *value, const char *close,
    size_t depth, size_t *at)
{
	size_t o = strlen(open), v = strlen(value), c = strlen(close);
	size_t len = depth * (o + c) + v;
	char *text = mem_alloc(len), *p = text;
	struct json_fault fault = { text, NULL };
	bool accepted;

	for (size_t i = 0; i < depth; i++, p += o)
		memcpy(p, open, o);
	memcpy(p, value, v);
	p += v;
	for (size_t i = 0; i < depth; i++, p += c)
		memcpy(p, close, c);
	accepted = json_check((struct slice){ text, len }, &fault);
	*at = (size_t)(fault.at - text);
	free(text);
	return accepted;
}

static void
test_depth(void)
{
	size_t at;

	ok(check_nested("[", "", "]", 512, &at),
	    "json: 512 nested arrays are accepted");
	ok(check_nested("{\"a\":", "1", "}", 512, &at),
	    "json: 512 nested objects are accepted");
	ok(!check_nested("[", "", "]", 513, &at) && at == 512,
	    "json: the 513th nested array is refused where it begins");
	ok(!check_nested("{\"a\":", "1", "}", 513, &at) && at == 512 * 5,
	    "json: the 513th nested object is refused where it begins");
	ok(!check_nested("[{\"a\":", "1", "}]", 1000000, &at) && at == 256 * 6,
	    "json: a million nested containers are refused at the 513th");
}

/* Whether the tokens of TEXT end well. */
static bool
tokens_end(struct slice text)
{
	struct json j;
	enum json_token token;

	json_init(&j);
	json_feed(&j, text, true);
	while ((token = json_next(&j)) > JSON_END)
		continue;
	return token == JSON_END && j.p == j.end;
}

/* The bits of each level must not be mixed up at the borders of words. */
static void
test_containers(void)
{
	char open[600], text[1200];
	size_t wrong = 0;
	struct json_fault fault;
	uint64_t seed = 1;

	for (int round = 0; round < 200; round++) {
		size_t depth = 60 + random_below(&seed, 200), n = 0;

		for (size_t i = 0; i < depth; i++) {
			open[i] = random_below(&seed, 2) ? '[' : '{';
			text[n++] = open[i];
			if (open[i] == '{') {
				memcpy(text + n, "\"\":", 3);
				n += 3;
			}
		}
		text[n++] = '1';
		for (size_t i = depth; i-- > 0;)
			text[n++] = open[i] == '[' ? ']' : '}';
		wrong += !json_check((struct slice){ text, n }, &fault) ||
		    !tokens_end((struct slice){ text, n });
		text[n - 1 - depth / 2] ^= ']' ^ '}';
		wrong += json_check((struct slice){ text, n }, &fault) ||
		    tokens_end((struct slice){ text, n });
	}
	ok(wrong == 0, "json: containers close in the order they were opened");
}

/* What json_next says, as text. */
static char *
put_token(char *p, const struct json *j, enum json_token token)
{
	static const char names[] = {
		[JSON_OBJECT] = '{',
		[JSON_OBJECT_END] = '}',
		[JSON_ARRAY] = '[',
		[JSON_ARRAY_END] = ']',
		[JSON_KEY] = 'k',
		[JSON_STRING] = 's',
		[JSON_NUMBER] = 'n',
		[JSON_TRUE] = 't',
		[JSON_FALSE] = 'f',
		[JSON_NULL] = 'z',
	};

	*p++ = names[token];
	if (token == JSON_KEY || token == JSON_STRING || token == JSON_NUMBER)
		p += sprintf(p, "(%.*s)", (int)j->text.len, j->text.ptr);
	*p++ = ' ';
	return p;
}

/*
 * The tokens of TEXT when it comes in pieces that end at the offsets CUTS, each
 * in memory of its own that begins with what the one before left over.
 */
static void
trace(char *out, struct slice text, const size_t *cuts, size_t count)
{
	struct json j;
	size_t from = 0; /* what has been consumed */
	enum json_token token = JSON_MORE;
	char *start = out;

	json_init(&j);
	for (size_t i = 0; i <= count && token == JSON_MORE; i++) {
		size_t to = i < count ? cuts[i] : text.len;
		char *piece = guarded(
		    (struct slice){ text.ptr + from, to - from });

		json_feed(&j, (struct slice){ piece, to - from }, i == count);
		while ((token = json_next(&j)) > JSON_END)
			out = put_token(out, &j, token);
		if (token == JSON_ERROR)
			out += sprintf(out, "!%td ",
			    (ptrdiff_t)from + (j.fault.at - piece));
		from += (size_t)(j.p - piece);
		free(piece);
	}
	*(out > start ? out - 1 : out) = '\0';
}

static void
test_tokens(void)
{
	char whole[256], got[256];
	size_t every[64];

	for (size_t i = 0; i < COUNT(documents); i++) {
		struct slice text = documents[i].text;
		size_t wrong = 0, cuts[2];

		trace(whole, text, NULL, 0);
		if (!ok(strcmp(whole, documents[i].tokens) == 0,
			"json: the tokens of '%s'", shown(text)))
			note("%s", whole);
		for (cuts[0] = 0; cuts[0] <= text.len; cuts[0]++)
			for (cuts[1] = cuts[0]; cuts[1] <= text.len;
			     cuts[1]++) {
				trace(got, text, cuts, 2);
				wrong += strcmp(got, documents[i].tokens) != 0;
			}
		ok(wrong == 0, "json: they are the same in any three pieces");
		for (size_t n = 0; n < text.len; n++)
			every[n] = n + 1;
		trace(got, text, every, text.len);
		ok(strcmp(got, documents[i].tokens) == 0,
		    "json: they are the same byte by byte");
	}
}

static bool
escapes_to(struct slice raw, struct slice json)
{
	char *p = guarded(raw), *dst = mem_alloc(raw.len * 6 + 16);
	size_t n = json_escape(dst, (struct slice){ p, raw.len });
	bool same = slice_equal((struct slice){ dst, n }, json);

	free(p);
	free(dst);
	return same;
}

static bool
unescapes_to(struct slice json, struct slice raw)
{
	char *p = guarded(json), *dst = mem_alloc(json.len);
	size_t n = json_unescape(dst, (struct slice){ p, json.len });
	bool same = slice_equal((struct slice){ dst, n }, raw);

	free(p);
	free(dst);
	return same;
}

static void
test_escapes(void)
{
	for (size_t i = 0; i < COUNT(escapes); i++) {
		ok(escapes_to(escapes[i].raw, escapes[i].json),
		    "json: '%s' is what is written for it",
		    shown(escapes[i].json));
		ok(unescapes_to(escapes[i].json, escapes[i].raw),
		    "json: '%s' is read back", shown(escapes[i].json));
	}
	for (size_t i = 0; i < COUNT(unescapes); i++)
		ok(unescapes_to(unescapes[i].json, unescapes[i].raw),
		    "json: '%s' stands for the bytes it should",
		    shown(unescapes[i].json));
	ok(escapes_to((struct slice)TEXT("a\xff\xe2\x82z\xf0\x9f"),
	       (struct slice)TEXT("a\xef\xbf\xbd\xef\xbf\xbdz\xef\xbf\xbd")),
	    "json: every malformed part is written as U+FFFD");
}

/* RAW with its malformed parts replaced: what a round trip must give. */
static size_t
repaired(char *dst, const char *p, const char *end)
{
	char *start = dst;
	uint32_t cp;
	size_t len;

	while (p < end) {
		len = utf8_decode(p, end, &cp);
		if (len == 0)
			p += utf8_malformed(p, end);
		p += len;
		dst += utf8_encode(dst, cp);
	}
	return (size_t)(dst - start);
}

static void
test_round_trips(void)
{
	static const char alphabet[] =
	    "ab \"\\\n\x01\x7f\x80\x9f\xa0\xbf\xc2\xd8\xe2\xed\xf0\xf4\xff";
	char raw[64], json[6 * 64 + 18], back[sizeof(json)], want[3 * 64];
	size_t wrong = 0;
	struct json_fault fault;
	uint64_t seed = 2;

	for (int round = 0; round < 200000; round++) {
		size_t len = random_below(&seed, sizeof(raw)), n, m, k;

		for (size_t i = 0; i < len; i++)
			raw[i] =
			    alphabet[random_below(&seed, sizeof(alphabet))];
		json[0] = '"';
		n = json_escape(json + 1, (struct slice){ raw, len });
		json[n + 1] = '"';
		m = json_unescape(back, (struct slice){ json + 1, n });
		k = repaired(want, raw, raw + len);
		wrong += !json_check((struct slice){ json, n + 2 }, &fault) ||
		    !slice_equal((struct slice){ back, m },
			(struct slice){ want, k });
	}
	ok(wrong == 0, "json: what is escaped is JSON and is read back");
}

int
main(void)
{
	test_good();
	test_bad();
	test_positions();
	test_depth();
	test_containers();
	test_tokens();
	test_escapes();
	test_round_trips();
	return done();
}
