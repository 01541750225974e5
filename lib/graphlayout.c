/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/graphlayout.h"
#include "tele/mem.h"

/* Pixels; an arrow head takes HEAD. */
enum { LAYER_GAP = 60, BOX_GAP = 40, EDGE_GAP = 24, HEAD = 9, SWEEPS = 8 };

void
layout_init(struct layout *l, size_t boxes, size_t lines)
{
	*l = (struct layout){ .boxes = mem_zalloc(boxes, sizeof(*l->boxes)),
		.lines = mem_zalloc(lines, sizeof(*l->lines)),
		.box_count = boxes,
		.line_count = lines };
}

void
layout_free(struct layout *l)
{
	for (size_t i = 0; i < l->line_count; i++)
		free(l->lines[i].points);
	free(l->lines);
	free(l->boxes);
}

/* A box on its way to its place. */
struct place {
	uint32_t box, layer;
	double weight; /* where in the layer it would like to be */
};

struct layers {
	const struct layout *l;
	struct digraph graph; /* all lines, in their direction */
	uint32_t *layer;      /* of each box */
	uint8_t *state;       /* 0 new, 1 on the way here, 2 done */
};

/*
 * Walk all ways from START; a line that leads back to where the walk came from
 * does not count.  What is finished first goes last: a topological order.
 */
static size_t
walk(struct layers *s, uint32_t start, uint32_t *stack, uint32_t *next,
    uint32_t *order, size_t count)
{
	size_t depth = 1;
	uint32_t box, to;

	stack[0] = start;
	s->state[start] = 1;
	next[start] = s->graph.first[start];
	while (depth > 0) {
		box = stack[depth - 1];
		if (next[box] == s->graph.first[box + 1]) {
			s->state[box] = 2;
			order[count++] = box;
			depth--;
			continue;
		}
		to = s->graph.to[next[box]++];
		if (s->state[to] != 0)
			continue;
		s->state[to] = 1;
		next[to] = s->graph.first[to];
		stack[depth++] = to;
	}
	return count;
}

/* Each box one layer behind the last of those that lead to it. */
static void
find_layers(struct layers *s)
{
	size_t boxes = s->l->box_count, count = 0;
	uint32_t *stack = mem_zalloc(boxes, sizeof(*stack));
	uint32_t *next = mem_zalloc(boxes, sizeof(*next));
	uint32_t *order = mem_zalloc(boxes, sizeof(*order));
	uint32_t *rank = mem_zalloc(boxes, sizeof(*rank));

	for (uint32_t i = 0; i < boxes; i++)
		if (s->state[i] == 0)
			count = walk(s, i, stack, next, order, count);
	for (size_t i = 0; i < count; i++)
		rank[order[i]] = (uint32_t)i;
	for (size_t i = count; i-- > 0;)
		for (uint32_t k = s->graph.first[order[i]];
		     k < s->graph.first[order[i] + 1]; k++) {
			uint32_t to = s->graph.to[k];
			uint32_t least = s->layer[order[i]] + 1;

			if (rank[to] < i && s->layer[to] < least)
				s->layer[to] = least;
		}
	free(stack);
	free(next);
	free(order);
	free(rank);
}

static int
compare_places(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->layer != y->layer)
		return x->layer < y->layer ? -1 : 1;
	if (x->weight < y->weight || x->weight > y->weight)
		return x->weight < y->weight ? -1 : 1;
	return x->box < y->box ? -1 : x->box > y->box;
}

/* The middle of a box from the left. */
static double
middle_of(const struct layout_box *b)
{
	return (double)b->x + (double)b->width / 2;
}

/* The boxes of each layer beside each other, in the order of PLACES. */
static void
stack_boxes(struct layout *l, const struct place *places)
{
	int64_t x = 0, y = 0, height = 0, widest = 0;
	struct layout_box *b;

	for (size_t i = 0; i < l->box_count; i++) {
		if (i > 0 && places[i].layer != places[i - 1].layer) {
			y += height + LAYER_GAP;
			x = height = 0;
		}
		b = &l->boxes[places[i].box];
		b->x = x;
		b->y = y;
		x += b->width + BOX_GAP;
		height = b->height > height ? b->height : height;
		widest = x > widest ? x : widest;
	}
	l->width = widest;
	l->height = y + height;
}

/* Each layer in the middle below the one before it. */
static void
centre_layers(struct layout *l, const struct place *places)
{
	size_t first = 0;
	int64_t spare;

	for (size_t i = 1; i <= l->box_count; i++) {
		const struct layout_box *last = &l->boxes[places[i - 1].box];

		if (i < l->box_count && places[i].layer == places[first].layer)
			continue;
		spare = (l->width - last->x - last->width) / 2;
		for (; first < i; first++)
			l->boxes[places[first].box].x += spare;
	}
}

/* Each box would like to be in the middle of what it is tied to. */
static void
order_layers(struct layout *l, const uint32_t *layer)
{
	struct place *places = mem_zalloc(l->box_count, sizeof(*places));
	double *sum = mem_zalloc(l->box_count, sizeof(*sum));
	uint32_t *ties = mem_zalloc(l->box_count, sizeof(*ties));

	for (uint32_t i = 0; i < l->box_count; i++)
		places[i] = (struct place){ i, layer[i], i };
	qsort(places, l->box_count, sizeof(*places), compare_places);
	stack_boxes(l, places);
	for (int sweep = 0; sweep < SWEEPS; sweep++) {
		memset(sum, 0, l->box_count * sizeof(*sum));
		memset(ties, 0, l->box_count * sizeof(*ties));
		for (size_t i = 0; i < l->line_count; i++) {
			struct digraph_edge e = l->lines[i].ends;

			sum[e.from] += middle_of(&l->boxes[e.to]);
			sum[e.to] += middle_of(&l->boxes[e.from]);
			ties[e.from]++;
			ties[e.to]++;
		}
		for (size_t i = 0; i < l->box_count; i++) {
			uint32_t box = places[i].box;

			places[i].weight = ties[box] > 0
			    ? sum[box] / ties[box]
			    : middle_of(&l->boxes[box]);
		}
		qsort(places, l->box_count, sizeof(*places), compare_places);
		stack_boxes(l, places);
		centre_layers(l, places);
	}
	free(places);
	free(sum);
	free(ties);
}

/* A curve from the lower side of a box to the upper side of another. */
static void
draw_line(struct layout *l, struct layout_line *line, int64_t shift)
{
	const struct layout_box *a = &l->boxes[line->ends.from];
	const struct layout_box *b = &l->boxes[line->ends.to];
	struct svg_point from = { a->x + a->width / 2, a->y + a->height };
	struct svg_point to = { b->x + b->width / 2, b->y - HEAD };
	bool is_down = to.y > from.y;
	int64_t reach = is_down ? (to.y - from.y) / 2 : LAYER_GAP / 2;
	int64_t aside = is_down ? shift : a->width / 2 + BOX_GAP + shift;

	line->count = 4;
	line->points = mem_zalloc(line->count, sizeof(*line->points));
	line->points[0] = from;
	line->points[1] = (struct svg_point){ from.x + aside, from.y + reach };
	line->points[2] = (struct svg_point){ to.x + aside, to.y - reach };
	line->points[3] = to;
	line->x = (from.x + to.x) / 2 + aside * 3 / 4;
	line->y = (from.y + to.y) / 2;
}

void
layout_plain(struct layout *l)
{
	struct digraph_edge *edges = mem_zalloc(l->line_count, sizeof(*edges));
	struct layers s = { .l = l,
		.layer = mem_zalloc(l->box_count, sizeof(*s.layer)),
		.state = mem_zalloc(l->box_count, sizeof(*s.state)) };

	for (size_t i = 0; i < l->line_count; i++)
		edges[i] = l->lines[i].ends;
	digraph_init(&s.graph, l->box_count, edges, l->line_count);
	find_layers(&s);
	order_layers(l, s.layer);
	/* Of several lines between the same boxes, none hides another. */
	for (size_t i = 0, k = 0; i < l->line_count; i++) {
		k = i > 0 && edges[i].from == edges[i - 1].from &&
			edges[i].to == edges[i - 1].to
		    ? k + 1
		    : 0;
		draw_line(l, &l->lines[i], (int64_t)k * 2 * EDGE_GAP);
	}
	l->height += LAYER_GAP / 2;
	digraph_free(&s.graph);
	free(edges);
	free(s.layer);
	free(s.state);
}
