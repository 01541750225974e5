/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tele/mem.h"
#include "tele/request.h"

void
request_init(struct request_queue *q)
{
	*q = (struct request_queue){ 0 };
	q->end = &q->first;
}

/* Take the item at *LINK out and keep its memory for the next. */
static struct request *
take(struct request_queue *q, struct request **link)
{
	struct request *r = *link;

	*link = r->next;
	if (q->end == &r->next)
		q->end = link;
	q->count--;
	r->next = q->free;
	q->free = r;
	return r;
}

void
request_clear(struct request_queue *q)
{
	while (q->first != NULL)
		take(q, &q->first);
}

void
request_free(struct request_queue *q)
{
	struct request *next;

	request_clear(q);
	for (struct request *r = q->free; r != NULL; r = next) {
		next = r->next;
		fields_free(&r->values);
		free(r);
	}
	request_init(q);
}

static int
order_of(const struct queue_type *type, const struct captures *got)
{
	if (type->order_field != FIELD_NONE &&
	    captures_have(got, type->order_field))
		for (int i = 0; i < type->order_count; i++)
			if (slice_equal(got->value[type->order_field],
				type->order[i]))
				return i;
	return type->order_count;
}

struct request *
request_push(struct request_queue *q, const struct queue_type *type,
    const struct captures *got)
{
	struct request *r;

	if (q->count == REQUEST_MAX)
		take(q, &q->first);
	r = q->free;
	if (r != NULL)
		q->free = r->next;
	else
		r = mem_zalloc(1, sizeof(*r));
	r->next = NULL;
	r->order = order_of(type, got);
	fields_clear(&r->values);
	fields_set_captures(&r->values, got, got->have);
	*q->end = r;
	q->end = &r->next;
	q->count++;
	return r;
}

struct request *
request_pop(struct request_queue *q, const struct queue_type *type,
    const struct captures *got)
{
	struct request **best = NULL, *r;
	struct fields key = { 0 };

	if (!captures_have(got, type->key))
		return NULL;
	fields_set(&key, type->key, got->value[type->key]);
	for (struct request **link = &q->first; *link; link = &(*link)->next) {
		r = *link;
		if ((best == NULL || r->order < (*best)->order) &&
		    fields_has(&r->values, type->key) &&
		    slice_equal(fields_get(&r->values, type->key),
			fields_get(&key, type->key)))
			best = link;
	}
	fields_free(&key);
	return best != NULL ? take(q, best) : NULL;
}
