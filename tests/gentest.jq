# What happened in each execution of a log of events, counted: for jq -s.
def reports($rows; $beat): [$rows[]
	| select((.kind == "state" or .kind == "error") and
		.movement == $beat.movement and .beat == $beat.beat and
		.event == $beat.event)
	| [.kind, .handler, .plugin, ((.added // []) | sort),
	   ((.updated // []) | sort), ((.removed // []) | sort), .error_type]]
	| sort;

map(select(.trace)) | group_by([.trace, .session])
| map(select(any(.kind == "sequence")))
| map(. as $rows | [(.[] | select(.kind == "sequence") | [.name, .status]),
	[sort_by(.time, .src_line)[] | select(.kind == "beat")
	 | [.name, .movement, .beat, .status, reports($rows; .)]]])
| group_by(.) | map({name: .[0][0][0], count: length})
