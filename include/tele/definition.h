/* SPDX-License-Identifier: MIT */
#ifndef TELE_DEFINITION_H
#define TELE_DEFINITION_H

#include "tele/catalog.h"
#include "tele/doc.h"

/*
 * One definition file on its way into a catalog: what tele-sequence(5)
 * describes.  This header is for those who read such files; who uses what they
 * say includes catalog.h.
 *
 * A definition, that is a sequence or a list of handlers, is taken whole or not
 * at all.  What is wrong with it is in DOC.error.
 */
struct definition {
	struct catalog *c;
	struct map *modules; /* of struct slice: a package, by path of a file */
	struct doc doc;
	const char *file;            /* its name, which the catalog keeps */
	struct catalog_step **fresh; /* of the definition that is being read */
	size_t fresh_count, fresh_cap;
	struct definition_later *later; /* steps within these */
	size_t later_count, later_cap;
};

/*
 * Read the file PATH into C; false if it cannot be, which was said.  *HAS_ANY
 * is whether it defines anything.
 */
bool definition_load(struct catalog *c, struct map *modules, const char *path,
    bool *has_any);

/* The parts, for the readers of other forms.  All return false when wrong. */

/* The text of the member KEY as a name, if MAP has it. */
bool definition_get(struct definition *d, const struct node *map,
    const char *key, struct slice *name);

/* The first of KEYS, ended by NULL, that MAP has. */
bool definition_get_one(struct definition *d, const struct node *map,
    const char *const *keys, struct slice *name);

/* A new sequence that stands at AT, and a new step of what AROUND is of. */
struct catalog_sequence *definition_sequence(struct definition *d,
    const struct node *at);
struct catalog_step *definition_step(struct definition *d,
    const struct catalog_step *around, const struct node *at);

/* The sequence is whole: it and its steps become part of the catalog. */
bool definition_add(struct definition *d, struct catalog_sequence *q,
    const struct node *at);

#endif
