/* SPDX-License-Identifier: MIT */
#ifndef ROWS_H
#define ROWS_H

/* What tables of cases are written with: a slice that may hold NUL ... */
#define TEXT(literal)                        \
	{                                    \
		literal, sizeof(literal) - 1 \
	}

/* ... and how many rows there are. */
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

#endif
