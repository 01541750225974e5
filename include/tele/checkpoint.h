/* SPDX-License-Identifier: MIT */
#ifndef TELE_CHECKPOINT_H
#define TELE_CHECKPOINT_H

#include "tele/assume.h"
#include "tele/follow.h"
#include "tele/mem.h"

/*
 * How far logs have been read and what has been written of them, so that a
 * program that was killed goes on where it was: a file of JSON, replaced whole.
 */
struct checkpoint_log {
	struct slice name,
	    format; /* as messages call them; format may be empty */
	struct place place;
	uint64_t line;        /* how many lines lie before it */
	uint64_t generations; /* how many files were read before its file */
	struct assume assume; /* what its times left out */
};

struct checkpoint {
	struct checkpoint_log *logs;
	size_t count, cap;
	bool has_output;
	uint64_t output_bytes; /* what of the output is to stay */
	struct arena arena;    /* holds the names */
};

/*
 * Read the file at PATH.  A missing file is an empty checkpoint; false with a
 * message in ERROR, of SIZE bytes, if it is none.
 */
bool checkpoint_load(struct checkpoint *c, const char *path, char *error,
    size_t size);

/* Replace the file at PATH; says what failed, and returns false. */
bool checkpoint_save(const struct checkpoint *c, const char *path);

void checkpoint_free(struct checkpoint *c);

/* The log called NAME, or NULL. */
const struct checkpoint_log *checkpoint_find(const struct checkpoint *c,
    const char *name);

/* One more log, to be filled in; NAME and FORMAT are copied. */
struct checkpoint_log *checkpoint_add(struct checkpoint *c, const char *name,
    struct slice format);

#endif
