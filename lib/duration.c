/* SPDX-License-Identifier: MIT */
#include <time.h>

#include "tele/duration.h"

static const char digit_pairs[] = "0001020304050607080910111213141516171819"
				  "2021222324252627282930313233343536373839"
				  "4041424344454647484950515253545556575859"
				  "6061626364656667686970717273747576777879"
				  "8081828384858687888990919293949596979899";

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The exponent at P as a signed number, bounded, or false if malformed. */
static bool
exponent(const char *p, const char *end, int *value)
{
	bool negative = false;
	int n = 0;

	if (p < end && (*p == '+' || *p == '-'))
		negative = *p++ == '-';
	if (p == end)
		return false;
	for (; p < end; p++) {
		if (!is_digit(*p))
			return false;
		if (n < 10000)
			n = n * 10 + (*p - '0');
	}
	*value = negative ? -n : n;
	return true;
}

/* mantissa * 10^power * unit, rounded; false on overflow. */
static bool
scale(unsigned __int128 mantissa, int power, int64_t unit_ns, int64_t *ns)
{
	const unsigned __int128 max = (unsigned __int128)INT64_MAX;
	unsigned __int128 value = mantissa * (uint64_t)unit_ns, divisor = 1;

	for (; power > 0 && value <= max; power--)
		value *= 10;
	for (; power < 0 && divisor <= value; power++)
		divisor *= 10;
	if (power < 0)
		value = 0; /* less than half a nanosecond */
	else
		value = (value + divisor / 2) / divisor;
	if (value > max)
		return false;
	*ns = (int64_t)value;
	return true;
}

/* The same where nothing has to be rounded, which is nearly always. */
static bool
scale_exactly(uint64_t mantissa, int power, int64_t unit_ns, int64_t *ns)
{
	static const int64_t tens[] = { 1, 10, 100, 1000, 10000, 100000,
		1000000, 10000000, 100000000, 1000000000 };

	if (power > 0 || power < -9 || unit_ns % tens[-power] != 0 ||
	    mantissa > INT64_MAX)
		return false;
	return !__builtin_mul_overflow((int64_t)mantissa,
	    unit_ns / tens[-power], ns);
}

/* NUMBER, if it is digits and nothing else, which most are. */
static bool
scale_integer(struct slice number, int64_t unit_ns, int64_t *ns)
{
	int64_t value = 0;

	if (number.len == 0 || number.len > 18)
		return false;
	for (size_t i = 0; i < number.len; i++) {
		if (!is_digit(number.ptr[i]))
			return false;
		value = value * 10 + (number.ptr[i] - '0');
	}
	return !__builtin_mul_overflow(value, unit_ns, ns);
}

bool
duration_scale(struct slice number, int64_t unit_ns, int64_t *ns)
{
	const char *p = number.ptr, *end = p + number.len;
	uint64_t mantissa = 0;
	int digits = 0, power = 0, e;
	bool negative = false, fraction = false, some = false;

	if (scale_integer(number, unit_ns, ns))
		return true;
	if (p < end && *p == '-') {
		negative = true;
		p++;
	}
	for (; p < end; p++) {
		if (*p == '.' && some && !fraction) {
			fraction = true;
			continue;
		}
		if (!is_digit(*p))
			break;
		some = true;
		if (digits < 19) {
			mantissa = mantissa * 10 + (uint64_t)(*p - '0');
			digits += mantissa > 0;
			power -= fraction;
		} else {
			power += !fraction; /* too fine to matter */
		}
	}
	if (!some)
		return false;
	if (p < end) {
		if ((*p != 'e' && *p != 'E') || !exponent(p + 1, end, &e))
			return false;
		power += e;
	}
	if (!scale_exactly(mantissa, power, unit_ns, ns) &&
	    !scale(mantissa, power, unit_ns, ns))
		return false;
	if (negative)
		*ns = -*ns;
	return true;
}

#define UNIT(name, ns)                           \
	{                                        \
		{ name, sizeof(name) - 1 }, (ns) \
	}

/* How units are written, the shortest first, for they are the most common. */
static const struct {
	struct slice name;
	int64_t ns;
} units[] = {
	UNIT("ms", NS_PER_MS),
	UNIT("s", NS_PER_S),
	UNIT("us", NS_PER_US),
	UNIT("\xc2\xb5s", NS_PER_US), /* micro sign */
	UNIT("\xce\xbcs", NS_PER_US), /* Greek mu */
	UNIT("ns", 1),
	UNIT("m", 60 * NS_PER_S),
	UNIT("min", 60 * NS_PER_S),
	UNIT("h", 3600 * NS_PER_S),
	UNIT("d", 86400 * NS_PER_S),
	UNIT("nsec", 1),
	UNIT("nsecs", 1),
	UNIT("nanos", 1),
	UNIT("nanosecond", 1),
	UNIT("nanoseconds", 1),
	UNIT("usec", NS_PER_US),
	UNIT("usecs", NS_PER_US),
	UNIT("micros", NS_PER_US),
	UNIT("microsecond", NS_PER_US),
	UNIT("microseconds", NS_PER_US),
	UNIT("msec", NS_PER_MS),
	UNIT("msecs", NS_PER_MS),
	UNIT("millis", NS_PER_MS),
	UNIT("millisecond", NS_PER_MS),
	UNIT("milliseconds", NS_PER_MS),
	UNIT("sec", NS_PER_S),
	UNIT("secs", NS_PER_S),
	UNIT("second", NS_PER_S),
	UNIT("seconds", NS_PER_S),
	UNIT("mins", 60 * NS_PER_S),
	UNIT("minute", 60 * NS_PER_S),
	UNIT("minutes", 60 * NS_PER_S),
	UNIT("hr", 3600 * NS_PER_S),
	UNIT("hrs", 3600 * NS_PER_S),
	UNIT("hour", 3600 * NS_PER_S),
	UNIT("hours", 3600 * NS_PER_S),
	UNIT("day", 86400 * NS_PER_S),
	UNIT("days", 86400 * NS_PER_S),
};
#undef UNIT

int64_t
duration_unit(struct slice name)
{
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (slice_equal(name, units[i].name))
			return units[i].ns;
	return 0;
}

bool
duration_parse(struct slice text, int64_t *ns)
{
	const char *p = text.ptr, *end = p + text.len;
	struct slice number;
	int64_t unit_ns;

	while (p < end && (is_digit(*p) || *p == '.'))
		p++;
	number = slice_range(text.ptr, p);
	while (p < end && *p == ' ')
		p++;
	unit_ns = duration_unit(slice_range(p, end));
	return unit_ns > 0 && duration_scale(number, unit_ns, ns);
}

/* How many digits N has. */
static inline size_t
count_digits(uint64_t n)
{
	size_t count = 1;

	for (; n >= 10000; n /= 10000)
		count += 4;
	return count + (n >= 10) + (n >= 100) + (n >= 1000);
}

size_t
decimal_format(char *dst, uint64_t n)
{
	size_t len = count_digits(n);
	char *p = dst + len;

	for (; n >= 100; n /= 100) {
		p -= 2;
		memcpy(p, digit_pairs + n % 100 * 2, 2);
	}
	if (n >= 10)
		memcpy(dst, digit_pairs + n * 2, 2);
	else
		*dst = (char)('0' + n);
	return len;
}

size_t
duration_format_ms(char *dst, int64_t ns)
{
	uint64_t magnitude = ns < 0 ? -(uint64_t)ns : (uint64_t)ns;
	uint32_t fraction = (uint32_t)(magnitude % (uint64_t)NS_PER_MS);
	size_t len = 0;

	if (ns < 0)
		dst[len++] = '-';
	len += decimal_format(dst + len, magnitude / (uint64_t)NS_PER_MS);
	if (fraction == 0)
		return len;
	dst[len++] = '.';
	memcpy(dst + len, digit_pairs + fraction / 10000 * 2, 2);
	memcpy(dst + len + 2, digit_pairs + fraction / 100 % 100 * 2, 2);
	memcpy(dst + len + 4, digit_pairs + fraction % 100 * 2, 2);
	len += 6;
	while (dst[len - 1] == '0')
		len--;
	return len;
}

int64_t
clock_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * NS_PER_S + t.tv_nsec;
}
