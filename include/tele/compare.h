/* SPDX-License-Identifier: MIT */
#ifndef TELE_COMPARE_H
#define TELE_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tele/panel.h"
#include "tele/ranktest.h"
#include "tele/stats.h"

/*
 * What changed between two sides, as far as their units can tell: each unit
 * gives one number of an item, and those of both sides are compared by
 * ranktest.h.
 */
enum change_kind {
	CHANGE_DRIFT,    /* how long everything takes */
	CHANGE_LATENCY,  /* how long a group takes */
	CHANGE_ERRORS,   /* what share of a group, or of everything, fails */
	CHANGE_COUNT,    /* how often there is one, in a unit */
	CHANGE_ORDER,    /* what share of a sequence takes its usual steps */
	CHANGE_CALL,     /* in what share of the units a group calls another */
	CHANGE_CALLS,    /* how often a group calls another, each time */
	CHANGE_TOPIC,    /* in what share of the units there is one */
	CHANGE_PRESENCE, /* in what share of the units a group is */
	CHANGE_KINDS,
};

enum verdict {
	VERDICT_SLOWER,
	VERDICT_FAILING,
	VERDICT_REORDERED,
	VERDICT_MORE,
	VERDICT_FEWER,
	VERDICT_FASTER,
	VERDICT_RECOVERED,
	VERDICT_DRIFT, /* slower or faster, but perhaps the machine is */
	VERDICT_UNSURE,
	VERDICT_SAME,
	VERDICT_APPEARED,
	VERDICT_VANISHED,
	VERDICTS,
};

extern const char *const verdict_names[]; /* ended by NULL */

struct change {
	enum change_kind kind;
	enum verdict verdict;
	const struct item *item;         /* NULL: everything */
	const struct item *usual[SIDES]; /* CHANGE_ORDER: the usual order */

	double value[SIDES];   /* ms, or a share, or how many */
	uint64_t whole[SIDES]; /* of so many events, executions or units */
	uint64_t part[SIDES];  /* so many failed, took these steps, had it */
	size_t units[SIDES];   /* that say something about it */
	bool is_tested;        /* there were enough of them */
	struct stats_p test;
	double weight; /* how much there is of it on both sides, ms or events */

	/* CHANGE_LATENCY, CHANGE_DRIFT; see latency.h */
	double ratio, low, high, confidence;
	double relative, relative_low, relative_high; /* to all groups */
	bool is_measured; /* without regard to the rest it holds as well */
	double error, measured_error; /* of the logarithms of both */
	double spread_p;         /* with regard to what sets all groups apart */
	double careful, nearest; /* logarithms of the effect */
	bool is_within;          /* it is less than what matters, surely */
	double seen;      /* the least effect that would have been seen */
	double impact_ms; /* for a unit of NEW, in all */
	bool is_carried;  /* by something that it calls */
};

struct compare_options {
	double min_effect; /* 0.05 is 5 % */
	double min_abs_ms;
	double max_drift; /* of everything, which is put down to the machine */
	uint64_t min_units; /* a side */
	double alpha;
	bool is_plain;     /* as measured only */
	unsigned deciding; /* kinds of change that decide, a bit each */
};

struct comparison {
	const struct panel *panel;
	const uint8_t *side; /* of each unit */
	const struct compare_options *how;
	size_t units[SIDES];
	bool has_blocks; /* of time, in place of sessions */
	bool has_flow;   /* both sides show order and calls */
	size_t tests;    /* that had a chance to decide */
	size_t wanted;   /* and had all, if there were units enough */
	size_t groups;   /* whose times could be tested */
	size_t telling;  /* of them, where a change could have been seen */
	double spread;   /* of their effects, beyond chance; see latency.h */

	struct change *changes;
	size_t count, cap;

	/* Private: numbers of one item, and what tests share. */
	struct rank_tester tester;
	double *values[SIDES], *relative[SIDES];
	double level[SIDES];  /* the median of the effects of its units */
	double *sizes[SIDES]; /* of units, see shares.h */
	size_t n[SIDES];
};

/*
 * Compare the units of P, whose sides are SIDE, which need not be those that
 * they came from.  All three are borrowed.  Changes come in the order in which
 * people want to read them.
 */
void compare(struct comparison *c, const struct panel *p, const uint8_t *side,
    const struct compare_options *how);
void comparison_free(struct comparison *c);

/* A change of KIND to fill in; valid until the next one. */
struct change *comparison_add(struct comparison *c, enum change_kind kind,
    const struct item *item);

/* Test c->values, which are sorted by it, into CH. */
void comparison_test(struct comparison *c, struct change *ch);

/* Whether CH is a difference that is no chance. */
bool change_is_sure(const struct comparison *c, const struct change *ch);

/* How many events, or executions, of ITEM there are on SIDE; and if any. */
uint64_t comparison_events(const struct comparison *c, const struct item *item,
    int side);
bool comparison_has(const struct comparison *c, const struct item *item,
    int side);

#endif
