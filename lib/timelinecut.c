/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/timeline.h"

/* A row and why it should stay. */
struct claim {
	int rank; /* less is better */
	int64_t length_ns;
	uint32_t row;
};

static int
rank_of(const struct timeline_row *row)
{
	if (row->depth == 0)
		return 0;
	if (row->status == STEP_ERROR || row->errors > 0)
		return 1;
	if (row->is_critical && row->critical_ns > 0)
		return 2;
	return row->change != CHANGE_NONE ? 3 : 4;
}

static int
compare_claims(const void *a, const void *b)
{
	const struct claim *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank - y->rank;
	if (x->length_ns != y->length_ns)
		return x->length_ns > y->length_ns ? -1 : 1;
	return x->row < y->row ? -1 : 1;
}

/* Mark what stays: the best, each with all that is around it. */
static void
choose_rows(const struct timeline *t, bool *stays, size_t most)
{
	struct claim *claims = mem_zalloc(t->count, sizeof(*claims));
	size_t kept = 0;

	for (uint32_t i = 0; i < t->count; i++)
		claims[i] = (struct claim){ rank_of(&t->rows[i]),
			t->rows[i].end_ns - t->rows[i].start_ns, i };
	qsort(claims, t->count, sizeof(*claims), compare_claims);
	for (size_t i = 0; i < t->count && kept < most; i++)
		for (uint32_t row = claims[i].row;
		     row != STEP_NONE && !stays[row];
		     row = t->rows[row].parent) {
			stays[row] = true;
			kept++;
		}
	free(claims);
}

void
timeline_cut(struct timeline *t, size_t most)
{
	bool *stays = mem_zalloc(t->count, sizeof(*stays));
	uint32_t *moved = mem_zalloc(t->count, sizeof(*moved));
	size_t rows = 0, pieces = 0;
	struct critical_piece *piece;

	choose_rows(t, stays, most);
	for (uint32_t i = 0; i < t->count; i++) {
		moved[i] = stays[i] ? (uint32_t)rows : STEP_NONE;
		if (!stays[i])
			continue;
		t->rows[rows] = t->rows[i];
		if (t->rows[rows].parent != STEP_NONE)
			t->rows[rows].parent = moved[t->rows[rows].parent];
		rows++;
	}
	for (size_t i = 0; i < t->path.count; i++) {
		piece = &t->path.pieces[i];
		if (moved[piece->span] == STEP_NONE)
			continue;
		t->path.pieces[pieces] = *piece;
		t->path.pieces[pieces++].span = moved[piece->span];
	}
	if (t->root != STEP_NONE)
		t->root = moved[t->root];
	t->hidden += t->count - rows;
	t->count = rows;
	t->path.count = pieces;
	free(stays);
	free(moved);
}
