/* SPDX-License-Identifier: MIT */
#include "tele/sparkline.h"

enum { HIGHEST = 7 };

void
sparkline_write(const double *numbers, size_t count, double most, size_t width,
    bool is_ascii, struct out *out)
{
	static const char *const bars[] = { "\xe2\x96\x81", "\xe2\x96\x82",
		"\xe2\x96\x83", "\xe2\x96\x84", "\xe2\x96\x85", "\xe2\x96\x86",
		"\xe2\x96\x87", "\xe2\x96\x88" };
	static const char *const ascii[] = { "_", ".", ":", "-", "=", "+", "*",
		"#" };
	double height;

	for (size_t i = 0; i < count; i++) {
		height = most > 0 ? numbers[i] / most * HIGHEST + 0.5 : 0;
		height = height < 0 ? 0 : height > HIGHEST ? HIGHEST : height;
		out_write(out,
		    slice_of(
			is_ascii ? ascii[(int)height] : bars[(int)height]));
	}
	for (size_t i = count; i < width; i++)
		out_write(out, SLICE(" "));
}
