/* SPDX-License-Identifier: MIT */
#ifndef TELE_PICKER_H
#define TELE_PICKER_H

#include "tele/json.h"
#include "tele/mem.h"
#include "tele/shapes.h"

/*
 * Picks values out of JSON objects by path, in one pass.  A path is names with
 * dots between them, `status.code`; a name in brackets may contain dots, and
 * where the value is not an object but a list of `{"key":NAME,"value":...}`,
 * as OpenTelemetry and Jaeger have it, it is the element of that key:
 * `attributes[http.route]`.  A value wrapped as `{"stringValue":...}` is
 * unwrapped there.  `a.b` also finds a member that is called "a.b".
 */
enum { PICKER_MAX = 128, PICKER_NODES = 512 };

/* A value: its JSON text, strings without quotes; what it is by first byte. */
struct picked {
	struct slice text;
	char type; /* '"' '{' '[' 't' 'f' 'n', or '0' for numbers */
};

static inline bool
picked_is_container(const struct picked *value)
{
	return value->type == '{' || value->type == '[';
}

struct picker {
	struct pick_node *root;
	struct arena arena;
	struct shapes shapes;
	struct pick_node *nodes[PICKER_NODES]; /* by the meaning of shapes */
	int node_count;
	int count;
	/* What picker_read found: a bit and a value for each path. */
	uint64_t have[PICKER_MAX / 64];
	struct picked got[PICKER_MAX];
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

static inline bool
picker_has(const struct picker *p, int i)
{
	return i >= 0 && (p->have[i / 64] >> (i % 64) & 1) != 0;
}

#endif
