/* SPDX-License-Identifier: MIT */
#ifndef TELE_LOCATE_H
#define TELE_LOCATE_H

#include "tele/attribute.h"
#include "tele/codeindex.h"
#include "tele/path.h"
#include "tele/sourcemaps.h"

/*
 * Where the code of an event is, by all that is known: the stack trace of an
 * error, definitions, what other events state, an index of the code, source
 * maps; and how the paths of the code base begin.
 */
struct locator {
	const struct catalog *definitions, *learned; /* NULL: none */
	const struct codeindex *index;               /* likewise */
	struct sourcemaps *maps;                     /* likewise */
	const struct path_map *paths;
	size_t path_count;
	struct locator_answer *answers; /* private: of the last events */
	uint64_t *hashes;               /* private: of their names */
	uint32_t turn;                  /* private: who goes next */
};

/* L is zeroed, but for what is known. */
void locator_init(struct locator *l);
void locator_free(struct locator *l);

/*
 * What to write in EV: keys that it lacks, and its code_file and code_line if a
 * source map or a path map applies.  If several places are as likely for its
 * code, one is taken, and `code_candidates` names up to CODE_FOUND_MAX of them.
 * Valid until the next call.
 */
const struct event_change *locate(struct locator *l, const struct event *ev);

#endif
