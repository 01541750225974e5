/* SPDX-License-Identifier: MIT */
/*
 * replay - run a fuzz target on files, and on all files of folders
 *
 * in:   tests/fuzz/corpus/json
 * out:  31 inputs
 *
 * Each input has a process of its own: one that crashes is named, and does not
 * keep the rest from being tried.  The exit status is 1 then.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fuzz.h"
#include "tele/mem.h"

static int count, failed;

_Noreturn static void
run_input(const char *name)
{
	FILE *f = fopen(name, "rb");
	uint8_t *data;
	struct stat st;

	if (f == NULL || fstat(fileno(f), &st) < 0) {
		perror(name);
		exit(2);
	}
	/* Exactly as large as the input: a sanitizer sees who reads on. */
	data = mem_alloc((size_t)st.st_size);
	if (fread(data, 1, (size_t)st.st_size, f) != (size_t)st.st_size) {
		perror(name);
		exit(2);
	}
	fclose(f);
	LLVMFuzzerTestOneInput(data, (size_t)st.st_size);
	free(data);
	exit(0);
}

static void
run_file(const char *name)
{
	pid_t child = fork();
	int status;

	if (child == 0)
		run_input(name);
	count++;
	if (child > 0 && waitpid(child, &status, 0) == child && status == 0)
		return;
	fprintf(stderr, "%s: crashed\n", name);
	failed++;
}

static void
run_folder(const char *folder)
{
	struct dirent **names;
	int found = scandir(folder, &names, NULL, alphasort);
	char path[4096];

	if (found < 0) {
		perror(folder);
		exit(2);
	}
	for (int i = 0; i < found; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
		if (names[i]->d_name[0] != '.')
			run_file(path);
		free(names[i]);
	}
	free(names);
}

int
main(int argc, char *argv[])
{
	struct stat st;

	for (int i = 1; i < argc; i++) {
		if (stat(argv[i], &st) == 0 && S_ISDIR(st.st_mode))
			run_folder(argv[i]);
		else
			run_file(argv[i]);
	}
	printf("%d inputs\n", count);
	return failed > 0 ? 1 : 0;
}
