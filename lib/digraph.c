/* SPDX-License-Identifier: MIT */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tele/digraph.h"
#include "tele/mem.h"

void
digraph_init(struct digraph *d, size_t nodes, const struct digraph_edge *edges,
    size_t count)
{
	d->nodes = nodes;
	d->first = mem_zalloc(nodes + 2, sizeof(*d->first));
	d->to = mem_zalloc(count, sizeof(*d->to));
	/* Counted one place further on, so that filling moves them back. */
	for (size_t i = 0; i < count; i++)
		d->first[edges[i].from + 2]++;
	for (size_t i = 2; i < nodes + 2; i++)
		d->first[i] += d->first[i - 1];
	for (size_t i = 0; i < count; i++)
		d->to[d->first[edges[i].from + 1]++] = edges[i].to;
}

void
digraph_free(struct digraph *d)
{
	free(d->first);
	free(d->to);
	*d = (struct digraph){ 0 };
}

void
digraph_distances(const struct digraph *d, uint32_t *distance, uint32_t most)
{
	uint32_t *queue = mem_zalloc(d->nodes, sizeof(*queue)), at;
	size_t head = 0, tail = 0;

	for (uint32_t i = 0; i < d->nodes; i++)
		if (distance[i] == 0)
			queue[tail++] = i;
	while (head < tail) {
		at = queue[head++];
		if (distance[at] == most)
			continue;
		for (uint32_t k = d->first[at]; k < d->first[at + 1]; k++) {
			if (distance[d->to[k]] != DIGRAPH_NONE)
				continue;
			distance[d->to[k]] = distance[at] + 1;
			queue[tail++] = d->to[k];
		}
	}
	free(queue);
}

/* Tarjan's state; the recursion is a stack of its own. */
struct search {
	const struct digraph *d;
	uint32_t *order;     /* in which a node was found, from 1; 0: not yet */
	uint32_t *low;       /* the least order that it is known to lead to */
	uint32_t *next;      /* its edge to follow next */
	uint32_t *path;      /* from the start to where we are */
	uint32_t *open;      /* found, but not known to be of which component */
	uint32_t *component; /* of each node, from 1 */
	size_t depth, open_count;
	uint32_t found, components;
};

static void
enter(struct search *s, uint32_t node)
{
	s->order[node] = s->low[node] = ++s->found;
	s->next[node] = s->d->first[node];
	s->path[s->depth++] = node;
	s->open[s->open_count++] = node;
}

static void
leave(struct search *s, uint32_t node)
{
	uint32_t up, member;

	if (s->low[node] == s->order[node]) {
		s->components++;
		do {
			member = s->open[--s->open_count];
			s->component[member] = s->components;
		} while (member != node);
	}
	s->depth--;
	if (s->depth == 0)
		return;
	up = s->path[s->depth - 1];
	if (s->low[node] < s->low[up])
		s->low[up] = s->low[node];
}

static void
search_from(struct search *s, uint32_t start)
{
	uint32_t at, to;

	enter(s, start);
	while (s->depth > 0) {
		at = s->path[s->depth - 1];
		if (s->next[at] == s->d->first[at + 1]) {
			leave(s, at);
			continue;
		}
		to = s->d->to[s->next[at]++];
		if (s->order[to] == 0)
			enter(s, to);
		else if (s->component[to] == 0 && s->order[to] < s->low[at])
			s->low[at] = s->order[to];
	}
}

/* Number those that hold an edge, by their least nodes. */
static uint32_t
number_circles(const struct search *s, uint32_t *circle)
{
	const struct digraph *d = s->d;
	uint32_t *number = mem_zalloc((size_t)s->components + 1,
	    sizeof(*number));
	uint32_t count = 0, own;

	/* UINT32_MAX: a circle without a number yet. */
	for (uint32_t i = 0; i < d->nodes; i++)
		for (uint32_t k = d->first[i]; k < d->first[i + 1]; k++)
			if (s->component[d->to[k]] == s->component[i])
				number[s->component[i]] = UINT32_MAX;
	for (uint32_t i = 0; i < d->nodes; i++) {
		own = s->component[i];
		if (number[own] == UINT32_MAX)
			number[own] = ++count;
		circle[i] = number[own];
	}
	free(number);
	return count;
}

uint32_t
digraph_circles(const struct digraph *d, uint32_t *circle)
{
	uint32_t *memory = mem_zalloc(d->nodes * 6, sizeof(*memory));
	struct search s = { .d = d,
		.order = memory,
		.low = memory + d->nodes,
		.next = memory + 2 * d->nodes,
		.path = memory + 3 * d->nodes,
		.open = memory + 4 * d->nodes,
		.component = memory + 5 * d->nodes };
	uint32_t count;

	for (uint32_t i = 0; i < d->nodes; i++)
		if (s.order[i] == 0)
			search_from(&s, i);
	count = number_circles(&s, circle);
	free(memory);
	return count;
}

size_t
digraph_way_back(const struct digraph *d, uint32_t start, uint32_t *way)
{
	uint32_t *from = mem_zalloc(d->nodes * 2, sizeof(*from));
	uint32_t *queue = from + d->nodes, at, to;
	size_t head = 0, tail = 0, length = 0;
	bool is_back = false;

	memset(from, 0xff, d->nodes * sizeof(*from));
	queue[tail++] = start;
	while (head < tail && !is_back) {
		at = queue[head++];
		for (uint32_t k = d->first[at]; k < d->first[at + 1]; k++) {
			to = d->to[k];
			if (from[to] != DIGRAPH_NONE)
				continue;
			from[to] = at;
			if (to == start) {
				is_back = true;
				break;
			}
			queue[tail++] = to;
		}
	}
	if (is_back) {
		for (at = from[start]; at != start; at = from[at])
			length++;
		for (size_t i = length, k = from[start]; i > 0;
		     i--, k = from[k])
			way[i] = (uint32_t)k;
		way[0] = start;
		length++;
	}
	free(from);
	return length;
}
