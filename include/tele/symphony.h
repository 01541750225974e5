/* SPDX-License-Identifier: MIT */
#ifndef TELE_SYMPHONY_H
#define TELE_SYMPHONY_H

#include "tele/definition.h"

/*
 * The files in which applications on the musical-conductor library declare
 * themselves: a sequence of movements of beats, an index of such files with the
 * packages of their handlers, a list of topics or of requests with routes.
 */
bool symphony_load(struct definition *d, const struct node *root);
bool symphony_load_index(struct definition *d, const struct node *entry);
bool symphony_load_topics(struct definition *d, const struct node *topics);

#endif
