/* SPDX-License-Identifier: MIT */
#include "tele/svg.h"
#include "tele/label.h"

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
