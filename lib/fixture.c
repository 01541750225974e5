/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "tele/duration.h"
#include "tele/eventfind.h"
#include "tele/fixture.h"
#include "tele/fnv.h"
#include "tele/jsonscan.h"
#include "tele/jsontext.h"
#include "tele/timestamp.h"

bool
fixture_budget_parse(struct slice text, struct fixture_budget *b)
{
	const char *star = slice_find(text, SLICE("*"));
	struct slice p, factor;
	int64_t percent, times;

	if (text.len < 4 || text.ptr[0] != 'p' || star == NULL)
		return false;
	p = slice_range(text.ptr + 1, star);
	factor = slice_range(star + 1, text.ptr + text.len);
	if (!duration_scale(p, 1000000, &percent) || percent <= 0 ||
	    percent > 100 * 1000000 ||
	    !duration_scale(factor, 1000000, &times) || times <= 0)
		return false;
	*b = (struct fixture_budget){ true, (double)percent / 1e8,
		(double)times / 1e6 };
	return true;
}

/* --- names ---------------------------------------------------------------- */

void
fixture_tame(char *dst, size_t size, struct slice text, const char *also)
{
	size_t len = 0;
	char c;

	for (size_t i = 0; i < text.len && len + 1 < size; i++) {
		c = text.ptr[i];
		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') || c == ' ' ||
		    (c != '\0' && strchr(also, c) != NULL))
			dst[len++] = c;
		else if (len == 0 || dst[len - 1] != '_')
			dst[len++] = '_';
	}
	dst[len] = '\0';
}

/* The name of what happened, as plain text without secrets. */
static void
tame_name(const struct recording *r, struct redaction *redaction, char *dst,
    size_t size)
{
	struct slice raw = recording_member(r->root, SLICE("name"));
	struct slice inside;
	struct out text;
	char *plain;

	out_open_memory(&text);
	redact_string(redaction, &text, raw);
	inside = (struct slice){ text.buf + 1, text.len - 2 };
	plain = mem_alloc(inside.len + 1);
	inside.len = json_unescape(plain, inside);
	inside.ptr = plain;
	fixture_tame(dst, size, inside, "_-");
	free(plain);
	out_close(&text);
}

static void
make_label(struct fixture *f, struct redaction *redaction)
{
	const struct recording *r = f->recording;
	char name[FIXTURE_LABEL - 30];

	tame_name(r, redaction, name, sizeof(name));
	snprintf(f->label, sizeof(f->label), "%s - %zu step%s - %s", name,
	    r->steps, r->steps == 1 ? "" : "s", r->has_failed ? "error" : "ok");
}

static void
make_id(struct fixture *f, unsigned round)
{
	uint64_t h = fnv_add(FNV_START + round, f->recording->flow);

	h ^= h >> 32;
	h *= UINT64_C(0x9e3779b97f4a7c15);
	snprintf(f->id, sizeof(f->id), "%012llx",
	    (unsigned long long)(h >> (64 - 4 * FIXTURE_ID)));
}

void
fixtures_name(struct fixture *f, size_t count, struct redaction *redaction)
{
	struct map used;
	bool is_new;

	map_init(&used, 0);
	for (size_t i = 0; i < count; i++) {
		unsigned round = 0;

		do {
			make_id(&f[i], round++);
			map_put(&used, slice_of(f[i].id), &is_new);
		} while (!is_new);
		make_label(&f[i], redaction);
	}
	map_free(&used);
}

void
fixture_source(const struct fixture *f, char *dst, size_t size)
{
	const struct recording *r = f->recording;
	char line[32];

	if (size <= sizeof(line))
		return;
	fixture_tame(line, sizeof(line), r->src_line, "");
	fixture_tame(dst, size - sizeof(line),
	    r->src.len > 0 ? r->src : SLICE("-"), "_-./");
	if (line[0] != '\0') {
		strcat(dst, ":");
		strcat(dst, line);
	}
}

void
fixture_time(const struct fixture *f, bool is_last, char *dst, size_t size)
{
	const struct recording *r = f->recording;
	char text[TIMESTAMP_MAX];
	size_t len;

	dst[0] = '\0';
	if (!r->has_time)
		return;
	len = timestamp_format(text, is_last ? r->last_ns : r->first_ns,
	    is_last ? r->last_digits : r->first_digits);
	snprintf(dst, size, "%.*s", (int)len, text);
}

/* --- the record ----------------------------------------------------------- */

static void
write_key(struct out *out, const char *key)
{
	char last = out->len > 0 ? out->buf[out->len - 1] : '{';

	out_format(out, "%s\"%s\":", last == '{' || last == '[' ? "" : ",",
	    key);
}

static void
write_text(struct out *out, struct redaction *redaction, const char *key,
    struct slice raw)
{
	if (raw.len == 0)
		return;
	write_key(out, key);
	redact_string(redaction, out, raw);
}

static void
write_plain(struct out *out, const char *key, const char *text)
{
	if (text[0] == '\0')
		return;
	write_key(out, key);
	out_format(out, "\"%s\"", text);
}

static void
write_ms(struct out *out, const char *key, int64_t ns)
{
	char text[DURATION_MS_MAX];

	write_key(out, key);
	out_write(out, (struct slice){ text, duration_format_ms(text, ns) });
}

/* What the request asked with: JSON if it is, also in a string, else text. */
static void
write_payload(struct out *out, const struct recording *r,
    const struct fixture_style *style)
{
	const struct event root = { .line = r->root };
	enum json_token type;
	struct slice raw = event_find(&root, style->payload, &type), plain;
	struct json_fault fault;
	char *text;

	if (type == JSON_END || type == JSON_NULL)
		return;
	write_key(out, "payload");
	text = mem_alloc(raw.len + 1);
	plain = (struct slice){ text, json_unescape(text, raw) };
	if (type != JSON_STRING)
		redact_value(style->redaction, out, raw);
	else if (json_check(plain, &fault))
		redact_value(style->redaction, out, plain);
	else
		redact_string(style->redaction, out, raw);
	free(text);
}

/* What has to be asked for so that it happens again. */
static void
write_request(struct out *out, const struct recording *r,
    const struct fixture_style *style)
{
	static const struct slice keys[][2] = {
		{ { "name", 4 }, { "name", 4 } },
		{ { "id", 2 }, { "sequence_id", 11 } },
		{ { "plugin", 6 }, { "plugin", 6 } },
		{ { "service", 7 }, { "service", 7 } },
	};
	struct slice value = { "", 0 };

	write_key(out, "request");
	out_write(out, SLICE("{"));
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		write_text(out, style->redaction, keys[i][0].ptr,
		    recording_member(r->root, keys[i][1]));
	for (size_t i = 0; i < r->line_count && value.len == 0; i++)
		value = recording_member(r->lines[i], SLICE("priority"));
	write_text(out, style->redaction, "priority", value);
	write_payload(out, r, style);
	out_write(out, SLICE("}"));
}

static void
write_fields(struct out *out, const struct recording *r,
    struct redaction *redaction)
{
	const struct recording_field *f = r->fields;
	struct out value;

	if (r->fixed == 0)
		return;
	write_key(out, "fields");
	out_write(out, SLICE("["));
	for (size_t i = 0; i < r->field_count; i++) {
		if (f[i].varies)
			continue;
		out_write(out,
		    out->buf[out->len - 1] == '[' ? SLICE("{") : SLICE(",{"));
		if (f[i].at >= 0) {
			write_key(out, "step");
			out_format(out, "%d", f[i].at);
		}
		if (f[i].handler >= 0) {
			write_key(out, "handler");
			out_format(out, "%d", f[i].handler);
		}
		/* With its key, which tells whether it is a secret. */
		out_open_memory(&value);
		out_format(&value, "{\"%.*s\":", (int)f[i].key.len,
		    f[i].key.ptr);
		out_write(&value, f[i].value);
		out_write(&value, SLICE("}"));
		write_key(out, "is");
		redact_value(redaction, out,
		    (struct slice){ value.buf, value.len });
		out_close(&value);
		out_write(out, SLICE("}"));
	}
	out_write(out, SLICE("]"));
}

static void
write_volatile(struct out *out, const struct recording *r,
    struct redaction *redaction)
{
	const struct recording_field *f = r->fields;
	struct map seen;
	bool is_new;

	if (r->fixed == r->field_count)
		return;
	map_init(&seen, 0);
	write_key(out, "volatile");
	out_write(out, SLICE("["));
	for (size_t i = 0; i < r->field_count; i++) {
		if (!f[i].varies)
			continue;
		map_put(&seen, f[i].key, &is_new);
		if (!is_new)
			continue;
		if (out->buf[out->len - 1] != '[')
			out_write(out, SLICE(","));
		redact_string(redaction, out, f[i].key);
	}
	out_write(out, SLICE("]"));
	map_free(&seen);
}

static void
write_budget(struct out *out, const struct recording *r,
    const struct fixture_budget *b)
{
	int64_t ns;
	double ms;

	if (!b->is_set || !quantile_at(&r->durations, b->quantile, &ns))
		return;
	ms = ceil((double)ns * b->factor / (double)NS_PER_MS);
	if (ms >= 9e12)
		return;
	write_ms(out, "budget_ms", (int64_t)ms * NS_PER_MS);
}

void
fixture_write(struct out *out, const struct fixture *f,
    const struct fixture_style *style)
{
	const struct recording *r = f->recording;
	struct redaction *redaction = style->redaction;
	char text[TIMESTAMP_MAX + 1];
	struct out line;

	/* In memory, where what was written last can be looked at. */
	out_open_memory(&line);
	out_write(&line, SLICE("{"));
	write_plain(&line, "test", f->id);
	write_plain(&line, "label", f->label);
	write_key(&line, "count");
	out_format(&line, "%llu", (unsigned long long)r->count);
	fixture_time(f, false, text, sizeof(text));
	write_plain(&line, "first", text);
	fixture_time(f, true, text, sizeof(text));
	write_plain(&line, "last", text);
	write_text(&line, redaction, "src", r->src);
	if (r->src_line.len > 0) {
		write_key(&line, "src_line");
		out_write(&line, r->src_line);
	}
	if (r->has_duration)
		write_ms(&line, "max_ms", r->max_ns);
	write_budget(&line, r, style->budget);
	write_request(&line, r, style);
	write_key(&line, "flow");
	redact_value(redaction, &line, r->flow);
	write_fields(&line, r, redaction);
	write_volatile(&line, r, redaction);
	write_key(&line, "events");
	out_write(&line, SLICE("["));
	for (size_t i = 0; i < r->line_count; i++) {
		if (i > 0)
			out_write(&line, SLICE(","));
		redact_value(redaction, &line, r->lines[i]);
	}
	out_write(&line, SLICE("]}\n"));
	out_write(out, (struct slice){ line.buf, line.len });
	out_close(&line);
}
