/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "tele/fnv.h"
#include "tele/graphformat.h"
#include "tele/json.h"
#include "tele/scale.h"

static const struct graph_format *const formats[] = { &dot_format,
	&mermaid_format, &graph_text_format, &graph_html_format,
	&graph_ndjson_format };

const char *const graph_format_names[] = { "dot", "mermaid", "text", "html",
	"ndjson", NULL };

const char *const edge_kind_meanings[] = {
	"follows: what comes next in an execution, within the same parent",
	"calls: parent and child",
	"triggers: publisher and subscriber, or both ends of a link",
	"state: who changes next, in an execution, what the other wrote",
};

const struct graph_format *
graph_format_at(int i)
{
	return formats[i];
}

int64_t
graph_p95(const struct summary *s)
{
	__int128 ns;

	return s != NULL && summary_value(s, SUMMARY_P95_MS, &ns) ? (int64_t)ns
								  : -1;
}

static void
widen(struct graph_range *r, int64_t v)
{
	if (v < 0)
		return;
	if (v > 0 && (r->low == 0 || v < r->low))
		r->low = v;
	if (r->least > r->most) {
		r->least = r->most = v;
		return;
	}
	r->least = v < r->least ? v : r->least;
	r->most = v > r->most ? v : r->most;
}

void
graph_ranges(const struct graph_view *v, struct graph_ranges *r)
{
	const struct graph_range nothing = { 1, 0, 0 };
	const struct summary *s;

	*r = (struct graph_ranges){ nothing, nothing, nothing };
	for (size_t i = 0; i < v->edge_count; i++) {
		s = view_edge_summary(&v->edges[i]);
		widen(&r->counts, (int64_t)s->count);
		widen(&r->waits, graph_p95(s));
	}
	for (size_t i = 0; i < v->node_count; i++)
		widen(&r->durations,
		    graph_p95(view_node_summary(&v->nodes[i])));
}

uint64_t *
graph_ids(const struct graph_view *v)
{
	uint64_t *ids = mem_zalloc(v->node_count, sizeof(*ids));
	struct map used;

	map_init(&used, 0);
	for (size_t i = 0; i < v->node_count; i++) {
		struct slice key = { (const char *)&ids[i], sizeof(*ids) };

		ids[i] = fnv_add(FNV_START, v->nodes[i].n->id);
		while (map_get(&used, key) != NULL)
			ids[i]++;
		map_put(&used, key, NULL);
	}
	map_free(&used);
	return ids;
}

/* A part of the numbers, behind a dot if it is not the first. */
static size_t
add_part(char *dst, size_t len, bool is_ascii, const char *what,
    const char *now, const char *before)
{
	const char *dot = len == 0 ? "" : is_ascii ? ", " : " \xc2\xb7 ";
	int n;

	if (before[0] != '\0' && strcmp(now, before) != 0)
		n = snprintf(dst + len, GRAPH_TEXT - len, "%s%s%s (%s)", dot,
		    what, now, before);
	else
		n = snprintf(dst + len, GRAPH_TEXT - len, "%s%s%s", dot, what,
		    now);
	return len + (size_t)n;
}

static void
format_p95(char *dst, const struct summary *s, bool is_ascii)
{
	int64_t ns = graph_p95(s);

	dst[0] = '\0';
	if (ns >= 0)
		scale_duration(dst, ns, is_ascii);
}

static void
format_errors(char *dst, const struct summary *s)
{
	size_t len;

	dst[0] = '\0';
	if (s == NULL)
		return;
	len = scale_share(dst, s->errors, s->count);
	memcpy(dst + len, " failed", sizeof(" failed"));
}

size_t
graph_numbers(char *dst, struct summary *const side[GRAPH_SIDES], bool is_ascii)
{
	const struct summary *now = side[GRAPH_NEW], *base = side[GRAPH_BASE];
	char a[SCALE_TEXT + 8], b[SCALE_TEXT + 8];
	size_t len;

	if (now == NULL) {
		now = base;
		base = NULL;
	}
	dst[0] = b[0] = '\0';
	if (now == NULL)
		return 0;
	snprintf(a, sizeof(a), "%llu", (unsigned long long)now->count);
	if (base != NULL)
		snprintf(b, sizeof(b), "%llu", (unsigned long long)base->count);
	len = add_part(dst, 0, is_ascii, "", a, b);
	format_p95(a, now, is_ascii);
	format_p95(b, base, is_ascii);
	if (a[0] != '\0')
		len = add_part(dst, len, is_ascii, "p95 ", a, b);
	format_errors(a, now);
	format_errors(b, base);
	if (now->errors > 0 || (base != NULL && base->errors > 0))
		len = add_part(dst, len, is_ascii, "", a, b);
	return len;
}

const char *
graph_change_sign(enum change change)
{
	static const char *const signs[] = { "", "+ ", "- ", "~ " };

	return signs[change];
}

const struct summary *
graph_code(const struct graph_node *n)
{
	for (int side = 0; side < GRAPH_SIDES; side++)
		if (n->side[side] != NULL && n->side[side]->code_file.len > 0)
			return n->side[side];
	return NULL;
}

size_t
graph_hidden(char *dst, const struct graph_view *v)
{
	char share[SCALE_TEXT];

	if (v->hidden_nodes == 0 && v->hidden_edges == 0)
		return 0;
	scale_share(share, v->hidden, v->total);
	return (size_t)snprintf(dst, GRAPH_TEXT,
	    "hidden: %zu node%s and %zu edge%s, %s of all that was counted",
	    v->hidden_nodes, v->hidden_nodes == 1 ? "" : "s", v->hidden_edges,
	    v->hidden_edges == 1 ? "" : "s", share);
}
