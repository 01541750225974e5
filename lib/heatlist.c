/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "tele/heatlist.h"
#include "tele/json.h"
#include "tele/label.h"
#include "tele/scale.h"

enum {
	PLAIN_WIDTH = 80, /* where nobody says */
	NUMBER_WIDTH = 9,
	MOST_NAME = 40,
	MOST_WIDTH = 48,
	LEAST_NAME = 12,
};

int
heat_width(const struct heat_picture *p)
{
	return p->screen.width > 0 ? p->screen.width : PLAIN_WIDTH;
}

static void
put_count(const struct heat_picture *p, uint64_t n)
{
	char text[32];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)n);
	screen_right(&p->screen, text, NUMBER_WIDTH);
}

/* FILE:LINE on the same line if there is room, else on its own. */
static void
put_code(const struct heat_picture *p, const struct summary *s, int room)
{
	char label[LABEL_MAX], *plain;
	struct slice file;
	size_t len;

	if (s->code_file.len == 0)
		return;
	plain = mem_alloc(s->code_file.len + s->code_line.len + 1);
	len = json_unescape(plain, s->code_file);
	if (s->code_line.len > 0) {
		plain[len++] = ':';
		memcpy(plain + len, s->code_line.ptr, s->code_line.len);
		len += s->code_line.len;
	}
	file = (struct slice){ plain, len };
	len = label_format(label, file, heat_width(p) - 6, p->screen.is_ascii);
	file = (struct slice){ label, len };
	screen_put(&p->screen,
	    term_columns(file) + 2 > room ? "\n      " : "  ");
	out_write(p->screen.out, file);
	free(plain);
}

static void
put_share(const struct heat_picture *p, __int128 part, __int128 whole)
{
	char text[SCALE_TEXT];

	/* Thousandths are enough, and fit. */
	scale_share(text, whole > 0 ? (uint64_t)(part * 1000000 / whole) : 0,
	    1000000);
	screen_right(&p->screen, text, NUMBER_WIDTH);
}

static void
put_bottleneck(const struct heat_picture *p, size_t i, int name)
{
	const struct view_row *row = &p->v->rows[i];
	const struct quantile *q = &row->all->durations;
	char label[LABEL_MAX], owner[LABEL_MAX], text[SCALE_TEXT] = "";
	size_t len = label_format(label, row->name, MOST_NAME,
	    p->screen.is_ascii);
	size_t owner_len = label_format(owner, row->owner, MOST_NAME,
	    p->screen.is_ascii);
	int64_t p95;

	out_format(p->screen.out, "%4zu  ", i + 1);
	screen_named(&p->screen, (struct slice){ label, len },
	    (struct slice){ owner, owner_len }, name);
	scale_duration(text,
	    q->sum_ns < INT64_MAX ? (int64_t)q->sum_ns : INT64_MAX,
	    p->screen.is_ascii);
	screen_right(&p->screen, text, NUMBER_WIDTH);
	put_share(p, q->sum_ns, p->v->total_ns);
	text[0] = '\0';
	if (quantile_at(q, 0.95, &p95))
		scale_duration(text, p95, p->screen.is_ascii);
	screen_right(&p->screen, text, NUMBER_WIDTH);
	put_count(p, row->all->count);
	if (row->all->errors > 0) {
		screen_style(&p->screen, "31");
		put_count(p, row->all->errors);
		screen_style(&p->screen, "0");
	} else {
		screen_right(&p->screen, "0", NUMBER_WIDTH);
	}
	put_code(p, row->all, heat_width(p) - 6 - name - 5 * NUMBER_WIDTH);
	screen_end_line(&p->screen);
}

/* Where the time goes: the rows that took most. */
void
heat_put_bottlenecks(const struct heat_picture *p)
{
	static const char *const headings[] = { "total", "share", "p95",
		"count", "failed" };
	size_t count = p->v->row_count < p->top ? p->v->row_count : p->top;
	int name = heat_width(p) - 6 - 5 * NUMBER_WIDTH;

	while (count > 0 && p->v->rows[count - 1].all->durations.count == 0)
		count--;
	if (count == 0)
		return;
	name = name > MOST_WIDTH ? MOST_WIDTH : name;
	name = name < LEAST_NAME ? LEAST_NAME : name;
	screen_put(&p->screen, "\n");
	screen_style(&p->screen, "1");
	out_format(p->screen.out, "most time of %zu", p->v->heat->rows.count);
	screen_style(&p->screen, "0");
	screen_spaces(&p->screen,
	    6 + name - 13 - snprintf(NULL, 0, "%zu", p->v->heat->rows.count));
	for (size_t i = 0; i < 5; i++)
		screen_right(&p->screen, headings[i], NUMBER_WIDTH);
	screen_end_line(&p->screen);
	for (size_t i = 0; i < count; i++)
		put_bottleneck(p, i, name);
}
