/* SPDX-License-Identifier: MIT */
#ifndef TELE_HEATCOLUMNS_H
#define TELE_HEATCOLUMNS_H

#include "tele/heatview.h"

/*
 * Choose the columns of V: of the step that the options ask for, or of the
 * smallest round one with which they fit.
 */
void heat_columns(struct heat_view *v, const struct heat_view_options *options);

#endif
