/* SPDX-License-Identifier: MIT */
#include "tele/palette.h"

enum { STOPS = 17 };

/* Every sixteenth colour of the published map; between them, a line. */
static const struct colour cividis[STOPS] = {
	{ 0, 34, 78 },
	{ 0, 46, 106 },
	{ 26, 56, 111 },
	{ 50, 67, 109 },
	{ 67, 78, 108 },
	{ 82, 89, 109 },
	{ 97, 101, 111 },
	{ 111, 112, 115 },
	{ 124, 123, 120 },
	{ 139, 135, 120 },
	{ 155, 147, 118 },
	{ 171, 160, 114 },
	{ 187, 173, 108 },
	{ 204, 186, 100 },
	{ 221, 201, 88 },
	{ 239, 215, 72 },
	{ 254, 232, 56 },
};

static uint8_t
between(int from, int to, int part)
{
	return (uint8_t)((from * (PALETTE_MAX - part) + to * part +
			     PALETTE_MAX / 2) /
	    PALETTE_MAX);
}

struct colour
palette_at(int t)
{
	const struct colour *from;
	int place, part;

	if (t <= 0)
		return cividis[0];
	if (t >= PALETTE_MAX)
		return cividis[STOPS - 1];
	place = t * (STOPS - 1);
	part = place % PALETTE_MAX;
	from = &cividis[place / PALETTE_MAX];
	return (struct colour){ between(from[0].red, from[1].red, part),
		between(from[0].green, from[1].green, part),
		between(from[0].blue, from[1].blue, part) };
}

/* The light of a channel: sRGB's curve, within half a percent. */
static double
light(uint8_t channel)
{
	double c = channel / 255.0;

	return c * (c * (c * 0.305306 + 0.682171) + 0.012523);
}

/* White and black are equally far from a luminance of 0.179. */
bool
palette_is_dark(struct colour c)
{
	return 0.2126 * light(c.red) + 0.7152 * light(c.green) +
	    0.0722 * light(c.blue) <
	    0.179;
}

static int
distance(int a, int b)
{
	return (a - b) * (a - b);
}

/* The nearest of the six levels of the colour cube. */
static int
cube_level(int v, int *level)
{
	static const int levels[] = { 0, 95, 135, 175, 215, 255 };
	int best = 0;

	for (int i = 1; i < 6; i++)
		if (distance(v, levels[i]) < distance(v, levels[best]))
			best = i;
	*level = levels[best];
	return best;
}

int
palette_256(struct colour c)
{
	int r, g, b, grey, cube, index;

	index = 36 * cube_level(c.red, &r);
	index += 6 * cube_level(c.green, &g);
	index += cube_level(c.blue, &b);
	cube = distance(c.red, r) + distance(c.green, g) + distance(c.blue, b);
	/* Greys are 8, 18, ... 238. */
	grey = ((c.red + c.green + c.blue) / 3 - 3) / 10;
	grey = grey < 0 ? 0 : grey > 23 ? 23 : grey;
	r = 8 + 10 * grey;
	if (distance(c.red, r) + distance(c.green, r) + distance(c.blue, r) <
	    cube)
		return 232 + grey;
	return 16 + index;
}
