/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "tele/heatlist.h"
#include "tele/json.h"
#include "tele/label.h"
#include "tele/scale.h"

enum {
	NUMBER_WIDTH = 9,
	MOST_NAME = 40,
	MOST_WIDTH = 48,
	LEAST_NAME = 12,
	INDENT = 6, /* the place in the list */
};

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
	len = label_format(label, file, screen_columns(&p->screen) - INDENT,
	    p->screen.is_ascii);
	file = (struct slice){ label, len };
	screen_put(&p->screen,
	    term_columns(file) + 2 > room ? "\n      " : "  ");
	out_write(p->screen.out, file);
	free(plain);
}

/* What a row of the list says of S, in the order of its headings. */
enum { NUMBERS = 5 };
static const char *const headings[NUMBERS] = { "total", "share", "p95", "count",
	"failed" };

static void
format_numbers(const struct heat_picture *p, const struct summary *s,
    char text[NUMBERS][SCALE_TEXT])
{
	const struct quantile *q = &s->durations;
	__int128 whole = p->v->total_ns;
	int64_t p95;

	scale_duration(text[0],
	    q->sum_ns < INT64_MAX ? (int64_t)q->sum_ns : INT64_MAX,
	    p->screen.is_ascii);
	/* Thousandths are enough, and fit. */
	scale_share(text[1],
	    whole > 0 ? (uint64_t)(q->sum_ns * 1000000 / whole) : 0, 1000000);
	text[2][0] = '\0';
	if (quantile_at(q, 0.95, &p95))
		scale_duration(text[2], p95, p->screen.is_ascii);
	snprintf(text[3], SCALE_TEXT, "%llu", (unsigned long long)s->count);
	snprintf(text[4], SCALE_TEXT, "%llu", (unsigned long long)s->errors);
}

/* The columns of the list: a name, and as many numbers as there is room for. */
struct columns {
	int name, numbers;
};

static void
put_bottleneck(const struct heat_picture *p, size_t i, const struct columns *c)
{
	const struct view_row *row = &p->v->rows[i];
	char label[LABEL_MAX], owner[LABEL_MAX], text[NUMBERS][SCALE_TEXT];
	size_t len = label_format(label, row->name, MOST_NAME,
	    p->screen.is_ascii);
	size_t owner_len = label_format(owner, row->owner, MOST_NAME,
	    p->screen.is_ascii);

	out_format(p->screen.out, "%4zu  ", i + 1);
	screen_named(&p->screen, (struct slice){ label, len },
	    (struct slice){ owner, owner_len }, c->name);
	format_numbers(p, row->all, text);
	for (int k = 0; k < c->numbers; k++) {
		if (k == 4 && row->all->errors > 0)
			screen_style(&p->screen, "31");
		screen_right(&p->screen, text[k], NUMBER_WIDTH);
		if (k == 4 && row->all->errors > 0)
			screen_style(&p->screen, "0");
	}
	put_code(p, row->all,
	    screen_columns(&p->screen) - INDENT - c->name -
		c->numbers * NUMBER_WIDTH);
	screen_end_line(&p->screen);
}

static struct columns
measure(const struct heat_picture *p)
{
	int room = screen_columns(&p->screen) - INDENT;
	struct columns c = { .numbers = (room - LEAST_NAME) / NUMBER_WIDTH };

	c.numbers = c.numbers > NUMBERS ? NUMBERS
	    : c.numbers < 1             ? 1
					: c.numbers;
	c.name = room - c.numbers * NUMBER_WIDTH;
	c.name = c.name > MOST_WIDTH ? MOST_WIDTH : c.name;
	c.name = c.name < LEAST_NAME ? LEAST_NAME : c.name;
	return c;
}

/* Where the time goes: the rows that took most. */
void
heat_put_bottlenecks(const struct heat_picture *p)
{
	size_t count = p->v->row_count < p->top ? p->v->row_count : p->top;
	struct columns c = measure(p);
	char title[64];

	while (count > 0 && p->v->rows[count - 1].all->durations.count == 0)
		count--;
	if (count == 0)
		return;
	screen_put(&p->screen, "\n");
	screen_style(&p->screen, "1");
	snprintf(title, sizeof(title), "most time of %zu",
	    p->v->heat->rows.count);
	screen_put(&p->screen, title);
	screen_style(&p->screen, "0");
	screen_spaces(&p->screen, INDENT + c.name - (int)strlen(title));
	for (int i = 0; i < c.numbers; i++)
		screen_right(&p->screen, headings[i], NUMBER_WIDTH);
	screen_end_line(&p->screen);
	for (size_t i = 0; i < count; i++)
		put_bottleneck(p, i, &c);
}
