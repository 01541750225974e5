/* SPDX-License-Identifier: MIT */
#ifndef TELE_CRITICAL_H
#define TELE_CRITICAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The critical path: the work that the end of a whole waited for.  Shorten what
 * is on it, and the whole gets shorter.
 *
 * A span on the path waited for the child that ended last; that one for the
 * child which ended last before it began; and so on, and the same within each.
 * Of children that end together, the one that came later counts.  Two that
 * overlap by less than a hundredth of their parent, or less than the clock can
 * tell, follow each other all the same, if no third begins or ends meanwhile.
 * A child that sticks out of its parent at one side counts inside only; one
 * that is outside, or sticks out at both, does not count, nor does what is
 * below it.
 *
 * These are the rules of CRISP (Zhang, Ramanathan, Raj, Parwal, Sherwood,
 * Chabbi: "CRISP: Critical Path Analysis of Large-Scale Microservice
 * Architectures", USENIX ATC 2022), but on nanoseconds, and one is less strict:
 * a child that ends at the instant when another begins was waited for, whatever
 * else begins or ends at that instant.
 */
#define CRITICAL_NONE UINT32_MAX

struct critical_span {
	/* In: a parent has a lesser index than its children. */
	uint32_t parent;  /* or CRITICAL_NONE */
	uint32_t arrival; /* which of two came later */
	int64_t start_ns, end_ns;

	/* Out: whether it is on the path, with which part of its time. */
	bool is_critical;
	int64_t from_ns, to_ns;
	int64_t
	    critical_ns; /* of that, what none of its children on it takes */
};

/* A piece of the path; pieces come by span, then by time. */
struct critical_piece {
	uint32_t span;
	int64_t from_ns, to_ns;
};

struct critical_path {
	struct critical_piece *pieces;
	size_t count, cap;
	int64_t length_ns; /* of ROOT: the sum of all critical_ns */
};

/*
 * Find the path through what is under ROOT, by a clock that ticks each CLOCK_NS
 * >= 1.  PATH is zeroed, or an older one.
 */
void critical_path_find(struct critical_path *path, struct critical_span *spans,
    size_t count, uint32_t root, int64_t clock_ns);
void critical_path_free(struct critical_path *path);

#endif
