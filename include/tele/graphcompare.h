/* SPDX-License-Identifier: MIT */
#ifndef TELE_GRAPHCOMPARE_H
#define TELE_GRAPHCOMPARE_H

#include "tele/graph.h"

/*
 * Settle what changed between the two sides of G.  What is on one side only was
 * added or removed.  An edge changed if its share of what leaves its source, or
 * its share of errors, differs by ten points or more, or its 95th percentile by
 * half and more than a millisecond; a node, likewise without the first.
 *
 * These limits are for the eye: they do not ask whether chance would do.
 */
void graph_compare(struct graph *g);

#endif
