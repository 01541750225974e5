/* SPDX-License-Identifier: MIT */
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>

#include "tele/diag.h"
#include "tele/mem.h"
#include "tele/wide.h"

struct arena_block {
	struct arena_block *next;
	alignas(max_align_t) char data[];
};

static size_t
product(size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes))
		die("out of memory: %zu elements of %zu bytes", count, size);
	return bytes;
}

void *
mem_alloc(size_t size)
{
	void *ptr = malloc(size > 0 ? size : 1);

	if (ptr == NULL)
		die("out of memory: cannot get %zu bytes", size);
	return ptr;
}

void *
mem_zalloc(size_t count, size_t size)
{
	void *ptr = calloc(count > 0 ? count : 1, size > 0 ? size : 1);

	if (ptr == NULL)
		die("out of memory: %zu elements of %zu bytes", count, size);
	return ptr;
}

void *
mem_resize(void *ptr, size_t count, size_t size)
{
	size_t bytes = product(count, size);

	ptr = realloc(ptr, bytes > 0 ? bytes : 1);
	if (ptr == NULL)
		die("out of memory: cannot get %zu bytes", bytes);
	return ptr;
}

char *
mem_string(struct slice s)
{
	char *copy = mem_alloc(s.len + 1);

	if (s.len > 0)
		memcpy(copy, s.ptr, s.len);
	copy[s.len] = '\0';
	return copy;
}

void *
mem_grow(void *ptr, size_t *cap, size_t need, size_t size)
{
	size_t want = *cap;

	if (need <= *cap)
		return ptr;
	if (__builtin_mul_overflow(want, 2, &want) || want < need)
		want = need;
	if (want < 8)
		want = 8;
	*cap = want;
	return mem_resize(ptr, want, size);
}

void *
arena_alloc(struct arena *a, size_t size)
{
	const size_t align = alignof(max_align_t);
	const size_t least = 4096 - sizeof(struct arena_block);
	struct arena_block *block;
	void *ptr;

	if (size > SIZE_MAX / 2)
		die("out of memory: cannot get %zu bytes", size);
	size = (size + align - 1) / align * align;
	if (a->blocks == NULL || size > a->size - a->used) {
		/* Grow with use, so that many small arenas stay small. */
		a->size = a->size < 65536 ? a->size * 2 : a->size;
		if (a->size < least)
			a->size = least;
		if (a->size < size)
			a->size = size;
		block = mem_alloc(sizeof(*block) + a->size);
		block->next = a->blocks;
		a->blocks = block;
		a->used = 0;
	}
	ptr = a->blocks->data + a->used;
	a->used += size;
	return ptr;
}

struct slice
arena_copy(struct arena *a, struct slice s)
{
	char *copy = arena_alloc(a, s.len + WIDE_SLACK);

	memcpy(copy, s.ptr, s.len);
	memset(copy + s.len, 0, WIDE_SLACK);
	return (struct slice){ copy, s.len };
}

void
arena_free(struct arena *a)
{
	struct arena_block *next;

	for (struct arena_block *block = a->blocks; block; block = next) {
		next = block->next;
		free(block);
	}
	*a = (struct arena){ 0 };
}
