/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/cells.h"
#include "tele/map.h"
#include "tele/mem.h"

enum {
	CHUNK = 1024,
	FEW = 4,
	MOST_LISTED = 4096, /* items; the rest is found by its hash */
};

#define MOVED UINT32_MAX

/* As long as they are few and short, four bytes each. */
struct durations {
	uint32_t count, cap;
	struct quantile *many; /* or all of them, if it is set */
	uint32_t ns[];
};

void
cells_init(struct cells *c, size_t limit)
{
	*c = (struct cells){ .limit = limit, .index_cap = 64 };
	c->index = mem_zalloc(c->index_cap, sizeof(*c->index));
}

static struct cell *
cell_at(const struct cells *c, size_t i)
{
	return &c->chunks[i / CHUNK][i % CHUNK];
}

static void
free_durations(struct durations *d)
{
	if (d != NULL && d->many != NULL) {
		quantile_free(d->many);
		free(d->many);
	}
	free(d);
}

void
cells_free(struct cells *c)
{
	for (size_t i = 0; i < c->count; i++)
		if (cell_at(c, i)->item != MOVED)
			free_durations(cell_at(c, i)->durations);
	for (size_t i = 0; i < c->count; i += CHUNK)
		free(c->chunks[i / CHUNK]);
	for (size_t i = 0; i < c->units_count; i++)
		free(c->units[i].by_item);
	free(c->chunks);
	free(c->index);
	free(c->units);
	*c = (struct cells){ 0 };
}

uint32_t
cells_new_unit(struct cells *c)
{
	c->units = mem_grow(c->units, &c->units_cap, c->units_count + 1,
	    sizeof(*c->units));
	c->units[c->units_count] = (struct unit){ 0 };
	return (uint32_t)c->units_count++;
}

static uint64_t
hash_of(uint32_t unit, uint32_t item)
{
	uint64_t key = (uint64_t)unit << 32 | item;

	return map_hash((struct slice){ (const char *)&key, sizeof(key) });
}

static uint32_t *
slot_of(const struct cells *c, uint32_t unit, uint32_t item)
{
	size_t i = hash_of(unit, item) & (c->index_cap - 1);
	const struct cell *cell;

	for (; c->index[i] != 0; i = (i + 1) & (c->index_cap - 1)) {
		cell = cell_at(c, c->index[i] - 1);
		if (cell->item == item && cell->unit == unit)
			break;
	}
	return &c->index[i];
}

static void
grow_index(struct cells *c)
{
	const struct cell *cell;

	free(c->index);
	c->index_cap *= 2;
	c->index = mem_zalloc(c->index_cap, sizeof(*c->index));
	for (size_t i = 0; i < c->count; i++) {
		cell = cell_at(c, i);
		if (cell->item != MOVED)
			*slot_of(c, cell->unit, cell->item) = (uint32_t)i + 1;
	}
}

static void
new_cell(struct cells *c, uint32_t unit, uint32_t item)
{
	struct unit *u = &c->units[unit];
	size_t chunk = c->count / CHUNK;
	struct cell *cell;

	if (c->count % CHUNK == 0) {
		c->chunks = mem_grow(c->chunks, &c->chunks_cap, chunk + 1,
		    sizeof(struct cell *));
		c->chunks[chunk] = mem_alloc(CHUNK * sizeof(*cell));
	}
	cell = cell_at(c, c->count++);
	*cell = (struct cell){ .item = item, .unit = unit, .next = u->cells };
	u->cells = (uint32_t)c->count;
}

/* The cell of ITEM in an open unit is found without hashing from now on. */
static void
list_in_unit(struct cells *c, struct unit *u, uint32_t item, uint32_t cell)
{
	uint32_t count = u->by_item_count;

	if (!u->is_open || item >= MOST_LISTED)
		return;
	if (item >= count) {
		count = item + item / 2 + 8;
		u->by_item = mem_resize(u->by_item, count, sizeof(*u->by_item));
		memset(u->by_item + u->by_item_count, 0,
		    (count - u->by_item_count) * sizeof(*u->by_item));
		c->held += (count - u->by_item_count) * sizeof(*u->by_item);
		u->by_item_count = count;
	}
	u->by_item[item] = cell;
}

static void
forget_list(struct cells *c, struct unit *u)
{
	c->held -= u->by_item_count * sizeof(*u->by_item);
	free(u->by_item);
	u->by_item = NULL;
	u->by_item_count = 0;
}

struct cell *
cells_put(struct cells *c, uint32_t unit, uint32_t item)
{
	struct unit *u = &c->units[unit];
	uint32_t *slot;

	if (item < u->by_item_count && u->by_item[item] != 0)
		return cell_at(c, u->by_item[item] - 1);
	slot = slot_of(c, unit, item);
	if (*slot == 0) {
		new_cell(c, unit, item);
		*slot = (uint32_t)c->count;
		list_in_unit(c, u, item, *slot);
		if (c->count * 4 > c->index_cap * 3)
			grow_index(c);
		return cell_at(c, c->count - 1);
	}
	list_in_unit(c, u, item, *slot);
	return cell_at(c, *slot - 1);
}

struct cell *
cells_get(const struct cells *c, size_t i)
{
	struct cell *cell = cell_at(c, i);

	return cell->item != MOVED ? cell : NULL;
}

struct cell *
cells_follow(struct cell *cell)
{
	while (cell->item == MOVED)
		cell = (struct cell *)(void *)cell->durations;
	return cell;
}

static uint32_t
add_up(uint32_t a, uint64_t b)
{
	return b < UINT32_MAX - a ? a + (uint32_t)b : UINT32_MAX;
}

void
cells_add_count(struct cell *cell, uint64_t count, uint64_t errors)
{
	cell->count = add_up(cell->count, count);
	cell->errors = add_up(cell->errors, errors);
}

void
cells_add_self(struct cell *cell, int64_t ns)
{
	if (__builtin_add_overflow(cell->self_ns, ns, &cell->self_ns))
		cell->self_ns = ns < 0 ? INT64_MIN : INT64_MAX;
}

static size_t
bytes_of(const struct durations *d)
{
	const size_t block = 16; /* what malloc adds */
	const struct quantile *q;
	size_t bytes;

	if (d == NULL)
		return 0;
	bytes = sizeof(*d) + d->cap * sizeof(*d->ns) + block;
	q = d->many;
	if (q != NULL)
		bytes += sizeof(*q) + quantile_held(q) + 2 * block;
	return bytes;
}

/* Too many, or one too long, to keep them in four bytes each. */
static void
make_many(struct durations *d)
{
	d->many = mem_zalloc(1, sizeof(*d->many));
	for (uint32_t i = 0; i < d->count; i++)
		quantile_add(d->many, d->ns[i]);
}

static struct durations *
add_one(struct durations *d, int64_t ns)
{
	if (d == NULL) {
		d = mem_zalloc(1, sizeof(*d) + FEW * sizeof(*d->ns));
		d->cap = FEW;
	}
	if (d->many == NULL && (d->count == QUANTILE_EXACT || ns > UINT32_MAX))
		make_many(d);
	if (d->many != NULL) {
		quantile_add(d->many, ns);
		return d;
	}
	if (d->count == d->cap) {
		d->cap *= 2;
		d = mem_resize(d, sizeof(*d) + d->cap * sizeof(*d->ns), 1);
	}
	d->ns[d->count++] = (uint32_t)ns;
	return d;
}

/* Few numbers, and those of partial statistics ascend already. */
static void
insertion_sort(uint32_t *numbers, uint32_t count)
{
	uint32_t number, k;

	for (uint32_t i = 1; i < count; i++) {
		number = numbers[i];
		for (k = i; k > 0 && numbers[k - 1] > number; k--)
			numbers[k] = numbers[k - 1];
		numbers[k] = number;
	}
}

/* How many there are; *NS is their median. */
static uint64_t
median_of(const struct durations *d, double *ns)
{
	uint32_t sorted[QUANTILE_EXACT];
	int64_t lower = 0, upper = 0;
	double half;

	if (d->many != NULL) {
		half = (double)d->many->count / 2;
		quantile_at(d->many, 0.5, &lower);
		quantile_at(d->many, (half + 0.25) / (2 * half), &upper);
	} else {
		memcpy(sorted, d->ns, d->count * sizeof(*sorted));
		insertion_sort(sorted, d->count);
		lower = sorted[(d->count - 1) / 2];
		upper = sorted[d->count / 2];
	}
	*ns = ((double)lower + (double)upper) / 2;
	return d->many != NULL ? d->many->count : d->count;
}

/* Two medians become one: by their weight. */
static void
add_sealed(struct cells *c, struct cell *cell, double median_ns, uint64_t count)
{
	double own = cell->sealed, other = (double)count;

	if (count == 0)
		return;
	c->reopened += cell->sealed > 0;
	cell->median_ns = cell->sealed == 0
	    ? median_ns
	    : (cell->median_ns * own + median_ns * other) / (own + other);
	cell->sealed = add_up(cell->sealed, count);
}

static void
seal(struct cells *c, struct cell *cell)
{
	uint64_t count;
	double ns = 0;

	if (cell->durations == NULL)
		return;
	count = median_of(cell->durations, &ns);
	add_sealed(c, cell, ns, count);
	c->held -= bytes_of(cell->durations);
	free_durations(cell->durations);
	cell->durations = NULL;
}

static void
unlink_unit(struct cells *c, struct unit *u)
{
	*(u->older ? &c->units[u->older - 1].newer : &c->oldest) = u->newer;
	*(u->newer ? &c->units[u->newer - 1].older : &c->newest) = u->older;
	u->is_open = false;
}

/* UNIT is the one that something came of last. */
static void
touch(struct cells *c, uint32_t unit)
{
	struct unit *u = &c->units[unit];

	if (c->newest == unit + 1)
		return;
	if (u->is_open)
		unlink_unit(c, u);
	u->is_open = true;
	u->older = c->newest;
	u->newer = 0;
	*(u->older ? &c->units[u->older - 1].newer : &c->oldest) = unit + 1;
	c->newest = unit + 1;
}

static void
seal_unit(struct cells *c, uint32_t unit)
{
	struct unit *u = &c->units[unit];
	struct cell *cell;

	for (uint32_t i = u->cells; i != 0; i = cell->next) {
		cell = cell_at(c, i - 1);
		if (cell->item != MOVED)
			seal(c, cell);
	}
	forget_list(c, u);
	unlink_unit(c, u);
}

static void
settle(struct cells *c, const struct cell *cell, size_t before)
{
	c->held += bytes_of(cell->durations) - before;
	touch(c, cell->unit);
	while (c->held > c->limit && c->oldest != c->newest)
		seal_unit(c, c->oldest - 1);
}

void
cells_add_duration(struct cells *c, struct cell *cell, int64_t ns)
{
	size_t before = bytes_of(cell->durations);

	cell->durations = add_one(cell->durations, ns);
	settle(c, cell, before);
}

void
cells_add_durations(struct cells *c, struct cell *cell,
    const struct quantile *q)
{
	size_t before = bytes_of(cell->durations);
	int64_t values[QUANTILE_EXACT];

	if (quantile_is_exact(q)) {
		quantile_values(q, values);
		for (uint64_t i = 0; i < q->count; i++)
			cell->durations = add_one(cell->durations, values[i]);
	} else {
		if (cell->durations == NULL)
			cell->durations = mem_zalloc(1,
			    sizeof(*cell->durations));
		if (cell->durations->many == NULL)
			make_many(cell->durations);
		quantile_merge(cell->durations->many, q);
	}
	settle(c, cell, before);
}

/* Give D, which was another cell's, to the cell TO. */
static void
give_durations(struct cells *c, struct cell *to, struct durations *d)
{
	c->held -= bytes_of(d);
	if (d != NULL && d->many != NULL)
		cells_add_durations(c, to, d->many);
	for (uint32_t i = 0; d != NULL && d->many == NULL && i < d->count; i++)
		cells_add_duration(c, to, d->ns[i]);
	free_durations(d);
}

void
cells_merge(struct cells *c, uint32_t to, uint32_t unit)
{
	struct cell *cell, *target;
	struct durations *d;

	for (uint32_t i = c->units[unit].cells; i != 0; i = cell->next) {
		cell = cell_at(c, i - 1);
		target = cells_put(c, to, cell->item);
		cells_add_count(target, cell->count, cell->errors);
		cells_add_self(target, cell->self_ns);
		add_sealed(c, target, cell->median_ns, cell->sealed);
		/* Moved before anything else can be sealed to make room. */
		d = cell->durations;
		cell->item = MOVED;
		cell->durations = (struct durations *)(void *)target;
		give_durations(c, target, d);
	}
	c->units[unit].cells = 0;
	forget_list(c, &c->units[unit]);
	if (c->units[unit].is_open)
		unlink_unit(c, &c->units[unit]);
}

bool
cells_median(const struct cell *cell, double *ns)
{
	double own = cell->sealed, median = 0, count;

	if (cell->durations == NULL) {
		*ns = cell->median_ns;
		return cell->sealed > 0;
	}
	count = (double)median_of(cell->durations, &median);
	*ns = (cell->median_ns * own + median * count) / (own + count);
	return true;
}
