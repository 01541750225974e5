/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "tele/jsontext.h"
#include "tele/locate.h"
#include "tele/stack.h"

/*
 * Events repeat: what was found for the names of one is kept until others of
 * the same hash take its place, WAYS of which are kept.  The last answer is
 * that of an event that is like no other.
 */
enum { SETS = 256, WAYS = 8, ANSWERS = SETS * WAYS, KEY_MAX = 4096 };

struct locator_answer {
	struct slice key;   /* the names */
	struct arena arena; /* what does not live longer than the answer */
	struct event_change change;
};

void
locator_init(struct locator *l)
{
	l->answers = mem_zalloc(ANSWERS + 1, sizeof(*l->answers));
	l->hashes = mem_zalloc(ANSWERS, sizeof(*l->hashes));
}

void
locator_free(struct locator *l)
{
	for (size_t i = 0; i <= ANSWERS; i++)
		arena_free(&l->answers[i].arena);
	free(l->answers);
	free(l->hashes);
}

/* What decides the answer for EV; false if that is too much. */
static bool
key_of(const struct event *ev, char key[KEY_MAX], size_t *len)
{
	static const enum event_key keys[] = { EVENT_SERVICE, EVENT_PLUGIN,
		EVENT_SEQUENCE, EVENT_SEQUENCE_ID, EVENT_MOVEMENT, EVENT_BEAT,
		EVENT_EVENT, EVENT_HANDLER, EVENT_CODE_FILE, EVENT_CODE_LINE,
		EVENT_CODE_FUNCTION };
	bool is_named = event_has(ev, EVENT_EVENT) ||
	    event_has(ev, EVENT_HANDLER);
	struct slice value;
	size_t n = 0;

	key[n++] = (char)('A' + ev->kind);
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		value = event_get(ev, keys[i]);
		if (n + value.len + 1 > KEY_MAX)
			return false;
		memcpy(key + n, value.ptr, value.len);
		n += value.len;
		key[n++] = '\n';
	}
	value = event_get(ev, EVENT_NAME);
	if (is_named)
		value.len = 0;
	if (n + value.len > KEY_MAX)
		return false;
	memcpy(key + n, value.ptr, value.len);
	*len = n + value.len;
	return true;
}

static struct slice
normal(struct arena *arena, struct slice raw)
{
	char *text = arena_alloc(arena, raw.len * 6 + 16);

	return (struct slice){ text, json_normal(text, raw) };
}

static struct slice
join(struct arena *arena, const struct slice *parts, int count)
{
	size_t len = 0;
	char *text, *p;

	for (int i = 0; i < count; i++)
		len += parts[i].len + 1;
	p = text = arena_alloc(arena, len + 1);
	for (int i = 0; i < count; i++) {
		if (parts[i].len > 0)
			p = mempcpy(p, parts[i].ptr, parts[i].len);
		*p++ = ' ';
	}
	return slice_range(text, p);
}

static struct slice
digits(struct arena *arena, uint32_t n)
{
	char *text = arena_alloc(arena, 16);

	return (struct slice){ text, (size_t)snprintf(text, 16, "%u", n) };
}

/* `["a.ts:1","b.ts:2"]` */
static struct slice
list_candidates(struct arena *arena, const struct code_tag *const *found,
    size_t count)
{
	size_t size = 3, len = 0;
	char *text;

	for (size_t i = 0; i < count; i++)
		size += found[i]->file.len + 16;
	text = arena_alloc(arena, size);
	for (size_t i = 0; i < count; i++)
		len += (size_t)sprintf(text + len, "%c\"%.*s:%u\"",
		    i == 0 ? '[' : ',', (int)found[i]->file.len,
		    found[i]->file.ptr, found[i]->line);
	text[len++] = ']';
	return (struct slice){ text, len };
}

/* Look the handler up in the index, or else the function. */
static void
use_index(struct locator *l, const struct event *ev, struct slice module,
    struct locator_answer *answer)
{
	struct event_change *c = &answer->change;
	struct arena *arena = &answer->arena;
	struct slice name = event_change_get(c, ev, EVENT_HANDLER);
	struct slice owner[] = { event_change_get(c, ev, EVENT_PLUGIN),
		module };
	struct slice context[] = { event_get(ev, EVENT_EVENT),
		event_change_get(c, ev, EVENT_SEQUENCE_ID),
		event_change_get(c, ev, EVENT_SEQUENCE),
		event_get(ev, EVENT_MOVEMENT) };
	const struct code_tag *found[CODE_FOUND_MAX];
	size_t count, tied;

	if (name.len == 0 && ev->kind == KIND_HANDLER)
		name = event_get(ev, EVENT_NAME);
	if (name.len == 0)
		name = event_get(ev, EVENT_CODE_FUNCTION);
	if (name.len == 0)
		return;
	name = normal(arena, name);
	count = codeindex_find(l->index, name, join(arena, owner, 2),
	    join(arena, context, 4), found, &tied);
	if (count == 0)
		return;
	event_change_set(c, EVENT_CODE_FILE, found[0]->file);
	event_change_set(c, EVENT_CODE_LINE, digits(arena, found[0]->line));
	if (event_change_get(c, ev, EVENT_CODE_FUNCTION).len == 0)
		event_change_set(c, EVENT_CODE_FUNCTION, name);
	if (tied > 1)
		event_change_set(c, EVENT_CODE_CANDIDATES,
		    list_candidates(arena, found, tied < count ? tied : count));
}

static struct slice
plain(struct arena *arena, struct slice raw)
{
	char *text = arena_alloc(arena, raw.len + 1);

	return (struct slice){ text, json_unescape(text, raw) };
}

static struct slice
escaped(struct arena *arena, struct slice text)
{
	char *json = arena_alloc(arena, text.len * 6 + 16);

	return (struct slice){ json, json_escape(json, text) };
}

/* Whether the place of EV is that of its error, which its stack trace shows. */
static bool
has_trace_alone(const struct event *ev)
{
	return event_has(ev, EVENT_ERROR_STACK) &&
	    !event_has(ev, EVENT_CODE_FILE);
}

/* The innermost frame of the application. */
static void
use_trace(const struct event *ev, struct locator_answer *answer)
{
	struct event_change *c = &answer->change;
	struct arena *arena = &answer->arena;
	struct stack stack;

	stack_parse(&stack, plain(arena, event_get(ev, EVENT_ERROR_STACK)),
	    NULL, 0);
	if (!stack.has_top)
		return;
	event_change_set(c, EVENT_CODE_FILE, escaped(arena, stack.top.file));
	if (stack.top.line.len > 0)
		event_change_set(c, EVENT_CODE_LINE,
		    arena_copy(arena, stack.top.line));
	if (stack.top.function.len > 0 && !event_has(ev, EVENT_CODE_FUNCTION))
		event_change_set(c, EVENT_CODE_FUNCTION,
		    escaped(arena, stack.top.function));
}

/*
 * The column, from 0, of the frame `FILE:LINE:COLUMN` in the stack trace of EV;
 * UINT32_MAX if it does not show it.
 */
static uint32_t
column_of(struct arena *arena, const struct event *ev, struct slice file,
    struct slice line)
{
	struct slice stack = event_get(ev, EVENT_ERROR_STACK), place;
	char *text = arena_alloc(arena, file.len + line.len + 2), *end;
	const char *at;
	unsigned long column;

	place = (struct slice){ text, file.len + line.len + 2 };
	memcpy(text, file.ptr, file.len);
	text[file.len] = ':';
	memcpy(text + file.len + 1, line.ptr, line.len);
	text[place.len - 1] = ':';
	at = memmem(stack.ptr, stack.len, place.ptr, place.len);
	if (at == NULL)
		return UINT32_MAX;
	/* The string ends with a quote at least. */
	column = strtoul(at + place.len, &end, 10);
	return end > at + place.len && column > 0 && column < UINT32_MAX
	    ? (uint32_t)column - 1
	    : UINT32_MAX;
}

static void
use_source_map(struct locator *l, const struct event *ev,
    struct locator_answer *answer)
{
	struct event_change *c = &answer->change;
	struct arena *arena = &answer->arena;
	struct slice file = event_change_get(c, ev, EVENT_CODE_FILE), source;
	struct slice line = event_change_get(c, ev, EVENT_CODE_LINE);
	uint32_t source_line;

	if (line.len == 0 || line.len > 9)
		return;
	if (!sourcemaps_find(l->maps, plain(arena, file),
		(uint32_t)strtoul(line.ptr, NULL, 10),
		column_of(arena, ev, file, line), &source, &source_line))
		return;
	event_change_set(c, EVENT_CODE_FILE, escaped(arena, source));
	event_change_set(c, EVENT_CODE_LINE, digits(arena, source_line));
}

static void
use_paths(struct locator *l, const struct event *ev,
    struct locator_answer *answer)
{
	struct arena *arena = &answer->arena;
	struct slice file = plain(arena,
	    event_change_get(&answer->change, ev, EVENT_CODE_FILE));
	const struct path_map *m = path_map_of(l->paths, l->path_count, file);
	char *text;

	if (m == NULL)
		return;
	text = arena_alloc(arena, m->to.len + file.len);
	memcpy(text, m->to.ptr, m->to.len);
	memcpy(text + m->to.len, file.ptr + m->from.len,
	    file.len - m->from.len);
	file = (struct slice){ text, m->to.len + file.len - m->from.len };
	if (file.len > 0)
		event_change_set(&answer->change, EVENT_CODE_FILE,
		    escaped(arena, file));
}

static void
find_answer(struct locator *l, const struct event *ev,
    struct locator_answer *answer)
{
	struct attribution a = { .module = { "", 0 } };

	if (l->definitions != NULL)
		attribute(&a, l->definitions, ev);
	if (l->learned != NULL)
		attribute(&a, l->learned, ev);
	answer->change = a.known;
	if (has_trace_alone(ev))
		use_trace(ev, answer);
	if (l->index != NULL &&
	    event_change_get(&answer->change, ev, EVENT_CODE_FILE).len == 0)
		use_index(l, ev, a.module, answer);
	if (event_change_get(&answer->change, ev, EVENT_CODE_FILE).len == 0)
		return;
	if (l->maps != NULL)
		use_source_map(l, ev, answer);
	if (l->path_count > 0)
		use_paths(l, ev, answer);
}

/* The answer for KEY; *IS_NEW if it is still to be found. */
static struct locator_answer *
answer_of(struct locator *l, struct slice key, bool *is_new)
{
	uint64_t hash = map_hash(key);
	size_t first = hash % SETS * WAYS, i;
	struct locator_answer *answer;

	*is_new = false;
	for (i = first; i < first + WAYS; i++)
		if (l->hashes[i] == hash && slice_equal(l->answers[i].key, key))
			return &l->answers[i];
	*is_new = true;
	i = first + l->turn++ % WAYS;
	answer = &l->answers[i];
	arena_free(&answer->arena);
	answer->key = arena_copy(&answer->arena, key);
	l->hashes[i] = hash;
	return answer;
}

const struct event_change *
locate(struct locator *l, const struct event *ev)
{
	struct locator_answer *answer = &l->answers[ANSWERS];
	char key[KEY_MAX];
	size_t len;
	bool is_new = true;

	if ((l->maps != NULL && event_has(ev, EVENT_ERROR_STACK)) ||
	    has_trace_alone(ev) || !key_of(ev, key, &len))
		arena_free(&answer->arena);
	else
		answer = answer_of(l, (struct slice){ key, len }, &is_new);
	if (is_new)
		find_answer(l, ev, answer);
	return &answer->change;
}
