/* SPDX-License-Identifier: MIT */
#ifndef TELE_COMMAND_H
#define TELE_COMMAND_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "tele/slice.h"

/*
 * A command that is fed through its standard input, and whose log, its standard
 * output, the tele-extract beside this program reads.  What that writes goes to
 * a descriptor, so that nothing has to be read here while the command is fed:
 * neither side can wait for the other.
 */
struct command {
	const char *name;   /* what messages call it */
	const char *format; /* of its log, or NULL: to be guessed */
	int out_fd;         /* takes the events of its log */
	int64_t timeout_ns; /* to read more, or to end; 0: for ever */

	pid_t pid, extract;         /* 0: is over */
	int in_fd;                  /* its standard input, or -1 */
	int status, extract_status; /* as waitpid says, once they are over */
	bool has_closed, is_late, is_stopped;
};

/*
 * Run ARGV, ended by NULL, without a shell.  False, after a message, if it
 * cannot be.  From here on SIGINT, SIGTERM and SIGHUP are passed on to it, and
 * end the replay.
 */
bool command_start(struct command *c, char *argv[]);

/* Write TEXT to it; false if it does not take it, or it is to end. */
bool command_write(struct command *c, struct slice text);

/* Wait until DUE_NS of the monotonic clock; false if it does not go on. */
bool command_wait(struct command *c, int64_t due_ns);

/*
 * Nothing more comes: let it end, or end it.  False, after a message, unless
 * it read all, ended well, and its log was read.
 */
bool command_finish(struct command *c);

#endif
