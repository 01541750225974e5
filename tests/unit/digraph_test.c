/* SPDX-License-Identifier: MIT */
#include <stdbool.h>
#include <string.h>

#include "random.h"
#include "tap.h"
#include "tele/digraph.h"

enum { NODES = 12, ROUNDS = 300 };

/* Who reaches whom, and in how many steps: by trying everything. */
static void
try_all(const struct digraph_edge *edges, size_t count,
    uint32_t steps[NODES][NODES])
{
	for (int i = 0; i < NODES; i++)
		for (int k = 0; k < NODES; k++)
			steps[i][k] = DIGRAPH_NONE;
	for (size_t i = 0; i < count; i++)
		steps[edges[i].from][edges[i].to] = 1;
	for (int via = 0; via < NODES; via++)
		for (int i = 0; i < NODES; i++)
			for (int k = 0; k < NODES; k++)
				if (steps[i][via] != DIGRAPH_NONE &&
				    steps[via][k] != DIGRAPH_NONE &&
				    steps[i][via] + steps[via][k] < steps[i][k])
					steps[i][k] = steps[i][via] +
					    steps[via][k];
}

static size_t
check_circles(const struct digraph *d, uint32_t steps[NODES][NODES])
{
	uint32_t circle[NODES], last = 0;
	size_t wrong = 0;
	uint32_t count = digraph_circles(d, circle);

	for (int i = 0; i < NODES; i++) {
		wrong += (circle[i] != 0) != (steps[i][i] != DIGRAPH_NONE);
		wrong += circle[i] > last + 1;
		last = circle[i] > last ? circle[i] : last;
		for (int k = 0; k < NODES; k++)
			if (circle[i] != 0 && i != k)
				wrong += (circle[i] == circle[k]) !=
				    (steps[i][k] != DIGRAPH_NONE &&
					steps[k][i] != DIGRAPH_NONE);
	}
	return wrong + (count != last);
}

static size_t
check_ways(const struct digraph *d, uint32_t steps[NODES][NODES])
{
	uint32_t way[NODES];
	size_t wrong = 0;

	for (uint32_t i = 0; i < NODES; i++) {
		size_t length = digraph_way_back(d, i, way);

		if (steps[i][i] == DIGRAPH_NONE) {
			wrong += length != 0;
			continue;
		}
		wrong += length != steps[i][i] || way[0] != i;
		for (size_t k = 0; k < length; k++)
			wrong += steps[way[k]][way[(k + 1) % length]] != 1;
	}
	return wrong;
}

static size_t
check_distances(const struct digraph *d, uint32_t steps[NODES][NODES])
{
	uint32_t distance[NODES];
	size_t wrong = 0;

	for (int i = 0; i < NODES; i++) {
		memset(distance, 0xff, sizeof(distance));
		distance[i] = 0;
		digraph_distances(d, distance, 3);
		for (int k = 0; k < NODES; k++)
			if (k != i)
				wrong += distance[k] !=
				    (steps[i][k] <= 3 ? steps[i][k]
						      : DIGRAPH_NONE);
	}
	return wrong;
}

int
main(void)
{
	size_t circles = 0, ways = 0, distances = 0;
	uint64_t seed = 11;

	for (int round = 0; round < ROUNDS; round++) {
		struct digraph_edge edges[NODES * 3];
		size_t count = random_below(&seed, NODES * 3);
		uint32_t steps[NODES][NODES];
		struct digraph d;

		for (size_t i = 0; i < count; i++)
			edges[i] = (struct digraph_edge){
				(uint32_t)random_below(&seed, NODES),
				(uint32_t)random_below(&seed, NODES)
			};
		try_all(edges, count, steps);
		digraph_init(&d, NODES, edges, count);
		circles += check_circles(&d, steps);
		ways += check_ways(&d, steps);
		distances += check_distances(&d, steps);
		digraph_free(&d);
	}
	ok(circles == 0, "circles are who reaches each other");
	ok(ways == 0, "the way back is a shortest one");
	ok(distances == 0, "distances are shortest ways, up to a limit");
	return done();
}
