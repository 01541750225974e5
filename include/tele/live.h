/* SPDX-License-Identifier: MIT */
#ifndef TELE_LIVE_H
#define TELE_LIVE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The clock of a tool whose input goes on and on: when an interval is over, and
 * when there has been enough, because somebody interrupted the tool or because
 * nobody reads its output any more.  Steps of the wall clock do not matter.
 */
struct live {
	int64_t every_ns; /* 0: there are no intervals */
	int64_t next_ns;  /* when the current one is over */
};

/*
 * From now on SIGINT, SIGTERM and SIGHUP do not kill, unless they were ignored
 * anyway, but are waited for by live_is_stopped.
 */
void live_catch_signals(void);

/* Whether one of them came. */
bool live_is_stopped(void);

/* Which one, or 0. */
int live_signal(void);

/* The first interval of EVERY_NS begins; signals are caught. */
void live_start(struct live *l, int64_t every_ns);

/*
 * Whether an interval is over, and the next one begins.  When several are, as
 * after a standstill, they count as one.
 */
bool live_is_due(struct live *l);

/* Whether to write what is left and end: stopped, or nobody reads it. */
bool live_is_over(void);

/* In how many milliseconds to ask again: a second at most. */
int live_patience_ms(const struct live *l);

/*
 * End the program as what ended it wants: killed by the signal, which may be
 * SIGPIPE, or with STATUS.
 */
_Noreturn void live_end(int status);

#endif
