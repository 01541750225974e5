/* SPDX-License-Identifier: MIT */
#ifndef TELE_FIXTURE_H
#define TELE_FIXTURE_H

#include "tele/recordings.h"
#include "tele/redact.h"

/*
 * A recording as a test: how it is called, and all that the test needs to know,
 * as one JSON object that is read as data (tele-gentest(1) describes it).
 *
 * The id is a hash of what happened, so that it stays the same for good.
 */
enum { FIXTURE_ID = 12, FIXTURE_LABEL = 80 };

struct fixture {
	const struct recording *recording;
	char id[FIXTURE_ID + 1];
	char label[FIXTURE_LABEL + 1]; /* letters, digits, ' ', '_' and '-' */
};

/* How long a test may take: so many times a quantile of the recorded times. */
struct fixture_budget {
	bool is_set;
	double quantile, factor;
};

/* Read TEXT, such as `p99*3`; false if it is malformed. */
bool fixture_budget_parse(struct slice text, struct fixture_budget *b);

/* Name the COUNT fixtures at F: no two have the same id. */
void fixtures_name(struct fixture *f, size_t count,
    struct redaction *redaction);

/* How fixtures are written; all is borrowed. */
struct fixture_style {
	struct redaction *redaction;
	const struct fixture_budget *budget;
	struct slice payload; /* the key of what a request asks with */
};

void fixture_write(struct out *out, const struct fixture *f,
    const struct fixture_style *style);

/*
 * TEXT with every character but letters, digits, blanks and those of ALSO made
 * a '_', no longer than SIZE - 1.
 */
void fixture_tame(char *dst, size_t size, struct slice text, const char *also);

/* What is known of where and when it was seen; of SIZE bytes each, tame. */
void fixture_source(const struct fixture *f, char *dst, size_t size);
void fixture_time(const struct fixture *f, bool is_last, char *dst,
    size_t size);

#endif
