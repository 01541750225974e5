/* SPDX-License-Identifier: MIT */
/*
 * For LD_PRELOAD: allocation number FAIL_AT of a program fails, and with
 * FAIL_ON all that come after it; FAIL_COUNT names a file to write the number
 * of all allocations to.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* What glibc's own are called, without asking the loader, which allocates. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *ptr, size_t size);

static long count;

static int
fails(void)
{
	static long at = -1;
	const char *text;

	if (at < 0) {
		text = getenv("FAIL_AT");
		at = text != NULL ? atol(text) : 0;
	}
	count++;
	if (at == 0 || count < at || (count > at && getenv("FAIL_ON") == NULL))
		return 0;
	errno = ENOMEM;
	return 1;
}

void *
malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *
calloc(size_t n, size_t size)
{
	return fails() ? NULL : __libc_calloc(n, size);
}

void *
realloc(void *ptr, size_t size)
{
	return fails() ? NULL : __libc_realloc(ptr, size);
}

__attribute__((destructor)) static void
tell(void)
{
	const char *name = getenv("FAIL_COUNT");
	FILE *file = name != NULL ? fopen(name, "w") : NULL;

	if (file != NULL) {
		fprintf(file, "%ld\n", count);
		fclose(file);
	}
}
