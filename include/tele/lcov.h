/* SPDX-License-Identifier: MIT */
#ifndef TELE_LCOV_H
#define TELE_LCOV_H

#include "tele/coverage.h"
#include "tele/out.h"

/*
 * Coverage as lcov traces it, geninfo(1): FN and FNDA, or FNL and FNA since
 * 2.2, and DA.  Branches and conditions are passed over.
 *
 * What is wrong in it, such as a line 0, a negative count or a function that no
 * FN names, is reported and left out.  Returns an exit status.
 */
int lcov_read(struct coverage *c, const char *path);

/*
 * What ran in production as a trace that lcov 2 accepts: every function with a
 * line, also those that did not run.  C is settled.
 */
void lcov_write(struct coverage *c, struct out *out);

#endif
