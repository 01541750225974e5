/* SPDX-License-Identifier: MIT */
#include "tele/rehearsal.h"
#include "tele/duration.h"
#include "tele/timestamp.h"

void
rehearsal_init(struct rehearsal *h, const struct pace *pace)
{
	*h = (struct rehearsal){ .pace = *pace };
	pace_begin(&h->pace, 0);
}

void
rehearsal_add(struct rehearsal *h, size_t bytes, bool has_time, int64_t ns)
{
	h->events++;
	h->bytes += bytes;
	if (!has_time)
		return;
	pace_due(&h->pace, ns);
	if (!h->has_time || ns < h->first_ns)
		h->first_ns = ns;
	if (!h->has_time || ns > h->last_ns)
		h->last_ns = ns;
	h->has_time = true;
}

static void
write_time(struct out *out, const char *key, int64_t ns)
{
	char text[TIMESTAMP_MAX];
	int digits = ns % NS_PER_MS == 0 ? 3 : ns % NS_PER_US == 0 ? 6 : 9;

	out_format(out, ",\"%s\":\"%.*s\"", key,
	    (int)timestamp_format(text, ns, digits), text);
}

static void
write_ms(struct out *out, const char *key, int64_t ns)
{
	char text[DURATION_MS_MAX];

	out_format(out, ",\"%s\":%.*s", key, (int)duration_format_ms(text, ns),
	    text);
}

void
rehearsal_write(const struct rehearsal *h, uint64_t rounds, struct out *out)
{
	int64_t recorded_ns;

	out_format(out, "{\"events\":%llu,\"bytes\":%llu",
	    (unsigned long long)h->events, (unsigned long long)h->bytes);
	if (h->has_time) {
		write_time(out, "first", h->first_ns);
		write_time(out, "last", h->last_ns);
		/* Times reach over more years than durations do. */
		if (!__builtin_sub_overflow(h->last_ns, h->first_ns,
			&recorded_ns))
			write_ms(out, "recorded_ms", recorded_ns);
	}
	write_ms(out, "takes_ms", h->pace.last_ns);
	write_ms(out, "longest_wait_ms", h->pace.longest_ns);
	out_format(out, ",\"rounds\":%llu}\n", (unsigned long long)rounds);
}
