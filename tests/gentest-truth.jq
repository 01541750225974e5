# What happened, of each request of a truth file: as many groups as there are
# variants.  For jq -s.
def order: [.[] | select(.handler != null) | {handler, plugin,
	added: (.added | sort), updated: (.updated | sort),
	removed: (.removed | sort), error: (.outcome != "ok")}]
	| sort_by(tojson);

map(select(.request_id != null)) | group_by(.request_id)
| map(select(any(.kind == "sequence")))
| map(. as $rows | {
	name: (.[] | select(.kind == "sequence") | .sequence),
	steps: [.[] | select(.kind == "beat") | . as $beat
		| {movement, beat, event, failed: (.outcome != "ok"),
		   handlers: ([$rows[] | select(.kind == "handler" and
			.movement == $beat.movement and .beat == $beat.beat and
			.event == $beat.event)] | order)}]})
| group_by(.) | map({name: .[0].name, count: length})
