/* SPDX-License-Identifier: MIT */
#include "tele/expect.h"
#include "tele/tap.h"

enum { CONTEXT = 3, LABELS = CONTEXT + 1 };

/* One of the two that are compared. */
struct side {
	struct order *order;
	struct account account;
	bool has_more;
};

struct comparison {
	struct side expected, observed;
	struct noise *noise;
	struct out *out;
	struct out labels[LABELS]; /* of the last steps, in a ring */
	struct out text;
	uint64_t count;
};

static void
advance(struct side *s)
{
	const struct ordered *e = order_next(s->order);

	s->has_more = e != NULL;
	if (s->has_more)
		account_read(&s->account, ordered_record(e));
}

static struct slice
text_of(const struct out *out)
{
	return (struct slice){ out->len > 0 ? out->buf : "", out->len };
}

/* `ok 1 - beat P.h ok`; the label stays known as context. */
static void
write_test(struct comparison *c, const char *verdict, const struct account *a)
{
	struct out *label = &c->labels[c->count++ % LABELS];

	label->len = 0;
	account_write_label(a, label);
	out_format(c->out, "%s %llu - ", verdict, (unsigned long long)c->count);
	tap_text(c->out, text_of(label));
	out_write(c->out, SLICE("\n"));
}

/* Write c->text as an item of a list. */
static void
write_item(struct comparison *c)
{
	out_write(c->out, SLICE("    - "));
	tap_string(c->out, text_of(&c->text));
	out_write(c->out, SLICE("\n"));
}

/* The steps before the one that was COUNTed last. */
static void
write_before(struct comparison *c)
{
	uint64_t i = c->count > CONTEXT + 1 ? c->count - CONTEXT - 1 : 0;

	for (; i + 1 < c->count; i++) {
		c->text.len = 0;
		out_write(&c->text, SLICE("  "));
		out_write(&c->text, text_of(&c->labels[i % LABELS]));
		write_item(c);
	}
}

/* What S goes on with, marked by SIGN. */
static void
write_rest(struct comparison *c, struct side *s, const char *sign)
{
	for (int i = 0; i < CONTEXT && s->has_more; i++) {
		c->text.len = 0;
		out_write(&c->text, slice_of(sign));
		account_write_label(&s->account, &c->text);
		write_item(c);
		advance(s);
	}
}

/* What differs, in words, into c->text. */
static void
describe(struct comparison *c, int key)
{
	struct out *text = &c->text;

	text->len = 0;
	if (!c->observed.has_more) {
		out_write(text, SLICE("nothing more came"));
	} else if (!c->expected.has_more) {
		out_write(text, SLICE("nothing more was expected"));
	} else {
		out_write(text, event_keys[key].name);
		out_write(text, SLICE(" is "));
		account_write_value(&c->observed.account, key, text);
		out_write(text, SLICE(", not "));
		account_write_value(&c->expected.account, key, text);
	}
}

static void
write_place(struct comparison *c, const char *key, const struct side *s)
{
	c->text.len = 0;
	if (s->has_more)
		account_write_place(&s->account, &c->text);
	tap_member(c->out, key, text_of(&c->text));
}

/* The test that failed: by KEY, if both sides have a step. */
static void
write_divergence(struct comparison *c, int key)
{
	struct side *shown = c->expected.has_more ? &c->expected : &c->observed;

	write_test(c, "not ok", &shown->account);
	out_write(c->out, SLICE("  ---\n"));
	describe(c, key);
	tap_member(c->out, "message", text_of(&c->text));
	write_place(c, "expected", &c->expected);
	write_place(c, "observed", &c->observed);
	out_write(c->out, SLICE("  context:\n"));
	write_before(c);
	write_rest(c, &c->expected, "- ");
	write_rest(c, &c->observed, "+ ");
	out_write(c->out, SLICE("  ...\n"));
}

/* Compare what both have now; false, with a test that failed, if it differs. */
static bool
compare_step(struct comparison *c)
{
	const struct account *a = &c->expected.account;
	int key = -1;

	if (c->expected.has_more && c->observed.has_more)
		key = account_difference(a, &c->observed.account,
		    account_keys & ~noise_of(c->noise, a));
	if (key >= 0 || !c->expected.has_more || !c->observed.has_more) {
		write_divergence(c, key);
		return false;
	}
	write_test(c, "ok", a);
	return true;
}

static bool
compare_all(struct comparison *c)
{
	bool is_same = true;

	tap_begin(c->out);
	for (;;) {
		advance(&c->expected);
		advance(&c->observed);
		if (!c->expected.has_more && !c->observed.has_more)
			break;
		is_same = compare_step(c);
		if (!is_same)
			break;
	}
	if (c->count == 0)
		out_format(c->out,
		    "ok %llu - nothing is expected, and nothing "
		    "came\n",
		    (unsigned long long)++c->count);
	out_format(c->out, "1..%llu\n", (unsigned long long)c->count);
	return is_same;
}

bool
expect_compare(struct order *expected, struct order *observed,
    struct noise *noise, struct out *out)
{
	struct comparison c = { .expected.order = expected,
		.observed.order = observed,
		.noise = noise,
		.out = out };
	bool is_same;

	account_init(&c.expected.account);
	account_init(&c.observed.account);
	out_open_memory(&c.text);
	for (int i = 0; i < LABELS; i++)
		out_open_memory(&c.labels[i]);
	is_same = compare_all(&c);
	for (int i = 0; i < LABELS; i++)
		out_close(&c.labels[i]);
	out_close(&c.text);
	account_free(&c.observed.account);
	account_free(&c.expected.account);
	return is_same;
}
