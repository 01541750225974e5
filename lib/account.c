/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/account.h"
#include "tele/json.h"
#include "tele/mem.h"
#include "tele/term.h"

enum { MESSAGE_WIDTH = 80 }; /* columns of it in a label */

#define BIT(key) (UINT64_C(1) << (key))

const uint64_t account_keys = BIT(EVENT_KIND) | BIT(EVENT_NAME) |
    BIT(EVENT_PRIORITY) | BIT(EVENT_STATUS) | BIT(EVENT_SERVICE) |
    BIT(EVENT_PLUGIN) | BIT(EVENT_SEQUENCE) | BIT(EVENT_SEQUENCE_ID) |
    BIT(EVENT_MOVEMENT) | BIT(EVENT_BEAT) | BIT(EVENT_EVENT) |
    BIT(EVENT_HANDLER) | BIT(EVENT_ADDED) | BIT(EVENT_UPDATED) |
    BIT(EVENT_REMOVED) | BIT(EVENT_LEVEL) | BIT(EVENT_MESSAGE) |
    BIT(EVENT_ERROR_TYPE) | BIT(EVENT_ERROR_MESSAGE);

/* The rest is not compared, but told. */
static const uint64_t read_keys = BIT(EVENT_SRC) | BIT(EVENT_SRC_LINE);

/* What makes it a step comes first, then how it ended. */
static const int by_weight[] = { EVENT_KIND, EVENT_PLUGIN, EVENT_SERVICE,
	EVENT_HANDLER, EVENT_NAME, EVENT_STATUS };

void
account_init(struct account *a)
{
	*a = (struct account){ 0 };
	out_open_memory(&a->text);
}

void
account_free(struct account *a)
{
	out_close(&a->text);
}

static void
write_normal(struct out *out, struct slice raw)
{
	char *p = out_reserve(out, raw.len * 6 + 16);

	out_commit(out, p + json_normal(p, raw));
}

/* The strings of the array that J is in, each with its quotes. */
static void
write_strings(struct out *out, struct json *j)
{
	bool is_first = true;

	while (json_next(j) == JSON_STRING) {
		out_write(out, is_first ? SLICE("\"") : SLICE(",\""));
		write_normal(out, j->text);
		out_write(out, SLICE("\""));
		is_first = false;
	}
}

/* The value of KEY, which J is at. */
static void
read_value(struct account *a, struct json *j, int key)
{
	enum json_token token = json_next(j);
	size_t at = a->text.len;

	a->have &= ~BIT(key);
	if (token == JSON_ARRAY)
		write_strings(&a->text, j);
	else if (token == JSON_STRING)
		write_normal(&a->text, j->text);
	else if (token == JSON_NUMBER)
		out_write(&a->text, j->text);
	if (a->text.len == at)
		return;
	a->have |= BIT(key);
	/* The text may move: until all is read, where it is in there. */
	a->at[key] = at;
	a->value[key].len = a->text.len - at;
}

static int
key_of(struct slice raw)
{
	char text[64];
	size_t len;

	if (raw.len > sizeof(text))
		return -1;
	len = json_unescape(text, raw);
	return event_key_of((struct slice){ text, len });
}

void
account_read(struct account *a, struct slice record)
{
	enum json_token token;
	struct json j;
	int key;

	a->have = 0;
	a->text.len = 0;
	json_init(&j);
	json_feed(&j, record, true);
	while ((token = json_next(&j)) > JSON_END) {
		if (token != JSON_KEY || j.depth != 1)
			continue;
		key = key_of(j.text);
		if (key >= 0 && ((account_keys | read_keys) >> key & 1) != 0)
			read_value(a, &j, key);
	}
	for (key = 0; key < EVENT_KEYS; key++)
		if ((a->have >> key & 1) != 0)
			a->value[key].ptr = a->text.buf + a->at[key];
		else
			a->value[key] = (struct slice){ "", 0 };
}

static bool
differs(const struct account *a, const struct account *b, int key,
    uint64_t keys)
{
	return (keys >> key & 1) != 0 &&
	    !slice_equal(a->value[key], b->value[key]);
}

int
account_difference(const struct account *a, const struct account *b,
    uint64_t keys)
{
	for (size_t i = 0; i < sizeof(by_weight) / sizeof(*by_weight); i++)
		if (differs(a, b, (int)by_weight[i], keys))
			return (int)by_weight[i];
	for (int key = 0; key < EVENT_KEYS; key++)
		if (differs(a, b, key, keys))
			return key;
	return -1;
}

/* The value of KEY, or without one that of OTHER. */
static struct slice
first_of(const struct account *a, enum event_key key, enum event_key other)
{
	return a->value[a->value[key].len > 0 ? key : other];
}

static struct slice
owner_of(const struct account *a)
{
	return first_of(a, EVENT_PLUGIN, EVENT_SERVICE);
}

static struct slice
name_of(const struct account *a)
{
	return first_of(a, EVENT_HANDLER, EVENT_NAME);
}

void
account_write_step(const struct account *a, struct out *out)
{
	out_write(out, a->value[EVENT_KIND]);
	out_write(out, SLICE("\n"));
	out_write(out, owner_of(a));
	out_write(out, SLICE("\n"));
	out_write(out, name_of(a));
}

static void
write_plain(struct out *out, struct slice json)
{
	char *p = out_reserve(out, json.len);

	out_commit(out, p + json_unescape(p, json));
}

/* As much of the message JSON as is good to read. */
static void
write_message(struct out *out, struct slice json)
{
	char *plain, *p;

	if (json.len == 0)
		return;
	out_write(out, SLICE(": "));
	plain = mem_alloc(json.len);
	json.len = json_unescape(plain, json);
	json.ptr = plain;
	p = out_reserve(out, json.len + 3);
	out_commit(out, p + term_shorten(p, json, MESSAGE_WIDTH, true));
	free(plain);
}

void
account_write_label(const struct account *a, struct out *out)
{
	struct slice owner = owner_of(a), name = name_of(a), outcome;

	write_plain(out, a->value[EVENT_KIND]);
	if (owner.len + name.len > 0)
		out_write(out, SLICE(" "));
	write_plain(out, owner);
	if (owner.len > 0 && name.len > 0)
		out_write(out, SLICE("."));
	write_plain(out, name);
	outcome = first_of(a, EVENT_STATUS, EVENT_LEVEL);
	if (outcome.len > 0)
		out_write(out, SLICE(" "));
	write_plain(out, outcome);
	write_message(out, first_of(a, EVENT_ERROR_MESSAGE, EVENT_MESSAGE));
}

void
account_write_value(const struct account *a, int key, struct out *out)
{
	if (a->value[key].len == 0)
		out_write(out, SLICE("none"));
	else if (event_keys[key].type == EVENT_STRINGS)
		out_write(out, a->value[key]);
	else
		write_plain(out, a->value[key]);
}

void
account_write_place(const struct account *a, struct out *out)
{
	if (a->value[EVENT_SRC].len == 0)
		return;
	write_plain(out, a->value[EVENT_SRC]);
	if (a->value[EVENT_SRC_LINE].len > 0)
		out_write(out, SLICE(":"));
	out_write(out, a->value[EVENT_SRC_LINE]);
}
