/* SPDX-License-Identifier: MIT */
#ifndef TELE_PALETTE_H
#define TELE_PALETTE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The colours of pictures: cividis, from dark blue over grey to yellow, which
 * looks almost the same to everybody, colour-blind or not, and stays in order
 * when printed in grey (Nunez, Anderton, Renslow: "Optimizing colormaps with
 * consideration for color vision deficiency to enable accurate interpretation
 * of scientific data", PLOS ONE 13(7), 2018).
 */
struct colour {
	uint8_t red, green, blue;
};

enum { PALETTE_MAX = 1000 };

/* The colour at T, 0 to PALETTE_MAX; what is beyond counts as the end. */
struct colour palette_at(int t);

/* Whether white text reads better on C than black (WCAG 2.1's luminance). */
bool palette_is_dark(struct colour c);

/* The nearest of xterm's 256 colours, 16 to 255: those that do not vary. */
int palette_256(struct colour c);

#endif
