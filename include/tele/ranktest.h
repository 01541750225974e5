/* SPDX-License-Identifier: MIT */
#ifndef TELE_RANKTEST_H
#define TELE_RANKTEST_H

#include <stddef.h>
#include <stdint.h>

/*
 * Whether and by how much two samples differ, by ranks: nothing is assumed of
 * how values are distributed.  Samples are finite and ascend.
 *
 * P is that of Mann and Whitney ("On a test of whether one of two random
 * variables is stochastically larger than the other", Annals of Mathematical
 * Statistics 18, 1947), two-sided: twice the smaller tail.  It is exact, from
 * the permutation distribution, for up to RANK_EXACT values a side.  With ties,
 * where ranks are midranks, that is the shift algorithm (Streitberg, Roehmel:
 * "Exact distributions for permutation and rank tests", Statistical Software
 * Newsletter 12, 1986), as long as it takes no more than RANK_COST steps.
 * Beyond, it is the normal approximation with corrections for ties and for
 * continuity (Lehmann: "Nonparametrics", 1975, section 1.4).
 *
 * SHIFT is by how much Y lies above X, the median of all differences, and LOW
 * to HIGH its interval, two of them (Hodges, Lehmann: "Estimates of location
 * based on rank tests", Annals of Mathematical Statistics 34, 1963; Moses in
 * Hollander, Wolfe: "Nonparametric statistical methods", section 4.3).
 */
enum { RANK_EXACT = 50, RANK_COST = 1000000 };

struct rank_test {
	double p;
	double least; /* the least P that sizes and ties could have given */
	double shift, low, high;
	double confidence; /* of the interval; small samples have less */
};

/* What tests share, so that the next one is cheaper; zeroed it is ready. */
struct rank_tester {
	double *tail; /* P(U <= u) without ties, for sizes n and m */
	size_t n, m, tail_cap;
	double *ways; /* with ties */
	size_t ways_cap;
	uint32_t *ranks; /* of all values, doubled */
	size_t ranks_cap;
	double *differences;
	size_t differences_cap;
};

void rank_tester_free(struct rank_tester *t);

/* Test samples of N > 0 and M > 0 values: P and LEAST. */
void rank_test(struct rank_tester *t, const double *x, size_t n,
    const double *y, size_t m, struct rank_test *result);

/* The rest; CONFIDENCE is what the interval should have at least. */
void rank_shift(struct rank_tester *t, const double *x, size_t n,
    const double *y, size_t m, double confidence, struct rank_test *result);

/* LEAST for samples of N and M without ties. */
double rank_least(size_t n, size_t m);

#endif
