#!/bin/sh
# Walk through findings in an editor: `vim -q errors`, or M-x compile in Emacs.
#
# tele-fmt gcc writes what compilers write, so :cnext goes from the step in
# flows.yaml to the line of the log that shows it.  Here vim is not seen: it
# tells where it is at each of them.
set -eu

errors=$(mktemp)
places=$(mktemp)
trap 'rm -f "$errors" "$places"' EXIT

tele-extract app.log |
	tele-check --fail-on none --sequences flows.yaml |
	jq -c 'select(.severity != "note")' |
	tele-fmt gcc >"$errors"
cat "$errors"

export places
vim -es -u NONE -N -q "$errors" <<'EOF' >/dev/null || true
cfirst
while 1
  let at = expand("%") . ":" . line(".") . ": " . trim(getline("."))
  call writefile([at], $places, "a")
  try
    cnext
  catch /E553/
    quitall!
  endtry
endwhile
EOF
echo
cut -c 1-100 "$places"
