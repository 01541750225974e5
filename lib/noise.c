/* SPDX-License-Identifier: MIT */
#include "tele/noise.h"
#include "tele/diag.h"
#include "tele/order.h"

void
noise_init(struct noise *n)
{
	map_init(&n->keys, sizeof(uint64_t));
	out_open_memory(&n->step);
}

void
noise_free(struct noise *n)
{
	map_free(&n->keys);
	out_close(&n->step);
}

static struct slice
step_of(struct noise *n, const struct account *a)
{
	n->step.len = 0;
	account_write_step(a, &n->step);
	return (struct slice){ n->step.buf, n->step.len };
}

uint64_t
noise_of(struct noise *n, const struct account *a)
{
	const uint64_t *keys = map_get(&n->keys, step_of(n, a));

	return keys != NULL ? *keys : 0;
}

/* Learn from two events that should be alike; false if they are other steps. */
static bool
learn(struct noise *n, const struct account *a, const struct account *b)
{
	struct out step;
	struct slice of_a = step_of(n, a);
	uint64_t varies = 0, left;
	bool is_same;
	int key;

	out_open_memory(&step);
	account_write_step(b, &step);
	is_same = slice_equal(of_a, (struct slice){ step.buf, step.len });
	out_close(&step);
	if (!is_same)
		return false;
	for (left = account_keys; (key = account_difference(a, b, left)) >= 0;
	     left &= ~(UINT64_C(1) << key))
		varies |= UINT64_C(1) << key;
	if (varies != 0)
		*(uint64_t *)map_put(&n->keys, of_a, NULL) |= varies;
	return true;
}

static void
report_parting(const char *a, const char *b, uint64_t events)
{
	warn("'%s' and '%s' go apart after %llu events: what varies is learned "
	     "from those",
	    a, b, (unsigned long long)events);
}

bool
noise_learn(struct noise *n, const char *a, const char *b,
    uint64_t window_bytes)
{
	const char *names[] = { a, b };
	struct order orders[2];
	struct account accounts[2];
	const struct ordered *e[2];
	uint64_t events = 0;
	bool is_read = true;

	for (int i = 0; i < 2; i++) {
		order_open(&orders[i], 0, NULL, window_bytes, 1,
		    (char **)&names[i]);
		account_init(&accounts[i]);
	}
	for (;; events++) {
		for (int i = 0; i < 2; i++) {
			e[i] = order_next(&orders[i]);
			if (e[i] != NULL)
				account_read(&accounts[i],
				    ordered_record(e[i]));
		}
		if (e[0] == NULL || e[1] == NULL ||
		    !learn(n, &accounts[0], &accounts[1]))
			break;
	}
	if (e[0] != NULL || e[1] != NULL)
		report_parting(a, b, events);
	for (int i = 0; i < 2; i++) {
		is_read &= order_close(&orders[i]) == EXIT_OK;
		account_free(&accounts[i]);
	}
	return is_read;
}
