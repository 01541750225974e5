/* SPDX-License-Identifier: MIT */
/*
 * json_suite - say which files are JSON
 *
 * in:   n_array_extra_comma.json
 * out:  reject n_array_extra_comma.json:4: expected a value
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tele/json.h"
#include "tele/mem.h"

/* The bytes of NAME, and not one more. */
static char *
read_file(const char *name, size_t *len)
{
	FILE *f = fopen(name, "rb");
	char *text;
	long size;

	if (f == NULL || fseek(f, 0, SEEK_END) != 0 || (size = ftell(f)) < 0) {
		perror(name);
		exit(2);
	}
	rewind(f);
	*len = (size_t)size;
	text = mem_alloc(*len);
	if (fread(text, 1, *len, f) != *len) {
		perror(name);
		exit(2);
	}
	fclose(f);
	return text;
}

int
main(int argc, char *argv[])
{
	for (int i = 1; i < argc; i++) {
		const char *slash = strrchr(argv[i], '/');
		const char *name = slash != NULL ? slash + 1 : argv[i];
		struct json_fault fault;
		size_t len;
		char *text = read_file(argv[i], &len);

		if (json_check((struct slice){ text, len }, &fault))
			printf("accept %s\n", name);
		else
			printf("reject %s:%td: %s\n", name, fault.at - text,
			    fault.what != NULL ? fault.what : "it stops");
		free(text);
	}
	return 0;
}
