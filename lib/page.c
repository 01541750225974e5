/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "tele/json.h"
#include "tele/label.h"
#include "tele/page.h"
#include "tele/pageparts.h"
#include "tele/palette.h"
#include "tele/scale.h"

/* What drives a terminal does nothing here, but might deceive a reader. */
static void
put_label(struct out *out, struct slice plain)
{
	char text[LABEL_MAX];

	label_write_xml(out,
	    (struct slice){ text, label_format(text, plain, 0, false) });
}

void
page_init(struct page *p, const char *tool, const char *link)
{
	*p = (struct page){ .tool = tool, .link = link };
	out_open_memory(&p->still);
	out_open_memory(&p->data);
	map_init(&p->strings, 0);
	page_string(p, SLICE(""));
}

uint32_t
page_string(struct page *p, struct slice plain)
{
	if (plain.len == 0)
		plain = SLICE("");
	return map_entry_of(map_put(&p->strings, plain, NULL))->id;
}

uint32_t
page_json_string(struct page *p, struct slice text)
{
	char *plain;
	uint32_t id;

	if (text.len == 0)
		return 0;
	plain = mem_alloc(text.len);
	id = page_string(p,
	    (struct slice){ plain, json_unescape(plain, text) });
	free(plain);
	return id;
}

void
page_put_number(struct page *p, const char *key, int64_t n)
{
	out_format(&p->data, ",\"%s\":%lld", key, (long long)n);
}

void
page_put_string(struct page *p, const char *key, struct slice plain)
{
	page_put_number(p, key, page_string(p, plain));
}

void
page_begin_picture(struct page *p, const char *kind, struct slice title)
{
	uint32_t id = page_string(p, title);

	if (p->data.len == 0)
		p->title = id;
	out_format(&p->data, ",\n{\"kind\":\"%s\",\"title\":%u", kind, id);
}

struct slice
page_title(const struct page *p)
{
	return p->strings.entries[p->title]->key;
}

static void
put_column(struct page *p, const char *key, const int64_t *values, size_t step,
    size_t rows)
{
	bool is_zero = true;

	for (size_t i = 0; i < rows && is_zero; i++)
		is_zero = values[i * step] == 0;
	if (is_zero)
		return;
	out_format(&p->data, ",\"%s\":[", key);
	for (size_t i = 0; i < rows; i++)
		out_format(&p->data, "%s%lld", i > 0 ? "," : "",
		    (long long)values[i * step]);
	out_text(&p->data, "]");
}

void
page_put_columns(struct page *p, const char *const *keys, size_t columns,
    size_t rows,
    void (*read)(struct page *p, const void *data, size_t i, int64_t *row),
    const void *data)
{
	int64_t *values = mem_zalloc(rows * columns + 1, sizeof(*values));

	for (size_t i = 0; i < rows; i++)
		read(p, data, i, values + i * columns);
	for (size_t c = 0; c < columns; c++)
		put_column(p, keys[c], values + c, columns, rows);
	free(values);
}

static void
put_pair(struct page *p, int64_t ns, uint64_t n)
{
	if (p->data.buf[p->data.len - 1] != '[')
		out_text(&p->data, ",");
	out_format(&p->data, "%lld,%llu", (long long)ns, (unsigned long long)n);
}

static void
put_bucket(void *arg, int index, uint64_t n)
{
	put_pair(arg, index < 0 ? 0 : quantile_bucket_ns(index), n);
}

void
page_put_durations(struct page *p, const struct quantile *q)
{
	int64_t values[QUANTILE_EXACT];

	out_text(&p->data, "[");
	if (q != NULL && quantile_is_exact(q)) {
		quantile_values(q, values);
		for (uint64_t i = 0; i < q->count; i++)
			put_pair(p, values[i], 1);
	} else if (q != NULL) {
		quantile_each(q, put_bucket, p);
	}
	out_text(&p->data, "]");
}

void
page_put_palette(struct page *p)
{
	struct colour c;

	out_text(&p->data, ",\"palette\":[");
	for (int i = 0; i <= PAGE_SHADES; i++) {
		c = palette_at(PALETTE_MAX - i * PALETTE_MAX / PAGE_SHADES);
		out_format(&p->data, "%s\"#%02x%02x%02x\"", i > 0 ? "," : "",
		    c.red, c.green, c.blue);
	}
	out_text(&p->data, "]");
}

/* --- the still ------------------------------------------------------------ */

void
page_still_heading(struct page *p, struct slice text)
{
	out_text(&p->still, "<h2>");
	put_label(&p->still, text);
	out_text(&p->still, "</h2>\n");
}

void
page_still_note(struct page *p, struct slice text)
{
	out_text(&p->still, "<p>");
	put_label(&p->still, text);
	out_text(&p->still, "</p>\n");
}

void
page_table(struct page *p, const char *caption, const char *const *headings)
{
	out_text(&p->still, "<table>\n<caption>");
	put_label(&p->still, slice_of(caption));
	out_text(&p->still, "</caption>\n<thead><tr>");
	for (; *headings != NULL; headings++) {
		out_text(&p->still,
		    **headings == '#' ? "<th scope=\"col\" class=\"number\">"
				      : "<th scope=\"col\">");
		put_label(&p->still, slice_of(*headings + (**headings == '#')));
		out_text(&p->still, "</th>");
	}
	out_text(&p->still, "</tr></thead>\n<tbody>\n");
}

void
page_row(struct page *p)
{
	out_text(&p->still, "<tr>");
}

void
page_cell(struct page *p, struct slice plain)
{
	out_text(&p->still, "<td>");
	put_label(&p->still, plain);
	out_text(&p->still, "</td>");
}

void
page_number_cell(struct page *p, const char *text)
{
	out_text(&p->still, "<td class=\"number\">");
	put_label(&p->still, slice_of(text));
	out_text(&p->still, "</td>");
}

void
page_duration_cell(struct page *p, int64_t ns)
{
	char text[SCALE_TEXT] = "";

	if (ns >= 0)
		scale_duration(text, ns, false);
	page_number_cell(p, text);
}

void
page_table_end(struct page *p)
{
	out_text(&p->still, "</tbody>\n</table>\n");
}

/* --- the page ------------------------------------------------------------- */

/*
 * JSON to the inside of a script element, where nothing but its end and the
 * begin of a comment means anything: none of these characters is part of JSON
 * but in strings, and there they can be numbers.
 */
static void
write_json(struct out *out, struct slice json)
{
	static const char *const forms[] = { "\\u003c", "\\u003e", "\\u0026",
		"\\u2028", "\\u2029" };
	const char *p = json.ptr, *end = p + json.len, *start = p;
	int form, length;

	for (; p < end; p += length) {
		length = 1;
		form = *p == '<' ? 0 : *p == '>' ? 1 : *p == '&' ? 2 : -1;
		if (*p == '\xe2' && end - p >= 3 && p[1] == '\x80' &&
		    (p[2] == '\xa8' || p[2] == '\xa9')) {
			form = p[2] == '\xa8' ? 3 : 4;
			length = 3;
		}
		if (form < 0)
			continue;
		out_write(out, slice_range(start, p));
		out_text(out, forms[form]);
		start = p + length;
	}
	out_write(out, slice_range(start, end));
}

static void
put_string(struct out *out, struct slice plain)
{
	char *dst = out_reserve(out, plain.len * 6 + 32);

	*dst++ = '"';
	dst += json_escape(dst, plain);
	*dst++ = '"';
	out_commit(out, dst);
}

static void
write_data(const struct page *p, struct out *out)
{
	struct out json;

	out_open_memory(&json);
	out_text(&json, "{\"tool\":");
	put_string(&json, slice_of(p->tool));
	out_text(&json, ",\"link\":");
	put_string(&json, slice_of(p->link != NULL ? p->link : ""));
	out_text(&json, ",\"strings\":[");
	for (size_t i = 0; i < p->strings.count; i++) {
		out_text(&json, i > 0 ? "," : "");
		put_string(&json, p->strings.entries[i]->key);
	}
	out_text(&json, "],\n\"pictures\":[");
	write_json(out, (struct slice){ json.buf, json.len });
	out_close(&json);
	if (p->data.len > 0)
		write_json(out,
		    (struct slice){ p->data.buf + 1, p->data.len - 1 });
	out_text(out, "]}");
}

/* What stands for @NAME@ in the template. */
static void
write_part(const struct page *p, struct out *out, struct slice name,
    struct slice title)
{
	if (slice_equal(name, SLICE("title")))
		put_label(out, title);
	else if (slice_equal(name, SLICE("style")))
		out_text(out, page_style);
	else if (slice_equal(name, SLICE("style-hash")))
		out_text(out, page_style_hash);
	else if (slice_equal(name, SLICE("script")))
		out_text(out, page_script);
	else if (slice_equal(name, SLICE("script-hash")))
		out_text(out, page_script_hash);
	else if (slice_equal(name, SLICE("still")))
		out_write(out, (struct slice){ p->still.buf, p->still.len });
	else if (slice_equal(name, SLICE("data")))
		write_data(p, out);
}

void
page_write(struct page *p, struct out *out, struct slice title)
{
	const char *text = page_template, *mark, *end;

	if (p->data.len == 0)
		page_still_note(p, SLICE("There is nothing to show."));
	for (; (mark = strchr(text, '@')) != NULL; text = end + 1) {
		end = strchr(mark + 1, '@');
		out_write(out, slice_range(text, mark));
		write_part(p, out, slice_range(mark + 1, end), title);
	}
	out_text(out, text);
	out_close(&p->still);
	out_close(&p->data);
	map_free(&p->strings);
}
