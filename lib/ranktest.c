/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "tele/mem.h"
#include "tele/ranktest.h"
#include "tele/stats.h"

/* Differences of so many pairs are listed; of more, only counted. */
enum { LISTED = 4096 };

void
rank_tester_free(struct rank_tester *t)
{
	free(t->tail);
	free(t->ways);
	free(t->ranks);
	free(t->differences);
	*t = (struct rank_tester){ 0 };
}

/*
 * How many of the choices of N among N + M ranks have the statistic U, for each
 * U up to MOST: the coefficients of the Gaussian binomial, one factor
 * (1 - q^(m+i)) / (1 - q^i) at a time.
 */
static void
count_choices(double *ways, size_t n, size_t m, size_t most)
{
	memset(ways, 0, (most + 1) * sizeof(*ways));
	ways[0] = 1;
	for (size_t i = 1; i <= n; i++) {
		for (size_t u = most + 1; u-- > m + i;)
			ways[u] -= ways[u - m - i];
		for (size_t u = i; u <= most; u++)
			ways[u] += ways[u - i];
	}
}

/* P(U <= u) for sizes N and M without ties, up to the middle. */
static const double *
untied_tail(struct rank_tester *t, size_t n, size_t m)
{
	size_t most = n * m / 2;
	double sum = 0, all = stats_choose(n + m, n);

	if (t->n == n && t->m == m)
		return t->tail;
	t->tail = mem_grow(t->tail, &t->tail_cap, most + 1, sizeof(*t->tail));
	count_choices(t->tail, n, m, most);
	for (size_t u = 0; u <= most; u++) {
		sum += t->tail[u];
		t->tail[u] = sum / all;
	}
	t->n = n;
	t->m = m;
	return t->tail;
}

/* The two samples, ranked together. */
struct ranking {
	uint32_t *ranks; /* doubled midranks, ascending */
	size_t n, m;
	uint64_t sum;      /* of the ranks of X */
	uint64_t min, max; /* that any N of the ranks have */
	double ties;       /* the sum of t^3 - t */
};

static struct ranking
rank_both(struct rank_tester *t, const double *x, size_t n, const double *y,
    size_t m)
{
	struct ranking r = { .n = n, .m = m };
	size_t i = 0, j = 0, first, of_x, tied;
	double value;

	t->ranks = mem_grow(t->ranks, &t->ranks_cap, n + m, sizeof(*t->ranks));
	r.ranks = t->ranks;
	while (i + j < n + m) {
		value = j == m || (i < n && x[i] < y[j]) ? x[i] : y[j];
		first = i + j;
		of_x = i;
		while (i < n && x[i] <= value)
			i++;
		while (j < m && y[j] <= value)
			j++;
		of_x = i - of_x;
		tied = i + j - first;
		for (size_t k = first; k < i + j; k++)
			r.ranks[k] = (uint32_t)(first + i + j + 1);
		r.sum += of_x * (first + i + j + 1);
		r.ties += (double)tied * (double)tied * (double)tied -
		    (double)tied;
	}
	for (size_t k = 0; k < n; k++) {
		r.min += r.ranks[k];
		r.max += r.ranks[n + m - 1 - k];
	}
	return r;
}

static double
two_sided(double tail)
{
	return tail < 0.5 ? 2 * tail : 1;
}

static void
test_untied(struct rank_tester *t, const struct ranking *r,
    struct rank_test *result)
{
	size_t all = r->n * r->m, u = (size_t)(r->sum - r->min) / 2;

	if (u > all - u)
		u = all - u;
	result->p = two_sided(untied_tail(t, r->n, r->m)[u]);
	result->least = two_sided(untied_tail(t, r->n, r->m)[0]);
}

/*
 * Count ranks from 0, and from the end that makes the sum of X small.  P is
 * two-sided, so that either end will do.
 */
static void
count_from_zero(struct ranking *r)
{
	size_t all = r->n + r->m;
	uint32_t *ranks = r->ranks, first = ranks[0], last = ranks[all - 1];
	uint32_t swap;

	if (r->sum * 2 <= r->min + r->max) {
		for (size_t k = 0; k < all; k++)
			ranks[k] -= first;
		r->sum -= r->n * first;
		return;
	}
	for (size_t k = 0; k < (all + 1) / 2; k++) {
		swap = last - ranks[k];
		ranks[k] = last - ranks[all - 1 - k];
		ranks[all - 1 - k] = swap;
	}
	r->sum = r->n * last - r->sum;
}

/* In how many ways have N of the ranks their least sum, or their greatest? */
static double
ways_at_end(const struct ranking *r, bool greatest)
{
	size_t all = r->n + r->m, tied = 0, inner = 0;
	uint32_t edge = r->ranks[greatest ? all - r->n : r->n - 1];

	for (size_t k = 0; k < all; k++) {
		tied += r->ranks[k] == edge;
		inner += greatest ? r->ranks[k] > edge : r->ranks[k] < edge;
	}
	return stats_choose(tied, r->n - inner);
}

/*
 * The shift algorithm: in how many ways have j of the ranks the sum s?  Only
 * sums up to that of X are of interest.
 */
static void
test_tied(struct rank_tester *t, struct ranking *r, struct rank_test *result)
{
	size_t n = r->n, row = r->sum + 1, rank, most;
	double below = 0, above, all = stats_choose(n + r->m, n), *ways;
	double low = ways_at_end(r, false), high = ways_at_end(r, true);

	t->ways = mem_grow(t->ways, &t->ways_cap, (n + 1) * row, sizeof(*ways));
	ways = t->ways;
	memset(ways, 0, (n + 1) * row * sizeof(*ways));
	ways[0] = 1;
	for (size_t k = 0; k < n + r->m && r->ranks[k] < row; k++) {
		rank = r->ranks[k];
		for (size_t j = k + 1 < n ? k + 1 : n; j > 0; j--) {
			/* The ranks still to come are no less than this. */
			if ((n - j + 1) * rank > r->sum)
				break;
			most = r->sum - (n - j) * rank;
			for (size_t s = rank; s <= most; s++)
				ways[j * row + s] +=
				    ways[(j - 1) * row + s - rank];
		}
	}
	ways += n * row;
	for (size_t s = 0; s < row; s++)
		below += ways[s];
	above = all - below + ways[row - 1];
	result->p = two_sided((below < above ? below : above) / all);
	result->least = two_sided((low < high ? low : high) / all);
}

/* P for a sum of ranks, doubled, that is OFF from the mean. */
static double
normal_p(const struct ranking *r, double off)
{
	double n = (double)r->n, m = (double)r->m, all = n + m;
	double variance = n * m / 12 * (all + 1 - r->ties / (all * (all - 1)));
	double z = fabs(off) / 2 - 0.5;

	if (variance <= 0 || z <= 0)
		return 1;
	return erfc(z / sqrt(variance) / sqrt(2));
}

void
rank_test(struct rank_tester *t, const double *x, size_t n, const double *y,
    size_t m, struct rank_test *result)
{
	/* Of two samples, the steps are fewer for the smaller one. */
	struct ranking r = n <= m ? rank_both(t, x, n, y, m)
				  : rank_both(t, y, m, x, n);
	double mean = (double)r.n * (double)(n + m + 1);
	double lower = mean - (double)r.min, upper = (double)r.max - mean;
	size_t least;

	if (r.ties == 0 && r.n <= RANK_EXACT && r.m <= RANK_EXACT) {
		test_untied(t, &r, result);
		return;
	}
	result->p = normal_p(&r, (double)r.sum - mean);
	result->least = normal_p(&r, lower > upper ? lower : upper);
	if (r.ties == 0 || r.m > RANK_EXACT)
		return;
	count_from_zero(&r);
	least = 0;
	for (size_t k = 0; k < r.n; k++)
		least += r.ranks[k];
	if (r.n * (n + m) * (r.sum - least + 1) <= RANK_COST)
		test_tied(t, &r, result);
}

/* How many differences of a Y and an X are at most VALUE. */
static size_t
count_up_to(const double *x, size_t n, const double *y, size_t m, double value)
{
	size_t count = 0, i = n;

	for (size_t j = 0; j < m; j++) {
		while (i > 0 && y[j] - x[n - i] > value)
			i--;
		count += i;
	}
	return count;
}

/* List the differences above LOW and up to HIGH; returns how many. */
static size_t
list_between(struct rank_tester *t, const double *x, size_t n, const double *y,
    size_t m, double low, double high)
{
	size_t count = 0, first = n, end = n; /* counted from the last X */

	for (size_t j = 0; j < m; j++) {
		while (first > 0 && y[j] - x[n - first] > high)
			first--;
		while (end > 0 && y[j] - x[n - end] > low)
			end--;
		for (size_t i = end; i < first; i++)
			t->differences[count++] = y[j] - x[n - 1 - i];
	}
	return count;
}

/* The least difference above LOW. */
static double
next_above(const double *x, size_t n, const double *y, size_t m, double low)
{
	double next = INFINITY;
	size_t i = n;

	for (size_t j = 0; j < m; j++) {
		while (i > 0 && y[j] - x[n - i] > low)
			i--;
		if (i < n && y[j] - x[n - 1 - i] < next)
			next = y[j] - x[n - 1 - i];
	}
	return next;
}

/*
 * Where to cut LOW to HIGH so that about K of the differences come to lie
 * below: as if they were spread evenly, but never too near to an end.
 */
static double
guess(double low, double high, size_t below, size_t up_to, size_t k)
{
	double part = (double)(k - below) / (double)(up_to - below);

	part = part < 0.02 ? 0.02 : part > 0.98 ? 0.98 : part;
	return low + (high - low) * part;
}

/*
 * The K-th difference, from 1, of too many to list them all; to within 1e-12 if
 * many are as near to each other as that.
 */
static double
search_kth(struct rank_tester *t, const double *x, size_t n, const double *y,
    size_t m, size_t k)
{
	double low = y[0] - x[n - 1], high = y[m - 1] - x[0], mid;
	size_t below = count_up_to(x, n, y, m, low), up_to = n * m, count;

	if (below >= k)
		return low;
	/* BELOW, fewer than K, are at most LOW; UP_TO are at most HIGH. */
	for (int round = 0; up_to - below > LISTED; round++) {
		mid = round % 3 == 2 ? low + (high - low) / 2
				     : guess(low, high, below, up_to, k);
		if (high - low < 1e-12 || mid <= low || mid >= high)
			return next_above(x, n, y, m, low);
		count = count_up_to(x, n, y, m, mid);
		if (count < k) {
			low = mid;
			below = count;
		} else {
			high = mid;
			up_to = count;
		}
	}
	count = list_between(t, x, n, y, m, low, high);
	return stats_kth(t->differences, count, k - below - 1);
}

static double
kth_difference(struct rank_tester *t, const double *x, size_t n,
    const double *y, size_t m, size_t k)
{
	return n * m <= LISTED ? t->differences[k - 1]
			       : search_kth(t, x, n, y, m, k);
}

/* All of them, ascending, if they are not too many. */
static void
list_differences(struct rank_tester *t, const double *x, size_t n,
    const double *y, size_t m)
{
	size_t most = n * m <= LISTED ? n * m : LISTED;

	t->differences = mem_grow(t->differences, &t->differences_cap, most,
	    sizeof(*t->differences));
	if (n * m <= LISTED)
		stats_sort(t->differences,
		    list_between(t, x, n, y, m, -INFINITY, INFINITY));
}

/*
 * The K for which the K-th differences from both ends enclose the shift with
 * CONFIDENCE, which becomes what they do.
 */
static size_t
interval_rank(struct rank_tester *t, size_t n, size_t m, double *confidence)
{
	double half = (1 - *confidence) / 2, variance, k;
	const double *tail;
	size_t u = 0;

	if (n <= RANK_EXACT && m <= RANK_EXACT) {
		tail = untied_tail(t, n < m ? n : m, n < m ? m : n);
		while (u < n * m / 2 && tail[u] < half)
			u++;
		u = u > 0 ? u : 1;
		*confidence = 1 - 2 * tail[u - 1];
		return u;
	}
	variance = (double)n * (double)m * (double)(n + m + 1) / 12;
	k = (double)n * (double)m / 2 - stats_normal(half) * sqrt(variance);
	return k < 1 ? 1 : (size_t)k;
}

/* The median of all differences. */
static double
middle_difference(struct rank_tester *t, const double *x, size_t n,
    const double *y, size_t m)
{
	size_t all = n * m;
	double lower = kth_difference(t, x, n, y, m, (all + 1) / 2), upper;

	if (all % 2 == 1)
		return lower;
	if (n * m > LISTED && count_up_to(x, n, y, m, lower) > all / 2)
		return lower;
	upper = kth_difference(t, x, n, y, m, all / 2 + 1);
	return (lower + upper) / 2;
}

void
rank_shift(struct rank_tester *t, const double *x, size_t n, const double *y,
    size_t m, double confidence, struct rank_test *result)
{
	size_t all = n * m, k;

	list_differences(t, x, n, y, m);
	result->shift = middle_difference(t, x, n, y, m);
	k = interval_rank(t, n, m, &confidence);
	result->low = kth_difference(t, x, n, y, m, k);
	result->high = kth_difference(t, x, n, y, m, all + 1 - k);
	result->confidence = confidence;
}

double
rank_least(size_t n, size_t m)
{
	return two_sided(1 / stats_choose(n + m, n < m ? n : m));
}
