/* SPDX-License-Identifier: MIT */
#ifndef TELE_PENDING_H
#define TELE_PENDING_H

#include "tele/correlate.h"

/*
 * A record of a text log that may go on in the lines below, up to 1,000 of them
 * and 1 MiB.  Its text is where it was read, until more follows or it has to be
 * kept; then a copy, in which the captures are, too.
 */
struct pending {
	/* Of the record, by who begins it. */
	const struct candidate *message; /* what it is; NULL: there is none */
	struct captures *got;            /* of its line */
	uint64_t have;                   /* what stands before the message */
	struct record at;
	uint64_t offset;    /* of its line in the file */
	struct slice text;  /* its line, and those below */
	size_t message_at;  /* where the message begins in it */
	size_t doubtful_at; /* the last line, if that may be none of it */
	size_t lines;

	char *own; /* the copy */
	size_t own_cap;
};

/* As DOUBTFUL_AT: all lines belong to it. */
static const size_t PENDING_NO_DOUBT = SIZE_MAX;

/* LINE goes on with it, perhaps. */
void pending_append(struct pending *p, struct slice line, bool is_doubtful);

/* The memory that the record was read from will be used again. */
void pending_keep(struct pending *p);

/*
 * Take away the last line, which may be none of it.  False if all is certain;
 * what is left of TEXT is empty if it was the only one.
 */
bool pending_cut(struct pending *p, struct slice *line);

void pending_free(struct pending *p);

#endif
