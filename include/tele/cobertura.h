/* SPDX-License-Identifier: MIT */
#ifndef TELE_COBERTURA_H
#define TELE_COBERTURA_H

#include "tele/coverage.h"

/*
 * Coverage as Cobertura reports it, and many tools after it: methods and lines
 * of classes, in XML.  Says what is wrong, having taken what comes before it,
 * and returns an exit status.
 */
int cobertura_read(struct coverage *c, const char *path);

#endif
