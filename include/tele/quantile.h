/* SPDX-License-Identifier: MIT */
#ifndef TELE_QUANTILE_H
#define TELE_QUANTILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The distribution of a stream of durations.  Count, sum, minimum and maximum
 * are exact.  Quantiles are exact for up to QUANTILE_EXACT values; beyond, each
 * value is known by its bucket, (2^((i-1)/64), 2^(i/64)] ns, and an answer is
 * within 0.55 % of the true quantile.
 *
 * That is DDSketch with gamma = 2^(1/64) (Masson, Rim, Lee: "DDSketch: a fast
 * and fully-mergeable quantile sketch with relative-error guarantees", VLDB
 * 2019), whose buckets are those of OpenTelemetry's exponential histogram at
 * scale 6, one index further up.  All arithmetic is on integers, and how values
 * are kept depends on their number alone: the same values give the same sketch
 * in any order and however they were split among sketches that are then merged.
 *
 * A zeroed struct is an empty sketch.
 */
#define QUANTILE_EXACT 64
#define QUANTILE_BUCKETS (63 * 64 + 1)

struct quantile {
	uint64_t count;
	uint64_t zeros; /* values of 0 ns, which no bucket holds */
	__int128 sum_ns;
	int64_t min_ns, max_ns; /* only when count > 0 */

	/* Private: what form DATA has, how many elements, room for how many. */
	void *data;
	uint32_t used, cap;
	uint16_t form;
	uint16_t first_bucket;
};

void quantile_free(struct quantile *q);

/* How many bytes the sketch holds beside the struct itself. */
size_t quantile_held(const struct quantile *q);

/* Add one duration, NS >= 0. */
void quantile_add(struct quantile *q, int64_t ns);

/*
 * Add N values that are known by their bucket; INDEX -1 stands for 0 ns.  What
 * else is known of them, first of all COUNT, is the caller's to set before.
 */
void quantile_add_bucket(struct quantile *q, int index, uint64_t n);

/* Add all that FROM holds; FROM is unchanged. */
void quantile_merge(struct quantile *q, const struct quantile *from);

/*
 * The P-quantile by nearest rank, the ceil(P * count)-th smallest value, for
 * 0 <= P <= 1, in nanoseconds.  Returns false, leaving *NS alone, when the
 * sketch is empty.
 */
bool quantile_at(const struct quantile *q, double p, int64_t *ns);

/*
 * Whether each value is still known: then there are COUNT of them, at most
 * QUANTILE_EXACT, and quantile_values gives them in ascending order.
 */
bool quantile_is_exact(const struct quantile *q);
void quantile_values(const struct quantile *q, int64_t values[QUANTILE_EXACT]);

/* Visit the buckets in ascending order, zeros first as index -1. */
void quantile_each(const struct quantile *q,
    void (*visit)(void *arg, int index, uint64_t n), void *arg);

/* The bucket that holds NS >= 1. */
int quantile_bucket_of(int64_t ns);

/* The value that stands for bucket INDEX, off by at most 0.55 %. */
int64_t quantile_bucket_ns(int index);

#endif
