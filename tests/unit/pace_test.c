/* SPDX-License-Identifier: MIT */
#include "tap.h"
#include "tele/duration.h"
#include "tele/pace.h"

static void
test_speeds(void)
{
	static const struct {
		const char *text;
		long double speed; /* negative: none */
	} speeds[] = { { "max", 0 }, { "1", 1 }, { "10x", 10 },
		{ "0.25", 0.25 }, { "2.5x", 2.5 }, { "1000000000", 1e9L },
		{ "1000000001", -1 }, { "0.000000001", 1e-9L },
		{ "0.0000000001", -1 }, { "0", -1 }, { "", -1 }, { "x", -1 },
		{ "1xx", -1 }, { "1.", -1 }, { ".5", -1 }, { "-1", -1 },
		{ "+1", -1 }, { " 1", -1 }, { "1e3", -1 }, { "0x1", -1 },
		{ "inf", -1 }, { "maximum", -1 } };
	long double speed, error;
	bool is_speed;

	for (size_t i = 0; i < sizeof(speeds) / sizeof(*speeds); i++) {
		is_speed = pace_speed(speeds[i].text, &speed);
		error = speed - speeds[i].speed;
		ok(is_speed ? error < 1e-18L && error > -1e-18L
			    : speeds[i].speed < 0,
		    "'%s' is %s", speeds[i].text,
		    speeds[i].speed < 0 ? "no speed" : "a speed");
	}
}

/* A third of 10 million times 1 ms and 1 ns is not 10 million thirds. */
static void
test_drift(void)
{
	struct pace p = { .speed = 3 };
	int64_t due = 0;

	pace_begin(&p, 0);
	for (int64_t i = 0; i <= 10000000; i++)
		due = pace_due(&p, i * 1000001);
	ok(due == 3333336666666, "nothing adds up over 10 million events");
}

static void
test_waits(void)
{
	struct pace p = { .speed = 1, .max_wait_ns = 100 };

	pace_begin(&p, 1000);
	ok(pace_due(&p, 50) == 1000, "the first event is due at once");
	ok(pace_due(&p, 60) == 1010, "the next after as long as it was");
	ok(pace_due(&p, 55) == 1010, "one that is late is due at once");
	ok(pace_due(&p, 70) == 1020, "and the next is none the later");
	ok(pace_due(&p, 5070) == 1120, "a long silence is cut");
	ok(pace_due(&p, 5080) == 1130, "and all comes as much earlier");
	ok(p.longest_ns == 100, "the longest wait is that which was cut");
	pace_again(&p);
	ok(pace_due(&p, 50) == 1130, "another round follows at once");
	ok(pace_due(&p, 61) == 1141, "in its own time");
}

static void
test_extremes(void)
{
	struct pace p = { .speed = 1e-9L };
	int64_t due;

	pace_begin(&p, NS_PER_S);
	pace_due(&p, INT64_MIN);
	due = pace_due(&p, INT64_MAX);
	ok(due > NS_PER_S,
	    "the longest silence at the lowest speed is positive");
	ok(pace_due(&p, INT64_MIN) == due, "what is before it, too");
	p = (struct pace){ .speed = 0 };
	pace_begin(&p, 7);
	pace_due(&p, 0);
	ok(pace_due(&p, INT64_MAX) == 7, "without a speed nothing waits");
}

int
main(void)
{
	test_speeds();
	test_waits();
	test_drift();
	test_extremes();
	return done();
}
