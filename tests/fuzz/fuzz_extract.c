/* SPDX-License-Identifier: MIT */
/*
 * Any log, read as the conductor's: what comes out must be events, whatever
 * pieces it comes in, and every line must be accounted for.
 */
#include <stdlib.h>

#include "runlog.h"
#include "tele/formats.h"

static const struct format *
conductor(void)
{
	static struct formats formats;
	char error[256];

	if (formats.count == 0)
		must(formats_load(&formats, "conductor", error, sizeof(error)));
	return formats.list[0];
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice log = { (const char *)data, size };
	struct out whole, pieces;

	run_log(conductor(), log, size, false, &whole);
	run_log(conductor(), log, size % 97, false, &pieces);
	must(slice_equal((struct slice){ whole.buf, whole.len },
	    (struct slice){ pieces.buf, pieces.len }));
	out_close(&whole);
	out_close(&pieces);
	run_log(conductor(), log, size, true, &whole);
	out_close(&whole);
	return 0;
}
