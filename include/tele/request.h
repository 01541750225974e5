/* SPDX-License-Identifier: MIT */
#ifndef TELE_REQUEST_H
#define TELE_REQUEST_H

#include "tele/emit.h"
#include "tele/fields.h"
#include "tele/format.h"

/*
 * What was asked for and has not begun: a queue whose order the format knows.
 * At most REQUEST_MAX wait; then the oldest is forgotten.
 */
enum { REQUEST_MAX = 4096 };

struct request {
	struct request *next;
	struct fields values;
	struct stamp time;
	uint64_t line;
	int order;
};

struct request_queue {
	struct request *first, **end;
	size_t count;
	struct request *free;
};

void request_init(struct request_queue *q);
void request_free(struct request_queue *q);

/* Forget all that wait. */
void request_clear(struct request_queue *q);

/* Queue a request of GOT, which the caller completes. */
struct request *request_push(struct request_queue *q,
    const struct queue_type *type, const struct captures *got);

/*
 * Take the request for what GOT says begins: of those alike, the first of the
 * ones that go first.  NULL if there is none; borrowed until the next call.
 */
struct request *request_pop(struct request_queue *q,
    const struct queue_type *type, const struct captures *got);

#endif
