/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "tele/label.h"
#include "tele/svg.h"

void
svg_begin(struct out *out, int64_t width, int64_t height, struct slice title)
{
	char text[LABEL_MAX];

	out_format(out,
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" "
	    "width=\"%lld\" height=\"%lld\" viewBox=\"0 0 %lld %lld\" "
	    "font-family=\"'DejaVu Sans Mono', Consolas, Menlo, monospace\" "
	    "font-size=\"%d\" fill=\"#1a1a1a\">\n<title>",
	    (long long)width, (long long)height, (long long)width,
	    (long long)height, SVG_FONT);
	label_write_xml(out,
	    (struct slice){ text, label_format(text, title, 200, false) });
	out_format(out,
	    "</title>\n<rect width=\"%lld\" height=\"%lld\" "
	    "fill=\"#ffffff\"/>\n",
	    (long long)width, (long long)height);
}

void
svg_end(struct out *out)
{
	out_write(out, SLICE("</svg>\n"));
}

void
svg_group(struct out *out, struct slice tip)
{
	char text[LABEL_MAX];

	out_write(out, SLICE("<g><title>"));
	label_write_xml(out,
	    (struct slice){ text, label_format(text, tip, 1000, false) });
	out_write(out, SLICE("</title>\n"));
}

void
svg_group_end(struct out *out)
{
	out_write(out, SLICE("</g>\n"));
}

static const char *const anchors[] = { "", " text-anchor=\"middle\"",
	" text-anchor=\"end\"" };

void
svg_text(struct out *out, int64_t x, int64_t y, enum svg_anchor anchor,
    enum svg_weight weight, struct slice text, int columns)
{
	static const char *const weights[] = { "", " font-weight=\"bold\"",
		" fill=\"#595959\"", " fill=\"#b40000\"" };
	char label[LABEL_MAX];

	out_format(out,
	    "<text x=\"%lld\" y=\"%lld\"%s%s xml:space=\"preserve\">",
	    (long long)x, (long long)y, anchors[anchor], weights[weight]);
	label_write_xml(out,
	    (struct slice){ label, label_format(label, text, columns, false) });
	out_write(out, SLICE("</text>\n"));
}

void
svg_text_on(struct out *out, int64_t x, int64_t y, enum svg_anchor anchor,
    struct colour paper, const char *text)
{
	out_format(out, "<text x=\"%lld\" y=\"%lld\"%s fill=\"%s\">",
	    (long long)x, (long long)y, anchors[anchor],
	    palette_is_dark(paper) ? "#ffffff" : "#000000");
	label_write_xml(out, slice_of(text));
	out_write(out, SLICE("</text>\n"));
}

void
svg_box(struct out *out, int64_t x, int64_t y, int64_t width, int64_t height,
    struct colour fill)
{
	out_format(out,
	    "<rect x=\"%lld\" y=\"%lld\" width=\"%lld\" height=\"%lld\" "
	    "fill=\"#%02x%02x%02x\"/>\n",
	    (long long)x, (long long)y, (long long)(width > 0 ? width : 1),
	    (long long)height, fill.red, fill.green, fill.blue);
}

void
svg_frame(struct out *out, int64_t x, int64_t y, int64_t width, int64_t height,
    bool is_dashed)
{
	out_format(out,
	    "<rect x=\"%lld\" y=\"%lld\" width=\"%lld\" height=\"%lld\" "
	    "fill=\"none\" stroke=\"#b40000\" stroke-width=\"1.5\"%s/>\n",
	    (long long)x, (long long)y, (long long)(width > 0 ? width : 1),
	    (long long)height, is_dashed ? " stroke-dasharray=\"4 2\"" : "");
}

void
svg_line(struct out *out, int64_t x1, int64_t y1, int64_t x2, int64_t y2,
    bool is_faint)
{
	out_format(out,
	    "<line x1=\"%lld\" y1=\"%lld\" x2=\"%lld\" y2=\"%lld\" "
	    "stroke=\"%s\"/>\n",
	    (long long)x1, (long long)y1, (long long)x2, (long long)y2,
	    is_faint ? "#d9d9d9" : "#595959");
}

/* The head points where the last curve goes. */
static void
write_head(struct out *out, struct svg_point from, struct svg_point to,
    struct colour colour)
{
	double dx = (double)(to.x - from.x), dy = (double)(to.y - from.y);
	double length = hypot(dx, dy);

	if (length < 1) {
		dx = 1;
		dy = 0;
		length = 1;
	}
	dx /= length;
	dy /= length;
	out_format(out,
	    "<path d=\"M%.1f %.1fL%.1f %.1fL%.1f %.1fz\" "
	    "fill=\"#%02x%02x%02x\"/>\n",
	    (double)to.x + dx * 9, (double)to.y + dy * 9, (double)to.x - dy * 4,
	    (double)to.y + dx * 4, (double)to.x + dy * 4, (double)to.y - dx * 4,
	    colour.red, colour.green, colour.blue);
}

void
svg_arrow(struct out *out, const struct svg_point *points, size_t count,
    struct colour colour, int tenths, bool is_dashed)
{
	if (count < 4)
		return;
	out_format(out, "<path d=\"M%lld %lldC", (long long)points[0].x,
	    (long long)points[0].y);
	for (size_t i = 1; i < count; i++)
		out_format(out, "%s%lld %lld", i > 1 ? " " : "",
		    (long long)points[i].x, (long long)points[i].y);
	out_format(out,
	    "\" fill=\"none\" stroke=\"#%02x%02x%02x\" "
	    "stroke-width=\"%d.%d\"%s/>\n",
	    colour.red, colour.green, colour.blue, tenths / 10, tenths % 10,
	    is_dashed ? " stroke-dasharray=\"5 3\"" : "");
	write_head(out, points[count - 2], points[count - 1], colour);
}
