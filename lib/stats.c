/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "tele/stats.h"

static int
compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The first of LOW..HIGH, which lie on both sides of VALUE, that belong above.
 */
static size_t
part(double *values, size_t low, size_t high, double value)
{
	double swap;

	for (;; low++, high--) {
		while (values[low] < value)
			low++;
		while (value < values[high])
			high--;
		if (low >= high)
			return high + 1;
		swap = values[low];
		values[low] = values[high];
		values[high] = swap;
	}
}

static void
insertion_sort(double *values, size_t n)
{
	double value;
	size_t k;

	for (size_t i = 1; i < n; i++) {
		value = values[i];
		for (k = i; k > 0 && values[k - 1] > value; k--)
			values[k] = values[k - 1];
		values[k] = value;
	}
}

/*
 * Quicksort (Hoare: "Quicksort", The Computer Journal 5, 1962), several times
 * as fast as qsort, which gets what does not fall apart well.
 */
void
stats_sort(double *values, size_t n)
{
	enum { FEW = 24, DEPTH = 48 };
	struct range {
		size_t low, n;
	} open[DEPTH] = { { 0, n } }, r;
	size_t depth = 1, cut;

	while (depth > 0) {
		r = open[--depth];
		if (r.n <= FEW) {
			insertion_sort(values + r.low, r.n);
			continue;
		}
		cut = part(values, r.low, r.low + r.n - 1,
		    values[r.low + r.n / 2]);
		if (depth + 2 > DEPTH) {
			qsort(values + r.low, r.n, sizeof(*values),
			    compare_doubles);
			continue;
		}
		open[depth++] = (struct range){ r.low, cut - r.low };
		open[depth++] = (struct range){ cut, r.low + r.n - cut };
	}
}

double
stats_median(const double *sorted, size_t n)
{
	return n % 2 == 1 ? sorted[n / 2]
			  : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
}

/*
 * Hoare's FIND (Communications of the ACM 4, 1961), after which no greater
 * value stands before the K-th.  It sorts when it makes no progress, as hostile
 * data could have it.
 */
double
stats_kth(double *values, size_t n, size_t k)
{
	ptrdiff_t low = 0, high = (ptrdiff_t)n - 1, at = (ptrdiff_t)k, i, j;
	double pivot, swap;

	for (int rounds = 0; low < high; rounds++) {
		if (rounds == 128) {
			stats_sort(values, n);
			break;
		}
		pivot = values[at];
		for (i = low, j = high; i <= j;) {
			while (values[i] < pivot)
				i++;
			while (pivot < values[j])
				j--;
			if (i > j)
				break;
			swap = values[i];
			values[i++] = values[j];
			values[j--] = swap;
		}
		if (j < at)
			low = i;
		if (at < i)
			high = j;
	}
	return values[k];
}

double
stats_median_of(double *values, size_t n)
{
	double upper = stats_kth(values, n, n / 2), lower = values[0];

	if (n % 2 == 1)
		return upper;
	for (size_t i = 1; i < n / 2; i++)
		if (values[i] > lower)
			lower = values[i];
	return (lower + upper) / 2;
}

double
stats_normal(double p)
{
	double low = 0, high = 40, mid;

	while (high - low > 1e-12) {
		mid = (low + high) / 2;
		if (erfc(mid / sqrt(2)) / 2 > p)
			low = mid;
		else
			high = mid;
	}
	return low;
}

double
stats_choose(size_t n, size_t k)
{
	double product = 1;

	for (size_t i = 1; i <= k; i++)
		product *= (double)(n - k + i) / (double)i;
	return product;
}

/* log of the hypergeometric probability of A of N if A + B of N + M are. */
static double
log_table(size_t a, size_t n, size_t b, size_t m)
{
	return lgamma((double)n + 1) - lgamma((double)a + 1) -
	    lgamma((double)(n - a) + 1) + lgamma((double)m + 1) -
	    lgamma((double)b + 1) - lgamma((double)(m - b) + 1);
}

double
stats_fisher(size_t a, size_t n, size_t b, size_t m, double *least)
{
	size_t marked = a + b, first = marked > m ? marked - m : 0;
	size_t last = marked < n ? marked : n;
	double observed = log_table(a, n, b, m), all, p = 0, one;
	double rarest = INFINITY;

	all = lgamma((double)(n + m) + 1) - lgamma((double)marked + 1) -
	    lgamma((double)(n + m - marked) + 1);
	for (size_t k = first; k <= last; k++) {
		one = log_table(k, n, marked - k, m);
		rarest = one < rarest ? one : rarest;
		/* Tables as likely as this one may differ in the last bits. */
		if (one <= observed + 1e-7)
			p += exp(one - all);
	}
	*least = exp(rarest - all);
	if (log_table(first, n, marked - first, m) <= rarest + 1e-7 &&
	    log_table(last, n, marked - last, m) <= rarest + 1e-7 &&
	    first < last)
		*least *= 2;
	*least = *least < 1 ? *least : 1;
	return p < 1 ? p : 1;
}

double
stats_binomial_tail(size_t k, size_t n, double p)
{
	double sum = 0;

	for (size_t i = k; i <= n; i++)
		sum += exp(lgamma((double)n + 1) - lgamma((double)i + 1) -
		    lgamma((double)(n - i) + 1) + (double)i * log(p) +
		    (double)(n - i) * log1p(-p));
	return sum < 1 ? sum : 1;
}

static int
compare_p(const void *a, const void *b)
{
	const struct stats_p *p = *(struct stats_p *const *)a;
	const struct stats_p *q = *(struct stats_p *const *)b;

	return (p->p > q->p) - (p->p < q->p);
}

static void
holm(struct stats_p **tests, size_t n)
{
	double most = 0, p;

	qsort(tests, n, sizeof(struct stats_p *), compare_p);
	for (size_t i = 0; i < n; i++) {
		p = tests[i]->p * (double)(n - i);
		most = p > most ? p : most;
		tests[i]->adjusted = most < 1 ? most : 1;
	}
}

static int
compare_least(const void *a, const void *b)
{
	const struct stats_p *p = *(struct stats_p *const *)a;
	const struct stats_p *q = *(struct stats_p *const *)b;

	if (p->least != q->least)
		return p->least > q->least ? 1 : -1;
	return (p->place > q->place) - (p->place < q->place);
}

size_t
stats_holm(struct stats_p **tests, size_t n, double alpha)
{
	size_t count = n;

	for (size_t i = 0; i < n; i++) {
		tests[i]->place = i;
		tests[i]->adjusted = 1;
	}
	qsort(tests, n, sizeof(struct stats_p *), compare_least);
	/* The most of them that could all pass at ALPHA / COUNT. */
	while (count > 0 && tests[count - 1]->least > alpha / (double)count)
		count--;
	for (size_t i = 0; i < n; i++)
		tests[i]->takes_part = i < count;
	holm(tests, count);
	return count;
}
