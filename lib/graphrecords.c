/* SPDX-License-Identifier: MIT */
#include "tele/graphformat.h"
#include "tele/label.h"

static const enum summary_column columns[] = { SUMMARY_COUNT, SUMMARY_ERRORS,
	SUMMARY_ERROR_RATE, SUMMARY_TOTAL_MS, SUMMARY_P50_MS, SUMMARY_P95_MS,
	SUMMARY_MAX_MS };

/* What was there before: the same three as pictures compare. */
static void
write_base(const struct graph_picture *p, const struct summary *s)
{
	static const enum summary_column compared[] = { SUMMARY_COUNT,
		SUMMARY_ERROR_RATE, SUMMARY_P95_MS };
	struct out text;
	size_t len;

	for (size_t i = 0; i < sizeof(compared) / sizeof(*compared); i++) {
		out_open_memory(&text);
		summary_write_column(s, compared[i], &text);
		/* `,"count":2` becomes `,"base_count":2`. */
		len = text.len > 2 ? 2 : 0;
		if (len > 0) {
			out_text(p->out, ",\"base_");
			out_write(p->out,
			    (struct slice){ text.buf + len, text.len - len });
		}
		out_close(&text);
	}
}

static void
write_sides(const struct graph_picture *p, enum change change,
    struct summary *const side[GRAPH_SIDES])
{
	if (p->v->g->has_base) {
		out_text(p->out, ",\"change\":\"");
		out_text(p->out, change_names[change]);
		out_text(p->out, "\"");
	}
	if (side[GRAPH_NEW] != NULL)
		for (size_t i = 0; i < sizeof(columns) / sizeof(*columns); i++)
			summary_write_column(side[GRAPH_NEW], columns[i],
			    p->out);
	if (side[GRAPH_BASE] != NULL)
		write_base(p, side[GRAPH_BASE]);
}

static void
write_cycle(const struct graph_picture *p, uint32_t cycle)
{
	if (cycle > 0)
		out_format(p->out, ",\"cycle\":%u", cycle);
}

static void
write_node(const struct graph_picture *p, const struct view_node *n)
{
	const struct summary *known = graph_code(n->n);

	if (known == NULL)
		known = view_node_summary(n);
	out_text(p->out, "{\"node\":");
	label_write_json(p->out, n->n->id);
	out_text(p->out, ",\"name\":");
	label_write_json(p->out, n->n->name);
	if (n->n->owner.len > 0) {
		out_text(p->out, ",\"owner\":");
		label_write_json(p->out, n->n->owner);
	}
	write_sides(p, n->n->change, n->n->side);
	if (n->n->starts > 0)
		out_format(p->out, ",\"starts\":%llu",
		    (unsigned long long)n->n->starts);
	if (n->n->ends > 0)
		out_format(p->out, ",\"ends\":%llu",
		    (unsigned long long)n->n->ends);
	write_cycle(p, n->cycle);
	if (known != NULL)
		summary_write_where_and_when(known, p->out);
	out_text(p->out, "}\n");
}

static void
write_edge(const struct graph_picture *p, const struct view_edge *e)
{
	out_text(p->out, "{\"edge\":[");
	label_write_json(p->out, e->e->from->id);
	out_text(p->out, ",");
	label_write_json(p->out, e->e->to->id);
	out_text(p->out, "],\"kind\":\"");
	out_text(p->out, edge_kind_names[e->e->kind]);
	out_text(p->out, "\"");
	write_sides(p, e->e->change, e->e->side);
	for (int i = 0; i < e->e->key_count; i++) {
		out_text(p->out, i == 0 ? ",\"keys\":[" : ",");
		label_write_json(p->out, e->e->keys[i]);
	}
	out_text(p->out, e->e->key_count > 0 ? "]" : "");
	write_cycle(p, e->cycle);
	out_text(p->out, "}\n");
}

static void
write_records(const struct graph_picture *p)
{
	for (size_t i = 0; i < p->v->node_count; i++)
		write_node(p, &p->v->nodes[i]);
	for (size_t i = 0; i < p->v->edge_count; i++)
		write_edge(p, &p->v->edges[i]);
}

const struct graph_format graph_ndjson_format = { "ndjson", false,
	write_records };
