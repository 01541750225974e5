/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "tele/mem.h"
#include "tele/ranktest.h"
#include "tele/stats.h"

/* Differences of so many pairs are listed; of more, only counted. */
enum { LISTED = 1024 };

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

/* Of all differences, BELOW are at most LOW, and UP_TO are at most HIGH. */
struct bracket {
	double low, high;
	size_t below, up_to;
};

/*
 * Where to cut B so that about K of the differences come to lie below: as if
 * they were spread evenly, but never too near to an end.
 */
static double
guess(const struct bracket *b, size_t k)
{
	double part = (double)(k - b->below) / (double)(b->up_to - b->below);

	part = part < 0.02 ? 0.02 : part > 0.98 ? 0.98 : part;
	return b->low + (b->high - b->low) * part;
}

/*
 * The K-th difference, from 1, of too many to list them all, which lies in B;
 * to within 1e-12 if many are as near to each other as that.
 */
static double
search_kth(struct rank_tester *t, const double *x, size_t n, const double *y,
    size_t m, struct bracket b, size_t k)
{
	double mid;
	size_t count;

	if (b.below >= k)
		return b.low;
	for (int round = 0; b.up_to - b.below > LISTED; round++) {
		mid = round % 3 == 2 ? b.low + (b.high - b.low) / 2
				     : guess(&b, k);
		if (b.high - b.low < 1e-12 || mid <= b.low || mid >= b.high)
			return next_above(x, n, y, m, b.low);
		count = count_up_to(x, n, y, m, mid);
		if (count < k) {
			b.low = mid;
			b.below = count;
		} else {
			b.high = mid;
			b.up_to = count;
		}
	}
	count = list_between(t, x, n, y, m, b.low, b.high);
	return stats_kth(t->differences, count, k - b.below - 1);
}

/* Where all differences lie. */
static struct bracket
all_of(const double *x, size_t n, const double *y, size_t m)
{
	struct bracket b = { .low = y[0] - x[n - 1],
		.high = y[m - 1] - x[0],
		.up_to = n * m };

	b.below = count_up_to(x, n, y, m, b.low);
	return b;
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

/* The middle first: it parts those that lie below from those above. */
static void
search_shift(struct rank_tester *t, const double *x, size_t n, const double *y,
    size_t m, size_t k, struct rank_test *result)
{
	size_t all = n * m;
	struct bracket below = all_of(x, n, y, m), above = below;
	double middle = search_kth(t, x, n, y, m, below, (all + 1) / 2);

	below.high = above.low = middle;
	below.up_to = above.below = count_up_to(x, n, y, m, middle);
	result->shift = middle;
	if (above.below == all / 2)
		result->shift = (middle + next_above(x, n, y, m, middle)) / 2;
	result->low = search_kth(t, x, n, y, m, below, k);
	result->high = search_kth(t, x, n, y, m, above, all + 1 - k);
}

void
rank_shift(struct rank_tester *t, const double *x, size_t n, const double *y,
    size_t m, double confidence, struct rank_test *result)
{
	size_t all = n * m, k = interval_rank(t, n, m, &confidence);

	result->confidence = confidence;
	t->differences = mem_grow(t->differences, &t->differences_cap,
	    all < LISTED ? all : LISTED, sizeof(*t->differences));
	if (all > LISTED) {
		search_shift(t, x, n, y, m, k, result);
		return;
	}
	list_between(t, x, n, y, m, -INFINITY, INFINITY);
	stats_sort(t->differences, all);
	result->shift = stats_median(t->differences, all);
	result->low = t->differences[k - 1];
	result->high = t->differences[all - k];
}

double
rank_least(size_t n, size_t m)
{
	return two_sided(1 / stats_choose(n + m, n < m ? n : m));
}
