/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "tele/assume.h"
#include "tele/duration.h"

static const int64_t day_ns = 86400 * NS_PER_S;

struct assume_options assume_options;

static struct {
	bool is_named;
	int minutes;  /* east of UTC, of a fixed offset */
	int64_t hour; /* the local hour for which a named zone was asked ... */
	int64_t ns;   /* ... and its offset then */
	bool has_hour;
} zone;

static struct {
	bool is_set;
	int64_t ns;
} date;

/* libc knows the zones of the world by their names in TZ. */
static const char *
name_zone(const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), "/usr/share/zoneinfo/%s", name);
	if (*name == '/' || *name == '.' || strstr(name, "..") != NULL ||
	    access(path, R_OK) < 0)
		return "unknown time zone";
	setenv("TZ", name, 1);
	tzset();
	zone.is_named = true;
	return NULL;
}

const char *
assume_check(void)
{
	const char *name = assume_options.zone, *end;
	struct timestamp t;
	char midnight[32];

	if (assume_options.date != NULL) {
		snprintf(midnight, sizeof(midnight), "%.10sT00:00:00Z",
		    assume_options.date);
		if (strlen(assume_options.date) != 10 ||
		    !timestamp_parse(slice_of(midnight), &t))
			return "expected a date as 2026-11-22";
		date.is_set = true;
		date.ns = t.ns;
	}
	if (name == NULL || strcmp(name, "UTC") == 0)
		return NULL;
	end = name + strlen(name);
	if (*name == '+' || *name == '-')
		return timestamp_scan_zone(name, end, &zone.minutes) == end
		    ? NULL
		    : "expected an offset as +01:00";
	return name_zone(name);
}

/* The offset of the named zone at a local time. */
static int64_t
offset_at(int64_t local_ns)
{
	int64_t hour = local_ns / (3600 * NS_PER_S);
	time_t seconds = (time_t)(local_ns / NS_PER_S), utc;
	struct tm tm;

	if (zone.has_hour && zone.hour == hour)
		return zone.ns;
	gmtime_r(&seconds, &tm);
	tm.tm_isdst = -1;
	utc = mktime(&tm);
	zone.has_hour = true;
	zone.hour = hour;
	zone.ns = (int64_t)(seconds - utc) * NS_PER_S;
	return zone.ns;
}

static int64_t
offset_of(int64_t local_ns)
{
	return zone.is_named ? offset_at(local_ns)
			     : zone.minutes * 60 * NS_PER_S;
}

void
assume_zone(struct timestamp *t)
{
	int64_t ns;

	if ((t->lacks & TIMESTAMP_NO_ZONE) != 0 &&
	    !__builtin_sub_overflow(t->ns, offset_of(t->ns), &ns))
		t->ns = ns;
	t->lacks &= ~TIMESTAMP_NO_ZONE;
}

void
assume_begin(struct assume *a, int64_t reference_ns)
{
	*a = (struct assume){ .reference_ns = reference_ns };
}

/* When the log was last written, or begins, in local time. */
static int64_t
reference_of(const struct assume *a)
{
	/* The offset of a local time serves as well for one this near. */
	return date.is_set ? date.ns
			   : a->reference_ns + offset_of(a->reference_ns);
}

static int64_t
year_of(int64_t ns)
{
	time_t seconds = (time_t)(ns / NS_PER_S);
	struct tm tm;

	gmtime_r(&seconds, &tm);
	return tm.tm_year + 1900;
}

/* NS, of 1972, as of YEAR; the 29th of February where that has none is 28. */
static int64_t
in_year(int64_t ns, int64_t year)
{
	time_t seconds = (time_t)(ns / NS_PER_S);
	struct tm tm;
	int64_t days;

	gmtime_r(&seconds, &tm);
	if (!timestamp_days((int)year, tm.tm_mon + 1, tm.tm_mday, &days))
		timestamp_days((int)year, 2, 28, &days);
	return days * day_ns + ns % day_ns;
}

/* NS, a time of day, as of DAY. */
static int64_t
in_day(int64_t ns, int64_t day)
{
	return day * day_ns + ns;
}

/*
 * NS is a time of unit A->BASE, a year or a day of PERIOD: the unit is the one
 * that brings it nearest to the time before it.
 */
static int64_t
place(struct assume *a, int64_t ns, int64_t period,
    int64_t (*in_unit)(int64_t ns, int64_t unit))
{
	int64_t at = in_unit(ns, a->base);

	if (at < a->last_ns - period / 2)
		at = in_unit(ns, a->base + 1);
	else if (at > a->last_ns + period / 2)
		return in_unit(ns, a->base - 1); /* a straggler */
	if (at > a->last_ns) {
		a->base += at != in_unit(ns, a->base);
		a->last_ns = at;
	}
	return at;
}

void
assume_complete(struct assume *a, struct timestamp *t)
{
	bool is_day = (t->lacks & TIMESTAMP_NO_DATE) != 0;
	int64_t (*in_unit)(int64_t, int64_t) = is_day ? in_day : in_year;
	int64_t reference;

	a->lacked |= t->lacks;
	if ((t->lacks & ~TIMESTAMP_NO_ZONE) != 0) {
		if (a->base == 0) {
			reference = reference_of(a);
			a->base = is_day ? reference / day_ns
					 : year_of(reference);
			/* The log begins before it ends, clocks being clocks.
			 */
			if (!date.is_set &&
			    in_unit(t->ns, a->base) >
				reference + (is_day ? day_ns / 24 : day_ns))
				a->base--;
			a->last_ns = in_unit(t->ns, a->base);
		}
		t->ns = place(a, t->ns, is_day ? day_ns : 365 * day_ns,
		    in_unit);
	}
	assume_zone(t);
	t->lacks = 0;
}
