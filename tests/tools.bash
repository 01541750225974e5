# shellcheck shell=bash
# shellcheck disable=SC2034 # what is set here is used elsewhere
# What the tests of many tools share: inputs, a way to run a tool, what it said.

# One run of one sequence with one beat, and a handler that failed in it.
log() {
	cat <<-'END'
	2026-01-02T03:04:05.000Z 🧠 PluginManager: Attempting to mount plugin: Canvas
	2026-01-02T03:04:05.000Z 🎼 SequenceRegistry: Registered sequence "Create" (id: create)
	2026-01-02T03:04:05.000Z 📡 EventBus: Subscribed to "node:create" (1 total subscribers) (plugin: Canvas:create)
	2026-01-02T03:04:05.000Z ✅ Plugin mounted successfully: Canvas
	2026-01-02T03:04:05.001Z 🎼 PluginInterfaceFacade.play(): Canvas -> create
	2026-01-02T03:04:05.001Z 🎼 ExecutionQueue: Enqueued "Create" with priority NORMAL (Queue size: 1)
	2026-01-02T03:04:05.002Z 🎼 ExecutionQueue: Now executing "Create"
	2026-01-02T03:04:05.002Z 🎵 MovementExecutor: Starting movement "Build" with 1 beats
	2026-01-02T03:04:05.002Z 🆔 Request ID: create-1767323045001-abcdefghi
	2026-01-02T03:04:05.002Z ⏱️ PerformanceTracker: Started timing beat 1 for Create
	2026-01-02T03:04:05.002Z 🎯 Event: node:create
	2026-01-02T03:04:05.003Z 🎽 DataBaton: +node ~size -ghost | seq=Create beat=? event=node:create handler=createNode plugin=Canvas req=create-1767323045001-abcdefghi preview={"node":"n1"}
	2026-01-02T03:04:05.004Z 🧠 PluginManager: Handler execution failed for Canvas.paintNode: TypeError: no paint
	    at paintNode (/app/src/canvas.ts:17:5)
	    at node:internal/process/task_queues:95:5
	2026-01-02T03:04:05.005Z ⏱️ PerformanceTracker: Beat 1 completed in 3.25ms
	2026-01-02T03:04:05.006Z ⏱️ PerformanceTracker: Movement Build completed in 3.75ms
	2026-01-02T03:04:05.006Z ✅ SequenceExecutor: Sequence "Create" completed in 4ms
	END
}

# N events of as many handlers, from number FIRST on.
events() {
	seq -f '{"kind":"beat","handler":"h%.0f","duration_ms":1.5}' \
		"${2:-1}" $((${2:-1} + $1 - 1))
}

# Run a command: standard output to `out`, standard error to `err`, $status.
try() {
	echo "# $*" | cut -c 1-200
	status=0
	timeout 60 "$@" >out 2>err || status=$?
}

# Standard error was just these lines; none of them, and it was empty.
said() {
	if [ $# -eq 0 ]; then
		diff -u --label expected --label stderr /dev/null err
	else
		diff -u --label expected --label stderr \
			<(printf '%s\n' "$@") <(head -c 20000 err)
	fi
}

# Nothing in the files would drive a terminal: no control character but tab and
# newline, no DEL, no C1, no bidi control.
clean() {
	! LC_ALL=C grep -naP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|'\
'\xd8\x9c|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]' "$@"
}

# N bytes of C.
bytes() {
	head -c "$1" /dev/zero | tr '\0' "$2"
}

needs() {
	command -v "$1" >/dev/null || skip "$1 is not installed"
}

# Address sanitizer maps terabytes and keeps what was freed.
needs_plain_memory() {
	! grep -q __asan_init "$(command -v tele-extract)" ||
		skip "a sanitizer has its own idea of memory"
}

# Run a command; its largest resident size in KiB goes to the file `peak`.
try_measured() {
	echo "# $*" | cut -c 1-200
	status=0
	python3 -SIc 'if True:
		import os, sys
		pid = os.fork()
		if pid == 0:
			os.execvp(sys.argv[1], sys.argv[1:])
		pid, status, usage = os.wait4(pid, 0)
		open("peak", "w").write(str(usage.ru_maxrss))
		sys.exit(os.waitstatus_to_exitcode(status))
	' "$@" >out 2>err || status=$?
	echo "# $(<peak) KiB"
}
