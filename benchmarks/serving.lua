-- wrk: asks for a decision about one key after another; KEYS names a file with a key per line, AT a time.
local keys = {}
for line in io.lines(os.getenv("KEYS")) do keys[#keys + 1] = line end
local at = os.getenv("AT")
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
local i = 0
request = function()
  i = i % #keys + 1
  return wrk.format(nil, nil, nil, '{"key":"' .. keys[i] .. '","at":"' .. at .. '"}')
end
done = function(summary, latency)
  io.write(string.format("rps=%.0f p50_us=%d p99_us=%d non2xx=%d errors=%d n=%d\n",
    summary.requests / summary.duration * 1e6, latency:percentile(50), latency:percentile(99), summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout, summary.requests))
end
