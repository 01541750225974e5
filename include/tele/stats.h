/* SPDX-License-Identifier: MIT */
#ifndef TELE_STATS_H
#define TELE_STATS_H

#include <stdbool.h>
#include <stddef.h>

/* Medians, exact tests of shares, many tests at once; see also ranktest.h. */

/* Sort N finite values. */
void stats_sort(double *values, size_t n);

/* The K-th of N values in ascending order, from 0; their order changes. */
double stats_kth(double *values, size_t n, size_t k);

/* The middle one of N > 0 ascending values, or the mean of the two. */
double stats_median(const double *sorted, size_t n);

/* The same of values in any order, which changes. */
double stats_median_of(double *values, size_t n);

/* What a normal variable exceeds with the probability P <= 0.5. */
double stats_normal(double p);

/* N choose K, as near as a double has it. */
double stats_choose(size_t n, size_t k);

/*
 * The exact test of two shares, A of N and B of M: the probability, given the
 * margins, of all tables that are not more likely (Fisher: "Statistical methods
 * for research workers", 5th edition, 1934, section 21.02).  *LEAST is the
 * least that the margins could have given.
 */
double stats_fisher(size_t a, size_t n, size_t b, size_t m, double *least);

/* The probability that of N trials K or more succeed, each with P. */
double stats_binomial_tail(size_t k, size_t n, double p);

/* One of many tests. */
struct stats_p {
	double p, least; /* least: what it could have been */
	double adjusted;
	bool takes_part;
	size_t place; /* private */
};

/*
 * Adjust the p of N tests for being many, so that with a probability of 1 -
 * ALPHA none comes below ALPHA by chance (Holm: "A simple sequentially
 * rejective multiple test procedure", Scandinavian Journal of Statistics 6,
 * 1979).  Tests that could not have come below it, however the data had turned
 * out, take no part and get 1 (Tarone: "A modified Bonferroni method for
 * discrete data", Biometrics 46, 1990).  Where that is true of all because they
 * are so many, as many take part as can: the first of those that come in TESTS,
 * which must not depend on p.  TESTS is reordered; returns how many take part,
 * which are the first.
 */
size_t stats_holm(struct stats_p **tests, size_t n, double alpha);

#endif
