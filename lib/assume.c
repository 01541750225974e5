/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "tele/assume.h"
#include "tele/duration.h"

static const int64_t day_ns = 86400 * NS_PER_S;

/* The zone that the user named. */
static struct {
	bool is_named;
	int minutes; /* east of UTC, of a fixed offset */
	int64_t
	    quarter; /* the local quarter of an hour that was asked for ... */
	bool has_quarter;
	/* ... and its offset; where clocks went back it comes twice. */
	int64_t first_ns, second_ns;
} zone;

static struct {
	bool is_set;
	int64_t ns;
} date;

/* Whether libc knows the zone, which it finds by its name in TZ. */
static bool
is_zone(const char *name)
{
	char path[512], magic[4];
	bool is_known;
	int fd;

	if (*name == '/' || *name == '.' || strstr(name, "..") != NULL)
		return false;
	snprintf(path, sizeof(path), "/usr/share/zoneinfo/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	is_known = read(fd, magic, sizeof(magic)) == sizeof(magic) &&
	    memcmp(magic, "TZif", sizeof(magic)) == 0; /* RFC 8536 */
	close(fd);
	return is_known;
}

bool
assume_set_zone(const char *name)
{
	const char *end = name + strlen(name);

	zone.is_named = false;
	zone.minutes = 0;
	if (strcmp(name, "UTC") == 0)
		return true;
	if (*name == '+' || *name == '-')
		return timestamp_scan_zone(name, end, &zone.minutes) == end;
	if (!is_zone(name))
		return false;
	setenv("TZ", name, 1);
	tzset();
	zone.is_named = true;
	zone.has_quarter = false;
	return true;
}

bool
assume_set_date(const char *text)
{
	struct timestamp t;
	char midnight[32];

	snprintf(midnight, sizeof(midnight), "%.10sT00:00:00Z", text);
	if (strlen(text) != 10 || !timestamp_parse(slice_of(midnight), &t))
		return false;
	date.is_set = true;
	date.ns = t.ns;
	return true;
}

/* The offset of the named zone at an instant, in seconds. */
static int64_t
offset_at(int64_t utc)
{
	time_t seconds = (time_t)utc;
	struct tm tm;

	return localtime_r(&seconds, &tm) != NULL ? tm.tm_gmtoff : 0;
}

/* A time that clocks never showed is read as if they had not gone forward. */
static void
ask_zone(int64_t local)
{
	int64_t before = offset_at(local - 86400);
	int64_t after = offset_at(local + 86400);
	bool is_before = offset_at(local - before) == before;
	bool is_after = offset_at(local - after) == after;

	zone.first_ns = (is_before || !is_after ? before : after) * NS_PER_S;
	zone.second_ns = (is_after || !is_before ? after : before) * NS_PER_S;
	if (!is_before && !is_after)
		zone.second_ns = zone.first_ns;
}

/* The offset at a local time; of two, the second one IS_SECOND. */
static int64_t
offset_of(int64_t local_ns, bool is_second)
{
	int64_t quarter = local_ns / (900 * NS_PER_S);

	if (!zone.is_named)
		return zone.minutes * 60 * NS_PER_S;
	if (!zone.has_quarter || zone.quarter != quarter) {
		ask_zone(local_ns / NS_PER_S);
		zone.has_quarter = true;
		zone.quarter = quarter;
	}
	return is_second ? zone.second_ns : zone.first_ns;
}

/*
 * Where clocks go back, the hour that comes twice begins anew when the times of
 * the log go back.
 */
static bool
is_second_time(struct assume *a, int64_t local_ns)
{
	static const int64_t least_ns = 300 * NS_PER_S;

	if (offset_of(local_ns, false) == offset_of(local_ns, true))
		a->is_second = false;
	else if (a->has_local && local_ns < a->local_ns - least_ns)
		a->is_second = true;
	a->has_local = true;
	a->local_ns = local_ns;
	return a->is_second;
}

static void
add_zone(struct assume *a, struct timestamp *t)
{
	bool is_second = zone.is_named && is_second_time(a, t->ns);
	int64_t ns;

	if ((t->lacks & TIMESTAMP_NO_ZONE) != 0 &&
	    !__builtin_sub_overflow(t->ns, offset_of(t->ns, is_second), &ns))
		t->ns = ns;
	t->lacks = 0;
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
	return date.is_set
	    ? date.ns
	    : a->reference_ns + offset_of(a->reference_ns, false);
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
 * NS is a time of unit A->BASE, a year or a day of PERIOD, or of the next:
 * times go forward, but for stragglers.
 */
static int64_t
place(struct assume *a, int64_t ns, int64_t period,
    int64_t (*in_unit)(int64_t ns, int64_t unit))
{
	int64_t at = in_unit(ns, a->base), late = period / 8;

	if (at < a->last_ns - late)
		at = in_unit(ns, a->base + 1);
	else if (at > a->last_ns + period - late)
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
	add_zone(a, t);
}
