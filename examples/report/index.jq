# The index of a folder of pages, from the statistics of each log.
#
# @html and @uri keep names from being anything but names.

def row($name; $s):
  ($name | @uri) as $folder
  | @html "<tr><th scope=\"row\">\($name)</th>",
    ([["heatmap.html", "when"], ["slowest.html", "the slowest"],
      ["slowest.html#f=failed-1", "what failed"], ["usual.html", "the usual"],
      ["graph.html", "what leads to what"]][]
     | @html "<td><a href=\"\($folder)/\(.[0])\">\(.[1])</a></td>"),
    @html "<td>\($s.count)</td><td>\($s.errors)</td><td>\($s.worst)</td></tr>";

[inputs | . + {log: (input_filename | split("/")[-2])}]
| group_by(.log)
| "<!doctype html>",
  "<html lang=\"en\"><head><meta charset=\"utf-8\">",
  "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
  "<meta name=\"viewport\" content=\"width=device-width\"><title>Report</title>",
  "<style>:root { color-scheme: light dark } body { font: 15px system-ui, sans-serif; margin: 2em }",
  "td, th { padding: 4px 12px; text-align: left }</style></head>",
  "<body><main><h1>Report</h1><table>",
  "<thead><tr><th scope=\"col\">log</th><th scope=\"col\" colspan=\"5\">pages</th>",
  "<th scope=\"col\">count</th><th scope=\"col\">failed</th><th scope=\"col\">most time</th></tr></thead><tbody>",
  (.[] | row(.[0].log; {
     count: (map(.count) | add),
     errors: (map(.errors) | add),
     worst: (max_by(.total_ms // 0) | .handler // .name // "")})),
  "</tbody></table></main></body></html>"
