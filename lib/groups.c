/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/grouping.h"
#include "tele/groups.h"
#include "tele/json.h"
#include "tele/mem.h"

void
groups_init(struct groups *g, uint64_t most, struct slice rest)
{
	*g = (struct groups){ .most = most };
	g->rest_name = (struct slice){ mem_string(rest), rest.len };
	map_init(&g->map, sizeof(struct group));
}

void
groups_free(struct groups *g)
{
	groups_clear(g);
	map_free(&g->map);
	free((char *)g->rest_name.ptr);
	free(g->key);
	*g = (struct groups){ 0 };
}

/* NAME and SESSION in one, between them a byte that no JSON text contains. */
static struct slice
make_key(struct groups *g, struct slice name, struct slice session)
{
	size_t len = name.len;

	if (session.len == 0)
		return name;
	g->key = mem_grow(g->key, &g->key_cap, name.len + 7 * session.len + 32,
	    1);
	memcpy(g->key, name.ptr, name.len);
	g->key[len++] = '\n';
	len += json_normal(g->key + len, session);
	return (struct slice){ g->key, len };
}

static struct group *
add_group(struct groups *g, struct slice key, size_t name_len)
{
	struct group *group = map_put(&g->map, key, NULL);

	key = map_entry_of(group)->key;
	group->name = (struct slice){ key.ptr, name_len };
	group->session = (struct slice){ "", 0 };
	if (key.len > name_len)
		group->session = slice_range(key.ptr + name_len + 1,
		    key.ptr + key.len);
	return group;
}

/* The group of all that there is no room for. */
static struct group *
rest_group(struct groups *g, uint64_t count)
{
	g->folded += count;
	if (g->rest == NULL)
		g->rest = add_group(g, g->rest_name, g->rest_name.len);
	return g->rest;
}

struct group *
groups_get(struct groups *g, struct slice name, struct slice session,
    uint64_t count)
{
	struct slice key = make_key(g, name, session);
	struct group *group = map_get(&g->map, key);

	if (group == NULL && g->map.count >= g->most)
		return rest_group(g, count);
	if (group == NULL)
		group = add_group(g, key, name.len);
	return group;
}

/* A group and what it is sorted by. */
struct item {
	struct group *group;
	__int128 value;
	struct slice key;
	bool is_number;
};

static bool
is_empty(const struct summary *s)
{
	return s->count == 0 && s->self_ns == 0 && !s->has_dead;
}

static int
compare_keys(const struct item *x, const struct item *y)
{
	double p, q;

	if (x->is_number != y->is_number)
		return x->is_number ? -1 : 1;
	if (x->is_number) {
		p = strtod(x->key.ptr, NULL);
		q = strtod(y->key.ptr, NULL);
		if (p != q)
			return p < q ? -1 : 1;
	}
	return slice_compare(x->key, y->key);
}

static int
compare_items(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int order;

	if (x->value != y->value)
		return x->value < y->value ? 1 : -1;
	order = compare_keys(x, y);
	if (order == 0)
		order = slice_compare(x->group->name, y->group->name);
	if (order == 0)
		order = slice_compare(x->group->session, y->group->session);
	return order;
}

static struct item
make_item(struct group *group, const struct groups_order *order)
{
	struct item item = { .group = group, .key = { "", 0 } };

	if (order->column != SUMMARY_COLUMNS)
		summary_value(&group->summary, order->column, &item.value);
	else if (order->key.len > 0)
		item.key = grouping_value(group->name, order->key,
		    &item.is_number);
	return item;
}

struct group **
groups_sorted(const struct groups *g, const struct groups_order *order,
    size_t *count)
{
	struct item *items = mem_zalloc(g->map.count, sizeof(*items));
	struct group **sorted = mem_zalloc(g->map.count, sizeof(*sorted));

	*count = 0;
	for (size_t i = 0; i < g->map.count; i++) {
		struct group *group = (void *)g->map.entries[i]->value;

		if (!is_empty(&group->summary))
			items[(*count)++] = make_item(group, order);
	}
	qsort(items, *count, sizeof(*items), compare_items);
	for (size_t i = 0; i < *count; i++)
		sorted[i] = items[i].group;
	free(items);
	return sorted;
}

void
groups_clear(struct groups *g)
{
	for (size_t i = 0; i < g->map.count; i++) {
		struct group *group = (void *)g->map.entries[i]->value;

		summary_free(&group->summary);
	}
}
