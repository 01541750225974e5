/* SPDX-License-Identifier: MIT */
#ifndef TELE_OPT_H
#define TELE_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Options as data: one table is the parser, the type check and the --help text.
 * -h/--help and --version come with every tool.
 */
enum opt_type {
	OPT_FLAG,     /* bool: set to true */
	OPT_STRING,   /* const char * */
	OPT_COUNT,    /* uint64_t: a decimal number */
	OPT_PERCENT,  /* double: 0.05, from "5%" or "5" */
	OPT_SIZE,     /* uint64_t: bytes, with a suffix k, M or G (of 1024) */
	OPT_DURATION, /* int64_t: nanoseconds, from "250ms", "1.5s", "2h" */
	OPT_TIME,     /* int64_t: ns since 1970, from RFC 3339, date or "-1h" */
	OPT_CHOICE,   /* int: the index of one of CHOICES */
	OPT_LIST,     /* struct opt_list: comma separated, may be repeated */
	OPT_PAIR,     /* const char *[2]: two words; has no letter */
};

struct opt {
	char letter;      /* 0 if it has none */
	const char *name; /* NULL ends the table */
	const char *arg;  /* what --help calls the argument; NULL for flags */
	enum opt_type type;
	void *value;
	const char *help;
	const char *const *choices; /* OPT_CHOICE: ended by NULL */
};

struct opt_list {
	const char **items;
	size_t count, cap;
};

struct tool {
	const char *name;
	const char *purpose;  /* the line under the name */
	const char *operands; /* "[file ...]" */
	const struct opt *options;
	const char *examples; /* lines shown at the end of --help */
};

/*
 * Prepare the process for a filter (every standard descriptor usable, no
 * surprise by an inherited signal), then read the options.  Afterwards *ARGC
 * and *ARGV are the operands alone, ended by NULL.  Exits with status 0 after
 * --help and --version, with status 2 and a message after a wrong option.
 */
void opt_parse(const struct tool *tool, int *argc, char **argv[]);

/* How many of the operands stood before `--`; -1 if there was none. */
extern int opt_dashes;

/*
 * A bit for each of NAMES, ended by NULL, that LIST has; one that is none of
 * them is wrong usage: "unknown WHAT".
 */
uint64_t opt_bits(const struct opt_list *list, const char *const *names,
    const char *what);

/* Say what is wrong with the command line, point to --help, exit with 2. */
_Noreturn void opt_usage(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

#endif
