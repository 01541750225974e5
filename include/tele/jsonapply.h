/* SPDX-License-Identifier: MIT */
#ifndef TELE_JSONAPPLY_H
#define TELE_JSONAPPLY_H

#include "tele/columns.h"
#include "tele/jsonlog.h"
#include "tele/jsonwork.h"

/*
 * What becomes of a record that a rule fits: an event and those of the records
 * within it, work that begins or ends, a name that is learned.
 */
struct jsonapply {
	const struct format *f;
	struct jsonlog_options options;
	struct emitter *e;
	struct latenames names;
	struct jsonevent ev; /* the one that is being made */
	struct jsonwork work;
	const struct columns *columns; /* those that records are of, or NULL */
	struct stamp last;             /* of a log record; and its line */
	uint64_t last_line;
	uint64_t line; /* of the record; the caller's */
};

/* F, E and WALK are borrowed. */
void jsonapply_init(struct jsonapply *a, const struct format *f,
    struct emitter *e, const struct jsonlog_options *options,
    struct jsonwalk *walk);
void jsonapply_free(struct jsonapply *a);

/* Do what R says with REC, which is TEXT; false if nothing came of it. */
bool jsonapply(struct jsonapply *a, const struct json_record *rec,
    const struct json_rule *r, struct slice text);

/* Learn the names in LIST, as N says; or what the record in PICKER says. */
void jsonapply_names(struct jsonapply *a, struct json_names *n,
    struct slice list);
void jsonapply_name(struct jsonapply *a, const struct picker *picker,
    const struct json_rule *r);

/* Names hold within the object that has them, which is over. */
void jsonapply_forget(struct jsonapply *a);

#endif
