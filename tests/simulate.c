/* SPDX-License-Identifier: MIT */
/*
 * simulate - partial statistics of sessions that are alike, but for one handler
 *
 * usage: simulate SEED SESSIONS EFFECT > SIDE
 *
 * Each session has HANDLERS handlers of EVENTS events each, whose durations are
 * log-normal.  What makes it hard: the events of a session are not independent,
 * for each session shifts all of its handlers, and each handler of it, by an
 * effect of its own.  `victim` takes 1 + EFFECT times as long.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tele/diag.h"
#include "tele/out.h"
#include "tele/partial.h"
#include "unit/random.h"

enum { HANDLERS = 87, EVENTS = 30 };

static const double noise = 0.25, shared = 0.08, own = 0.06;

/* Normal, by the polar form of Box and Muller. */
static double
normal(uint64_t *seed)
{
	double u, v, s;

	do {
		u = (double)(random_next(seed) >> 11) * 0x1p-52 - 1;
		v = (double)(random_next(seed) >> 11) * 0x1p-52 - 1;
		s = u * u + v * v;
	} while (s >= 1 || s == 0);
	return u * sqrt(-2 * log(s) / s);
}

static void
write_cell(uint64_t *seed, int handler, int session, double shift,
    struct out *out)
{
	struct summary s = { .count = EVENTS };
	char group[64], name[32];
	/* From 2 to 80 ms. */
	double usual = log(2) + log(40) * handler / HANDLERS;

	usual += shift + own * normal(seed);
	for (int i = 0; i < EVENTS; i++)
		quantile_add(&s.durations,
		    (int64_t)(exp(usual + noise * normal(seed)) * 1000) * 1000);
	s.self_ns = s.durations.sum_ns;
	if (handler == HANDLERS / 2)
		snprintf(group, sizeof(group), "\"handler\":\"victim\"");
	else
		snprintf(group, sizeof(group), "\"handler\":\"handler%d\"",
		    handler);
	snprintf(name, sizeof(name), "s%d", session);
	partial_write(&s, slice_of(group), slice_of(name), out);
	summary_free(&s);
}

int
main(int argc, char *argv[])
{
	uint64_t seed;
	double effect, shift;
	struct out out;
	int sessions;

	diag_program("simulate");
	if (argc != 4)
		die("usage: simulate SEED SESSIONS EFFECT");
	seed = strtoull(argv[1], NULL, 10) * 1000003;
	sessions = atoi(argv[2]);
	effect = log(1 + atof(argv[3]));
	out_open(&out, STDOUT_FILENO);
	for (int session = 0; session < sessions; session++) {
		shift = shared * normal(&seed);
		for (int h = 0; h < HANDLERS; h++)
			write_cell(&seed, h, session,
			    shift + (h == HANDLERS / 2 ? effect : 0), &out);
	}
	return out_close(&out) ? EXIT_OK : EXIT_TROUBLE;
}
