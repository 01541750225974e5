/* SPDX-License-Identifier: MIT */
#ifndef TELE_PARTIAL_H
#define TELE_PARTIAL_H

#include "tele/out.h"
#include "tele/summary.h"

/*
 * Partial statistics: a summary as a record that is merged by being read again.
 *
 *   {"handler":"h","sketch":6,"session":"s","count":1,"errors":0,...,
 *    "values_ms":[1.5]}
 *
 * What stands before `sketch` is the group, as it is.  While the summary knows
 * each duration they follow as `values_ms`, else as `buckets`, pairs of index
 * and count (see quantile.h).
 */

/*
 * Write what is known of GROUP, as for summary_write, within one session, which
 * is empty where the group says it.
 */
void partial_write(const struct summary *s, struct slice group,
    struct slice session, struct out *out);

/*
 * Read such a record into *S, which is to be freed in any case.  GROUP and
 * SESSION borrow from RECORD.  NULL on success, else what is wrong, with *AT
 * where.
 */
const char *partial_read(struct summary *s, struct slice record,
    struct slice *group, struct slice *session, const char **at);

#endif
