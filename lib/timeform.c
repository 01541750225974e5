/* SPDX-License-Identifier: MIT */
#include "tele/timeform.h"
#include "tele/convert.h"
#include "tele/duration.h"

/* What has been read of a time. */
struct parts {
	int year, month, day, hour, minute, second, offset;
	int64_t fraction_ns;
	bool is_pm, is_twelve;
	struct timestamp epoch; /* of %s */
	bool has_epoch;
};

const char *
timeform_compile(struct timeform *f, struct slice text)
{
	static const char known[] = "YymdebaHIpMSfLzZs@%";
	bool has_year = false, has_day = false, has_zone = false, is_whole;

	*f = (struct timeform){ 0 };
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		bool is_literal = c != '%';

		if (f->count == TIMEFORM_MAX)
			return "this form of times is too long";
		if (!is_literal) {
			if (++i == text.len ||
			    strchr(known, text.ptr[i]) == NULL)
				return "unknown directive in a form of times";
			c = text.ptr[i];
			is_literal = c == '%';
		}
		f->ops[f->count] = c;
		f->is_literal[f->count++] = is_literal;
		if (is_literal)
			continue;
		is_whole = c == 's' || c == '@';
		has_year |= c == 'Y' || c == 'y' || is_whole;
		has_day |= c == 'd' || c == 'e' || is_whole;
		has_zone |= c == 'z' || is_whole;
	}
	f->lacks = (has_zone ? 0 : TIMESTAMP_NO_ZONE) |
	    (!has_day           ? TIMESTAMP_NO_DATE
		    : !has_year ? TIMESTAMP_NO_YEAR
				: 0);
	return NULL;
}

void
timeform_first(const struct timeform *f, bool is_first[256])
{
	static const char numbers[] = "YymdeHIMSfLs";

	if (f->count > 0 && f->is_literal[0])
		is_first[(unsigned char)f->ops[0]] = true;
	else if (f->count > 0 && strchr(numbers, f->ops[0]) != NULL)
		memset(is_first + '0', true, 10);
	else
		memset(is_first, true, 256);
}

/* A number of LEAST to MOST digits at P. */
static const char *
scan_number(const char *p, const char *end, int least, int most, int *value)
{
	int n = 0;

	*value = 0;
	for (; n < most && p < end && *p >= '0' && *p <= '9'; n++)
		*value = *value * 10 + (*p++ - '0');
	return n >= least ? p : NULL;
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static const char *
skip_letters(const char *p, const char *end)
{
	while (p < end && is_letter(*p))
		p++;
	return p;
}

static const char *
scan_month(const char *p, const char *end, int *month)
{
	static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
	const char *after = skip_letters(p, end);

	if (after - p < 3)
		return NULL;
	for (*month = 1; *month <= 12; ++*month)
		if ((p[0] | 0x20) == names[*month * 3 - 3] &&
		    (p[1] | 0x20) == names[*month * 3 - 2] &&
		    (p[2] | 0x20) == names[*month * 3 - 1])
			return after;
	return NULL;
}

static const char *
scan_fraction(const char *p, const char *end, struct parts *at,
    struct timestamp *t)
{
	int64_t unit = NS_PER_S;
	const char *start = p;

	for (; p < end && *p >= '0' && *p <= '9'; p++) {
		if (p - start >= 9)
			continue;
		unit /= 10;
		at->fraction_ns += (*p - '0') * unit;
		t->digits++;
	}
	return p > start ? p : NULL;
}

static const char *
scan_half(const char *p, const char *end, struct parts *at)
{
	if (end - p < 2 || (p[1] | 0x20) != 'm')
		return NULL;
	at->is_twelve = true;
	at->is_pm = (*p | 0x20) == 'p';
	return at->is_pm || (*p | 0x20) == 'a' ? p + 2 : NULL;
}

static const char *
scan_zone_name(const char *p, const char *end, struct timestamp *t)
{
	const char *after = skip_letters(p, end);
	struct slice name = slice_range(p, after);

	if (name.len == 0 || name.len > 5)
		return NULL;
	if (slice_equal(name, SLICE("UTC")) ||
	    slice_equal(name, SLICE("GMT")) || slice_equal(name, SLICE("Z")))
		t->lacks &= ~TIMESTAMP_NO_ZONE;
	return after;
}

static const char *
scan_epoch(const char *p, const char *end, struct parts *at)
{
	enum { LEAST = 9 }; /* digits: since 1973, and no process's number */
	const char *start = p;

	while (p < end && *p >= '0' && *p <= '9')
		p++;
	if (p - start < LEAST)
		return NULL;
	if (p + 1 < end && *p == '.' && p[1] >= '0' && p[1] <= '9')
		for (p++; p < end && *p >= '0' && *p <= '9';)
			p++;
	at->has_epoch = true;
	return convert_epoch(slice_range(start, p), 0, &at->epoch) ? p : NULL;
}

/* Bernstein's label: 2^62 and the seconds of TAI, ten of which came first. */
static const char *
scan_tai(const char *p, const char *end, struct parts *at)
{
	static const char hex[] = "0123456789abcdef";
	uint64_t half[2] = { 0, 0 }, seconds;
	const char *digit;

	if (end - p < 24)
		return NULL;
	for (int i = 0; i < 24; i++, p++) {
		digit = memchr(hex, *p | 0x20, 16);
		if (digit == NULL)
			return NULL;
		half[i / 16] = half[i / 16] << 4 | (uint64_t)(digit - hex);
	}
	seconds = half[0] - (UINT64_C(1) << 62) - 10;
	if (seconds > (uint64_t)INT64_MAX / 1000000000 || half[1] > 999999999)
		return NULL;
	at->has_epoch = true;
	at->epoch = (struct timestamp){ .digits = 9,
		.ns = (int64_t)(seconds * 1000000000 + half[1]) };
	return p;
}

/* Milliseconds as a number, so that 6 is 006. */
static const char *
scan_millis(const char *p, const char *end, struct parts *at,
    struct timestamp *t)
{
	int millis;

	p = scan_number(p, end, 1, 3, &millis);
	at->fraction_ns = millis * NS_PER_MS;
	t->digits = 3;
	return p;
}

/* IS_LAST: no other directive follows at once, so digits may be missing. */
static const char *
scan_directive(char op, bool is_last, const char *p, const char *end,
    struct parts *at, struct timestamp *t)
{
	switch (op) {
	case 'Y':
		return scan_number(p, end, 4, 4, &at->year);
	case 'y':
		p = scan_number(p, end, 2, 2, &at->year);
		at->year += at->year < 69 ? 2000 : 1900; /* as POSIX has it */
		return p;
	case 'm':
		return scan_number(p, end, 1, 2, &at->month);
	case 'd':
	case 'e':
		return scan_number(p, end, 1, 2, &at->day);
	case 'b':
		return scan_month(p, end, &at->month);
	case 'a':
		return skip_letters(p, end) - p >= 3 ? skip_letters(p, end)
						     : NULL;
	case 'H':
	case 'I':
		return scan_number(p, end, 1, 2, &at->hour);
	case 'M':
		return scan_number(p, end, is_last ? 1 : 2, 2, &at->minute);
	case 'S':
		return scan_number(p, end, is_last ? 1 : 2, 2, &at->second);
	case 'L':
		return scan_millis(p, end, at, t);
	case 'f':
		return scan_fraction(p, end, at, t);
	case 'p':
		return scan_half(p, end, at);
	case 'z':
		return timestamp_scan_zone(p, end, &at->offset);
	case 'Z':
		return scan_zone_name(p, end, t);
	case '@':
		return scan_tai(p, end, at);
	default:
		return scan_epoch(p, end, at);
	}
}

/* The instant that the parts name; false if there is no such time. */
static bool
assemble(struct parts *at, struct timestamp *t)
{
	int64_t days;
	__int128 ns;

	if (at->has_epoch) {
		t->ns = at->epoch.ns;
		t->digits = at->epoch.digits;
		return true;
	}
	if (at->is_twelve) {
		if (at->hour < 1 || at->hour > 12)
			return false;
		at->hour = at->hour % 12 + (at->is_pm ? 12 : 0);
	}
	if (at->hour > 23 || at->minute > 59 || at->second > 60 ||
	    !timestamp_days(at->year, at->month, at->day, &days))
		return false;
	/* A leap second counts as the last nanosecond of its minute. */
	if (at->second == 60) {
		at->second = 59;
		at->fraction_ns = NS_PER_S - 1;
	}
	ns = (__int128)(days * 86400 + at->hour * 3600 +
		 (at->minute - at->offset) * 60 + at->second) *
		NS_PER_S +
	    at->fraction_ns;
	t->ns = (int64_t)ns;
	return t->ns == ns;
}

const char *
timeform_scan(const struct timeform *f, const char *p, const char *end,
    struct timestamp *t)
{
	/* A leap year, for a 29th of February whose year is not said. */
	struct parts at = { .year = f->lacks & TIMESTAMP_NO_DATE ? 1970 : 1972,
		.month = 1,
		.day = 1 };

	*t = (struct timestamp){ .lacks = f->lacks };
	for (int i = 0; i < f->count && p != NULL; i++) {
		if (!f->is_literal[i]) {
			p = scan_directive(f->ops[i],
			    i + 1 == f->count || f->is_literal[i + 1], p, end,
			    &at, t);
			continue;
		}
		if (p == end || *p != f->ops[i])
			return NULL;
		for (p++; f->ops[i] == ' ' && p < end && *p == ' ';)
			p++;
	}
	return p != NULL && assemble(&at, t) ? p : NULL;
}

/* Whether a stamp may go on with C: then it is not the one before. */
static bool
may_go_on(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9') || c == ':' || c == '.';
}

const char *
timeform_scan_next(const struct timeform *f, struct timestamp_cache *c,
    const char *p, const char *end)
{
	struct timestamp t;
	const char *after;
	size_t len = c->len;

	if (len > 0 && c->form == f && (size_t)(end - p) > len &&
	    !may_go_on(p[len]) && wide_equal(p, c->text, len))
		return p + len;
	after = timeform_scan(f, p, end, &t);
	if (after == NULL)
		return NULL;
	timestamp_cache_put(c, p, after, &t);
	c->form = f;
	return after;
}
