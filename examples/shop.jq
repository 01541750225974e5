# A shop, in place of a real one: orders come in, what it does is logged.
# $stock is how many pieces there are of an article, $first the number of the
# first order.
def say($level; $text):
	{time: (now | "\(strftime("%Y-%m-%dT%H:%M:%S")).\(. % 1 * 1000
		| floor + 1000 | tostring[1:])Z"),
	 level: $level, name: "shop", msg: $text};

foreach inputs as $order ({number: $first}; .number += 1;
	.number as $number |
	(say("info"; "request") + {body: ($order | tojson)}),
	if $order.count > $stock then
		say("error"; "only \($stock) of \($order.article)")
	else
		say("info"; "reserved \($order.count) of \($order.article)"),
		say("info"; "order \($number) accepted")
	end)
