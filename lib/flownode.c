/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "tele/duration.h"
#include "tele/flowlearn.h"
#include "tele/flownode.h"
#include "tele/mem.h"

enum { LEVELS_MAX = 30 }; /* of steps within steps: what a reader takes */

/* How often A was over when B began, both within the same. */
struct flow_pair {
	uint32_t before;
	bool otherwise; /* it was not, once */
};

void
flow_node_free(struct flow_node *n)
{
	quantile_free(&n->durations);
	free(n->children);
	free(n->pairs);
}

static struct flow_pair *
pair_of(const struct flow_node *n, size_t a, size_t b)
{
	return &n->pairs[a * n->cap + b];
}

void
flow_node_adopt(struct flow_node *n, struct flow_node *child)
{
	struct flow_pair *pairs;
	size_t cap = n->cap;

	child->index = n->count;
	/* What came without it before does not need it. */
	child->least = n->sound > 0 ? 0 : UINT64_MAX;
	n->children = mem_grow(n->children, &cap, n->count + 1,
	    sizeof(struct flow_node *));
	if (cap > n->cap && cap <= 2 * FLOW_CHILDREN_MAX) {
		pairs = mem_zalloc(cap * cap, sizeof(*pairs));
		for (size_t a = 0; a < n->count; a++)
			memcpy(pairs + a * cap, n->pairs + a * n->cap,
			    n->count * sizeof(*pairs));
		free(n->pairs);
		n->pairs = pairs;
	}
	n->cap = cap;
	n->children[n->count++] = child;
}

void
flow_node_begin(struct flow_node *n, int64_t duration_ns)
{
	n->instances++;
	if (duration_ns >= 0)
		quantile_add(&n->durations, duration_ns);
	n->happened = 0;
}

void
flow_node_happened(struct flow_node *n, struct flow_node *child,
    const struct step *step)
{
	int64_t end_ns = step_end_ns(step);

	if (child->now++ == 0) {
		child->first = n->happened;
		child->start_ns = step->start_ns;
		child->end_ns = end_ns;
	}
	if (step->start_ns < child->start_ns)
		child->start_ns = step->start_ns;
	if (end_ns > child->end_ns)
		child->end_ns = end_ns;
	child->last = n->happened++;
}

/*
 * Note whether all of A was over before any of B began.  Where both began in
 * the same tick of the clock nothing speaks against it, and nothing for it.
 */
static void
note_order(struct flow_pair *pair, const struct flow_node *a,
    const struct flow_node *b, int64_t resolution_ns)
{
	if (a->last >= b->first || a->end_ns >= b->start_ns + resolution_ns)
		pair->otherwise = true;
	else if (a->start_ns < b->start_ns)
		pair->before++;
}

void
flow_node_end(struct flow_node *n, bool is_sound, int64_t resolution_ns)
{
	struct flow_node *a, *b;

	n->sound += is_sound;
	for (size_t i = 0; i < n->count; i++) {
		a = n->children[i];
		if (is_sound && a->now < a->least)
			a->least = a->now;
		if (a->now > a->most)
			a->most = a->now;
		a->present += a->now > 0;
		for (size_t j = 0; j < n->count && a->now > 0; j++) {
			b = n->children[j];
			if (b->now > 0 && i != j)
				note_order(pair_of(n, i, j), a, b,
				    resolution_ns);
		}
	}
	for (size_t i = 0; i < n->count; i++)
		n->children[i]->now = 0;
}

/* Whether too little was seen of the child A to know when it comes. */
static bool
is_rare(const struct flow_node *n, size_t a)
{
	return n->children[a]->present < FLOW_SUPPORT &&
	    n->instances >= FLOW_SUPPORT;
}

/* Whether the child A of N always comes before B; rare ones are put last. */
static bool
always_before(const struct flow_node *n, size_t a, size_t b)
{
	const struct flow_pair *pair = pair_of(n, a, b);

	if (is_rare(n, a) || is_rare(n, b))
		return !is_rare(n, a) || (is_rare(n, b) && a < b);
	return !pair->otherwise && pair->before >= FLOW_SUPPORT;
}

/*
 * Which children are told apart by when they come: GROUP[i] is the least child
 * of a group within which nothing is known of the order.
 */
static bool
merge(size_t *group, size_t count, size_t a, size_t b)
{
	size_t from = group[a] > group[b] ? group[a] : group[b];
	size_t to = group[a] > group[b] ? group[b] : group[a];

	for (size_t i = 0; i < count; i++)
		if (group[i] == from)
			group[i] = to;
	return from != to;
}

/* Whether every one of group A comes before every one of group B. */
static bool
is_group_before(const struct flow_node *n, const size_t *group, size_t a,
    size_t b)
{
	for (size_t i = 0; i < n->count; i++)
		for (size_t j = 0; j < n->count && group[i] == a; j++)
			if (group[j] == b && !always_before(n, i, j))
				return false;
	return true;
}

/* How many groups come before that of child I. */
static size_t
groups_before(const struct flow_node *n, const size_t *group, size_t i)
{
	size_t before = 0;

	for (size_t j = 0; j < n->count; j++)
		before += group[j] == j && group[i] != j &&
		    is_group_before(n, group, j, group[i]);
	return before;
}

/*
 * Give each child the place of its group: those of one group share it.  Groups
 * that cannot be put in a line, such as a circle, become one.
 */
static void
arrange(const struct flow_node *n, size_t *group, size_t *place)
{
	bool again = true;

	for (size_t i = 0; i < n->count; i++)
		group[i] = i;
	for (size_t i = 0; i < n->count; i++)
		for (size_t j = 0; j < i; j++)
			if (!always_before(n, i, j) && !always_before(n, j, i))
				merge(group, n->count, i, j);
	while (again) {
		again = false;
		for (size_t i = 0; i < n->count; i++)
			place[i] = groups_before(n, group, i);
		for (size_t i = 0; i < n->count; i++)
			for (size_t j = 0; j < n->count; j++)
				if (group[i] != group[j] &&
				    place[i] <= place[j] &&
				    !is_group_before(n, group, group[i],
					group[j]))
					again |= merge(group, n->count, i, j);
	}
}

/* Words stand for themselves in YAML; else a JSON string does. */
static void
write_text(struct out *out, struct slice json)
{
	bool is_word = json.len > 0 && ((json.ptr[0] | 0x20) >= 'a') &&
	    (json.ptr[0] | 0x20) <= 'z';

	for (size_t i = 0; i < json.len && is_word; i++)
		is_word = strchr("abcdefghijklmnopqrstuvwxyz"
				 "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-/",
			      json.ptr[i]) != NULL &&
		    json.ptr[i] != '\0';
	out_write(out, is_word ? SLICE("") : SLICE("\""));
	out_write(out, json);
	out_write(out, is_word ? SLICE("\n") : SLICE("\"\n"));
}

static void
write_key(struct out *out, int indent, const char *key, struct slice json)
{
	if (json.len == 0)
		return;
	out_format(out, "%*s%s: ", indent, "", key);
	write_text(out, json);
}

/* `# in 12 of 17, p95 3.4 ms` */
static void
write_remark(struct out *out, int indent, const struct flow_node *n,
    uint64_t of)
{
	char ms[DURATION_MS_MAX];
	int64_t p95;

	if (of > 0)
		out_format(out, "%*s# in %llu of %llu", indent, "",
		    (unsigned long long)n->present, (unsigned long long)of);
	else
		out_format(out, "%*s# %llu times", indent, "",
		    (unsigned long long)n->instances);
	if (quantile_at(&n->durations, 0.95, &p95))
		out_format(out, ", p95 %.*s ms",
		    (int)duration_format_ms(ms, p95), ms);
	out_write(out, SLICE("\n"));
}

static void write_steps(struct out *out, int indent, int level,
    const struct flow_node *n);

/* A step, as an item of a list. */
static void
write_step(struct out *out, int indent, int level, const struct flow_node *n,
    const struct flow_node *within)
{
	bool is_required = within->sound >= FLOW_SUPPORT && n->least > 0;

	write_remark(out, indent, n, within->instances);
	out_format(out, "%*s- %s: ", indent, "",
	    n->kind == KIND_SPAN ? "span" : "event");
	write_text(out, n->name);
	indent += 2;
	if (!slice_equal(n->service, within->service))
		write_key(out, indent, "service", n->service);
	if (!slice_equal(n->plugin, within->plugin))
		write_key(out, indent, "plugin", n->plugin);
	write_key(out, indent, "movement", n->movement);
	if (n->beat.len > 0)
		out_format(out, "%*sbeat: %.*s\n", indent, "", (int)n->beat.len,
		    n->beat.ptr);
	write_key(out, indent, "handler", n->handler);
	if (is_rare(within, n->index))
		out_format(out, "%*sanywhere: true\n", indent, "");
	if (!is_required || n->most > 1)
		out_format(out, "%*stimes: %llu..%s\n", indent, "",
		    is_required ? (unsigned long long)n->least : 0,
		    n->most > 1 ? "" : "1");
	write_steps(out, indent, level + 1, n);
}

/* The children in the order of their places, those of one place by name. */
struct placed {
	const struct flow_node *node;
	size_t place;
};

static int
compare_placed(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;
	int order;

	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	order = slice_compare(x->node->name, y->node->name);
	return order != 0 ? order
			  : slice_compare(x->node->service, y->node->service);
}

static struct placed *
place_children(const struct flow_node *n)
{
	struct placed *list = mem_zalloc(n->count, sizeof(*list));
	size_t *group = mem_zalloc(n->count, sizeof(*group));
	size_t *place = mem_zalloc(n->count, sizeof(*place));

	arrange(n, group, place);
	for (size_t i = 0; i < n->count; i++)
		list[i] = (struct placed){ n->children[i], place[i] };
	free(group);
	free(place);
	qsort(list, n->count, sizeof(*list), compare_placed);
	return list;
}

/* What is within N.  Goes down LEVELS_MAX levels at most. */
static void
write_steps(struct out *out, int indent, int level, const struct flow_node *n)
{
	struct placed *list;
	size_t end;

	if (n->count == 0 || n->is_open || level > LEVELS_MAX)
		return;
	out_format(out, "%*ssteps:\n", indent, "");
	list = place_children(n);
	for (size_t i = 0; i < n->count; i = end) {
		for (end = i + 1;
		     end < n->count && list[end].place == list[i].place;)
			end++;
		if (end - i > 1)
			out_format(out, "%*s- any_order:\n", indent + 2, "");
		for (size_t k = i; k < end; k++)
			write_step(out, indent + (end - i > 1 ? 6 : 2), level,
			    list[k].node, n);
	}
	free(list);
}

static int
compare_sequences(const void *a, const void *b)
{
	const struct flow_node *x = *(struct flow_node *const *)a;
	const struct flow_node *y = *(struct flow_node *const *)b;
	int order = slice_compare(x->service, y->service);

	return order != 0 ? order : slice_compare(x->name, y->name);
}

void
flow_node_write(struct flow_node *root, struct out *out)
{
	const struct flow_node *n;

	if (root->count > 0)
		qsort(root->children, root->count, sizeof(struct flow_node *),
		    compare_sequences);
	out_write(out, SLICE("sequences:\n"));
	for (size_t i = 0; i < root->count; i++) {
		n = root->children[i];
		if (n->kind != KIND_SEQUENCE && n->kind != KIND_SPAN)
			continue;
		write_remark(out, 2, n, 0);
		out_write(out, SLICE("  - name: "));
		write_text(out, n->name);
		write_key(out, 4, "id", n->id);
		write_key(out, 4, "plugin", n->plugin);
		write_key(out, 4, "service", n->service);
		write_steps(out, 4, 1, n);
	}
}
