/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "random.h"
#include "tap.h"
#include "tele/mem.h"
#include "tele/stats.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static bool
near(double got, double want)
{
	return fabs(got - want) <= 1e-10 * (fabs(want) + 1e-300);
}

static void
test_median(void)
{
	size_t wrong = 0;
	uint64_t seed = 11;

	for (size_t n = 1; n < 300; n++) {
		double a[300], b[300];

		for (size_t i = 0; i < n; i++)
			a[i] = b[i] = (double)random_below(&seed, n + 1);
		stats_sort(b, n);
		for (size_t i = 1; i < n; i++)
			wrong += b[i - 1] > b[i];
		wrong += stats_median_of(a, n) != stats_median(b, n);
	}
	ok(wrong == 0, "stats: a median is that of the sorted values");
}

/* Patterns that are slow where the pivot is chosen badly. */
static void
test_patterns(void)
{
	enum { N = 200000 };
	double *a = mem_alloc(N * sizeof(*a));
	double want[] = { (N - 1) / 2.0, (N - 1) / 2.0, 1, N / 4.0 - 0.5 };

	for (size_t pattern = 0; pattern < COUNT(want); pattern++) {
		for (size_t i = 0; i < N; i++)
			a[i] = pattern == 0 ? (double)i
			    : pattern == 1  ? (double)(N - 1 - i)
			    : pattern == 2  ? 1
			    : i < N / 2     ? (double)i
					    : (double)(N - 1 - i);
		ok(stats_median_of(a, N) == want[pattern],
		    "stats: the median of pattern %zu", pattern);
	}
	free(a);
}

/* fisher.test of R 4.2.2; the least by hand. */
static void
test_fisher(void)
{
	static const struct {
		size_t a, n, b, m;
		double p, least;
	} rows[] = {
		{ 3, 4, 1, 4, 0.485714285714286, 2 / 70.0 },
		{ 10, 13, 2, 17, 0.000536724119143437, 0 },
		{ 5, 5, 0, 5, 0.00793650793650794, 2 / 252.0 },
		{ 0, 10, 5, 10, 0.0325077399380805, 2 * 252 / 15504.0 },
		{ 3, 10, 0, 10, 0.210526315789474, 2 * 120 / 1140.0 },
		{ 1, 20, 9, 25, 0.0270526487202607, 0 },
		{ 0, 7, 0, 9, 1, 1 },
		{ 7, 7, 9, 9, 1, 1 },
		{ 49, 386, 0, 411, 6.96988707343194e-17, 0 },
		{ 2, 3, 4, 1000, 8.93131381904584e-05, 0 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		double least,
		    p = stats_fisher(rows[i].a, rows[i].n, rows[i].b, rows[i].m,
			&least);

		if (!ok(near(p, rows[i].p) && least <= p * (1 + 1e-9) &&
			    (rows[i].least == 0 || near(least, rows[i].least)),
			"stats: %zu of %zu against %zu of %zu", rows[i].a,
			rows[i].n, rows[i].b, rows[i].m))
			note("p %.15g least %.15g", p, least);
	}
}

/* pbinom of R 4.2.2. */
static void
test_binomial(void)
{
	ok(near(stats_binomial_tail(11, 200, 0.05), 0.416932817918829) &&
		near(stats_binomial_tail(17, 200, 0.05), 0.0237994597471728) &&
		near(stats_binomial_tail(0, 200, 0.05), 1) &&
		near(stats_binomial_tail(3, 3, 0.5), 0.125),
	    "stats: tails of the binomial distribution");
}

static bool
adjusts(const double *p, const double *least, size_t n, const double *want,
    size_t count)
{
	struct stats_p tests[64], *list[64];
	size_t got, wrong = 0;

	for (size_t i = 0; i < n; i++) {
		tests[i] = (struct stats_p){ .p = p[i], .least = least[i] };
		list[i] = &tests[(i * 7 + 3) % n]; /* in no order */
	}
	got = stats_holm(list, n, 0.05);
	for (size_t i = 0; i < n; i++) {
		wrong += fabs(tests[i].adjusted - want[i]) > 1e-5 * want[i];
		if (fabs(tests[i].adjusted - want[i]) > 1e-5 * want[i])
			note("%zu: %g, not %g", i, tests[i].adjusted, want[i]);
	}
	return wrong == 0 && got == count;
}

/*
 * The example of R's ?p.adjust, by R 4.2.2:
 * set.seed(123); x <- rnorm(50, mean = c(rep(0, 25), rep(3, 25)))
 * p <- 2 * pnorm(sort(-abs(x))); p.adjust(p, "holm")
 */
static void
test_holm(void)
{
	static const double p[] = { 2.35405e-07, 2.10159e-05, 2.57684e-05,
		9.81478e-05, 0.000105261, 0.000124148, 0.000132599, 0.00015685,
		0.000225456, 0.000379538, 0.000611494, 0.00161395, 0.00330243,
		0.00353834, 0.005237, 0.00683191, 0.00705923, 0.00880513,
		0.00940104, 0.011298, 0.0211502, 0.0492274, 0.060533, 0.0626224,
		0.0739515, 0.082811, 0.0863333, 0.119065, 0.18908, 0.205849,
		0.220921, 0.2856, 0.304889, 0.466068, 0.483081, 0.492175,
		0.531945, 0.575155, 0.578319, 0.618589, 0.636362, 0.644859,
		0.655841, 0.688588, 0.718986, 0.817954, 0.827449, 0.89713,
		0.911868, 0.943789 };
	static const double adjusted[] = { 1.17703e-05, 0.00102978, 0.00123688,
		0.00461295, 0.004842, 0.00558666, 0.00583435, 0.00674456,
		0.00946914, 0.0155611, 0.0244598, 0.0629442, 0.125492, 0.130919,
		0.188532, 0.239117, 0.240014, 0.290569, 0.300833, 0.350237,
		0.634505, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
		1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 };
	double zero[COUNT(p)] = { 0 };

	ok(adjusts(p, zero, COUNT(p), adjusted, COUNT(p)),
	    "stats: Holm's adjustment, as R's p.adjust has it");
}

/*
 * Tarone's example of how it goes: of six tests, two could pass 0.05 / 2, so
 * only these count, and for two.
 */
static void
test_discrete(void)
{
	static const double p[] = { 0.02, 0.03, 0.2, 0.4, 1, 1 };
	static const double least[] = { 0.02, 0.001, 0.04, 0.03, 0.3, 1 };
	static const double want[] = { 0.04, 0.04, 1, 1, 1, 1 };
	static const double none[] = { 1, 1, 1, 1, 1, 1 };

	ok(adjusts(p, least, 6, want, 2),
	    "stats: tests that could not be significant do not count");
	ok(adjusts(p, none, 6, none, 0), "stats: perhaps none could");
	ok(adjusts(p, least, 0, want, 0), "stats: or there is none");
}

/*
 * Thirty tests of five against five, 2 / choose(10, 5): together none could
 * pass, but six can, 6 * 2 / 252 = 0.0476, and these are the first.
 */
static void
test_first(void)
{
	enum { N = 30, FIRST = 6 };
	const double least = 2. / 252;
	struct stats_p tests[N], *list[N];
	size_t count, wrong = 0;

	for (size_t i = 0; i < N; i++) {
		tests[i] = (struct stats_p){ .p = least, .least = least };
		list[i] = &tests[i];
	}
	count = stats_holm(list, N, 0.05);
	for (size_t i = 0; i < N; i++) {
		wrong += tests[i].takes_part != (i < FIRST);
		wrong += fabs(tests[i].adjusted -
			     (i < FIRST ? FIRST * least : 1)) > 1e-12;
	}
	ok(count == FIRST && wrong == 0,
	    "stats: of too many tests, the first take part");
}

int
main(void)
{
	test_median();
	test_patterns();
	test_fisher();
	test_binomial();
	test_holm();
	test_discrete();
	test_first();
	return done();
}
