/* SPDX-License-Identifier: MIT */
#ifndef TELE_PRODUCTIONREPORT_H
#define TELE_PRODUCTIONREPORT_H

#include "tele/findings.h"
#include "tele/production.h"

/* Findings TC001 to TC004, as tele-cover(1) describes them. */
void production_report(const struct production *p, struct findings *all);

#endif
