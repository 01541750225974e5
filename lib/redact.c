/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "tele/json.h"
#include "tele/jsontext.h"
#include "tele/mem.h"
#include "tele/redact.h"

/* What the letters of a key contain if its value is a secret. */
static const char *const secret_keys[] = { "password", "passwd", "passphrase",
	"secret", "token", "authorization", "cookie", "apikey", "accesskey",
	"privatekey", "credential", "sessionid", "csrf", "xsrf", "creditcard",
	"cardnumber", "email", NULL };

/* What of a text is a secret. */
static const char usual[] =
    "(?<message>"
    "(?i:\\b(?:bearer|basic)\\s+[a-z0-9._~+/=-]{8,})"
    "|\\beyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}(?:\\.[A-Za-z0-9_-]*)?"
    "|\\b(?:AKIA|ASIA)[0-9A-Z]{16}\\b"
    "|\\bgh[pousr]_[A-Za-z0-9]{20,}"
    "|\\bxox[abprs]-[A-Za-z0-9-]{10,}"
    "|\\bsk[-_](?:[a-z]+[-_])?[A-Za-z0-9]{16,}"
    "|-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*-----)?"
    "|(?<=://)[^/\\s:@]+:[^/\\s@]+(?=@)"
    "|(?i:\\b[a-z_-]*(?:password|passwd|pwd|secret|token|api[_-]?key)"
    "[\"']?\\s*[=:]\\s*[\"']?[^\\s\"',;&}]+)"
    "|[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,255}\\.[A-Za-z]{2,24}\\b"
    ")";

static const struct slice redacted = { "[redacted]", 10 };

static struct regex *
compile(struct redaction *r, struct slice source, char *error, size_t size)
{
	return regex_compile(&r->names, source, error, size);
}

bool
redaction_init(struct redaction *r, const struct opt_list *keep, const char *re,
    char *error, size_t size)
{
	struct out text;

	*r = (struct redaction){ .keep = keep };
	r->usual = compile(r, slice_of(usual), error, size);
	if (r->usual == NULL)
		return false;
	if (re == NULL)
		return true;
	out_open_memory(&text);
	out_format(&text, "(?<message>%s)", re);
	r->own = compile(r, (struct slice){ text.buf, text.len }, error, size);
	out_close(&text);
	return r->own != NULL;
}

void
redaction_free(struct redaction *r)
{
	regex_free(r->usual);
	regex_free(r->own);
}

static bool
is_kept(const struct redaction *r, struct slice key)
{
	for (size_t i = 0; i < r->keep->count; i++)
		if (slice_equal(key, slice_of(r->keep->items[i])))
			return true;
	return false;
}

/* Whether the value of KEY, raw JSON, is a secret. */
static bool
is_secret(const struct redaction *r, struct slice key)
{
	char letters[128];
	size_t len = 0;

	if (is_kept(r, key))
		return false;
	for (size_t i = 0; i < key.len && len + 1 < sizeof(letters); i++)
		if (isalpha((unsigned char)key.ptr[i]))
			letters[len++] = (char)tolower(
			    (unsigned char)key.ptr[i]);
	letters[len] = '\0';
	for (size_t i = 0; secret_keys[i] != NULL; i++)
		if (strstr(letters, secret_keys[i]) != NULL)
			return true;
	return false;
}

/* --- strings -------------------------------------------------------------- */

static void
write_escaped(struct out *out, struct slice plain)
{
	char *to;

	if (plain.len == 0)
		return;
	to = out_reserve(out, 6 * plain.len + 16);
	out_commit(out, to + json_escape(to, plain));
}

/* The next secret in TEXT, of RE; false if there is none. */
static bool
find(const struct regex *re, struct slice text, struct slice *found)
{
	struct captures got = { 0 };

	if (re == NULL)
		return false;
	switch (regex_match(re, text, &got)) {
	case REGEX_YES:
		*found = got.value[EVENT_MESSAGE];
		return captures_have(&got, EVENT_MESSAGE) && found->len > 0;
	case REGEX_LIMIT:
		/* Nobody knows: it might be all of it. */
		*found = text;
		return text.len > 0;
	default:
		return false;
	}
}

/* PLAIN with what RE finds in it replaced, for the next one to look at. */
static void
replace(struct out *to, const struct regex *re, struct slice plain)
{
	const char *end;
	struct slice found;

	if (plain.len == 0)
		return;
	end = plain.ptr + plain.len;
	while (plain.len > 0 && find(re, plain, &found)) {
		out_write(to, slice_range(plain.ptr, found.ptr));
		out_write(to, redacted);
		plain = slice_range(found.ptr + found.len, end);
	}
	out_write(to, plain);
}

static void
write_plain(struct redaction *r, struct out *out, struct slice plain)
{
	struct out once, twice;

	out_open_memory(&once);
	replace(&once, r->usual, plain);
	out_open_memory(&twice);
	replace(&twice, r->own, (struct slice){ once.buf, once.len });
	write_escaped(out, (struct slice){ twice.buf, twice.len });
	out_close(&once);
	out_close(&twice);
}

/* --- values --------------------------------------------------------------- */

/* Skip the rest of the value that began with TOKEN. */
static void
skip(struct json *j, enum json_token token)
{
	int depth = j->depth;

	if (token != JSON_OBJECT && token != JSON_ARRAY)
		return;
	while (j->depth >= depth && json_next(j) > JSON_END)
		;
}

static void
write_token(struct out *out, const struct json *j, enum json_token token)
{
	static const struct slice words[] = {
		[JSON_OBJECT] = { "{", 1 },
		[JSON_OBJECT_END] = { "}", 1 },
		[JSON_ARRAY] = { "[", 1 },
		[JSON_ARRAY_END] = { "]", 1 },
		[JSON_TRUE] = { "true", 4 },
		[JSON_FALSE] = { "false", 5 },
		[JSON_NULL] = { "null", 4 },
	};

	out_write(out, token == JSON_NUMBER ? j->text : words[token]);
}

static void write_value(struct redaction *r, struct out *out, struct slice json,
    bool deep);

static bool
is_json(struct slice plain)
{
	struct json_fault fault;

	return plain.len > 1 && (plain.ptr[0] == '{' || plain.ptr[0] == '[') &&
	    json_check(plain, &fault);
}

/* RAW with quotes; what in it is JSON itself, where DEEP says so, as such. */
static void
write_string(struct redaction *r, struct out *out, struct slice raw, bool deep)
{
	char *text = mem_alloc(raw.len + 1);
	struct slice plain = { text, json_unescape(text, raw) };
	struct out inner;

	out_write(out, SLICE("\""));
	if (deep && is_json(plain)) {
		out_open_memory(&inner);
		write_value(r, &inner, plain, false);
		write_escaped(out, (struct slice){ inner.buf, inner.len });
		out_close(&inner);
	} else {
		write_plain(r, out, plain);
	}
	out_write(out, SLICE("\""));
	free(text);
}

/* RAW as it is, in quotes. */
static void
write_quoted(struct out *out, struct slice raw)
{
	char *to = out_reserve(out, 6 * raw.len + 32);

	*to++ = '"';
	to += json_normal(to, raw);
	*to++ = '"';
	out_commit(out, to);
}

/* Whether a comma stands before TOKEN; *IS_FIRST is kept for the next. */
static bool
needs_comma(enum json_token token, bool *is_first)
{
	bool was_first = *is_first;

	*is_first = token == JSON_KEY || token == JSON_OBJECT ||
	    token == JSON_ARRAY;
	return !was_first && token != JSON_OBJECT_END &&
	    token != JSON_ARRAY_END;
}

static void
write_value(struct redaction *r, struct out *out, struct slice json, bool deep)
{
	bool is_hidden = false, is_whole = false, is_first = true;
	enum json_token token;
	struct json j;

	json_init(&j);
	json_feed(&j, json, true);
	while ((token = json_next(&j)) > JSON_END) {
		if (needs_comma(token, &is_first))
			out_write(out, SLICE(","));
		if (token == JSON_KEY) {
			write_quoted(out, j.text);
			out_write(out, SLICE(":"));
			is_hidden = is_secret(r, j.text);
			is_whole = is_kept(r, j.text);
			continue;
		}
		if (is_hidden && token != JSON_NULL) {
			skip(&j, token);
			write_quoted(out, redacted);
			is_first = false;
		} else if (token == JSON_STRING && is_whole) {
			write_quoted(out, j.text);
		} else if (token == JSON_STRING) {
			write_string(r, out, j.text, deep);
		} else {
			write_token(out, &j, token);
		}
		is_hidden = is_whole = false;
	}
}

void
redact_value(struct redaction *r, struct out *out, struct slice json)
{
	write_value(r, out, json, true);
}

void
redact_string(struct redaction *r, struct out *out, struct slice raw)
{
	write_string(r, out, raw, false);
}
