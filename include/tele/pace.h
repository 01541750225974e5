/* SPDX-License-Identifier: MIT */
#ifndef TELE_PACE_H
#define TELE_PACE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * When what was recorded is due again, on the monotonic clock.  Every deadline
 * is counted from the first event, not from the one before, so that nothing
 * adds up.
 */
struct pace {
	long double speed;   /* 2 is twice as fast; 0: nothing waits */
	int64_t max_wait_ns; /* of any wait; 0: as long as it was */

	bool has_begun;
	int64_t recorded_ns, due_ns; /* what is counted from */
	int64_t last_ns;             /* the deadline before */
	int64_t longest_ns;          /* wait so far */
};

/* "max", "1", "0.5", "10x" as a speed; false for anything else. */
bool pace_speed(const char *text, long double *speed);

/* The first event is due at NOW_NS. */
void pace_begin(struct pace *p, int64_t now_ns);

/* The recording begins anew: its next event follows the last one at once. */
void pace_again(struct pace *p);

/*
 * When an event is due that was recorded at NS; never before the one before
 * it.
 */
int64_t pace_due(struct pace *p, int64_t ns);

/*
 * Wait until DUE_NS, or, if FD is not negative, until it has one of EVENTS or
 * its other end is gone; or a signal comes that the process catches, also if
 * it blocks it otherwise.
 */
enum pace_end { PACE_DUE, PACE_READY, PACE_SIGNAL };
enum pace_end pace_wait(int64_t due_ns, int fd, short events);

#endif
