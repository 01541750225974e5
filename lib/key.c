/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/key.h"
#include "tele/mem.h"

void
key_add(struct key *k, const void *bytes, size_t len)
{
	k->bytes = mem_grow(k->bytes, &k->cap, k->len + len + 1, 1);
	memcpy(k->bytes + k->len, bytes, len);
	k->len += len;
}

void
key_add_text(struct key *k, struct slice text)
{
	k->bytes = mem_grow(k->bytes, &k->cap, k->len + text.len + 1, 1);
	if (text.len > 0)
		memcpy(k->bytes + k->len, text.ptr, text.len);
	k->len += text.len;
	k->bytes[k->len++] = '\n';
}

void
key_add_values(struct key *k, const struct event *ev,
    const enum event_key *keys, size_t count)
{
	for (size_t i = 0; i < count; i++)
		key_add_text(k, event_get(ev, keys[i]));
}

void
key_free(struct key *k)
{
	free(k->bytes);
	*k = (struct key){ 0 };
}
