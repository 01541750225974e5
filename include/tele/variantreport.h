/* SPDX-License-Identifier: MIT */
#ifndef TELE_VARIANTREPORT_H
#define TELE_VARIANTREPORT_H

#include "tele/findings.h"
#include "tele/variants.h"

/*
 * What is wrong with the variant V, a finding for each kind of edit: TS001 to
 * TS005.
 */
void variant_report(const struct variant *v, struct findings *all);

#endif
