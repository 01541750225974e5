/* SPDX-License-Identifier: MIT */
#include "tele/convert.h"
#include "tele/digits.h"
#include "tele/duration.h"
#include "tele/level.h"
#include "tele/timeform.h"

/* How many digits of a second's fraction whole numbers of UNIT_NS have. */
static int
digits_of_unit(int64_t unit_ns)
{
	return unit_ns == 1        ? 9
	    : unit_ns == NS_PER_US ? 6
	    : unit_ns == NS_PER_MS ? 3
				   : 0;
}

/* NUMBER, of at most four digits, or -1. */
static int
small_number(struct slice number)
{
	int value = 0;

	if (number.len > 4)
		return -1;
	for (size_t i = 0; i < number.len; i++) {
		if (number.ptr[i] < '0' || number.ptr[i] > '9')
			return -1;
		value = value * 10 + (number.ptr[i] - '0');
	}
	return number.len > 0 ? value : -1;
}

/* How many digits NUMBER has behind its point, which an exponent moves. */
static size_t
fraction_digits(struct slice number)
{
	const char *end = number.ptr + number.len;
	const char *p = memchr(number.ptr, '.', number.len), *from;
	size_t n;
	int exponent;

	if (p == NULL)
		return 0;
	for (from = ++p; p < end && *p >= '0' && *p <= '9'; p++)
		;
	n = (size_t)(p - from);
	if (p == end)
		return n;
	p += p + 1 < end && p[1] == '+' ? 2 : 1;
	exponent = small_number(slice_range(p, end));
	return exponent < 0        ? n
	    : n > (size_t)exponent ? n - (size_t)exponent
				   : 0;
}

/* The same of NUMBER, which may have a fraction itself. */
static int
digits_of(struct slice number, int64_t unit_ns)
{
	size_t digits = (size_t)digits_of_unit(unit_ns) +
	    fraction_digits(number);

	return digits < 9 ? (int)digits : 9;
}

/* The unit of a time of N digits before its point; 0 if that is too small. */
static int64_t
unit_of_size(size_t n)
{
	return n < 9  ? 0
	    : n <= 11 ? NS_PER_S
	    : n <= 14 ? NS_PER_MS
	    : n <= 17 ? NS_PER_US
		      : 1;
}

static size_t
count_digits(struct slice number)
{
	size_t n = 0;

	while (n < number.len && number.ptr[n] >= '0' && number.ptr[n] <= '9')
		n++;
	return n;
}

bool
convert_ticks(struct slice number, int64_t unit_ns, struct timestamp *t)
{
	if (!duration_scale(number, unit_ns, &t->ns))
		return false;
	t->digits = digits_of(number, unit_ns);
	t->lacks = 0;
	return true;
}

/* Milliseconds, as most programs count, without detours: of 13 digits. */
static bool
convert_ms(struct slice number, struct timestamp *t)
{
	uint64_t high, low;

	if (number.len != 13 || !digits_eight(number.ptr, &high) ||
	    !digits_eight(number.ptr + 5, &low))
		return false;
	/* The three digits in the middle were read twice. */
	*t = (struct timestamp){ .digits = 3 };
	t->ns = (int64_t)(high / 1000 * 100000000 + low);
	return !__builtin_mul_overflow(t->ns, NS_PER_MS, &t->ns);
}

bool
convert_epoch(struct slice number, int64_t unit_ns, struct timestamp *t)
{
	if (unit_ns == 0 && convert_ms(number, t))
		return t->ns > 0;
	if (unit_ns == 0)
		unit_ns = unit_of_size(count_digits(number));
	return unit_ns > 0 && convert_ticks(number, unit_ns, t) && t->ns > 0;
}

/* A time as access logs, mails and ctime(3) have it, and the like. */
static bool
parse_form(struct slice text, struct timestamp *t)
{
	static const char *const forms[] = { "%d/%b/%Y:%H:%M:%S %z",
		"%a, %d %b %Y %H:%M:%S %z", "%a, %d %b %Y %H:%M:%S %Z",
		"%a %b %e %H:%M:%S %Y", "%Y/%m/%d %H:%M:%S.%f",
		"%Y/%m/%d %H:%M:%S", "%Y%m%dT%H%M%S.%f%z", "%Y%m%dT%H%M%S%z" };
	const char *end = text.ptr + text.len;
	struct timeform form;

	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
		if (timeform_compile(&form, slice_of(forms[i])) == NULL &&
		    timeform_scan(&form, text.ptr, end, t) == end)
			return true;
	return false;
}

bool
convert_time(struct slice text, struct timestamp *t)
{
	return timestamp_parse(text, t) || convert_epoch(text, 0, t) ||
	    parse_form(text, t);
}

/* What the names of fields end in, or, without the `_`, consist of. */
static const struct {
	struct slice end;
	int64_t ns;
} named_units[] = {
	{ { "_ms", 3 }, NS_PER_MS },
	{ { "Ms", 2 }, NS_PER_MS },
	{ { "MS", 2 }, NS_PER_MS },
	{ { "_millis", 7 }, NS_PER_MS },
	{ { "Millis", 6 }, NS_PER_MS },
	{ { "_milliseconds", 13 }, NS_PER_MS },
	{ { "Milliseconds", 12 }, NS_PER_MS },
	{ { "_msec", 5 }, NS_PER_MS },
	{ { "_us", 3 }, NS_PER_US },
	{ { "Us", 2 }, NS_PER_US },
	{ { "_micros", 7 }, NS_PER_US },
	{ { "Micros", 6 }, NS_PER_US },
	{ { "_microseconds", 13 }, NS_PER_US },
	{ { "Microseconds", 12 }, NS_PER_US },
	{ { "_usec", 5 }, NS_PER_US },
	{ { "_ns", 3 }, 1 },
	{ { "Ns", 2 }, 1 },
	{ { "NS", 2 }, 1 },
	{ { "_nanos", 6 }, 1 },
	{ { "Nanos", 5 }, 1 },
	{ { "_nanoseconds", 12 }, 1 },
	{ { "Nanoseconds", 11 }, 1 },
	{ { "_nsec", 5 }, 1 },
	{ { "_s", 2 }, NS_PER_S },
	{ { "_sec", 4 }, NS_PER_S },
	{ { "_secs", 5 }, NS_PER_S },
	{ { "Secs", 4 }, NS_PER_S },
	{ { "_seconds", 8 }, NS_PER_S },
	{ { "Seconds", 7 }, NS_PER_S },
};

int64_t
convert_unit(struct slice name)
{
	const char *name_end = name.ptr + name.len;
	struct slice end;

	for (size_t i = 0; i < sizeof(named_units) / sizeof(*named_units);
	     i++) {
		end = named_units[i].end;
		if (*end.ptr == '_' && name.len == end.len - 1) {
			end.ptr++;
			end.len--;
		}
		if (name.len >= end.len &&
		    name_end[-1] == end.ptr[end.len - 1] &&
		    memcmp(name_end - end.len, end.ptr, end.len) == 0)
			return named_units[i].ns;
	}
	return 0;
}

/* `1m30.5s`: numbers and units, one behind the other. */
static bool
parse_parts(struct slice text, int64_t *sum)
{
	const char *p = text.ptr, *end = p + text.len, *start;
	int64_t part;

	*sum = 0;
	while (p < end) {
		start = p;
		while (p < end && ((*p >= '0' && *p <= '9') || *p == '.'))
			p++;
		while (p < end && (*p < '0' || *p > '9'))
			p++;
		if (!duration_parse(slice_range(start, p), &part) ||
		    __builtin_add_overflow(*sum, part, sum))
			return false;
	}
	return text.len > 0;
}

/* `PT1H2M3.5S`, as ISO 8601 has it, without days. */
static bool
parse_iso(struct slice text, int64_t *sum)
{
	char parts[40];

	if (text.len < 4 || text.len > sizeof(parts) ||
	    memcmp(text.ptr, "PT", 2) != 0)
		return false;
	for (size_t i = 2; i < text.len; i++)
		parts[i - 2] = text.ptr[i] >= 'A' ? text.ptr[i] | 0x20
						  : text.ptr[i];
	return parse_parts((struct slice){ parts, text.len - 2 }, sum);
}

/* `[days.]hours:minutes:seconds`, as .NET has it. */
static bool
parse_clock(struct slice text, int64_t *sum)
{
	static const int64_t units[] = { NS_PER_S, 60 * NS_PER_S,
		3600 * NS_PER_S, 86400 * NS_PER_S };
	size_t end = text.len, from;
	int64_t part;
	int i = 0;

	*sum = 0;
	for (;; end = from - 1) {
		from = end;
		while (from > 0 && text.ptr[from - 1] != ':' &&
		    (i != 2 || text.ptr[from - 1] != '.'))
			from--;
		if (i == 4 ||
		    !duration_scale((struct slice){ text.ptr + from,
					end - from },
			units[i++], &part) ||
		    part < 0 || __builtin_add_overflow(*sum, part, sum))
			return false;
		if (from == 0)
			return i > 2;
	}
}

bool
convert_duration(struct slice text, int64_t unit_ns, int64_t *ns)
{
	bool ok = duration_scale(text, unit_ns, ns) || parse_parts(text, ns) ||
	    parse_iso(text, ns) || parse_clock(text, ns);

	return ok && *ns >= 0;
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int
base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

/* 24 characters are 16 bytes, 12 are 8; anything else is no id in base64. */
static size_t
from_base64(char *dst, struct slice text)
{
	static const char hex[] = "0123456789abcdef";
	size_t bytes = text.len == 24 ? 16 : text.len == 12 ? 8 : 0, done = 0;
	uint32_t bits = 0;
	int have = 0, value;

	if (bytes == 0 || text.ptr[text.len - 1] != '=')
		return 0;
	for (size_t i = 0; i < text.len && done < bytes; i++) {
		value = base64_value(text.ptr[i]);
		if (value < 0)
			return 0;
		bits = bits << 6 | (uint32_t)value;
		have += 6;
		if (have >= 8) {
			have -= 8;
			dst[2 * done] = hex[bits >> (have + 4) & 15];
			dst[2 * done + 1] = hex[bits >> have & 15];
			done++;
		}
	}
	return done == bytes ? 2 * bytes : 0;
}

size_t
convert_id(char *dst, struct slice text)
{
	size_t n = 0;
	bool is_zero = true;

	/* As consoles print them. */
	if (slice_starts_with(text, SLICE("0x")) &&
	    (text.len == 18 || text.len == 34))
		text = slice_range(text.ptr + 2, text.ptr + text.len);
	while (n < text.len && hex_value(text.ptr[n]) >= 0) {
		is_zero = is_zero && text.ptr[n] == '0';
		dst[n] = text.ptr[n] >= 'A' && text.ptr[n] <= 'F'
		    ? (char)(text.ptr[n] | 0x20)
		    : text.ptr[n];
		n++;
	}
	if (n == text.len)
		return is_zero ? 0 : n;
	n = from_base64(dst, text);
	if (n > 0)
		return n;
	memcpy(dst, text.ptr, text.len);
	return text.len;
}

static struct slice
named(int i)
{
	static const char *const names[] = { "trace", "debug", "info", "warn",
		"error", "fatal" };

	return i < 0 || i > 5 ? (struct slice){ "", 0 } : slice_of(names[i]);
}

struct slice
convert_pino_level(struct slice number)
{
	int n = small_number(number);

	return named(n < 10 || n >= 100 ? -1 : n < 70 ? n / 10 - 1 : 5);
}

/* `SEVERITY_NUMBER_WARN2`, as protobuf's JSON may have it. */
static struct slice
otlp_level_by_name(struct slice text)
{
	const struct slice prefix = SLICE("SEVERITY_NUMBER_");
	const char *p = text.ptr + prefix.len, *end = text.ptr + text.len;

	if (!slice_starts_with(text, prefix))
		return named(-1);
	while (end > p && end[-1] >= '0' && end[-1] <= '9')
		end--;
	for (int i = 0; i < 6; i++)
		if (slice_equal(named(i), level_name(slice_range(p, end))))
			return named(i);
	return named(-1);
}

struct slice
convert_otlp_level(struct slice number)
{
	int n = small_number(number);

	if (n < 0)
		return otlp_level_by_name(number);
	return named(n < 1 || n > 24 ? -1 : (n - 1) / 4);
}

struct slice
convert_syslog_level(struct slice number)
{
	static const int levels[] = { 5, 5, 5, 4, 3, 2, 2, 1 };
	int n = small_number(number);

	return named(n < 0 || n > 7 ? -1 : levels[n]);
}

struct slice
convert_http_level(struct slice status)
{
	int n = status.len == 3 ? small_number(status) : -1;

	return named(n < 100 || n > 599 ? -1 : n < 500 ? 2 : 4);
}

static bool
is_word(struct slice text, const char *word)
{
	size_t i = 0;

	while (i < text.len && word[i] != '\0' &&
	    (text.ptr[i] == word[i] || (text.ptr[i] ^ 0x20) == word[i]))
		i++;
	return i == text.len && word[i] == '\0';
}

bool
convert_is_failure(struct slice status)
{
	static const char *const words[] = { "2", "status_code_error", "error",
		"err", "failed", "failure", "fail" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (is_word(status, words[i]))
			return true;
	return false;
}
