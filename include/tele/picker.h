/* SPDX-License-Identifier: MIT */
#ifndef TELE_PICKER_H
#define TELE_PICKER_H

#include "tele/json.h"
#include "tele/mem.h"
#include "tele/picktree.h"

/*
 * Picks values out of JSON objects by path, in one pass.  A path is names with
 * dots between them, `status.code`; a name in brackets may contain dots, and
 * where the value is not an object but a list of `{"key":NAME,"value":...}`,
 * as OpenTelemetry and Jaeger have it, it is the element of that key:
 * `attributes[http.route]`.  A value wrapped as `{"stringValue":...}` is
 * unwrapped there.  `a.b` also finds a member that is called "a.b".
 *
 * `took*` is every name that begins so and goes on with a unit of time, such as
 * `tookMs` or `took_us`.  A path leads through a string as if it was not one,
 * if that holds an object: `log.level` of `{"log":"{\"level\":...}"}`.
 */
enum { PICKER_WORDS = PICK_PATHS / 64 };

/* A value: its JSON text, strings without quotes; what it is by first byte. */
struct picked {
	struct slice text;
	int64_t unit_ns; /* that its name has, if a path with `*` led to it */
	char type;       /* '"' '{' '[' 't' 'f' 'n', or '0' for numbers */
};

static inline bool
picked_is_container(const struct picked *value)
{
	return value->type == '{' || value->type == '[';
}

struct picker {
	struct picktree tree;
	struct arena inner; /* strings that hold objects, unescaped */
	/* What picker_read found: a bit and a value for each path. */
	uint64_t have[PICKER_WORDS];
	struct picked *got;
	size_t got_cap;
};

void picker_init(struct picker *p);
void picker_free(struct picker *p);

/* The number of PATH, which is copied; -1 when there are too many. */
int picker_add(struct picker *p, struct slice path);

/*
 * Read the object at TEXT..END, its brace.  Returns the byte after it, or NULL
 * with *FAULT set; FAULT->what is NULL if the text ends too early.  TEXT must
 * be readable as wide.h says.  What it found borrows from the text.
 */
const char *picker_read(struct picker *p, const char *text, const char *end,
    struct json_fault *fault);

/*
 * Read one member of an object whose other members are none of ours: KEY has
 * the value at VALUE.  What was found before stays.
 */
const char *picker_read_member(struct picker *p, struct slice key,
    const char *value, const char *end, struct json_fault *fault);

/*
 * Whether the member NAME of an element of such a list has its value: `value`,
 * or as Jaeger's model has it, `vStr`, `vBool` and so on.
 */
bool picker_is_value(struct slice name);

/* Forget what was found. */
static inline void
picker_clear(struct picker *p)
{
	memset(p->have, 0, sizeof(p->have));
}

/* VALUE is what the path of NODE leads to, if one ends there. */
void picker_set(struct picker *p, const struct pick_node *node,
    struct slice text, char type);

static inline bool
picker_has(const struct picker *p, int i)
{
	return i >= 0 && (p->have[i / 64] >> (i % 64) & 1) != 0;
}

#endif
