/* SPDX-License-Identifier: MIT */
#ifndef TELE_WORDS_H
#define TELE_WORDS_H

#include "tele/slice.h"

/*
 * The words of names: runs of letters and digits, which also begin at a capital
 * after a small letter.  `CanvasComponentPlugin`, `canvas-component/plugin` and
 * `canvas.component.plugin` have the same words.
 */

/*
 * How many different words of A, of two letters or more, are words of B, too,
 * whatever the case of their letters.
 */
int words_shared(struct slice a, struct slice b);

#endif
