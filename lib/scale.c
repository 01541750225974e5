/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "tele/duration.h"
#include "tele/quantile.h"
#include "tele/scale.h"

#define MIN_NS (60 * NS_PER_S)
#define HOUR_NS (60 * MIN_NS)
#define DAY_NS (24 * HOUR_NS)

/* The smallest of 1, 2, 5, 10 ... times UNIT that is at least NS. */
static int64_t
decimal_step(int64_t ns, int64_t unit)
{
	for (;; unit *= 10) {
		if (ns <= unit || unit > INT64_MAX / 10)
			return unit;
		if (ns <= 2 * unit)
			return 2 * unit;
		if (ns <= 5 * unit)
			return 5 * unit;
	}
}

int64_t
scale_step(int64_t ns)
{
	static const int64_t clock[] = { 10 * NS_PER_S, 15 * NS_PER_S,
		30 * NS_PER_S, MIN_NS, 2 * MIN_NS, 5 * MIN_NS, 10 * MIN_NS,
		15 * MIN_NS, 30 * MIN_NS, HOUR_NS, 2 * HOUR_NS, 3 * HOUR_NS,
		6 * HOUR_NS, 12 * HOUR_NS };

	if (ns <= 5 * NS_PER_S)
		return decimal_step(ns, 1);
	for (size_t i = 0; i < sizeof(clock) / sizeof(*clock); i++)
		if (ns <= clock[i])
			return clock[i];
	return decimal_step(ns, DAY_NS);
}

int64_t
scale_next_part(int64_t ns)
{
	static const int64_t clock[] = { 5 * NS_PER_S, 15 * NS_PER_S,
		30 * NS_PER_S, MIN_NS, 5 * MIN_NS, 15 * MIN_NS, 30 * MIN_NS,
		HOUR_NS, 6 * HOUR_NS, 12 * HOUR_NS, DAY_NS };
	int64_t unit = ns >= DAY_NS ? DAY_NS : 1;

	for (size_t i = 0; ns >= NS_PER_S && i < sizeof(clock) / sizeof(*clock);
	     i++)
		if (ns < clock[i])
			return clock[i];
	/* 1, 5, 10, 50 ... times the unit. */
	while (unit * 10 <= ns)
		unit *= 10;
	return ns < unit * 5 ? unit * 5 : unit * 10;
}

int64_t
scale_floor(int64_t ns, int64_t step)
{
	int64_t over = ns % step;

	if (over < 0)
		over += step;
	return ns < INT64_MIN + over ? INT64_MIN : ns - over;
}

int64_t
scale_round_down(int64_t n)
{
	int64_t unit = 1;

	while (unit <= n / 10)
		unit *= 10;
	return n / unit >= 5 ? 5 * unit : n / unit >= 2 ? 2 * unit : unit;
}

int64_t
scale_round_up(int64_t n)
{
	return decimal_step(n, 1);
}

int
scale_log(int64_t v, int64_t least, int64_t most)
{
	int from, to, at;

	if (least >= most)
		return 500;
	from = quantile_bucket_of(least > 0 ? least : 1);
	to = quantile_bucket_of(most > 0 ? most : 1);
	at = quantile_bucket_of(v > 0 ? v : 1);
	if (at <= from)
		return 0;
	return at >= to ? 1000 : (at - from) * 1000 / (to - from);
}

/* V / UNIT with so many decimals that three digits count; no zeros behind. */
static int
format_ratio(char *dst, int64_t v, int64_t unit, const char *suffix)
{
	int decimals = v / unit >= 100 ? 0 : v / unit >= 10 ? 1 : 2;
	int64_t power = decimals == 2 ? 100 : decimals == 1 ? 10 : 1, whole;
	int64_t part;

	whole = (int64_t)(((__int128)v * power + unit / 2) / unit);
	part = whole % power;
	whole /= power;
	while (decimals > 0 && part % 10 == 0) {
		part /= 10;
		decimals--;
	}
	if (decimals == 0)
		return snprintf(dst, SCALE_TEXT, "%lld%s", (long long)whole,
		    suffix);
	return snprintf(dst, SCALE_TEXT, "%lld.%0*lld%s", (long long)whole,
	    decimals, (long long)part, suffix);
}

size_t
scale_duration(char *dst, int64_t ns, bool is_ascii)
{
	static const struct {
		int64_t ns;
		const char *suffix;
	} units[] = { { DAY_NS, " d" }, { HOUR_NS, " h" }, { MIN_NS, " min" },
		{ NS_PER_S, " s" }, { NS_PER_MS, " ms" },
		{ NS_PER_US, " \xc2\xb5s" }, { 1, " ns" } };
	size_t i = 0;

	if (ns == 0)
		return (size_t)snprintf(dst, SCALE_TEXT, "0");
	/* 90 s is easier to read than 1.5 min. */
	while (units[i].ns > 1 &&
	    ns < (units[i].ns == MIN_NS ? 3 * MIN_NS : units[i].ns))
		i++;
	return (size_t)format_ratio(dst, ns, units[i].ns,
	    is_ascii && units[i].ns == NS_PER_US ? " us" : units[i].suffix);
}

size_t
scale_share(char *dst, uint64_t n, uint64_t total)
{
	uint64_t hundredths = total > 0
	    ? (uint64_t)(((unsigned __int128)n * 10000 + total / 2) / total)
	    : 0;

	if (hundredths == 0 && n > 0)
		return (size_t)snprintf(dst, SCALE_TEXT, "<0.01 %%");
	return (size_t)format_ratio(dst, (int64_t)hundredths, 100, " %");
}
