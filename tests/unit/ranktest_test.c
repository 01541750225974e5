/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "random.h"
#include "tap.h"
#include "tele/mem.h"
#include "tele/ranktest.h"
#include "tele/stats.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define SAMPLE(array) (array), COUNT(array)

static struct rank_tester tester;

static bool
near(double got, double want, double tolerance)
{
	return fabs(got - want) <= tolerance * (fabs(want) + 1e-300);
}

static struct rank_test
compare(const double *x, size_t n, const double *y, size_t m, double confidence)
{
	double *a = mem_alloc(n * sizeof(*a)), *b = mem_alloc(m * sizeof(*b));
	struct rank_test r = { 0 };

	memcpy(a, x, n * sizeof(*a));
	memcpy(b, y, m * sizeof(*b));
	stats_sort(a, n);
	stats_sort(b, m);
	rank_test(&tester, a, n, b, m, &r);
	rank_shift(&tester, a, n, b, m, confidence, &r);
	free(a);
	free(b);
	return r;
}

static void
check(const char *title, struct rank_test got, struct rank_test want,
    double tolerance)
{
	bool same = near(got.p, want.p, 1e-9) &&
	    near(got.least, want.least, 1e-9) &&
	    near(got.shift, want.shift, tolerance) &&
	    near(got.low, want.low, tolerance) &&
	    near(got.high, want.high, tolerance) &&
	    near(got.confidence, want.confidence, 1e-9);

	if (!ok(same, "ranktest: %s", title))
		note("p %.17g least %.17g shift %.17g (%.17g to %.17g) %.17g",
		    got.p, got.least, got.shift, got.low, got.high,
		    got.confidence);
}

/*
 * The example of R's ?wilcox.test, from Hollander and Wolfe, table 4.1:
 * wilcox.test(age, term, conf.int = TRUE), R 4.2.2.
 */
static void
test_published(void)
{
	static const double term[] = { 0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91,
		1.64, 0.73, 1.46 };
	static const double age[] = { 1.15, 0.88, 0.90, 0.74, 1.21 };
	static const double x[] = { 1.1, 2.3, 0.4, 5.6, 3.3, 2.9, 8.1, 1.7 };
	static const double y[] = { 4.4, 6.1, 3.8, 9.9, 2.5 };

	check("the permeability of membranes, as Hollander and Wolfe have it",
	    compare(SAMPLE(term), SAMPLE(age), 0.95),
	    (struct rank_test){ 0.2544122544122544, 2 / 3003.0, -0.305, -0.76,
		0.15, 1 - 2 * 0.019980019980019977 },
	    1e-12);
	check("the other way round, all signs change",
	    compare(SAMPLE(age), SAMPLE(term), 0.95),
	    (struct rank_test){ 0.2544122544122544, 2 / 3003.0, 0.305, -0.15,
		0.76, 1 - 2 * 0.019980019980019977 },
	    1e-12);
	/* wilcox.test(y, x, conf.int = TRUE), the same with conf.level = .8 */
	check("8 against 5 at 95 %", compare(SAMPLE(x), SAMPLE(y), 0.95),
	    (struct rank_test){ 0.127428127428127, 2 / 1287.0, 2.1, -1.2, 5.7,
		1 - 2 * 29 / 1287.0 },
	    1e-12);
	check("8 against 5 at 80 %", compare(SAMPLE(x), SAMPLE(y), 0.8),
	    (struct rank_test){ 0.127428127428127, 2 / 1287.0, 2.1, 0.5, 4,
		1 - 2 * 110 / 1287.0 },
	    1e-12);
}

/* Too few for 95 %: R gives the widest interval and a warning. */
static void
test_few(void)
{
	static const double x[] = { 3, 1, 2.25 }, y[] = { 7.5, 5 };
	static const double one[] = { 4 }, other[] = { 6.5 };

	check("3 against 2 have an interval of 80 %",
	    compare(SAMPLE(x), SAMPLE(y), 0.95),
	    (struct rank_test){ 0.2, 0.2, 4.25, 2, 6.5, 0.8 }, 1e-12);
	check("1 against 1 have an estimate only",
	    compare(SAMPLE(one), SAMPLE(other), 0.95),
	    (struct rank_test){ 1, 1, 2.5, 2.5, 2.5, 0 }, 1e-12);
}

/*
 * Past RANK_EXACT: wilcox.test(b, a, exact = FALSE) for a = (1:60)^1.37 and
 * b = (1:70)^1.37 + 11.5; shift, low and high are the differences of rank 2100
 * and 2101, 1680 and 2521, of sort(outer(b, a, "-")).
 */
static void
test_large(void)
{
	double a[60], b[70];
	struct rank_test got;

	for (int i = 0; i < 60; i++)
		a[i] = pow(i + 1, 1.37);
	for (int i = 0; i < 70; i++)
		b[i] = pow(i + 1, 1.37) + 11.5;
	got = compare(SAMPLE(a), SAMPLE(b), 0.95);
	check("60 against 70, by the normal distribution", got,
	    (struct rank_test){ 0.0333992439319598, got.least, 34.2813569938054,
		2.44164358310697, 69.50670924153856, 0.95 },
	    1e-12);
	ok(got.least > 1e-23 && got.least < 1e-21,
	    "ranktest: the least p of such a sample is that of one apart");
}

/*
 * Ties.  airquality of R, Ozone in May and in August: by library(coin),
 * wilcox_test(Ozone ~ Month, distribution = "exact"); three times as many by
 * wilcox.test(exact = FALSE).  sleep: wilcox_test(extra ~ group).
 */
static void
test_ties(void)
{
	static const double may[] = { 41, 36, 12, 18, 28, 23, 19, 8, 7, 16, 11,
		14, 18, 14, 34, 6, 30, 11, 1, 11, 4, 32, 23, 45, 115, 37 };
	static const double august[] = { 39, 9, 16, 78, 35, 66, 122, 89, 110,
		44, 28, 65, 22, 59, 23, 31, 44, 21, 9, 45, 168, 73, 76, 118, 84,
		85 };
	static const double one[] = { 0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7,
		0.8, 0, 2 };
	static const double two[] = { 1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6,
		4.6, 3.4 };
	double x[3 * COUNT(may)], y[3 * COUNT(august)];

	ok(near(compare(SAMPLE(may), SAMPLE(august), 0.95).p,
	       6.1087351888037202e-05, 1e-12),
	    "ranktest: ozone in May and August, with ties, exactly");
	ok(near(compare(SAMPLE(one), SAMPLE(two), 0.95).p, 0.065816536404771697,
	       1e-12),
	    "ranktest: Student's sleep data, with ties, exactly");
	for (size_t i = 0; i < COUNT(x); i++) {
		x[i] = may[i % COUNT(may)];
		y[i] = august[i % COUNT(august)];
	}
	ok(near(compare(SAMPLE(x), SAMPLE(y), 0.95).p, 1.86267047113917e-11,
	       1e-9),
	    "ranktest: three times as many, by the normal distribution");
}

/* The largest U that is significant at 5 %, two-sided (Siegel, table K). */
static void
test_table(void)
{
	static const struct {
		size_t n, m, u;
	} rows[] = { { 4, 4, 0 }, { 5, 5, 2 }, { 6, 6, 5 }, { 7, 7, 8 },
		{ 8, 8, 13 }, { 10, 10, 23 }, { 5, 8, 6 }, { 3, 10, 3 },
		{ 12, 15, 49 }, { 20, 20, 127 } };
	double x[20], y[20];

	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t n = rows[i].n, m = rows[i].m, wrong = 0;

		/* U values of X above all of Y, that is U pairs. */
		for (size_t more = 0; more < 2; more++) {
			size_t u = rows[i].u + more, full = u / m;
			struct rank_test r;

			for (size_t k = 0; k < m; k++)
				y[k] = 100 + (double)k;
			for (size_t k = 0; k < n; k++)
				x[k] = (double)k;
			for (size_t k = 0; k < full; k++)
				x[n - 1 - k] = 200 + (double)(full - k);
			if (u % m > 0)
				x[n - 1 - full] = 99.5 + (double)(u % m);
			r = compare(x, n, y, m, 0.95);
			wrong += more == 0 ? r.p > 0.05 : r.p <= 0.05;
		}
		ok(wrong == 0,
		    "ranktest: %zu and %zu are significant at 5 %% up to U = "
		    "%zu",
		    n, m, rows[i].u);
	}
}

/* Both tails and the extremes, by trying every choice of n among n + m. */
static struct rank_test
by_force(const double *all, size_t n, size_t m, double sum)
{
	struct rank_test r = { 0 };
	double below = 0, above = 0, count = 0, least = 1e9, most = -1e9;
	double rank[20], at_least = 0, at_most = 0;

	for (size_t i = 0; i < n + m; i++) {
		rank[i] = 0.5;
		for (size_t j = 0; j < n + m; j++)
			rank[i] += all[j] < all[i] ? 1
			    : all[j] == all[i]     ? 0.5
						   : 0;
	}
	for (unsigned set = 0; set < 1u << (n + m); set++) {
		double s = 0;

		if ((size_t)__builtin_popcount(set) != n)
			continue;
		for (size_t i = 0; i < n + m; i++)
			s += set >> i & 1 ? rank[i] : 0;
		count++;
		below += s <= sum;
		above += s >= sum;
		at_least = s < least ? 1 : at_least + (s == least);
		at_most = s > most ? 1 : at_most + (s == most);
		least = s < least ? s : least;
		most = s > most ? s : most;
	}
	r.p = 2 * (below < above ? below : above) / count;
	r.least = 2 * (at_least < at_most ? at_least : at_most) / count;
	r.p = r.p < 1 ? r.p : 1;
	r.least = r.least < 1 ? r.least : 1;
	return r;
}

static void
test_by_force(void)
{
	size_t wrong = 0;
	uint64_t seed = 7;

	for (int round = 0; round < 300; round++) {
		size_t n = 1 + random_below(&seed, 6);
		size_t m = 1 + random_below(&seed, 6);
		uint64_t range = 1 + random_below(&seed, 12);
		double all[20], sum = 0;
		struct rank_test got, want;

		for (size_t i = 0; i < n + m; i++)
			all[i] = (double)random_below(&seed, range);
		for (size_t i = 0; i < n; i++) {
			sum += 0.5;
			for (size_t j = 0; j < n + m; j++)
				sum += all[j] < all[i] ? 1
				    : all[j] == all[i] ? 0.5
						       : 0;
		}
		want = by_force(all, n, m, sum);
		got = compare(all, n, all + n, m, 0.95);
		if (near(got.p, want.p, 1e-9) &&
		    near(got.least, want.least, 1e-9))
			continue;
		if (wrong++ == 0)
			note("%zu and %zu: p %g, not %g; least %g, not %g", n,
			    m, got.p, want.p, got.least, want.least);
	}
	ok(wrong == 0,
	    "ranktest: 300 samples with ties have the p of all permutations");
}

/* Listed or searched, a difference is the same. */
static void
test_differences(void)
{
	enum { N = 90, M = 110 };
	static double x[N], y[M], all[N * M];
	size_t wrong = 0;
	uint64_t seed = 3;

	for (uint64_t range = 1; range < 1000000; range *= 7) {
		struct rank_test got = { 0 };
		double k = N * M / 2.0 -
		    1.959963984540054 * sqrt(N * M * (N + M + 1) / 12.0);
		size_t rank = (size_t)k;

		for (size_t i = 0; i < N; i++)
			x[i] = (double)random_below(&seed, range) / 7;
		for (size_t j = 0; j < M; j++)
			y[j] = (double)random_below(&seed, range) / 7;
		for (size_t i = 0; i < N * M; i++)
			all[i] = y[i % M] - x[i / M];
		stats_sort(x, N);
		stats_sort(y, M);
		stats_sort(all, N * M);
		rank_shift(&tester, x, N, y, M, 0.95, &got);
		/* Sevenths make differences that only rounding sets apart. */
		wrong += !near(got.shift, stats_median(all, N * M), 1e-12) ||
		    !near(got.low, all[rank - 1], 1e-12) ||
		    !near(got.high, all[N * M - rank], 1e-12);
	}
	ok(wrong == 0, "ranktest: of many pairs, differences are found");
}

/* Nobody waits, whatever the sizes. */
static void
test_huge(void)
{
	enum { N = 200000 };
	double *x = mem_alloc(N * sizeof(*x)), *y = mem_alloc(N * sizeof(*y));
	struct rank_test got = { 0 };

	for (size_t i = 0; i < N; i++) {
		x[i] = (double)(i / 2);
		y[i] = (double)(i / 2) + 7;
	}
	rank_test(&tester, x, N, y, N, &got);
	rank_shift(&tester, x, N, y, N, 0.95, &got);
	ok(got.shift == 7 && got.p > 0 && got.p < 1,
	    "ranktest: 200000 against 200000 values");
	free(x);
	free(y);
}

static void
test_equal(void)
{
	static const double x[] = { 5, 5, 5, 5, 5, 5 }, y[] = { 5, 5, 5, 5, 5 };

	check("what is all the same cannot differ",
	    compare(SAMPLE(x), SAMPLE(y), 0.95),
	    (struct rank_test){ 1, 1, 0, 0, 0, 1 - 2 * 7 / 462.0 }, 1e-12);
	ok(near(rank_least(10, 10), 2 / 184756.0, 1e-12) &&
		rank_least(1, 1) == 1,
	    "ranktest: the least p follows from the sizes");
}

int
main(void)
{
	test_published();
	test_few();
	test_large();
	test_ties();
	test_table();
	test_by_force();
	test_differences();
	test_huge();
	test_equal();
	rank_tester_free(&tester);
	return done();
}
