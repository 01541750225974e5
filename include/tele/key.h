/* SPDX-License-Identifier: MIT */
#ifndef TELE_KEY_H
#define TELE_KEY_H

#include "tele/event.h"
#include "tele/slice.h"

/*
 * The key of a map put together of several parts.  A zeroed struct is an empty
 * one; `len = 0` begins another in the same memory.
 */
struct key {
	char *bytes;
	size_t len, cap;
};

void key_add(struct key *k, const void *bytes, size_t len);

/* TEXT and a newline, which tells `a` and `bc` from `ab` and `c`. */
void key_add_text(struct key *k, struct slice text);

/* The values of COUNT keys of EV, each as text. */
void key_add_values(struct key *k, const struct event *ev,
    const enum event_key *keys, size_t count);

static inline struct slice
key_text(const struct key *k)
{
	return (struct slice){ k->bytes, k->len };
}

void key_free(struct key *k);

#endif
