#!/usr/bin/env bats
# The parser against JSONTestSuite (Nicolas Seriot, "Parsing JSON is a
# minefield"): y_ must be accepted, n_ rejected, i_ may be either.

load helper

setup() {
	needs_corpus
	: "${builddir:=$srcdir}"
	suite="$TELE_CORPUS/public/JSONTestSuite/test_parsing"
}

# Say which of the files of one kind are JSON.
check() {
	run --separate-stderr "$builddir/tests/unit/json_suite" "$suite/$1"_*.json
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "json: the suite has all of its 318 documents" {
	run --separate-stderr ls "$suite"
	[ "$(grep -c '^y_.*\.json$' <<<"$output")" -eq 95 ]
	[ "$(grep -c '^n_.*\.json$' <<<"$output")" -eq 188 ]
	[ "$(grep -c '^i_.*\.json$' <<<"$output")" -eq 35 ]
	[ "$stderr" = "" ]
	[ "$status" -eq 0 ]
}

@test "json: every document of the suite that is JSON is accepted" {
	check y
	[ "${#lines[@]}" -eq 95 ]
	run grep -v '^accept y_' <<<"$output"
	[ "$output" = "" ]
}

@test "json: every document of the suite that is none is rejected" {
	check n
	[ "${#lines[@]}" -eq 188 ]
	run grep -v '^reject n_' <<<"$output"
	[ "$output" = "" ]
}

@test "json: what the suite leaves open is accepted if it is UTF-8" {
	check i
	same <<-'EOF'
	accept i_number_double_huge_neg_exp.json
	accept i_number_huge_exp.json
	accept i_number_neg_int_huge_exp.json
	accept i_number_pos_double_huge_exp.json
	accept i_number_real_neg_overflow.json
	accept i_number_real_pos_overflow.json
	accept i_number_real_underflow.json
	accept i_number_too_big_neg_int.json
	accept i_number_too_big_pos_int.json
	accept i_number_very_big_negative_int.json
	accept i_object_key_lone_2nd_surrogate.json
	accept i_string_1st_surrogate_but_2nd_missing.json
	accept i_string_1st_valid_surrogate_2nd_invalid.json
	reject i_string_UTF-16LE_with_BOM.json:0: expected a value
	reject i_string_UTF-8_invalid_sequence.json:7: invalid UTF-8
	reject i_string_UTF8_surrogate_U+D800.json:2: invalid UTF-8
	accept i_string_incomplete_surrogate_and_escape_valid.json
	accept i_string_incomplete_surrogate_pair.json
	accept i_string_incomplete_surrogates_escape_valid.json
	accept i_string_invalid_lonely_surrogate.json
	accept i_string_invalid_surrogate.json
	reject i_string_invalid_utf-8.json:2: invalid UTF-8
	accept i_string_inverted_surrogates_U+1D11E.json
	reject i_string_iso_latin_1.json:2: invalid UTF-8
	accept i_string_lone_second_surrogate.json
	reject i_string_lone_utf8_continuation_byte.json:2: invalid UTF-8
	reject i_string_not_in_unicode_range.json:2: invalid UTF-8
	reject i_string_overlong_sequence_2_bytes.json:2: invalid UTF-8
	reject i_string_overlong_sequence_6_bytes.json:2: invalid UTF-8
	reject i_string_overlong_sequence_6_bytes_null.json:2: invalid UTF-8
	reject i_string_truncated-utf-8.json:2: invalid UTF-8
	reject i_string_utf16BE_no_BOM.json:0: expected a value
	reject i_string_utf16LE_no_BOM.json:1: expected a value
	accept i_structure_500_nested_arrays.json
	reject i_structure_UTF-8_BOM_empty_object.json:0: expected a value
	EOF
}
