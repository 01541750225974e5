/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "random.h"
#include "rows.h"
#include "tap.h"
#include "tele/mem.h"
#include "tele/quantile.h"

/* Ways in which durations are spread. */
static int64_t
uniform(uint64_t *seed)
{
	return (int64_t)random_below(seed, 1000000);
}

static int64_t
every_magnitude(uint64_t *seed)
{
	return (int64_t)(random_next(seed) >> (1 + random_below(seed, 63)));
}

static int64_t
small(uint64_t *seed)
{
	return (int64_t)random_below(seed, 4);
}

static int64_t
two_peaks(uint64_t *seed)
{
	return random_below(seed, 100) < 95
	    ? 1000000 + (int64_t)random_below(seed, 1000)
	    : 90000000 + (int64_t)random_below(seed, 1000000);
}

static int64_t
long_tail(uint64_t *seed)
{
	return (int64_t)(1e6 / (1e-9 + (double)random_below(seed, 1000000)));
}

static int64_t
constant(uint64_t *seed)
{
	(void)seed;
	return 16700000;
}

static const struct {
	const char *name;
	int64_t (*next)(uint64_t *seed);
} distributions[] = {
	{ "evenly spread values", uniform },
	{ "values of every magnitude", every_magnitude },
	{ "values below four", small },
	{ "two peaks", two_peaks },
	{ "a long tail", long_tail },
	{ "one value", constant },
};

static int
compare_ns(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int64_t *
draw(int64_t (*next)(uint64_t *seed), size_t n, uint64_t *seed)
{
	int64_t *values = mem_zalloc(n, sizeof(*values));

	for (size_t i = 0; i < n; i++)
		values[i] = next(seed);
	return values;
}

static void
test_empty(void)
{
	struct quantile q = { 0 }, other = { 0 };
	int64_t ns = 42;

	ok(!quantile_at(&q, 0.5, &ns) && ns == 42,
	    "quantile: an empty sketch has none");
	quantile_merge(&q, &other);
	ok(q.count == 0 && !quantile_at(&q, 0.5, &ns) && ns == 42,
	    "quantile: two empty sketches make an empty one");
}

/* The rank in whole numbers: percent times count, rounded up. */
static size_t
rank_of(unsigned percent, size_t count)
{
	size_t rank = (percent * count + 99) / 100;

	return rank > 0 ? rank : 1;
}

static void
test_exact(void)
{
	static const unsigned percents[] = { 0, 25, 50, 75, 90, 95, 99, 100 };
	size_t wrong = 0;
	uint64_t seed = 8;

	for (size_t n = 1; n <= QUANTILE_EXACT; n++) {
		int64_t *values = draw(every_magnitude, n, &seed), ns;
		struct quantile q = { 0 };

		for (size_t i = 0; i < n; i++)
			quantile_add(&q, values[i]);
		qsort(values, n, sizeof(*values), compare_ns);
		for (size_t i = 0; i < COUNT(percents); i++)
			wrong += !quantile_at(&q, percents[i] / 100.0, &ns) ||
			    ns != values[rank_of(percents[i], n) - 1];
		quantile_free(&q);
		free(values);
	}
	ok(wrong == 0, "quantile: up to 64 values answers are exact");
}

/* The error of each permille of SORTED, in the worst case, in ten thousandths.
 */
static double
worst_error(const struct quantile *q, const int64_t *sorted, size_t n)
{
	double worst = 0;

	for (int permille = 0; permille <= 1000; permille++) {
		double p = permille / 1000.0, rank = ceil(p * (double)n), off;
		int64_t want = sorted[rank < 1 ? 0 : (size_t)rank - 1], got;

		if (!quantile_at(q, p, &got))
			return 1e9;
		off = fabs((double)got - (double)want) - 0.5; /* rounded */
		if (off > 0 && off / (double)want > worst)
			worst = off / (double)want;
	}
	return worst * 10000;
}

static void
test_error(void)
{
	static const size_t sizes[] = { 65, 100, 1000, 2048, 2049, 100000 };
	uint64_t seed = 9;

	for (size_t d = 0; d < COUNT(distributions); d++)
		for (size_t s = 0; s < COUNT(sizes); s++) {
			size_t n = sizes[s];
			int64_t *values = draw(distributions[d].next, n, &seed),
				ns;
			struct quantile q = { 0 };
			__int128 sum = 0;
			double worst;

			for (size_t i = 0; i < n; i++) {
				quantile_add(&q, values[i]);
				sum += values[i];
			}
			qsort(values, n, sizeof(*values), compare_ns);
			worst = worst_error(&q, values, n);
			if (!ok(worst <= 55,
				"quantile: %zu times %s: within 0.55 %%", n,
				distributions[d].name))
				note("off by %g %%", worst / 100);
			ok(q.count == n && q.sum_ns == sum &&
				q.min_ns == values[0] &&
				q.max_ns == values[n - 1] &&
				quantile_at(&q, 0, &ns) && ns == values[0] &&
				quantile_at(&q, 1, &ns) && ns == values[n - 1],
			    "quantile: count, sum and extremes are exact");
			quantile_free(&q);
			free(values);
		}
}

/* The bits that X^64 - 1 takes, by plain multiplication: ceil(64 log2 X). */
static int
naive_bucket(uint64_t x)
{
	uint32_t a[128] = { (uint32_t)x, (uint32_t)(x >> 32) }, b[128];
	size_t len = 2, top;

	if ((x & (x - 1)) == 0)
		return 64 * __builtin_ctzll(x);
	for (int squared = 0; squared < 6; squared++, len *= 2) {
		memset(b, 0, sizeof(b));
		for (size_t i = 0; i < len; i++) {
			uint64_t carry = 0;

			for (size_t k = 0; k < len; k++) {
				carry += (uint64_t)a[i] * a[k] + b[i + k];
				b[i + k] = (uint32_t)carry;
				carry >>= 32;
			}
			b[i + len] = (uint32_t)carry;
		}
		memcpy(a, b, sizeof(a));
	}
	top = len - 1;
	while (a[top] == 0)
		top--;
	return (int)(32 * top) + 32 - __builtin_clz(a[top]);
}

static void
test_buckets(void)
{
	size_t wrong = 0, far = 0;
	uint64_t seed = 10;

	for (int64_t ns = 1; ns <= 5000; ns++)
		wrong += quantile_bucket_of(ns) != naive_bucket((uint64_t)ns);
	/* Around the end of every bucket. */
	for (int i = 1; i < QUANTILE_BUCKETS; i++) {
		long double end = powl(2, (long double)i / 64);

		for (int off = -2; off <= 2; off++) {
			long double x = floorl(end) + off;
			int64_t ns = x >= 0x1p63L ? INT64_MAX : (int64_t)x;

			wrong += ns > 0 &&
			    quantile_bucket_of(ns) !=
				naive_bucket((uint64_t)ns);
		}
	}
	for (int round = 0; round < 3000; round++) {
		int64_t ns = every_magnitude(&seed) | 1;

		wrong += quantile_bucket_of(ns) != naive_bucket((uint64_t)ns);
	}
	ok(wrong == 0, "quantile: every value falls in the bucket it should");
	ok(quantile_bucket_of(INT64_MAX) == QUANTILE_BUCKETS - 1,
	    "quantile: the largest value falls in the last bucket");

	/* Both ends of each bucket are near the value that stands for it. */
	for (int i = 0; i < QUANTILE_BUCKETS; i++) {
		long double low = powl(2, (long double)(i - 1) / 64),
			    high = powl(2, (long double)i / 64);
		long double middle = (long double)quantile_bucket_ns(i);

		far += fabsl(middle - low) > 0.0055L * low + 0.5L ||
		    fabsl(middle - high) > 0.0055L * high + 0.5L;
	}
	ok(far == 0,
	    "quantile: a bucket's value is within 0.55 %% of all in it");
}

/* All that a sketch knows, as text. */
struct digest {
	char text[200000];
	size_t len;
};

static void
put(struct digest *d, long long a, long long b)
{
	d->len += (size_t)snprintf(d->text + d->len, sizeof(d->text) - d->len,
	    "%lld:%lld ", a, b);
}

static void
put_bucket(void *arg, int index, uint64_t n)
{
	put(arg, index, (long long)n);
}

static struct digest *
digest(const struct quantile *q)
{
	struct digest *d = mem_zalloc(1, sizeof(*d));
	int64_t sorted[QUANTILE_EXACT];

	put(d, (long long)q->count, quantile_is_exact(q));
	put(d, (long long)(q->sum_ns >> 64), (long long)q->sum_ns);
	put(d, q->min_ns, q->max_ns);
	if (quantile_is_exact(q)) {
		quantile_values(q, sorted);
		for (uint64_t i = 0; i < q->count; i++)
			put(d, 0, sorted[i]);
	}
	quantile_each(q, put_bucket, d);
	return d;
}

/* Add VALUES to some of PARTS, which are then merged in any order. */
static struct quantile
merged(const int64_t *values, size_t n, size_t parts, uint64_t *seed)
{
	struct quantile *part = mem_zalloc(parts, sizeof(*part)), all;

	for (size_t i = 0; i < n; i++)
		quantile_add(&part[random_below(seed, parts)], values[i]);
	for (size_t left = parts; left > 1; left--) {
		size_t to = random_below(seed, left - 1);

		if (random_below(seed, 2) != 0) {
			struct quantile swap = part[to];

			part[to] = part[left - 1];
			part[left - 1] = swap;
		}
		quantile_merge(&part[to], &part[left - 1]);
		quantile_free(&part[left - 1]);
	}
	all = part[0];
	free(part);
	return all;
}

static void
shuffle(int64_t *values, size_t n, uint64_t *seed)
{
	for (size_t i = n; i > 1; i--) {
		size_t k = random_below(seed, i);
		int64_t swap = values[i - 1];

		values[i - 1] = values[k];
		values[k] = swap;
	}
}

static void
test_merging(void)
{
	static const size_t sizes[] = { 1, 2, 63, 64, 65, 66, 128, 129, 500,
		2047, 2048, 2049, 2100, 5000 };
	uint64_t seed = 11;

	for (size_t s = 0; s < COUNT(sizes); s++) {
		size_t n = sizes[s], wrong = 0;

		for (int round = 0; round < 60; round++) {
			size_t d = (size_t)round % COUNT(distributions);
			size_t parts = 1 + random_below(&seed, 12);
			int64_t *values = draw(distributions[d].next, n, &seed);
			struct quantile one = { 0 }, other;
			struct digest *want, *got;

			for (size_t i = 0; i < n; i++)
				quantile_add(&one, values[i]);
			shuffle(values, n, &seed);
			other = merged(values, n, parts, &seed);
			want = digest(&one);
			got = digest(&other);
			wrong += strcmp(want->text, got->text) != 0;
			free(want);
			free(got);
			quantile_free(&one);
			quantile_free(&other);
			free(values);
		}
		ok(wrong == 0,
		    "quantile: %zu values give one sketch, however they are "
		    "split and merged",
		    n);
	}
}

static void
test_source_of_merge(void)
{
	struct quantile q = { 0 }, from = { 0 };
	struct digest *before, *after;

	for (int64_t i = 0; i < 100; i++) {
		quantile_add(&q, i * i);
		quantile_add(&from, i * 3);
	}
	before = digest(&from);
	quantile_merge(&q, &from);
	after = digest(&from);
	ok(strcmp(before->text, after->text) == 0,
	    "quantile: what is merged into another stays as it was");
	free(before);
	free(after);
	quantile_free(&q);
	quantile_free(&from);
}

int
main(void)
{
	test_empty();
	test_exact();
	test_error();
	test_buckets();
	test_merging();
	test_source_of_merge();
	return done();
}
