/* SPDX-License-Identifier: MIT */
#ifndef TELE_NOISE_H
#define TELE_NOISE_H

#include <stdbool.h>
#include <stdint.h>

#include "tele/account.h"
#include "tele/map.h"

/*
 * Which keys of which steps say something else each time: learned from two
 * recordings of one program that did the same twice.
 */
struct noise {
	struct map keys; /* of a step: a uint64_t, a bit for each */
	struct out step; /* the name of the last one */
};

void noise_init(struct noise *n);
void noise_free(struct noise *n);

/*
 * Compare the recordings in the files A and B, as order.h orders them.  Where
 * one goes another way than the other, learning ends, with a message.  False if
 * one could not be read.
 */
bool noise_learn(struct noise *n, const char *a, const char *b,
    uint64_t window_bytes);

/* The keys that vary in steps such as A. */
uint64_t noise_of(struct noise *n, const struct account *a);

#endif
