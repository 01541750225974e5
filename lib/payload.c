/* SPDX-License-Identifier: MIT */
#include "tele/payload.h"
#include "tele/eventfind.h"
#include "tele/json.h"
#include "tele/term.h"

void
payload_init(struct payload *p, const char *key, bool is_shown)
{
	*p = (struct payload){ .key = key, .is_shown = is_shown };
	out_open_memory(&p->text);
}

void
payload_free(struct payload *p)
{
	out_close(&p->text);
}

/* VALUE as text at the start of p->text; where it ends. */
static size_t
put_plain(struct payload *p, struct slice value, bool is_string)
{
	char *to = out_reserve(&p->text, value.len);

	if (is_string)
		return json_unescape(to, value);
	memcpy(to, value.ptr, value.len);
	return value.len;
}

/* The LEN bytes at the start of p->text, as they may be shown, behind them. */
static struct slice
show(struct payload *p, size_t len)
{
	size_t size = 6 * len + 1;
	char *to;

	p->text.len = len;
	to = out_reserve(&p->text, size);
	len = term_escape(to, size, (struct slice){ p->text.buf, len });
	to[len] = '\n';
	return (struct slice){ to, len + 1 };
}

static bool
read_value(struct payload *p, struct slice record, struct slice *text)
{
	struct event ev = { .line = record };
	enum json_token type;
	struct slice value = event_find(&ev, slice_of(p->key), &type);
	size_t len;

	if (type == JSON_END || type == JSON_NULL)
		return false;
	p->text.len = 0;
	len = put_plain(p, value, type == JSON_STRING);
	if (len > 0 && memchr(p->text.buf, '\n', len) != NULL) {
		p->broken++;
		return false;
	}
	if (p->is_shown) {
		*text = show(p, len);
		return true;
	}
	p->text.len = len;
	out_write(&p->text, SLICE("\n"));
	*text = (struct slice){ p->text.buf, len + 1 };
	return true;
}

bool
payload_read(struct payload *p, struct slice line, struct slice *text)
{
	struct slice record = { line.ptr, line.len - 1 };
	char *to;

	if (p->key != NULL)
		return read_value(p, record, text);
	*text = line;
	if (!p->is_shown)
		return true;
	p->text.len = 0;
	to = out_reserve(&p->text, record.len * 6 + 16);
	out_commit(&p->text, to + json_tame(to, record));
	out_write(&p->text, SLICE("\n"));
	*text = (struct slice){ p->text.buf, p->text.len };
	return true;
}
