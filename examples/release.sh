#!/bin/sh
# A release gate: release.mk on a build machine, release.yml on GitHub.
#
# It runs in a folder of its own, so that this one stays as it is.

dir=$(mktemp -d) || exit
trap 'rm -rf "$dir"' EXIT
cp app.log flows.yaml release.mk release.yml "$dir" && cd "$dir" || exit

echo "# make -f release.mk"
make -s -f release.mk 2>&1
echo "status $?"

echo
echo "# the same, when today's findings are accepted"
make -s -f release.mk accept
make -s -f release.mk
echo "status $?"

echo
echo "# when the log cannot be read"
make -s -f release.mk log=lost.log app.events 2>&1
echo "status $?"

# The steps of the workflow, as GitHub runs them: bash -e, each by itself.
echo
echo "# release.yml"
awk '/^ *run: \|/ { file = "step" ++n ".sh"; next }
	/^ {10}/ && file { print substr($0, 11) > file; next }
	{ file = "" }' release.yml
for step in step*.sh; do
	GITHUB_STEP_SUMMARY=summary.md bash -e "$step"
	echo "status $?"
done
echo
cat summary.md
