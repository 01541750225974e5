/* SPDX-License-Identifier: MIT */
#include <fts.h>
#include <stdlib.h>
#include <string.h>

#include "tele/diag.h"
#include "tele/mem.h"
#include "tele/tree.h"

static bool
ends_in_one_of(const char *name, const char *const *ends)
{
	size_t len = strlen(name), end;

	for (; *ends != NULL; ends++) {
		end = strlen(*ends);
		if (len > end && strcmp(name + len - end, *ends) == 0)
			return true;
	}
	return false;
}

static int
by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

bool
tree_each(const char *path, const char *const *ends,
    bool (*take)(void *arg, const char *path, bool is_named), void *arg)
{
	char *copy = mem_string(slice_of(path)), *paths[] = { copy, NULL };
	FTS *tree = fts_open(paths, FTS_LOGICAL | FTS_NOCHDIR, by_name);
	FTSENT *e;
	bool ok = tree != NULL, is_named;

	while (tree != NULL && (e = fts_read(tree)) != NULL) {
		is_named = e->fts_level == 0;
		if (!is_named && e->fts_name[0] == '.') {
			fts_set(tree, e, FTS_SKIP);
			continue;
		}
		switch (e->fts_info) {
		case FTS_F:
		case FTS_DEFAULT: /* a pipe, say */
			if (is_named || ends_in_one_of(e->fts_name, ends))
				ok &= take(arg, e->fts_path, is_named);
			break;
		case FTS_DNR:
		case FTS_ERR:
		case FTS_NS:
			warn("cannot read '%s': %s", e->fts_path,
			    strerror(e->fts_errno));
			ok = false;
			break;
		default:
			break;
		}
	}
	if (tree != NULL)
		fts_close(tree);
	free(copy);
	return ok;
}
