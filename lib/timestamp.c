/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "tele/duration.h"
#include "tele/timestamp.h"

static const int64_t day_ns = 86400 * NS_PER_S;

/* N digits at P as a number, or -1. */
static int
digits(const char *p, const char *end, int n)
{
	int value = 0;

	if (end - p < n)
		return -1;
	for (int i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9')
			return -1;
		value = value * 10 + (p[i] - '0');
	}
	return value;
}

/* Howard Hinnant, "chrono-compatible low-level date algorithms". */
bool
timestamp_days(int year, int month, int day, int64_t *days)
{
	static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
		30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	int y, era, of_era, of_year;

	if (month < 1 || month > 12 || day < 1 ||
	    day > lengths[month - 1] + (month == 2 && leap))
		return false;
	y = month <= 2 ? year - 1 : year;
	era = (y >= 0 ? y : y - 399) / 400;
	of_era = y - era * 400;
	of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	*days = (int64_t)era * 146097 + of_era * 365 + of_era / 4 -
	    of_era / 100 + of_year - 719468;
	return true;
}

static const char *
scan_fraction(const char *p, const char *end, struct timestamp *t, int64_t *ns)
{
	static const int64_t unit[] = { 1000000000, 100000000, 10000000,
		1000000, 100000, 10000, 1000, 100, 10, 1 };
	int64_t value = 0;
	int n = 0;

	for (p++; p < end && *p >= '0' && *p <= '9'; p++)
		if (n < 9) {
			value = value * 10 + (*p - '0');
			n++;
		}
	if (n == 0)
		return NULL;
	t->digits = n;
	*ns = value * unit[n];
	return p;
}

const char *
timestamp_scan_zone(const char *p, const char *end, int *minutes)
{
	int sign, hours, rest = 0;

	*minutes = 0;
	if (p < end && (*p == 'Z' || *p == 'z'))
		return p + 1;
	if (p == end || (*p != '+' && *p != '-'))
		return NULL;
	sign = *p == '-' ? -1 : 1;
	hours = digits(p + 1, end, 2);
	if (hours < 0 || hours > 23)
		return NULL;
	p += 3;
	if (p < end && *p == ':' && digits(p + 1, end, 2) >= 0) {
		rest = digits(p + 1, end, 2);
		p += 3;
	} else if (digits(p, end, 2) >= 0) {
		rest = digits(p, end, 2);
		p += 2;
	}
	*minutes = sign * (hours * 60 + rest);
	return rest <= 59 ? p : NULL;
}

/* A zone, perhaps after a blank; P where there is none, NULL if it is none. */
static const char *
scan_zone(const char *p, const char *end, struct timestamp *t, int *minutes)
{
	const char *start = p, *after;

	if (p + 1 < end && *p == ' ' && (p[1] == '+' || p[1] == '-'))
		p++;
	if (p == end || (*p != '+' && *p != '-' && *p != 'Z' && *p != 'z') ||
	    ((*p == '+' || *p == '-') && digits(p + 1, end, 2) < 0))
		return start;
	after = timestamp_scan_zone(p, end, minutes);
	if (after != NULL)
		t->lacks = 0;
	return after;
}

const char *
timestamp_scan(const char *p, const char *end, struct timestamp *t)
{
	int year = digits(p, end, 4), month, day, hour, minute, second;
	int offset = 0;
	int64_t days, fraction = 0;
	__int128 ns;

	*t = (struct timestamp){ .lacks = TIMESTAMP_NO_ZONE };
	if (end - p < 19 || year < 0 || p[4] != '-' || p[7] != '-' ||
	    (p[10] != 'T' && p[10] != 't' && p[10] != ' ') || p[13] != ':' ||
	    p[16] != ':')
		return NULL;
	month = digits(p + 5, end, 2);
	day = digits(p + 8, end, 2);
	hour = digits(p + 11, end, 2);
	minute = digits(p + 14, end, 2);
	second = digits(p + 17, end, 2);
	if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
	    second > 60 || !timestamp_days(year, month, day, &days))
		return NULL;
	p += 19;
	if (p + 1 < end && (*p == '.' || *p == ',') && p[1] >= '0' &&
	    p[1] <= '9')
		p = scan_fraction(p, end, t, &fraction);
	p = scan_zone(p, end, t, &offset);
	if (p == NULL)
		return NULL;
	if (second == 60) {
		second = 59;
		fraction = NS_PER_S - 1;
	}
	ns = (__int128)(days * 86400 + hour * 3600 + (minute - offset) * 60 +
		 second) *
		NS_PER_S +
	    fraction;
	t->ns = (int64_t)ns;
	return t->ns == ns ? p : NULL;
}

static int
two_digits(const char *p)
{
	unsigned tens = (unsigned)(p[0] - '0'), ones = (unsigned)(p[1] - '0');

	return tens < 6 && ones < 10 ? (int)(tens * 10 + ones) : -1;
}

/*
 * Whether the stamp at P, as long as the cached one, differs from it in nothing
 * but seconds and fraction; then those are read.
 */
static bool
advance(struct timestamp_cache *c, const char *p)
{
	enum { SECONDS = 17, FRACTION = 20 }; /* "2026-01-02T03:04:05.678" */
	static const int64_t unit[] = { 100000000, 10000000, 1000000 };
	int n = c->t.digits, was, now;
	size_t rest = (size_t)(FRACTION + n);
	int64_t ns;

	if (n < 1 || n > 3 || c->len < rest ||
	    !wide_equal(p, c->text, SECONDS) || p[19] != c->text[19] ||
	    !wide_equal(p + rest, c->text + rest, c->len - rest))
		return false;
	was = two_digits(c->text + SECONDS);
	now = two_digits(p + SECONDS);
	if (was < 0 || now < 0)
		return false;
	ns = (now - was) * NS_PER_S;
	for (int i = 0; i < n; i++) {
		if (p[FRACTION + i] < '0' || p[FRACTION + i] > '9')
			return false;
		ns += (p[FRACTION + i] - c->text[FRACTION + i]) * unit[i];
	}
	if (__builtin_add_overflow(c->t.ns, ns, &ns))
		return false;
	c->t.ns = ns;
	memcpy(c->text + SECONDS, p + SECONDS, 6);
	return true;
}

/* Whether a stamp like the cached one ends at P for sure. */
static bool
is_end(const struct timestamp_cache *c, const char *p)
{
	switch (*p) {
	case ' ':
		return c->t.lacks == 0 || (p[1] != '+' && p[1] != '-') ||
		    p[2] < '0' || p[2] > '9';
	case '"':
	case ']':
	case '|':
	case ')':
		return true;
	default:
		return false;
	}
}

void
timestamp_cache_put(struct timestamp_cache *c, const char *p, const char *after,
    const struct timestamp *t)
{
	size_t len = (size_t)(after - p);

	c->t = *t;
	c->len = len < sizeof(c->text) - WIDE_SLACK ? (uint8_t)len : 0;
	memcpy(c->text, p, c->len);
}

const char *
timestamp_scan_next(struct timestamp_cache *c, const char *p, const char *end)
{
	size_t len = c->len;
	struct timestamp t;
	const char *after;

	if (len > 0 && c->form == NULL && (size_t)(end - p) > len &&
	    is_end(c, p + len) &&
	    (wide_equal(p, c->text, len) || advance(c, p)))
		return p + len;
	after = timestamp_scan(p, end, &t);
	if (after == NULL)
		return NULL;
	timestamp_cache_put(c, p, after, &t);
	c->form = NULL;
	return after;
}

bool
timestamp_parse(struct slice text, struct timestamp *t)
{
	struct timestamp got;

	if (timestamp_scan(text.ptr, text.ptr + text.len, &got) !=
	    text.ptr + text.len)
		return false;
	*t = got;
	return true;
}

/* VALUE in exactly N digits. */
static void
put(char *dst, int64_t value, int n)
{
	while (n-- > 0) {
		dst[n] = (char)('0' + value % 10);
		value /= 10;
	}
}

size_t
timestamp_format(char *dst, int64_t ns, int n_digits)
{
	int64_t days = ns / day_ns, rest = ns % day_ns, era, y;
	int64_t of_era, year_of_era, of_year, month, day;

	if (rest < 0) {
		rest += day_ns;
		days--;
	}
	/* The inverse of timestamp_days, from the same source. */
	days += 719468;
	era = (days >= 0 ? days : days - 146096) / 146097;
	of_era = days - era * 146097;
	year_of_era = (of_era - of_era / 1460 + of_era / 36524 -
			  of_era / 146096) /
	    365;
	of_year = of_era -
	    (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	month = (5 * of_year + 2) / 153;
	day = of_year - (153 * month + 2) / 5 + 1;
	month += month < 10 ? 3 : -9;
	y = year_of_era + era * 400 + (month <= 2);
	memcpy(dst, "0000-00-00T00:00:00", 19);
	put(dst, y, 4);
	put(dst + 5, month, 2);
	put(dst + 8, day, 2);
	put(dst + 11, rest / (3600 * NS_PER_S), 2);
	put(dst + 14, rest / (60 * NS_PER_S) % 60, 2);
	put(dst + 17, rest / NS_PER_S % 60, 2);
	if (n_digits <= 0) {
		dst[19] = 'Z';
		return 20;
	}
	dst[19] = '.';
	put(dst + 20, rest % NS_PER_S, 9);
	dst[20 + n_digits] = 'Z';
	return (size_t)(21 + n_digits);
}
