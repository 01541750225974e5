/* SPDX-License-Identifier: MIT */
#ifndef TELE_SUBJECT_H
#define TELE_SUBJECT_H

#include "tele/catalog.h"
#include "tele/finding.h"
#include "tele/sighting.h"

/*
 * What a finding is about, as keys of it.  A key that is set already stays as
 * it is.
 */

/* `doc_file` and `doc_line`: where it is documented. */
void subject_place(struct finding *f, const struct catalog_place *place);

void subject_sequence(struct finding *f, const struct catalog_sequence *q);

/* A step as it is documented, and where its code was seen to be. */
void subject_step(struct finding *f, const struct catalog_step *step);

/* A step as it was observed. */
void subject_observed(struct finding *f, const struct observed *o);

#endif
