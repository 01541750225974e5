/* SPDX-License-Identifier: MIT */
#include "tele/path.h"

struct slice
path_base(struct slice path)
{
	const char *slash = memrchr(path.ptr, '/', path.len);

	return slash != NULL ? slice_range(slash + 1, path.ptr + path.len)
			     : path;
}

int
path_common(struct slice a, struct slice b)
{
	const char *p = a.ptr + a.len, *q = b.ptr + b.len;
	int n = 0;

	while (p > a.ptr && q > b.ptr && p[-1] == q[-1]) {
		p--;
		q--;
		n += *p == '/';
	}
	/* The last one that is the same, if it is a whole component. */
	if ((p == a.ptr || p[-1] == '/') && (q == b.ptr || q[-1] == '/') &&
	    p < a.ptr + a.len && *p != '/')
		n++;
	return n;
}

const char *
path_maps_read(struct path_map *maps, const struct opt_list *words)
{
	const char *word, *equals;

	for (size_t i = 0; i < words->count; i++) {
		word = words->items[i];
		equals = strchr(word, '=');
		if (equals == NULL || equals == word)
			return word;
		maps[i].from = slice_range(word, equals);
		maps[i].to = slice_of(equals + 1);
	}
	return NULL;
}

const struct path_map *
path_map_of(const struct path_map *maps, size_t n, struct slice path)
{
	const struct path_map *best = NULL;

	for (size_t i = 0; i < n; i++)
		if (slice_starts_with(path, maps[i].from) &&
		    (best == NULL || maps[i].from.len > best->from.len))
			best = &maps[i];
	return best;
}
