/* SPDX-License-Identifier: MIT */
#include "tele/convert.h"
#include "tele/duration.h"

/* How many digits the fraction of a number in units of UNIT_NS has to show. */
static int
digits_of(struct slice number, int64_t unit_ns)
{
	const char *dot = memchr(number.ptr, '.', number.len);
	size_t after = dot == NULL
	    ? 0
	    : (size_t)(number.ptr + number.len - dot - 1);
	size_t own = unit_ns == 1  ? 9
	    : unit_ns == NS_PER_US ? 6
	    : unit_ns == NS_PER_MS ? 3
				   : 0;

	return own + after < 9 ? (int)(own + after) : 9;
}

/* Past 1973 in any unit; what is smaller is taken for seconds. */
static int64_t
guess_unit(struct slice number)
{
	size_t n = 0;

	while (n < number.len && number.ptr[n] >= '0' && number.ptr[n] <= '9')
		n++;
	return n <= 11 ? NS_PER_S
	    : n <= 14  ? NS_PER_MS
	    : n <= 17  ? NS_PER_US
		       : 1;
}

bool
convert_epoch(struct slice number, int64_t unit_ns, struct timestamp *t)
{
	if (unit_ns == 0)
		unit_ns = guess_unit(number);
	if (!duration_scale(number, unit_ns, &t->ns) || t->ns <= 0)
		return false;
	t->digits = digits_of(number, unit_ns);
	t->lacks = 0;
	return true;
}

bool
convert_time(struct slice text, struct timestamp *t)
{
	return timestamp_parse(text, t) || convert_epoch(text, 0, t);
}

static bool
ends_with(struct slice s, const char *end)
{
	size_t n = strlen(end);

	return s.len >= n && memcmp(s.ptr + s.len - n, end, n) == 0;
}

int64_t
convert_unit(struct slice name)
{
	static const struct {
		const char *end;
		int64_t ns;
	} units[] = {
		{ "_ms", NS_PER_MS },
		{ "Ms", NS_PER_MS },
		{ "MS", NS_PER_MS },
		{ "Millis", NS_PER_MS },
		{ "_millis", NS_PER_MS },
		{ "_us", NS_PER_US },
		{ "Us", NS_PER_US },
		{ "Micros", NS_PER_US },
		{ "_micros", NS_PER_US },
		{ "_ns", 1 },
		{ "Ns", 1 },
		{ "NS", 1 },
		{ "Nanos", 1 },
		{ "_nanos", 1 },
		{ "_s", NS_PER_S },
		{ "_sec", NS_PER_S },
		{ "_seconds", NS_PER_S },
		{ "Seconds", NS_PER_S },
	};

	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (ends_with(name, units[i].end))
			return units[i].ns;
	return 0;
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

static int
small_number(struct slice number)
{
	int value = 0;

	for (size_t i = 0; i < number.len && i < 4; i++) {
		if (number.ptr[i] < '0' || number.ptr[i] > '9')
			return -1;
		value = value * 10 + (number.ptr[i] - '0');
	}
	return number.len > 0 ? value : -1;
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

	return named(n < 10 ? -1 : n < 70 ? n / 10 - 1 : 5);
}

struct slice
convert_otlp_level(struct slice number)
{
	int n = small_number(number);

	return named(n < 1 || n > 24 ? -1 : (n - 1) / 4);
}

struct slice
convert_syslog_level(struct slice number)
{
	static const int levels[] = { 5, 5, 5, 4, 3, 2, 2, 1 };
	int n = small_number(number);

	return named(n < 0 || n > 7 ? -1 : levels[n]);
}
