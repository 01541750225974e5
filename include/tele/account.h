/* SPDX-License-Identifier: MIT */
#ifndef TELE_ACCOUNT_H
#define TELE_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "tele/out.h"
#include "tele/schema.h"

/*
 * What an event says of what happened, apart from when, how long, and under
 * which ids: the part of it that is the same each time a program does the same.
 */
struct account {
	uint64_t have;
	struct slice value[EVENT_KEYS]; /* one text for each value there is */
	struct out text;                /* of them */
	size_t at[EVENT_KEYS];          /* private: where in there */
};

/* The keys that are compared, a bit each. */
extern const uint64_t account_keys;

void account_init(struct account *a);
void account_free(struct account *a);

/* Read RECORD, an event as it is on the wire. */
void account_read(struct account *a, struct slice record);

/* The first of KEYS, in the order in which they matter, that differs; or -1. */
int account_difference(const struct account *a, const struct account *b,
    uint64_t keys);

/* The kind of A, whose it is and what it is called: what makes it a step. */
void account_write_step(const struct account *a, struct out *out);

/* The same in plain text for people, how it ended, and what it said. */
void account_write_label(const struct account *a, struct out *out);

/* The value of KEY for people, `none` without one. */
void account_write_value(const struct account *a, int key, struct out *out);

/* `app.log:17`; nothing if it is not known. */
void account_write_place(const struct account *a, struct out *out);

#endif
