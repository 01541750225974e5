/* SPDX-License-Identifier: MIT */
#include "tele/peers.h"

void
peers_init(struct peers *s)
{
	map_init(&s->counts, sizeof(uint32_t));
	out_open_memory(&s->key);
}

void
peers_free(struct peers *s)
{
	map_free(&s->counts);
	out_close(&s->key);
}

void
peers_begin(struct peers *s)
{
	map_free(&s->counts);
	map_init(&s->counts, sizeof(uint32_t));
}

static void
add_number(struct peers *s, uint32_t n)
{
	out_write(&s->key, (struct slice){ (const char *)&n, sizeof(n) });
}

struct slice
peers_key(struct peers *s, uint32_t parent, struct slice owner,
    struct slice name)
{
	uint32_t *count;

	s->key.len = 0;
	add_number(s, parent);
	add_number(s, (uint32_t)owner.len);
	out_write(&s->key, owner);
	out_write(&s->key, name);
	count = map_put(&s->counts, (struct slice){ s->key.buf, s->key.len },
	    NULL);
	add_number(s, (*count)++);
	return (struct slice){ s->key.buf, s->key.len };
}
