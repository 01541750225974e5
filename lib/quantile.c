/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "tele/mem.h"
#include "tele/quantile.h"

enum {
	SUBBUCKETS = 64,   /* per power of two */
	DENSE_FROM = 2048, /* values that are worth an array of buckets */
	COUNT_BITS = 20,   /* of a sparse bucket */
};

/*
 * What DATA is: there may be 100,000 sketches, most of them of few values or of
 * few buckets, so that every form is as narrow as it can be.
 */
enum form {
	NARROW, /* uint32_t values, unordered */
	WIDE,   /* int64_t values, unordered */
	SPARSE, /* uint32_t: index and count of a bucket, ascending */
	DENSE,  /* uint64_t counts of the buckets from first_bucket on */
};

/* floor(2^(63 + k/64)): where bucket k of a power of two begins. */
static const uint64_t bounds[SUBBUCKETS] = {
	0x8000000000000000,
	0x8164d1f3bc030773,
	0x82cd8698ac2ba1d7,
	0x843a28c3acde4046,
	0x85aac367cc487b14,
	0x871f61969e8d1010,
	0x88980e8092da8527,
	0x8a14d575496efd9a,
	0x8b95c1e3ea8bd6e6,
	0x8d1adf5b7e5ba9e5,
	0x8ea4398b45cd53c0,
	0x9031dc431466b1dc,
	0x91c3d373ab11c336,
	0x935a2b2f13e6e92b,
	0x94f4efa8fef70961,
	0x96942d3720185a00,
	0x9837f0518db8a96f,
	0x99e0459320b7fa64,
	0x9b8d39b9d54e5538,
	0x9d3ed9a72cffb750,
	0x9ef5326091a111ad,
	0xa0b0510fb9714fc2,
	0xa27043030c496818,
	0xa43515ae09e6809e,
	0xa5fed6a9b15138ea,
	0xa7cd93b4e9653569,
	0xa9a15ab4ea7c0ef8,
	0xab7a39b5a93ed337,
	0xad583eea42a14ac6,
	0xaf3b78ad690a4374,
	0xb123f581d2ac258f,
	0xb311c412a9112489,
	0xb504f333f9de6484,
	0xb6fd91e328d17791,
	0xb8fbaf4762fb9ee9,
	0xbaff5ab2133e45fb,
	0xbd08a39f580c36be,
	0xbf1799b67a731082,
	0xc12c4cca66709456,
	0xc346ccda24976407,
	0xc5672a115506dadd,
	0xc78d74c8abb9b15c,
	0xc9b9bd866e2f27a2,
	0xcbec14fef2727c5c,
	0xce248c151f8480e3,
	0xd06333daef2b2594,
	0xd2a81d91f12ae45a,
	0xd4f35aabcfedfa1f,
	0xd744fccad69d6af4,
	0xd99d15c278afd7b5,
	0xdbfbb797daf23755,
	0xde60f4825e0e9123,
	0xe0ccdeec2a94e111,
	0xe33f8972be8a5a51,
	0xe5b906e77c8348a8,
	0xe8396a503c4bdc68,
	0xeac0c6e7dd24392e,
	0xed4f301ed9942b84,
	0xefe4b99bdcdaf5cb,
	0xf281773c59ffb139,
	0xf5257d152486cc2c,
	0xf7d0df730ad13bb8,
	0xfa83b2db722a033a,
	0xfd3e0c0cf486c174,
};

/* 2 / (1 + gamma) as a fraction of 2^64: from a bucket's end to its middle. */
static const uint64_t middle = 0xfe9d1cb367f455ba;

int
quantile_bucket_of(int64_t ns)
{
	int exponent = 63 - __builtin_clzll((uint64_t)ns);
	uint64_t normal = (uint64_t)ns << (63 - exponent);
	/* log2(1 + x) is near x + 0.34 x (1 - x); then at most a step off. */
	int k = (int)(normal >> 57 & 63);

	k += k * (63 - k) / 188;
	while (k < SUBBUCKETS - 1 && normal > bounds[k + 1])
		k++;
	while (k >= 0 && normal <= bounds[k])
		k--;
	return exponent * SUBBUCKETS + k + 1;
}

int64_t
quantile_bucket_ns(int index)
{
	int exponent = index / SUBBUCKETS;
	uint64_t end = bounds[index % SUBBUCKETS];
	uint64_t mid = (uint64_t)((unsigned __int128)end * middle >> 64);
	int shift = 63 - exponent;

	if (shift == 0)
		return (int64_t)(mid < INT64_MAX ? mid : INT64_MAX);
	/* The last bit that is shifted out rounds. */
	return (int64_t)((mid >> shift) + (mid >> (shift - 1) & 1));
}

void
quantile_free(struct quantile *q)
{
	free(q->data);
	*q = (struct quantile){ 0 };
}

size_t
quantile_held(const struct quantile *q)
{
	static const unsigned char sizes[] = { [NARROW] = sizeof(uint32_t),
		[WIDE] = sizeof(int64_t),
		[SPARSE] = sizeof(uint32_t),
		[DENSE] = sizeof(uint64_t) };

	return (size_t)q->cap * sizes[q->form];
}

bool
quantile_is_exact(const struct quantile *q)
{
	return q->form == NARROW || q->form == WIDE;
}

/* Room for one element of SIZE bytes more. */
static void
grow(struct quantile *q, size_t size)
{
	size_t cap = q->cap;

	q->data = mem_grow(q->data, &cap, q->used + 1, size);
	q->cap = (uint32_t)cap;
}

static void
add_dense(struct quantile *q, uint32_t index, uint64_t n)
{
	uint32_t first, last, begin = q->first_bucket;
	uint64_t *counts = q->data, *grown;

	if (q->used > 0 && index - begin < q->used) {
		counts[index - begin] += n;
		return;
	}
	/* Widen by whole powers of two, so that it happens rarely. */
	first = index / SUBBUCKETS * SUBBUCKETS;
	last = first + SUBBUCKETS;
	if (q->used > 0) {
		first = begin < first ? begin : first;
		last = begin + q->used > last ? begin + q->used : last;
	}
	grown = mem_zalloc(last - first, sizeof(*grown));
	if (q->used > 0)
		memcpy(grown + (begin - first), counts,
		    q->used * sizeof(*grown));
	free(counts);
	q->data = grown;
	q->first_bucket = (uint16_t)first;
	q->used = q->cap = last - first;
	grown[index - first] += n;
}

static uint32_t
index_of_sparse(uint32_t bucket)
{
	return bucket >> COUNT_BITS;
}

static uint32_t
count_of_sparse(uint32_t bucket)
{
	return bucket & ((UINT32_C(1) << COUNT_BITS) - 1);
}

static void
make_dense(struct quantile *q)
{
	uint32_t *sparse = q->data, count = q->used;

	q->form = DENSE;
	q->data = NULL;
	q->used = q->cap = 0;
	for (uint32_t i = 0; i < count; i++)
		add_dense(q, index_of_sparse(sparse[i]),
		    count_of_sparse(sparse[i]));
	free(sparse);
}

static void
add_sparse(struct quantile *q, uint32_t index, uint32_t n)
{
	uint32_t low = 0, high = q->used, mid, *sparse = q->data;

	while (low < high) {
		mid = (low + high) / 2;
		if (index_of_sparse(sparse[mid]) < index)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == q->used || index_of_sparse(sparse[low]) != index) {
		grow(q, sizeof(*sparse));
		sparse = q->data;
		memmove(sparse + low + 1, sparse + low,
		    (q->used - low) * sizeof(*sparse));
		sparse[low] = index << COUNT_BITS;
		q->used++;
	}
	sparse[low] += n;
}

/* Put N values into the bucket INDEX, which is all that is kept of them. */
static void
put_bucket(struct quantile *q, int index, uint64_t n)
{
	if (index < 0) {
		q->zeros += n;
		return;
	}
	/* While there are few of them their counts are small. */
	if (q->form == SPARSE && (q->count > DENSE_FROM || n > DENSE_FROM))
		make_dense(q);
	if (q->form == DENSE)
		add_dense(q, (uint32_t)index, n);
	else
		add_sparse(q, (uint32_t)index, (uint32_t)n);
}

static int
index_of(int64_t ns)
{
	return ns > 0 ? quantile_bucket_of(ns) : -1;
}

static int64_t
value_at(const struct quantile *q, uint32_t i)
{
	return q->form == NARROW ? ((const uint32_t *)q->data)[i]
				 : ((const int64_t *)q->data)[i];
}

/* Too many values to keep each: from now on only their buckets. */
static void
forget_values(struct quantile *q)
{
	struct quantile exact = *q;

	q->form = SPARSE;
	q->data = NULL;
	q->used = q->cap = 0;
	for (uint32_t i = 0; i < exact.used; i++)
		put_bucket(q, index_of(value_at(&exact, i)), 1);
	free(exact.data);
}

/* A value came that needs more than 32 bits. */
static void
make_wide(struct quantile *q)
{
	int64_t *wide = mem_alloc(q->cap * sizeof(*wide));

	for (uint32_t i = 0; i < q->used; i++)
		wide[i] = value_at(q, i);
	free(q->data);
	q->data = wide;
	q->form = WIDE;
}

static void
add_value(struct quantile *q, int64_t ns)
{
	if (q->form == NARROW && ns > UINT32_MAX)
		make_wide(q);
	if (q->form == NARROW) {
		grow(q, sizeof(uint32_t));
		((uint32_t *)q->data)[q->used++] = (uint32_t)ns;
	} else {
		grow(q, sizeof(int64_t));
		((int64_t *)q->data)[q->used++] = ns;
	}
}

static void
note_extremes(struct quantile *q, int64_t min_ns, int64_t max_ns)
{
	if (q->count == 0 || min_ns < q->min_ns)
		q->min_ns = min_ns;
	if (q->count == 0 || max_ns > q->max_ns)
		q->max_ns = max_ns;
}

void
quantile_add(struct quantile *q, int64_t ns)
{
	note_extremes(q, ns, ns);
	q->sum_ns += ns;
	q->count++;
	if (quantile_is_exact(q) && q->count > QUANTILE_EXACT)
		forget_values(q);
	if (quantile_is_exact(q))
		add_value(q, ns);
	else
		put_bucket(q, index_of(ns), 1);
}

void
quantile_add_bucket(struct quantile *q, int index, uint64_t n)
{
	if (quantile_is_exact(q))
		forget_values(q);
	put_bucket(q, index, n);
}

static void
merge_bucket(void *arg, int index, uint64_t n)
{
	put_bucket(arg, index, n);
}

void
quantile_merge(struct quantile *q, const struct quantile *from)
{
	if (from->count == 0)
		return;
	if (quantile_is_exact(q) && quantile_is_exact(from) &&
	    q->count + from->count <= QUANTILE_EXACT) {
		for (uint32_t i = 0; i < from->used; i++)
			quantile_add(q, value_at(from, i));
		return;
	}
	note_extremes(q, from->min_ns, from->max_ns);
	q->sum_ns += from->sum_ns;
	q->count += from->count;
	if (quantile_is_exact(q))
		forget_values(q);
	if (!quantile_is_exact(from))
		quantile_each(from, merge_bucket, q);
	for (uint32_t i = 0; quantile_is_exact(from) && i < from->used; i++)
		put_bucket(q, index_of(value_at(from, i)), 1);
}

void
quantile_each(const struct quantile *q,
    void (*visit)(void *arg, int index, uint64_t n), void *arg)
{
	const uint32_t *sparse = q->data;
	const uint64_t *dense = q->data;

	if (q->zeros > 0)
		visit(arg, -1, q->zeros);
	for (uint32_t i = 0; q->form == SPARSE && i < q->used; i++)
		visit(arg, (int)index_of_sparse(sparse[i]),
		    count_of_sparse(sparse[i]));
	for (uint32_t i = 0; q->form == DENSE && i < q->used; i++)
		if (dense[i] > 0)
			visit(arg, (int)(q->first_bucket + i), dense[i]);
}

static int
compare_ns(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

void
quantile_values(const struct quantile *q, int64_t values[QUANTILE_EXACT])
{
	for (uint32_t i = 0; i < q->used; i++)
		values[i] = value_at(q, i);
	qsort(values, q->used, sizeof(*values), compare_ns);
}

struct search {
	uint64_t rank, passed;
	int64_t ns;
	bool found;
};

static void
search_bucket(void *arg, int index, uint64_t n)
{
	struct search *s = arg;

	if (s->found)
		return;
	s->passed += n;
	if (s->passed < s->rank)
		return;
	s->found = true;
	s->ns = index < 0 ? 0 : quantile_bucket_ns(index);
}

/* ceil(P * count), at least 1. */
static uint64_t
rank_of(const struct quantile *q, double p)
{
	double rank = ceil(p * (double)q->count);

	if (rank < 1)
		return 1;
	return rank >= (double)q->count ? q->count : (uint64_t)rank;
}

bool
quantile_at(const struct quantile *q, double p, int64_t *ns)
{
	int64_t sorted[QUANTILE_EXACT];
	struct search s = { 0 };

	if (q->count == 0)
		return false;
	s.rank = rank_of(q, p);
	if (quantile_is_exact(q)) {
		quantile_values(q, sorted);
		*ns = sorted[s.rank - 1];
		return true;
	}
	quantile_each(q, search_bucket, &s);
	if (s.rank == q->count || s.ns > q->max_ns)
		s.ns = q->max_ns;
	else if (s.rank == 1 || s.ns < q->min_ns)
		s.ns = q->min_ns;
	*ns = s.ns;
	return true;
}
