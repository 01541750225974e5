/* SPDX-License-Identifier: MIT */
/*
 * grow - make a long conductor log of a short one
 *
 * usage: grow BYTES < app.log > long.log
 *
 * What comes before the first `Now executing` is written once, the rest again
 * and again, each time later: stamps and the milliseconds within request ids
 * move on, so that every request id is new.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tele/duration.h"
#include "tele/mem.h"
#include "tele/timestamp.h"

static char *
read_all(size_t *len)
{
	size_t cap = 1 << 20, n;
	char *text = mem_alloc(cap);

	*len = 0;
	while ((n = fread(text + *len, 1, cap - *len, stdin)) > 0) {
		*len += n;
		if (*len == cap) {
			cap *= 2;
			text = mem_resize(text, cap, 1);
		}
	}
	return text;
}

static int
count_digits(const char *p, const char *end)
{
	int n = 0;

	while (p + n < end && p[n] >= '0' && p[n] <= '9')
		n++;
	return n;
}

/* Copy a line, with its stamp and all `-<13 digits>-` MS later. */
static void
put_line(const char *p, const char *end, int64_t ms)
{
	struct timestamp t;
	char text[TIMESTAMP_MAX];
	const char *after = timestamp_scan(p, end, &t);

	if (after != NULL) {
		fwrite(text, 1,
		    timestamp_format(text, t.ns + ms * NS_PER_MS, t.digits),
		    stdout);
		p = after;
	}
	while (p < end) {
		if (*p == '-' && count_digits(p + 1, end) == 13) {
			printf("-%lld", strtoll(p + 1, NULL, 10) + ms);
			p += 14;
			continue;
		}
		after = memchr(p + 1, '-', (size_t)(end - p - 1));
		if (after == NULL)
			after = end;
		fwrite(p, 1, (size_t)(after - p), stdout);
		p = after;
	}
}

static int64_t
stamp_ms(const char *p, const char *end)
{
	struct timestamp t = { 0 };

	timestamp_scan(p, end, &t);
	return t.ns / NS_PER_MS;
}

int
main(int argc, char *argv[])
{
	size_t len, written = 0, want;
	char *text = read_all(&len), *body, *last, *next;
	int64_t span;

	if (argc != 2 || len < 2)
		return 2;
	want = strtoull(argv[1], NULL, 10);
	text[len - 1] = '\n';
	body = memmem(text, len, "Now executing", 13);
	last = memrchr(text, '\n', len - 1);
	if (body == NULL || last == NULL)
		return 2;
	body = memrchr(text, '\n', (size_t)(body - text));
	if (body == NULL)
		return 2;
	body++;
	span = stamp_ms(last + 1, text + len) - stamp_ms(body, text + len) + 7;
	fwrite(text, 1, (size_t)(body - text), stdout);
	for (int64_t round = 0; written < want; round++)
		for (char *p = body; p < text + len && written < want;
		     p = next) {
			next = (char *)memchr(p, '\n',
				   (size_t)(text + len - p)) +
			    1;
			put_line(p, next, round * span);
			written += (size_t)(next - p);
		}
	free(text);
	return ferror(stdout) ? 2 : 0;
}
