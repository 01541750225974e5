# shellcheck shell=bash
# The screens that screens.bats checks, and that tests/update writes.

# How a tool is called for them.
arguments() {
	case $1 in
	graph) echo --format=text ;;
	heatmap) echo --rows=12 --top=3 ;;
	timeline) echo --slowest=2 ;;
	esac
}

# Picture of tool $1 in $2 columns, with colours $3, characters $4, of file $5.
screen() {
	local options=(--width="$2")

	[ "$4" = utf8 ] || options+=(--ascii)
	[ "$3" = plain ] || options+=(--color=always)
	case $3 in
	true) set -- "$@" xterm-256color truecolor ;;
	256) set -- "$@" xterm-256color '' ;;
	*) set -- "$@" xterm '' ;;
	esac
	# shellcheck disable=SC2046
	env TERM="$6" COLORTERM="$7" \
		"tele-$1" $(arguments "$1") "${options[@]}" "$5"
}
