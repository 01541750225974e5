/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "tele/latency.h"
#include "tele/mem.h"

/* More than chance makes of two dozen values that know nothing of each other.
 */
#define RESEMBLANCE 0.3

/* The units of ITEM into c->values, by side, and their effects: c->relative. */
static void
gather(struct comparison *c, const struct item *item, struct change *ch)
{
	size_t count, n;
	const struct point *points = panel_points(c->panel, item->id, &count);
	int side;

	c->n[BASE] = c->n[NEW] = 0;
	for (size_t i = 0; i < count; i++) {
		side = c->side[points[i].unit];
		if (side == SIDES || points[i].ms < 0)
			continue;
		n = c->n[side]++;
		c->values[side][n] = panel_log(item, points[i].ms);
		c->relative[side][n] = c->panel->effect[points[i].unit];
		ch->whole[side] += points[i].count;
		ch->weight += points[i].ms * points[i].count;
	}
}

static double
mean_of(const double *values, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += values[i];
	return n > 0 ? sum / (double)n : 0;
}

/*
 * How far values follow the effects, which are in c->relative: the slope over
 * the units of each side, by least squares.
 */
static double
reach(const struct comparison *c)
{
	double product = 0, square = 0, effect, mean_value, mean_effect;

	for (int side = 0; side < SIDES; side++) {
		mean_value = mean_of(c->values[side], c->n[side]);
		mean_effect = mean_of(c->relative[side], c->n[side]);
		for (size_t i = 0; i < c->n[side]; i++) {
			effect = c->relative[side][i] - mean_effect;
			product += effect * (c->values[side][i] - mean_value);
			square += effect * effect;
		}
	}
	if (square == 0)
		return 1;
	return fmin(fmax(product / square, LATENCY_REACH), 1);
}

/* Turn effects into values relative to them. */
static void
make_relative(struct comparison *c)
{
	double part = c->has_blocks ? 1 : reach(c), level;

	for (int side = 0; side < SIDES; side++) {
		level = c->level[side];
		for (size_t i = 0; i < c->n[side]; i++)
			c->relative[side][i] = c->values[side][i] - level -
			    part * (c->relative[side][i] - level);
	}
}

/* How much values resemble the one before: their autocorrelation. */
static double
resemblance(const struct comparison *c, double *const values[SIDES])
{
	double product = 0, square = 0, mean;

	for (int side = 0; side < SIDES; side++) {
		mean = mean_of(values[side], c->n[side]);
		for (size_t i = 0; i < c->n[side]; i++) {
			square += (values[side][i] - mean) *
			    (values[side][i] - mean);
			if (i > 0)
				product += (values[side][i] - mean) *
				    (values[side][i - 1] - mean);
		}
	}
	return square > 0 ? product / square : 0;
}

static size_t
join_pairs(double *values, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i += 2)
		values[count++] = i + 1 < n ? (values[i] + values[i + 1]) / 2
					    : values[i];
	return count;
}

static void
join_neighbours(struct comparison *c, double *const like[SIDES])
{
	while (c->n[BASE] > c->how->min_units &&
	    c->n[NEW] > c->how->min_units && resemblance(c, like) > RESEMBLANCE)
		for (int side = 0; side < SIDES; side++) {
			join_pairs(c->relative[side], c->n[side]);
			c->n[side] = join_pairs(c->values[side], c->n[side]);
		}
}

static bool
has_enough(const struct comparison *c, const struct change *ch)
{
	for (int side = 0; side < SIDES; side++)
		if (c->n[side] < c->how->min_units ||
		    (c->has_blocks &&
			ch->whole[side] < LATENCY_BLOCK * c->how->min_units))
			return false;
	return true;
}

static struct rank_test
view(struct comparison *c, double *values[SIDES])
{
	struct rank_test r;

	for (int side = 0; side < SIDES; side++)
		stats_sort(values[side], c->n[side]);
	rank_test(&c->tester, values[BASE], c->n[BASE], values[NEW], c->n[NEW],
	    &r);
	rank_shift(&c->tester, values[BASE], c->n[BASE], values[NEW], c->n[NEW],
	    0.95, &r);
	return r;
}

/* The standard error that an interval of 95 % tells. */
static double
error_of(const struct rank_test *r)
{
	return (r->high - r->low) / 2 / stats_normal(0.025);
}

/* The end of the interval that is nearer to no effect, or 0 within it. */
static double
nearest(const struct rank_test *r)
{
	return r->low > 0 ? r->low : r->high < 0 ? r->high : 0;
}

/* Of two effects the smaller; none if one goes up and one down. */
static double
careful(double a, double b)
{
	if (a * b <= 0)
		return 0;
	return fabs(a) < fabs(b) ? a : b;
}

/* Whether all of the interval is less than what matters, for BASE_MS. */
static bool
is_within(const struct comparison *c, const struct rank_test *r, double base_ms)
{
	double most = c->how->min_effect, ms = c->how->min_abs_ms;
	double up = exp(r->high) - 1, down = 1 - exp(r->low);

	if (base_ms > 0 && ms / base_ms > most)
		most = ms / base_ms;
	return r->confidence > 0.9 && up < most && down < most;
}

void
compare_latency(struct comparison *c, const struct item *item)
{
	struct change *ch = comparison_add(c, CHANGE_LATENCY, item);
	struct rank_test raw, relative;

	gather(c, item, ch);
	make_relative(c);
	if (c->n[BASE] == 0 || c->n[NEW] == 0) {
		c->count--;
		return;
	}
	ch->is_tested = has_enough(c, ch);
	if (c->has_blocks)
		join_neighbours(c, c->relative);
	ch->is_tested = ch->is_tested && has_enough(c, ch);
	raw = view(c, c->values);
	relative = c->how->is_plain ? raw : view(c, c->relative);
	for (int side = 0; side < SIDES; side++) {
		ch->units[side] = c->n[side];
		ch->value[side] = exp(
		    stats_median(c->values[side], c->n[side]));
	}
	ch->ratio = exp(raw.shift);
	ch->low = exp(raw.low);
	ch->high = exp(raw.high);
	ch->confidence = raw.confidence;
	ch->relative = exp(relative.shift);
	ch->relative_low = exp(relative.low);
	ch->relative_high = exp(relative.high);
	ch->careful = careful(raw.shift, relative.shift);
	ch->nearest = careful(nearest(&raw), nearest(&relative));
	ch->is_measured = raw.p < LATENCY_MEASURED || raw.p <= raw.least;
	ch->error = error_of(&relative);
	ch->measured_error = error_of(&raw);
	ch->is_within = is_within(c, &relative, ch->value[BASE]);
	ch->test.p = relative.p;
	ch->test.least = relative.least;
	ch->impact_ms = fabs(ch->value[NEW] - ch->value[BASE]) *
	    (double)ch->whole[NEW] / (double)c->units[NEW];
}

void
compare_drift(struct comparison *c)
{
	size_t units = c->panel->units[BASE] + c->panel->units[NEW];
	struct rank_test r;
	struct change *ch;

	if (c->panel->effect_of == 0)
		return;
	ch = comparison_add(c, CHANGE_DRIFT, NULL);
	for (size_t u = 0; u < units; u++)
		if (c->side[u] != SIDES)
			c->values[c->side[u]][c->n[c->side[u]]++] =
			    c->panel->effect[u];
	ch->is_tested = has_enough(c, ch);
	if (c->has_blocks)
		join_neighbours(c, c->values);
	r = view(c, c->values);
	for (int side = 0; side < SIDES; side++)
		c->level[side] = stats_median(c->values[side], c->n[side]);
	for (int side = 0; side < SIDES; side++)
		ch->units[side] = c->n[side];
	ch->ratio = ch->relative = exp(r.shift);
	ch->low = exp(r.low);
	ch->high = exp(r.high);
	ch->confidence = r.confidence;
	ch->careful = r.shift;
	ch->nearest = nearest(&r);
	ch->error = ch->measured_error = error_of(&r);
	ch->is_measured = true;
	ch->test.p = r.p;
	ch->test.least = r.least;
}

/* Whether CH tells of the spread: what waits for others follows them. */
static bool
tells_spread(const struct change *ch)
{
	return ch->kind == CHANGE_LATENCY && ch->is_tested &&
	    !ch->item->has_children;
}

/* The middle of squared effects, in squares of what chance and VARIANCE do. */
static double
middle_of_squares(const struct comparison *c, double center, double variance,
    double *squares)
{
	const struct change *ch;
	double off;
	size_t n = 0;

	for (size_t i = 0; i < c->count; i++) {
		ch = &c->changes[i];
		if (!tells_spread(ch))
			continue;
		off = log(ch->relative) - center;
		squares[n++] = off * off /
		    (ch->error * ch->error + variance + 1e-12);
	}
	return stats_median_of(squares, n);
}

/*
 * The variance that, with chance, explains the effects on all groups: with it
 * the middle of the squares is that of a normal variable.  Negative if too few
 * groups tell it.
 */
static double
excess_variance(const struct comparison *c, double *scratch)
{
	const double middle = 0.454936;
	double center, low = 0, high = 4, mid;
	size_t n = 0;

	for (size_t i = 0; i < c->count; i++)
		if (tells_spread(&c->changes[i]))
			scratch[n++] = log(c->changes[i].relative);
	if (n < PANEL_LEAST)
		return -1;
	center = stats_median_of(scratch, n);
	if (middle_of_squares(c, center, 0, scratch) <= middle)
		return 0;
	for (int round = 0; round < 40; round++) {
		mid = (low + high) / 2;
		if (middle_of_squares(c, center, mid, scratch) > middle)
			low = mid;
		else
			high = mid;
	}
	return low;
}

void
find_spread(struct comparison *c)
{
	double *scratch = mem_alloc(c->count * sizeof(*scratch));
	double variance = excess_variance(c, scratch), z;
	struct change *ch;

	c->spread = variance > 0 ? sqrt(variance) : 0;
	if (c->has_blocks)
		c->spread = fmax(c->spread,
		    variance < 0 ? LATENCY_RUN_UNKNOWN : LATENCY_RUN);
	free(scratch);
	for (size_t i = 0; i < c->count; i++) {
		ch = &c->changes[i];
		if (ch->kind != CHANGE_LATENCY || c->spread == 0)
			continue;
		z = fabs(log(ch->relative)) / hypot(ch->error, c->spread);
		ch->spread_p = erfc(z / sqrt(2));
		if (c->has_blocks)
			ch->test.p = fmax(ch->test.p, ch->spread_p);
	}
}

/* The least effect that would have passed what judge_latency asks. */
static double
seen(const struct comparison *c, const struct change *ch)
{
	double tests = c->tests > 0 ? (double)c->tests : 1, most;
	double z = stats_normal(c->how->alpha / tests / 2);
	double z_measured = stats_normal(LATENCY_MEASURED / 2);
	double apart = hypot(ch->error, c->spread);

	/* What takes no part because all of it is alike could have. */
	if (!ch->is_tested ||
	    (!ch->test.takes_part &&
		rank_least(ch->units[BASE], ch->units[NEW]) * (tests + 1) >
		    c->how->alpha))
		return INFINITY;
	most = z_measured * fmax(apart, ch->measured_error);
	most = fmax(most, z * (c->has_blocks ? apart : ch->error));
	if (c->has_blocks)
		most = fmax(most,
		    log1p(c->how->min_effect) +
			stats_normal(0.025) *
			    fmax(ch->error, ch->measured_error));
	return fmax(c->how->min_effect, expm1(most));
}

void
judge_latency(const struct comparison *c, struct change *ch)
{
	const struct compare_options *how = c->how;
	double effect = fabs(expm1(ch->careful));
	double least = fabs(expm1(ch->nearest));
	bool matters = effect >= how->min_effect && ch->nearest != 0 &&
	    ch->is_measured && ch->spread_p < LATENCY_MEASURED;

	ch->seen = seen(c, ch);
	if (ch->kind == CHANGE_DRIFT) {
		ch->verdict = !change_is_sure(c, ch) || !matters ? VERDICT_SAME
		    : ch->low >= 1 + how->max_drift ? VERDICT_SLOWER
						    : VERDICT_DRIFT;
		return;
	}
	matters = matters && ch->value[BASE] * effect >= how->min_abs_ms &&
	    (!c->has_blocks || least >= how->min_effect);
	if (change_is_sure(c, ch) && matters)
		ch->verdict = ch->careful > 0 ? VERDICT_SLOWER : VERDICT_FASTER;
	else
		ch->verdict = ch->is_within ? VERDICT_SAME : VERDICT_UNSURE;
}
