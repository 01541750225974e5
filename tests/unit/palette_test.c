/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "tap.h"
#include "tele/palette.h"

/* WCAG 2.1: relative luminance, with sRGB's curve as it is defined. */
static double
light(int channel)
{
	double c = channel / 255.0;

	return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static double
luminance(struct colour c)
{
	return 0.2126 * light(c.red) + 0.7152 * light(c.green) +
	    0.0722 * light(c.blue);
}

static void
test_colours(void)
{
	struct colour c;
	double last = -1;
	int unordered = 0, unreadable = 0;

	for (int t = 0; t <= PALETTE_MAX; t++) {
		double l = luminance(c = palette_at(t));

		/* Channels are rounded. */
		unordered += l < last - 0.002;
		last = l;
		unreadable += palette_is_dark(c) ? 1.05 / (l + 0.05) < 4.5
						 : (l + 0.05) / 0.05 < 4.5;
	}
	ok(unordered == 0, "colours get lighter all the way");
	ok(unreadable == 0, "text has a contrast of 4.5 on all of them");
	c = palette_at(-5);
	ok(c.red == 0 && c.green == 34 && c.blue == 78,
	    "what is below is the first");
	c = palette_at(PALETTE_MAX + 5);
	ok(c.red == 254 && c.green == 232 && c.blue == 56,
	    "what is above is the last");
}

/* What xterm shows for a colour from 16 on. */
static struct colour
xterm(int index)
{
	static const uint8_t levels[] = { 0, 95, 135, 175, 215, 255 };
	uint8_t grey = (uint8_t)(8 + (index - 232) * 10);

	if (index >= 232)
		return (struct colour){ grey, grey, grey };
	index -= 16;
	return (struct colour){ levels[index / 36], levels[index / 6 % 6],
		levels[index % 6] };
}

static int
distance(struct colour a, struct colour b)
{
	return (a.red - b.red) * (a.red - b.red) +
	    (a.green - b.green) * (a.green - b.green) +
	    (a.blue - b.blue) * (a.blue - b.blue);
}

static void
test_256(void)
{
	int wrong = 0;

	for (int t = 0; t <= PALETTE_MAX; t++) {
		struct colour c = palette_at(t);
		int best = 16, index = palette_256(c);

		for (int i = 17; i < 256; i++)
			if (distance(c, xterm(i)) < distance(c, xterm(best)))
				best = i;
		wrong += distance(c, xterm(index)) != distance(c, xterm(best));
	}
	ok(wrong == 0, "no other of the 256 colours is nearer");
}

int
main(void)
{
	test_colours();
	test_256();
	return done();
}
