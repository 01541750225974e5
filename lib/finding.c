/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "tele/finding.h"
#include "tele/json.h"
#include "tele/mem.h"

const char *const finding_severity_names[] = { "note", "warning", "error",
	NULL };

struct finding_member {
	const char *key;
	int rank;
	size_t at, len; /* of its value, in text */
};

void
finding_init(struct finding *f)
{
	*f = (struct finding){ 0 };
	out_open_memory(&f->text);
}

void
finding_free(struct finding *f)
{
	out_close(&f->text);
	free(f->members);
	*f = (struct finding){ 0 };
}

/* Where a key stands among the others: the least comes first. */
static int
rank_of(const char *key)
{
	static const char *const head[] = { "finding", "severity", "message",
		"expected", "observed", "count" };
	enum { HEAD = sizeof(head) / sizeof(*head) };
	int event;

	for (int i = 0; i < HEAD; i++)
		if (strcmp(head[i], key) == 0)
			return i;
	event = event_key_of(slice_of(key));
	if (event < 0)
		return HEAD + EVENT_CODE_FILE;
	return HEAD + event + (event >= EVENT_CODE_FILE);
}

/* A member called KEY for the value that comes next; false if it has one. */
static bool
add_member(struct finding *f, const char *key)
{
	struct finding_member m = { key, rank_of(key), f->text.len, 0 };
	size_t i;

	for (i = 0; i < f->count; i++)
		if (strcmp(f->members[i].key, key) == 0)
			return false;
	f->members = mem_grow(f->members, &f->cap, f->count + 1, sizeof(m));
	for (; i > 0 && f->members[i - 1].rank > m.rank; i--)
		f->members[i] = f->members[i - 1];
	f->members[i] = m;
	f->count++;
	return true;
}

/* All that was written since add_member is the value of KEY. */
static void
end_member(struct finding *f, const char *key)
{
	size_t i = 0;

	while (f->members[i].key != key)
		i++;
	f->members[i].len = f->text.len - f->members[i].at;
}

static void
put_raw(struct out *out, struct slice raw)
{
	char *p;

	out_write(out, SLICE("\""));
	p = out_reserve(out, raw.len * 6 + 16);
	out_commit(out, p + json_tame(p, raw));
	out_write(out, SLICE("\""));
}

void
finding_begin(struct finding *f, const char *rule,
    enum finding_severity severity)
{
	f->count = 0;
	f->text.len = 0;
	finding_text(f, "finding", slice_of(rule));
	finding_text(f, "severity", slice_of(finding_severity_names[severity]));
}

void
finding_text(struct finding *f, const char *key, struct slice text)
{
	char *p;

	if (text.len == 0 || !add_member(f, key))
		return;
	out_write(&f->text, SLICE("\""));
	p = out_reserve(&f->text, text.len * 6 + 16);
	out_commit(&f->text, p + json_escape(p, text));
	out_write(&f->text, SLICE("\""));
	end_member(f, key);
}

void
finding_format(struct finding *f, const char *key, const char *format, ...)
{
	va_list args;
	char *text;
	int len;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len <= 0)
		return;
	text = mem_alloc((size_t)len + 1);
	va_start(args, format);
	vsnprintf(text, (size_t)len + 1, format, args);
	va_end(args);
	finding_text(f, key, (struct slice){ text, (size_t)len });
	free(text);
}

void
finding_raw(struct finding *f, const char *key, struct slice raw)
{
	if (raw.len == 0 || !add_member(f, key))
		return;
	put_raw(&f->text, raw);
	end_member(f, key);
}

void
finding_raws(struct finding *f, const char *key, const struct slice *raws,
    size_t count)
{
	if (count == 0 || !add_member(f, key))
		return;
	for (size_t i = 0; i < count; i++) {
		out_write(&f->text, i == 0 ? SLICE("[") : SLICE(","));
		put_raw(&f->text, raws[i]);
	}
	out_write(&f->text, SLICE("]"));
	end_member(f, key);
}

void
finding_json(struct finding *f, const char *key, struct slice json)
{
	char *p;

	if (json.len == 0 || !add_member(f, key))
		return;
	p = out_reserve(&f->text, json.len * 6 + 16);
	out_commit(&f->text, p + json_tame(p, json));
	end_member(f, key);
}

void
finding_count(struct finding *f, const char *key, uint64_t n)
{
	char text[24];
	int len = snprintf(text, sizeof(text), "%llu", (unsigned long long)n);

	finding_json(f, key, (struct slice){ text, (size_t)len });
}

void
finding_copy(struct finding *f, const struct event *ev, enum event_key key)
{
	const struct event_key_info *info = &event_keys[key];

	if (info->type == EVENT_STRING)
		finding_raw(f, info->name.ptr, event_get(ev, key));
	else
		finding_json(f, info->name.ptr, event_get(ev, key));
}

void
finding_write(struct finding *f, struct out *out)
{
	const struct finding_member *m = f->members;
	struct slice key;
	char *p;

	for (size_t i = 0; i < f->count; i++, m++) {
		key = slice_of(m->key);
		out_write(out, i == 0 ? SLICE("{\"") : SLICE(",\""));
		p = out_reserve(out, key.len * 6 + 16);
		out_commit(out, p + json_escape(p, key));
		out_write(out, SLICE("\":"));
		out_write(out, (struct slice){ f->text.buf + m->at, m->len });
	}
	out_write(out, SLICE("}\n"));
}

static int
index_of(const char *word, const char *const *words)
{
	for (int i = 0; words != NULL && words[i] != NULL; i++)
		if (strcmp(words[i], word) == 0)
			return i;
	return -1;
}

const char *
finding_gate_read(struct finding_gate *gate, const struct opt_list *words,
    const char *const *classes)
{
	const char *word;
	int severity, class;

	*gate = (struct finding_gate){ .least = FINDING_ERROR + 1 };
	for (size_t i = 0; i < words->count; i++) {
		word = words->items[i];
		severity = index_of(word, finding_severity_names);
		class = index_of(word, classes);
		if (strcmp(word, "any") == 0)
			severity = FINDING_NOTE;
		if (class >= 0)
			gate->classes |= UINT64_C(1) << class;
		else if (severity < 0 && strcmp(word, "none") != 0)
			return word;
		if (severity >= 0 && severity < gate->least)
			gate->least = severity;
	}
	return NULL;
}

bool
finding_gate_fails(const struct finding_gate *gate,
    enum finding_severity severity, int class)
{
	return (int)severity >= gate->least ||
	    (class >= 0 && (gate->classes >> class & 1) != 0);
}
